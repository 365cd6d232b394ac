"""Opening entries: entitlements taken over in bulk from the books that were kept before.

They keep the decision number of the old books; from the first month on they are paid like all others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from minzheng.kernel.people.sealing import sealed

from .models import Covered, Entitlement

__all__ = ["TakenOver", "take_over"]

_ENTITLEMENT = (
    "id", "path", "scheme", "household_id", "from_month", "amount", "class_ur", "payee_id", "account", "account_owner",
    "agreement", "decision_number", "rule_set", "trace_sha", "state", "end_reason", "version",
)  # fmt: skip
_COVERED = ("path", "entitlement_id", "person_id", "exclusive_group", "from_month")


@dataclass(frozen=True, slots=True)
class TakenOver:
    """One household's running entitlement as the old books have it; ``amount`` in fen a month."""

    path: str
    household_id: int
    persons: Sequence[int]
    amount: int
    class_ur: str
    payee_id: int
    account: str
    account_owner: str
    decision_number: str


def take_over(
    cursor: Any, rows: Iterable[TakenOver], *, scheme: str, group: str, from_month: date, rule_set: str
) -> int:
    """Write the entitlements and whom they cover by COPY; the number written.

    The unique keys of the ledger hold here as everywhere: a person already covered stops the whole load.
    """
    listed = list(rows)
    if not listed:
        return 0
    sequence = f"pg_get_serial_sequence('{Entitlement._meta.db_table}', 'id')"
    cursor.execute(f"SELECT nextval({sequence}) FROM generate_series(1, %s)", [len(listed)])
    numbers = [number for (number,) in cursor.fetchall()]
    with _copy(cursor, Entitlement._meta.db_table, _ENTITLEMENT) as out:
        for number, one in zip(numbers, listed, strict=True):
            out.write_row((
                number, one.path, scheme, one.household_id, from_month, one.amount, one.class_ur, one.payee_id,
                sealed(one.account, "account"), one.account_owner, "", one.decision_number, rule_set, "", "current",
                "", 1,
            ))  # fmt: skip
    with _copy(cursor, Covered._meta.db_table, _COVERED) as out:
        for number, one in zip(numbers, listed, strict=True):
            for person in one.persons:
                out.write_row((one.path, number, person, group, from_month))
    return len(listed)


def _copy(cursor: Any, table: str, columns: Sequence[str]) -> Any:
    return cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN")
