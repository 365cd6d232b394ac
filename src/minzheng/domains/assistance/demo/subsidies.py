"""A demonstration: an index over its trigger, a list that waits for its second signature, a claim by instalments."""

from __future__ import annotations

from collections.abc import Mapping

from minzheng.kernel import clock
from minzheng.kernel.areas.paths import parent
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Payment
from minzheng.kernel.subsidies import actions, tasks
from minzheng.kernel.subsidies.models import SubsidyList

__all__ = ["lists"]


def lists(actors: Mapping[str, Actor]) -> None:
    """Last month's index of the prefecture and what came of it; and money that was paid too much."""
    payer = actors["payer"]
    county, month = payer.posts[0].path, Month.of(clock.today()).previous
    row = actions.enter_index(
        subsidy="assistance.price", path=parent(county) or county, month=month,
        figures=actions.Figures(cpi=280, food_cpi=640, scpi=340), published_on=clock.today(),
        source="居民消费价格月度公报（演示数据）", by=actors["province"],
    )  # fmt: skip
    tasks.draft_lists.func(actions.check_index(row=row, by=actors["province_signer"]).pk)
    one = SubsidyList.objects.filter(index=row, path=county).first()
    if one is not None:
        actions.sign(listing=one, seen=one.content_sha, by=actors["payreview"])
    _claimed(payer, county, month)


def _claimed(payer: Actor, county: str, month: Month) -> None:
    """One household found to have been paid too much last month pays it back by instalments."""
    paid = Payment.objects.filter(
        scheme="assistance.dibao", month=month.first, path__startswith=county, batch__state="closed",
        regular__gte=100_00,
    )  # fmt: skip
    one = paid.order_by("id").first()
    if one is None:
        return
    owed = ledger.Owed(one.entitlement_id, month, month.next, one.regular // 2)
    basis = ledger.Basis(
        decision_number=f"农民追〔{month.year}〕1号（演示）", rule_set="SA-2026", trace_sha=""
    )
    claim = ledger.claim(owed=owed, basis=basis, reason="就业后未及时申报，多领当月一半", by=payer)
    ledger.instalments(recovery=claim, monthly=max(1, one.regular // 8), from_month=month.next, by=payer)
