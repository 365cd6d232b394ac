"""Many entitlements granted at once by one decision over a frozen list: price subsidies, emergency living subsidies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction

from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.people.sealing import sealed

from .entitling import Basis

__all__ = ["Granted", "entitle_many"]


@dataclass(frozen=True, slots=True)
class Granted:
    """One beneficiary of the list: a household or a person, the amount in fen, and where it is paid."""

    path: str
    amount: int
    class_ur: str
    payee_id: int
    account: str
    account_owner: str
    household_id: int | None = None
    person_id: int | None = None
    agreement: str = ""


_LIST = """
CREATE TEMPORARY TABLE ledger_granted (
  path text, amount bigint, class_ur text, payee_id bigint, account text, account_owner text, household_id bigint,
  person_id bigint, agreement text) ON COMMIT DROP"""

_OPEN = """
INSERT INTO ledger_entitlement (path, scheme, household_id, person_id, case_id, from_month, until_month, amount,
       class_ur, payee_id, account, account_owner, agreement, decision_number, rule_set, trace_sha, state, end_reason,
       version)
SELECT g.path, %(scheme)s, g.household_id, g.person_id, %(case)s, %(month)s, %(until)s, g.amount, g.class_ur,
       g.payee_id, g.account, g.account_owner, g.agreement, %(decision)s, %(rule_set)s, %(trace)s, 'current', '', 1
FROM ledger_granted g ORDER BY g.household_id, g.person_id
RETURNING id"""

_ALREADY = """
SELECT count(*) FROM ledger_granted g JOIN ledger_entitlement e ON e.scheme = %(scheme)s
  AND coalesce(e.household_id, 0) = coalesce(g.household_id, 0) AND coalesce(e.person_id, 0) = coalesce(g.person_id, 0)
WHERE e.from_month < %(until)s AND coalesce(e.until_month, 'infinity') > %(month)s
  AND e.from_month IS DISTINCT FROM e.until_month"""


@verb("ledger.entitle_many", label="批量确立待遇")
def entitle_many(
    *, scheme: str, place: str, month: Month, rows: Iterable[Granted], basis: Basis, by: Actor
) -> int:
    """Everyone on the list is entitled for one month; all of them, or nobody.  Gives how many."""
    if not by.covers(place):
        raise NotAllowed("out_of_scope", "该地区不在您的管辖范围内，不能办理。")
    facts: dict[str, Any] = {
        "scheme": scheme, "case": basis.case_id, "month": month.first, "until": month.next.first,
        "decision": basis.decision_number, "rule_set": basis.rule_set, "trace": basis.trace_sha,
    }  # fmt: skip
    try:
        with transaction.atomic():
            count, total = _carried_out(place, rows, facts)
    except IntegrityError as error:
        raise Refused(
            "entitled_already", "名单中有家庭（个人）刚刚以同一项目享受了本月待遇。请重新生成名单。"
        ) from error
    note(path=place, after={"scheme": scheme, "month": str(month), "count": count, "total": total})
    return count


def _carried_out(place: str, rows: Iterable[Granted], facts: dict[str, Any]) -> tuple[int, int]:
    count = total = 0
    with connection.cursor() as cursor:
        cursor.execute(_LIST)
        with cursor.copy("COPY ledger_granted FROM STDIN") as out:
            for one in rows:
                _check(one, place)
                count, total = count + 1, total + one.amount
                out.write_row((
                    one.path, one.amount, one.class_ur, one.payee_id, sealed(one.account, "account"), one.account_owner,
                    one.household_id, one.person_id, one.agreement,
                ))  # fmt: skip
        cursor.execute("ANALYZE ledger_granted")
        _refuse_double(cursor, facts)
        cursor.execute(_OPEN, facts)
        cursor.execute("DROP TABLE ledger_granted")
    return count, total


def _check(one: Granted, place: str) -> None:
    if not one.path.startswith(place):
        raise NotAllowed("out_of_scope", "名单中有不在本地区的家庭（个人），不能办理。请重新生成名单。")
    if one.amount <= 0 or (one.household_id is None) == (one.person_id is None):
        raise Refused("amount_positive", "名单中有金额不大于零或对象不明的行，不能办理。请重新生成名单。")


def _refuse_double(cursor: Any, facts: dict[str, Any]) -> None:
    cursor.execute(_ALREADY, facts)
    (already,) = cursor.fetchone()
    if already:
        raise Refused(
            "entitled_already",
            f"名单中有 {already} 户（人）本月已有同一项目的待遇，不能重复。请重新生成名单。",
            already=already,
        )
