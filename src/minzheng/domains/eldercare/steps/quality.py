"""What is counted of safety, residents, reach and money (handbook 02 §17), and which targets of the plan it answers."""

from __future__ import annotations

from functools import partial

from minzheng.kernel import declare
from minzheng.kernel.declare import Indicator, PerUnit, Spans, Tally, Units

from ..queries import measures as told
from .ability import LEVELS

__all__ = ["MEASURES"]

_HOMES = Tally(
    "facilities.Facility",
    "运营的养老机构",
    where={"sort": "eldercare.homes"},
    since="opened_on",
    until="closed_on",
)
_STAYS = Tally(
    "facilities.Stay",
    "在住老人",
    where={"facility__sort": "eldercare.homes"},
    since="from_on",
    until="until_on",
)
_COUNTIES = Units(declare.COUNTY, "县（市、区）")
_DEPENDENT = Tally(
    "facilities.Facility", "主要收住困难失能残疾老人的机构",
    where={"sort": "eldercare.homes", "details__dependent": True}, since="opened_on", until="closed_on",
)  # fmt: skip
_INCIDENTS = """
SELECT path, (happened_at AT TIME ZONE 'Asia/Shanghai')::date, NULL::date, 1000 FROM inspections_incident
WHERE supervision = 'eldercare.homes_supervision'"""
_NEAR, _NEAR_ALL = told.circle, partial(told.circle, everywhere=True)


def _listed(code: str, label: str, subsidy: str) -> tuple[Indicator, Indicator]:
    """How many were on the month's signed lists of a subsidy, and how much it came to."""
    where = {"list__subsidy": f"eldercare.{subsidy}", "list__state": "approved"}
    persons = Tally("subsidies.Listed", f"审定名单上的{label}领取人", where=where, on="month")
    money = Tally(
        "subsidies.Listed", f"审定名单上的{label}金额（分）", where=where, on="month", amount="amount"
    )
    return (
        Indicator(f"{code}_persons", f"{label}领取人数", "人", persons),
        Indicator(f"{code}_amount", f"{label}金额（当月）", "分", money),
    )


MEASURES = (
    Indicator(
        "safety_met", "达到服务安全基本规范的养老机构占比", "%",
        Spans(told.SAFE, "最近一次检查符合 GB 38600 强制条款的机构"), _HOMES, serves=("T047",),
        everywhere=True,
    ),
    Indicator(
        "supervised", "养老机构监管覆盖率", "%",
        Spans(told.CHECKED, "当年受过综合监管检查的机构"), _HOMES,
        serves=("T049",), everywhere=True,
    ),
    Indicator(
        "dependent_homes", "有失能残疾老人专门机构的县（市、区）", "%",
        PerUnit(_COUNTIES, _DEPENDENT, "有这类机构的县"),
        _COUNTIES, serves=("T044",),
    ),
    *(
        Indicator(
            f"residents_{level}", f"在住老人：{label}", "人",
            Spans(told.by_level(level), f"有效评估为{label}的在住老人"),
        )
        for level, label in LEVELS.items()
    ),
    Indicator(
        "residents_assessed", "在住老人有效能力评估占比", "%",
        Spans(told.by_level(*LEVELS), "评估在有效期内的在住老人"), _STAYS,
    ),
    Indicator(
        "incidents_per_days", "每千人日事故", "起/千人日", Spans(_INCIDENTS, "事故（乘以一千）", "month"),
        Spans(told.RESIDENT_DAYS, "在住人日（不含住院）", "month", told.days_so_far),
    ),
    Indicator(
        "circle_cities", "15分钟养老服务圈：城市老人", "%", Spans(told.IN_CIRCLE, "圈内的城市老人", "", _NEAR),
        Spans(told.IN_CITIES, "已定位的城市老人"), serves=("T053",), everywhere=True,
    ),
    Indicator(
        "circle_all", "15分钟养老服务圈：全部已定位老人", "%", Spans(told.IN_CIRCLE, "圈内的老人", "", _NEAR_ALL),
        Spans(told.LOCATED, "已定位的老人"), beside=("T053",),
    ),
    Indicator(
        "elders_with_ledger", "居家老年人电子台账建立率", "%",
        Spans(told.WITH_LEDGER, "在巡访台账的居家老年人", "", told.by_the_day),
        Spans(told.AT_HOME, "65 周岁以上的居家老年人", "", told.by_the_day), serves=("T054",), everywhere=True,
    ),
    Indicator(
        "workers_per_beds", "每百张养老床位社会工作者", "人",
        Spans(told.SOCIAL_WORKERS, "养老机构登记的社会工作者"),
        Tally("facilities.Fitting", "养老机构床位", where={"bed__facility__sort": "eldercare.homes"}, since="from_on",
              until="until_on"),
        serves=("T068",), everywhere=True,
    ),
    *(
        Indicator(
            f"rated_{stars}", f"{word}级养老机构", "家",
            Tally("eldercare.Rating", f"{word}级证书在有效期内的机构", where={"state": "certified", "stars": stars},
                  since="valid_from", until="valid_until"),
        )
        for stars, word in enumerate("一二三四五", 1)
    ),
    *_listed("highage", "高龄津贴", "highage"),
    *_listed("nursing", "护理补贴", "elder_nursing"),
)  # fmt: skip
