"""Home visits (居家巡访关爱): one ledger for each person, by risk, with a chain of calls when nobody opens.

民发〔2022〕73号; handbook 02 §7.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minzheng.kernel import declare
from minzheng.kernel.law.facts import Facts, filled
from minzheng.kernel.law.parameters import Parameters
from minzheng.kernel.law.reference import Evaluation

from ..queries import PEOPLE, benefits
from ..roles import CLERK, COUNTY_OFFICER, VISITOR
from ..rules import community, instruments

__all__ = ["GROUPS", "VISITS"]

GROUPS: Mapping[str, str] = {
    "alone": "独居", "empty_nest": "空巢", "left_behind": "留守", "disabled": "失能", "severe": "重度残疾",
    "family_planning": "计划生育特殊家庭", "tekun": "特困人员", "other": "其他需要关注",
}  # fmt: skip

_SEEN = (
    declare.SeenItem("speech", "言语应答", "健康"),
    declare.SeenItem("movement", "行动", "健康"),
    declare.SeenItem("illness", "疾病和用药", "健康"),
    declare.SeenItem("mood", "情绪", "健康"),
    declare.SeenItem("living", "吃穿和看病", "生活", help="粮食、衣物、药品是否够用，待遇是否到账"),
    declare.SeenItem("warmth", "取暖和住房", "安全", help="室内温度、屋顶和门窗"),
    declare.SeenItem("fire", "水电气和防一氧化碳", "安全"),
    declare.SeenItem("family", "家人照顾", "家庭", help="家庭情况有无变化"),
)


def _risk(facts: Mapping[str, Any], parameters: Parameters, *, path: str, on: Any) -> str:
    """The class of risk by the law of the place."""
    run = Evaluation(
        community.visited, filled(Facts(dict(facts)), community.visited), parameters, path=path, on=on
    )
    return str(run.answer(community.risk))


VISITS = declare.Rounds(
    "visits", "居家老年人巡访", people=PEOPLE, given=benefits, risk=_risk,
    risks=(
        declare.Risk("red", "红色", "bad", phone="elder.visits.red.phone", visit="elder.visits.red.visit"),
        declare.Risk("orange", "橙色", "warn", phone="elder.visits.orange.phone", visit="elder.visits.orange.visit"),
        declare.Risk("yellow", "黄色", "info", visit="elder.visits.yellow.visit"),
        declare.Risk("green", "绿色", "good", visit="elder.visits.green.visit"),
    ),
    groups=GROUPS, stated=("alone", "left_behind", "family_planning", "other"),
    by=VISITOR, managed_by=CLERK, overseen_by=COUNTY_OFFICER, seen=_SEEN,
    calls=(
        declare.RoundsCall("cold", "极端低温", reaches="elder.visits.extra.cold", unit="℃"),
        declare.RoundsCall("storm", "暴雪暴雨大风"),
        declare.RoundsCall("festival", "节假日"),
        declare.RoundsCall("epidemic", "传染病流行"),
    ),
    chain=(
        declare.Rung("village", "邻里和村（社区）查找", VISITOR, "elder.visits.search.village"),
        declare.Rung("door", "会同派出所上门", CLERK, "elder.visits.search.door", police=True),
        declare.Rung("county", "县级督办", COUNTY_OFFICER, "elder.visits.search.county", police=True),
    ),
    first_term="elder.visits.first_term", missed="elder.visits.missed", missed_within="elder.visits.missed_within",
    offered_again="elder.visits.offered_again", far="elder.visits.far", late_hours="elder.visits.late_hours",
    extra="elder.visits.extra.days", sampled="elder.visits.sampled", most_a_day="elder.visits.most_a_day",
    most_a_phone="elder.visits.most_a_phone", same_day=("red",), basis=instruments.VISITS.as_a_whole(),
    outdoors=declare.Outdoors(photo="现场照片", position=True, phone=True, address=True),
)  # fmt: skip
