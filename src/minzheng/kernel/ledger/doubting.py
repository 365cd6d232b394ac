"""What a human looks at before a month is paid (发放疑点): found set-based at every draft, answered with a name.

A doubt that holds (缓发) keeps its payment out of the batch until someone has looked: a payee who has died, an
account in the name of nobody in the household, a card the bank gave back last time.  One that warns (提示) stands
beside the batch and stops nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from minzheng.kernel import clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import Refused
from minzheng.kernel.people.sealing import alike, passes, tail

from .bykey import by_key, paid, rows_of
from .duties import ratio, require_scheme_reviewer
from .models import Batch, Doubt, Payment

__all__ = [
    "LABELS",
    "answer_doubt",
    "doubts",
    "drafted_before_answers",
    "find_doubts",
    "of_batch",
    "replace_doubts",
]

LABELS = {
    "payee_dead": "领取人已故",
    "all_dead": "保障对象均已故",
    "owner_stranger": "户名不是家庭成员或登记的领取人",
    "no_agreement": "代领没有书面协议",
    "card_gave_back": "上次退回的账户未更换",
    "shared_account": "一个账户领取多户",
    "account_digit": "账号的校验位不符",
    "jump": "金额比上月变化过大",
    "drafted_elsewhere": "本月已由其他县（市、区）编入批次",
    "reckoned_otherwise": "按现有资料重新计算的金额与待遇不同",
}

# Tables of their own, so that the server knows how many there are before it joins them; what belongs to each is looked
# up by key (LATERAL … LIMIT 1), for a join might read a province to find a township. Last month's payment is looked up
# by the key that lets a household or person be paid once.
_RUNNING = f"""
CREATE TEMPORARY TABLE running ON COMMIT DROP AS
SELECT e.id, e.path, e.household_id, e.person_id, e.payee_id, e.account, e.account_owner, e.agreement, e.amount,
       p.name AS payee_name, p.died_on AS payee_died_on, last.account AS last_account, last.regular AS last_regular
FROM ledger_entitlement e
CROSS JOIN LATERAL (SELECT name, died_on FROM people_person n WHERE n.id = e.payee_id LIMIT 1) p
LEFT JOIN LATERAL ({paid("account, regular", "e", "(%(month)s::date - interval '1 month')::date")}) last ON true
WHERE e.scheme = %(scheme)s AND e.path >= %(path)s AND e.path < %(path_end)s
  AND e.from_month <= %(month)s AND (e.until_month IS NULL OR e.until_month > %(month)s)"""

# What the bank gave back in the last two months, to be paid to another account by now.
_GAVE_BACK = f"""
CREATE TEMPORARY TABLE gave_back ON COMMIT DROP AS
SELECT i.account, i.failure, p.household_id, p.person_id FROM ledger_batch b
CROSS JOIN LATERAL (SELECT * FROM ledger_instruction WHERE batch_id = b.id AND state = 'failed' OFFSET 0) i
CROSS JOIN LATERAL (SELECT household_id, person_id FROM ledger_payment WHERE id = i.payment_id LIMIT 1) p
WHERE b.scheme = %(scheme)s AND b.month < %(month)s AND b.month >= %(month)s::date - interval '2 months'
  AND (SELECT g.id FROM ledger_instruction g WHERE g.payment_id = i.payment_id AND g.state = 'paid'
         AND {alike("g.account")} = {alike("i.account")} LIMIT 1) IS NULL"""

# Each gives: entitlement, its place, a detail in words.
_CHECKS: dict[str, tuple[str, str]] = {
    "payee_dead": (
        "hold",
        """SELECT e.id, e.path, '登记死亡日期 ' || e.payee_died_on FROM running e WHERE e.payee_died_on < %(month)s""",
    ),
    "all_dead": (
        "hold",
        """SELECT e.id, e.path, '' FROM running e
        CROSS JOIN LATERAL (
          SELECT bool_or(coalesce(p.died_on >= %(month)s, true)) AS alive
          FROM (SELECT person_id FROM ledger_covered WHERE entitlement_id = e.id OFFSET 0) c
          CROSS JOIN LATERAL (SELECT died_on FROM people_person WHERE id = c.person_id LIMIT 1) p) covered
        WHERE NOT covered.alive""",
    ),
    "owner_stranger": (
        "hold",
        f"""SELECT e.id, e.path, '户名 ' || e.account_owner FROM running e
        LEFT JOIN LATERAL (
          SELECT 1 AS found FROM {rows_of("people_membership", "household_id", "e")} m
          CROSS JOIN LATERAL (SELECT name FROM people_person WHERE id = m.person_id LIMIT 1) n
          WHERE m.until_on IS NULL AND n.name = e.account_owner LIMIT 1) here ON true
        WHERE e.account_owner <> e.payee_name AND here.found IS NULL""",
    ),
    "no_agreement": (
        "hold",
        """SELECT e.id, e.path, '' FROM running e
        LEFT JOIN LATERAL (
          SELECT 1 AS found FROM (SELECT * FROM people_membership WHERE person_id = e.payee_id OFFSET 0) m
          WHERE m.household_id = e.household_id AND m.until_on IS NULL LIMIT 1) here ON true
        WHERE e.household_id IS NOT NULL AND e.agreement = '' AND here.found IS NULL""",
    ),
    "card_gave_back": (
        "hold",
        f"""SELECT DISTINCT ON (e.id) e.id, e.path, left('银行说明：' || g.failure, 200)
        FROM gave_back g JOIN running e ON {alike("e.account")} = {alike("g.account")}
         AND coalesce(e.household_id, 0) = coalesce(g.household_id, 0)
         AND coalesce(e.person_id, 0) = coalesce(g.person_id, 0)""",
    ),
    "shared_account": (
        "warn",
        f"""SELECT e.id, e.path, '同一账户领取 ' || s.holders || ' 户（人）' FROM running e JOIN (
          SELECT {alike("account")} AS same, count(*) AS holders FROM running GROUP BY 1 HAVING count(*) > 1) s
        ON s.same = {alike("e.account")}""",
    ),
    # Looked at when a household is first paid to an account; whether its check digit is right stands beside the seal.
    "account_digit": (
        "warn",
        f"""SELECT e.id, e.path, '请对照银行卡核对：尾号 ' || {tail("e.account")} FROM running e
        LEFT JOIN LATERAL (SELECT 1 AS found FROM ledger_payment p
                           WHERE p.entitlement_id = e.id AND {alike("p.account")} = {alike("e.account")}
                           LIMIT 1) paid ON true
        WHERE {alike("e.account")} IS DISTINCT FROM {alike("e.last_account")} AND paid.found IS NULL
          AND NOT {passes("e.account")}""",
    ),
    "jump": (
        "warn",
        """SELECT e.id, e.path, '' FROM running e
        WHERE e.last_regular > 0 AND abs(e.amount - e.last_regular) * %(jump_of)s > e.last_regular * %(jump)s""",
    ),
}


_DROP_OPEN = """
DELETE FROM ledger_doubt d WHERE d.scheme = %(scheme)s AND d.month = %(month)s AND d.answer = ''
  AND d.path >= %(path)s AND d.path < %(path_end)s AND d.code = ANY(%(codes)s)"""

_ADD = """
WITH found AS ({found})
INSERT INTO ledger_doubt (path, scheme, month, entitlement_id, code, weight, detail, found_at, answer, answer_note,
                          answered_by)
SELECT path, %(scheme)s, %(month)s, id, code, weight, detail, %(now)s, '', '', '' FROM found
ON CONFLICT DO NOTHING"""


def find_doubts(*, scheme: str, path: str, month: Month) -> int:
    """Look at everyone entitled in the month; open doubts are found anew, answered ones keep their answer."""
    jump = ratio("ledger.doubt.jump", path=path, on=month.first)
    facts: dict[str, Any] = {
        "scheme": scheme, "path": path, "path_end": path[:-1] + chr(ord(path[-1]) + 1), "month": month.first,
        "now": clock.now(), "codes": list(_CHECKS), "jump": jump.numerator, "jump_of": jump.denominator,
    }  # fmt: skip
    found = " UNION ALL ".join(
        f"SELECT '{code}' AS code, '{weight}' AS weight, x.* FROM ({select}) x(id, path, detail)"
        for code, (weight, select) in _CHECKS.items()
    )
    with connection.cursor() as cursor, by_key(cursor):
        cursor.execute(_DROP_OPEN, facts)
        cursor.execute(_RUNNING, facts)
        cursor.execute(_GAVE_BACK, facts)
        cursor.execute("SET LOCAL default_statistics_target = 10")  # how many there are is what matters
        cursor.execute("ANALYZE running, gave_back")
        cursor.execute(_ADD.format(found=found), facts)
        number = int(cursor.rowcount)
        cursor.execute("DROP TABLE running, gave_back")
    return number


_ADD_FOUND = """
INSERT INTO ledger_doubt (path, scheme, month, entitlement_id, code, weight, detail, found_at, answer, answer_note,
                          answered_by)
SELECT e.path, e.scheme, %(month)s, e.id, %(code)s, %(weight)s, f.detail, %(now)s, '', '', ''
FROM unnest(%(ids)s::bigint[], %(details)s::text[]) AS f(id, detail) JOIN ledger_entitlement e USING (id)
WHERE e.scheme = %(scheme)s
ON CONFLICT DO NOTHING"""


def replace_doubts(
    *, scheme: str, path: str, month: Month, code: str, weight: Doubt.Weight, found: Mapping[int, str]
) -> int:
    """What a check outside the ledger has found now, by entitlement and in words; its open doubts of before go."""
    facts: dict[str, Any] = {
        "scheme": scheme, "path": path, "path_end": path[:-1] + chr(ord(path[-1]) + 1), "month": month.first,
        "now": clock.now(), "codes": [code], "code": code, "weight": weight, "ids": list(found),
        "details": [words[:200] for words in found.values()],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_DROP_OPEN, facts)
        cursor.execute(_ADD_FOUND, facts)
        return int(cursor.rowcount)


def doubts(by: Actor) -> QuerySet[Doubt]:
    """What was doubted within scope, with whom it is about."""
    rows = Doubt.objects.select_related("entitlement__payee", "entitlement__household")
    return in_scope(rows, by)


def of_batch(batch: Batch, by: Actor) -> QuerySet[Doubt]:
    """The doubts about the month of a batch in its place."""
    return doubts(by).filter(scheme=batch.scheme, month=batch.month, path__startswith=batch.path)


def drafted_before_answers(batch: Batch, by: Actor) -> int:
    """How many were answered to be paid and stand in no batch of the month yet: it must be drafted again."""
    holds = of_batch(batch, by).filter(weight=Doubt.Weight.HOLD)
    still = holds.exclude(answer=Doubt.Answer.PAY).values("entitlement")
    paid = Payment.objects.filter(scheme=batch.scheme, month=batch.month).values("entitlement")
    answered = holds.filter(answer=Doubt.Answer.PAY)
    return answered.exclude(entitlement__in=still).exclude(entitlement__in=paid).count()


@verb("ledger.answer_doubt", label="核实发放疑点")
def answer_doubt(*, doubt: Doubt, answer: Doubt.Answer, words: str, by: Actor) -> Doubt:
    """A reviewer who has looked says whether it is paid this month, and why; the draft then follows."""
    row = Doubt.objects.select_for_update().get(pk=doubt.pk)
    require_scheme_reviewer(row.scheme, path=row.path, by=by)
    if row.answer:
        raise Refused("answered_already", "该疑点已核实。请刷新页面查看结果。")
    if row.weight == Doubt.Weight.WARN and answer == Doubt.Answer.SKIP:
        raise Refused(
            "warning_stops_nothing",
            "提示不影响本月发放。确需停发或改变金额的，请办理待遇变更。",
            field="answer",
        )
    if not words.strip():
        raise Refused("reason_missing", "请写明核实的情况。", field="words")
    row.answer, row.answer_note = Doubt.Answer(answer), words.strip()[:200]
    row.answered_by, row.answered_at = by.id, clock.now()
    row.save()
    note(about=row, path=row.path, reason=words, after={"code": row.code, "answer": row.answer})
    return row
