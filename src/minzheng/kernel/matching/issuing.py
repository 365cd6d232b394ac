"""Vouchers of a month (服务券发放): drawn up in one statement for a county, signed by another person."""

from __future__ import annotations

import json

from django.db import connection

from minzheng.kernel import clock
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.clock import Month
from minzheng.kernel.declare.matching import Vouchers
from minzheng.kernel.errors import Mistake, NotFound, Refused, Stale

from .duties import Declared, market_of, require
from .models import Issue, Voucher

__all__ = ["draft_issue", "sign_issue"]

_DRAW = """
INSERT INTO matching_voucher (issue_id, matching, person_id, path, month, "group", amount, spent)
SELECT %(issue)s, %(matching)s, w.person, w.path, %(month)s, w.grp, (%(amounts)s::jsonb ->> w.grp)::bigint, 0
FROM ({people}) AS w(person, path, grp)
WHERE %(amounts)s::jsonb ? w.grp AND (%(amounts)s::jsonb ->> w.grp)::bigint > 0
ON CONFLICT ON CONSTRAINT voucher_once_a_month DO NOTHING
"""
_SUM = "SELECT count(*), coalesce(sum(amount), 0) FROM matching_voucher WHERE issue_id = %s"


@verb("matching.draft_issue", label="生成服务券名单")
def draft_issue(*, matching: str, path: str, month: Month, by: Actor) -> Issue:
    """Everybody of the county for whom the law gives a voucher this month; drawn up again it is renewed."""
    declared, vouchers = _declared(matching)
    require(declared, vouchers.issued_by, path=path, by=by)
    if level_of(path) is not Level.COUNTY:
        raise Refused("not_a_county", "服务券由县（市、区）发放。请选择县级地区。", field="path")
    row, _ = Issue.objects.select_for_update(of=("self",)).get_or_create(
        matching=matching,
        path=path,
        month=month.first,
        defaults={"drafted_by": by.id, "drafted_by_name": by.name},
    )
    if row.state == Issue.State.SIGNED:
        raise Stale("issue_signed", f"{month} 的服务券已经发放，不能重新生成。")
    Voucher.objects.filter(issue=row).delete()
    row.amounts = dict(vouchers.amounts(path, month))
    row.persons, row.total = _drawn(vouchers, row, month)
    if not row.persons:
        raise Refused("nobody_listed", f"{month} 该地区没有可以发放服务券的老人。请核对月份和地区。")
    row.drafted_by, row.drafted_by_name = by.id, by.name
    row.save()
    note(about=row, path=path, article=vouchers.basis, after={"persons": row.persons, "total": row.total})
    return row


def _drawn(vouchers: Vouchers, row: Issue, month: Month) -> tuple[int, int]:
    """Everybody meant, in one statement: how many, and how much in all."""
    path = row.path
    facts = {
        "issue": row.pk, "matching": row.matching, "month": month.first, "day": month.first,
        "amounts": json.dumps(row.amounts), "path": path, "path_end": path[:-1] + chr(ord(path[-1]) + 1),
        **vouchers.asks(path, month),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_DRAW.format(people=vouchers.people), facts)
        cursor.execute(_SUM, [row.pk])
        persons, total = cursor.fetchone()
    return persons, total


@verb("matching.sign_issue", label="审定服务券名单")
def sign_issue(*, issue: Issue, persons: int, total: int, by: Actor) -> Issue:
    """Another person signs for exactly what they saw; from then on the vouchers can be spent."""
    row = Issue.objects.select_for_update(of=("self",)).filter(pk=issue.pk).first()
    if row is None:
        raise NotFound("issue_unknown", "没有这份名单，或不在您的管辖范围内。请返回列表重新选择。")
    declared, vouchers = _declared(row.matching)
    require(declared, vouchers.signed_by, path=row.path, by=by)
    if row.drafted_by == by.id:
        raise Refused("own_issue", "本人生成的名单不能由本人审定。请由其他同志审定。")
    if row.state != Issue.State.DRAFT or (row.persons, row.total) != (persons, total):
        raise Stale("issue_changed", "名单已经变化或已经发放。请刷新页面核对。")
    row.state, row.signed_by, row.signed_by_name, row.signed_at = (
        Issue.State.SIGNED, by.id, by.name, clock.now(),
    )  # fmt: skip
    row.save()
    note(about=row, path=row.path, after={"persons": persons, "total": total})
    return row


def _declared(matching: str) -> tuple[Declared, Vouchers]:
    declared = market_of(matching)
    if declared.item.vouchers is None:
        raise Mistake("no_vouchers", f"{matching} declares no vouchers")
    return declared, declared.item.vouchers
