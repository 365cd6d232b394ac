"""The digest of what is approved: SM3 over the payments in canonical form, the same whoever computes it."""

from __future__ import annotations

import json
import re

from cryptography.hazmat.primitives.hashes import SM3, Hash
from django.db import connection

from minzheng.kernel.errors import Mistake
from minzheng.kernel.people.bulksealing import opened_many
from minzheng.kernel.people.sealing import PATTERN

from .models import Batch

__all__ = ["as_approved", "content_sha", "in_clear", "sm3"]

# The server writes the canonical lines, some thousands in one text: memory stays flat, a province takes seconds.
_CONTENT = """
SELECT string_agg(line, E'\\n' ORDER BY n) FROM (
  SELECT (ROW(household_id, person_id, regular, makeup, withheld, amount, payee_name, account, account_owner,
              entitlement_id))::text AS line, row_number() OVER (ORDER BY household_id, person_id) AS n
  FROM ledger_payment WHERE batch_id = %s) lines
GROUP BY (n - 1) / 5000 ORDER BY (n - 1) / 5000"""


_ACCOUNT = re.compile(f"({PATTERN})", re.ASCII)


def in_clear(lines: str) -> str:
    """Canonical lines with every sealed account opened: a digest is of the account, under whatever key it is kept."""
    parts = _ACCOUNT.split(lines)
    parts[1::2] = opened_many(parts[1::2], "account")
    return "".join(parts)


def sm3(content: bytes) -> str:
    """The SM3 digest (GB/T 32905) in hexadecimal."""
    digest = Hash(SM3())
    digest.update(content)
    return digest.finalize().hex()


def content_sha(batch: Batch) -> str:
    """Beneficiary, amounts, payee and account of every payment."""
    digest = Hash(SM3())
    head = [batch.scheme, str(batch.month), batch.path, batch.run, batch.fund]
    digest.update(json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    with connection.cursor() as cursor:
        cursor.execute(_CONTENT, [batch.pk])
        while rows := cursor.fetchmany(20):
            for (text,) in rows:
                digest.update(in_clear(text).encode() + b"\n")
    return digest.finalize().hex()


def as_approved(batch: Batch) -> bool:
    """An account that no longer opens is one that was altered."""
    try:
        return content_sha(batch) == batch.content_sha
    except Mistake as wrong:
        if wrong.code != "sealed_unreadable":
            raise
        return False
