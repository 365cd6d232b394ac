"""Years that offices reviewed themselves (年度自评): one was returned and handed in again, one still waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.documents.models import Document
from minzheng.kernel.plans import yearly
from minzheng.kernel.plans.duties import Plan
from minzheng.kernel.plans.models import YearReview

__all__ = ["review_years"]

Paper = Callable[[str, Actor], Document]
_WORDS = {
    "eldercare": yearly.Words(
        "公办机构护理型床位继续增加，街道综合服务中心全部建成，护理员培训按计划开班。",
        "参保床位和失智照护床位与时间进度有差距，部分乡镇福利中心没有助浴设施。",
        "对滞后的县逐一约谈，助浴改造列入下一年度资金安排。",
    ),
    "assistance": yearly.Words(
        "救助协理员实现村级在岗，购买救助服务支出控制在上限以内。",
        "有的县困难线索办理不及时。",
        "按月通报线索办理情况，超期的由市级督办。",
    ),
    "funeral": yearly.Words(
        "新建和改造殡仪馆按计划推进，火化率保持上升。",
        "有的项目用地落实较晚，火化炉更新个别年度没有达到十台。",
        "用地问题提请省级协调，火化炉更新资金提前下达。",
    ),
}  # fmt: skip
_YEARS = (2021, 2022, 2023, 2024, 2025)


def review_years(plan: Plan, paper: Paper, *, giver: Actor, second: Actor) -> None:
    """Each office in the January that follows; the last of the last year still waits for the second person."""
    for year in _YEARS:
        for owner in _WORDS:
            if (year, owner) == (2023, "funeral"):
                made = _hand_in(plan, owner, year, date(2024, 1, 16), paper, giver)
                _settle(plan, made, second, date(2024, 1, 18), "没有说明火化炉缺口的原因", accepted=False)
            made = _hand_in(plan, owner, year, date(year + 1, 1, 22), paper, giver)
            if (year, owner) != (2025, "funeral"):
                _settle(plan, made, second, date(year + 1, 1, 24), "与年末报表和台账一致", accepted=True)


def _hand_in(plan: Plan, owner: str, year: int, on: date, paper: Paper, giver: Actor) -> YearReview:
    with clock.frozen(on):
        sheet = paper(f"{year} 年{plan.item.owner(owner)}自评报告", giver)
        return yearly.write_year(
            plan=plan, owner=owner, year=year, words=_WORDS[owner], evidence=sheet, by=giver
        )


def _settle(plan: Plan, made: YearReview, second: Actor, on: date, opinion: str, *, accepted: bool) -> None:
    with clock.frozen(on):
        yearly.settle_year(plan=plan, review=made, accepted=accepted, opinion=opinion, by=second)
