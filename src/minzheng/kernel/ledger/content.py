"""The digest of what is approved: SM3 over the payments in canonical form, the same whoever computes it."""

from __future__ import annotations

import json

from cryptography.hazmat.primitives.hashes import SM3, Hash

from .models import Batch, Payment

__all__ = ["content_sha", "sm3"]

_COLUMNS = ("household_id", "person_id", "amount", "payee_name", "account", "account_owner", "entitlement_id")


def sm3(content: bytes) -> str:
    """The SM3 digest (GB/T 32905) in hexadecimal."""
    digest = Hash(SM3())
    digest.update(content)
    return digest.finalize().hex()


def content_sha(batch: Batch) -> str:
    """Beneficiary, amount, payee and account of every payment, read row by row; memory stays flat."""
    digest = Hash(SM3())
    head = [batch.scheme, str(batch.month), batch.path, batch.run, batch.fund]
    digest.update(_line(head))
    rows = Payment.objects.filter(batch=batch).order_by("household_id", "person_id").values_list(*_COLUMNS)
    for row in rows.iterator(chunk_size=5000):
        digest.update(_line(list(row)))
    return digest.finalize().hex()


def _line(values: list[object]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
