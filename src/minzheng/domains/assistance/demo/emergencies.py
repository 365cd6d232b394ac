"""A demonstration: reserve funds of some townships, emergencies at three stages, and a contract near its cap."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from minzheng.kernel import clock
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.areas.queries import children
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case, Task
from minzheng.kernel.casework.reporting import Claims, report
from minzheng.kernel.casework.taking import take
from minzheng.kernel.funds import actions as funds
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Fund
from minzheng.kernel.standards.queries import calendar

__all__ = ["emergencies"]

RESERVE, PURCHASE, SCHEME = "assistance.reserve", "assistance.purchase", "assistance.temporary"
QUOTA = 5_000_00
MORE = 3  # townships beside the one that is played
# Longer ago than the papers may take.
OVERDUE = 13


def emergencies(actors: Mapping[str, Actor]) -> None:
    """Told on the days on which it would have happened; the papers of the first are overdue today."""
    day = calendar().sub_working(clock.today(), OVERDUE).on
    with clock.frozen(day):
        _open_funds(actors, day.year)
        _Emergency(actors, "fire", "国道旁出租屋", "出租屋起火，衣物和现金烧毁", 0).until("papers")
        _Emergency(actors, "traffic", "镇北路口", "被车撞伤，司机逃逸", 1).until("papers")
    if clock.today().year != day.year:
        _open_funds(actors, clock.today().year)
    _Emergency(actors, "illness", "客运站", "突发急病，身上没有钱", 2).until("pay")
    _Emergency(actors, "fire", "镇西砖厂宿舍", "宿舍起火，无处住宿", 3).until("assess")
    _contract(actors)


def _open_funds(actors: Mapping[str, Actor], year: int) -> None:
    """The played township's fund is small, so that it soon runs low; its neighbours have theirs."""
    here = actors["clerk"].posts[0].path
    county = county_of(here) or here
    others = [unit.path for unit in children(county) if unit.path != here][:MORE]
    places = {here: QUOTA} | dict.fromkeys(others, 4 * QUOTA)
    ledger.allot(
        scheme=SCHEME, path=county, fund=Fund.COUNTY, year=year, amount=2 * sum(places.values()),
        document=f"演示财社〔{year}〕2号", by=actors["payreview"],
    )  # fmt: skip
    for at, (path, quota) in enumerate(places.items(), start=1):
        fund = funds.set_quota(
            reserve=RESERVE, path=path, year=year, amount=quota, document=f"演示民备〔{year}〕{at}号",
            by=actors["payreview"],
        )  # fmt: skip
        funds.advance(fund=fund, amount=quota, document=f"演示拨〔{year}〕{at}号", by=actors["payer"])


class _Emergency:
    """Somebody without papers, helped where it happened."""

    def __init__(
        self, actors: Mapping[str, Actor], cause: str, place: str, situation: str, serial: int
    ) -> None:
        self.actors, self.cause, self.serial = actors, cause, serial
        self.told = {
            "source": "hotline", "order_number": f"演示工单{serial + 1}", "cause": cause, "event_place": place,
            "situation": situation, "phone": f"140{90000000 + serial:08d}",
        }  # fmt: skip
        self.case: Case | None = None

    def until(self, stage: str) -> None:
        """Everything before a stage, which is left open."""
        clerk = self.actors["clerk"]
        who = Claims(name="演示过客" + "甲乙丙丁"[self.serial], birth=date(1985, 3, 1 + self.serial), sex="1")
        self.case = report(
            "assistance.first_aid",
            who=who,
            path=clerk.posts[0].path,
            answers=self.told,
            channel="hotline",
            by=clerk,
        )
        for step in ("accept", "assess", "decide", "pay"):
            if step == stage:
                return
            getattr(self, step)()

    def _take(self, step: str, outcome: str, who: str, evidence: dict[str, Any]) -> None:
        task = Task.objects.get(case=self.case, step=step, state=Task.State.OPEN)
        take(task.pk, outcome=outcome, by=self.actors[who], evidence=evidence)

    def accept(self) -> None:
        self._take("accept", "accept", "clerk", {})

    def assess(self) -> None:
        seen = {"found": "情况属实", "identity": "claimed", "need": "1800", "witness": "村委会值班人员"}
        self._take("assess", "done", "investigator", seen)

    def decide(self) -> None:
        self._take("decide", "grant", "township", {})

    def pay(self) -> None:
        self._take("pay", "done", "clerk", {"payee": "本人", "method": "cash", "witness": "村委会值班人员"})


def _contract(actors: Mapping[str, Actor]) -> None:
    """Signed up to more than eight tenths of the cap; the first month is delivered and waits for acceptance."""
    county, today = actors["county"].posts[0].path, clock.today()
    for fund, amount in ((Fund.CENTRAL, 2_000_000_00), (Fund.PROVINCE, 500_000_00)):
        ledger.allot(
            scheme="assistance.dibao", path=county, fund=fund, year=today.year, amount=amount,
            document=f"演示财社〔{today.year}〕{fund}", by=actors["payreview"],
        )  # fmt: skip
    contract = funds.sign(
        purchasing=PURCHASE, path=county, by=actors["county"],
        terms=funds.Terms(
            number=f"演示购〔{today.year}〕1号", provider="演示社会工作服务中心", provider_code="52220000500000015K",
            service="visits", people=200, unit_price=35_00, amount=42_000_00, from_on=today,
            until_on=today + timedelta(days=180), acceptance="每月每户走访一次，记录完整，抽查满意率不低于九成",
        ),
    )  # fmt: skip
    funds.deliver(
        contract=contract, period=f"{today.year}年{today.month}月", served=200, claimed=7_000_00,
        record="走访200户，记录200份", by=actors["purchaser"],
    )  # fmt: skip
