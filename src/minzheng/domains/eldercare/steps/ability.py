"""The ability assessment (老年人能力评估) as an instrument: twenty-six items, two assessors, one of them medical.

GB/T 42195-2022; handbook 02 §5.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from minzheng.kernel import declare
from minzheng.kernel.declare import ScoreItem
from minzheng.kernel.law.facts import Facts, filled
from minzheng.kernel.law.parameters import Parameters
from minzheng.kernel.law.reference import Evaluation

from ..roles import ASSESSOR, CLERK, COUNTY_OFFICER
from ..rules import ability, instruments

__all__ = ["ABILITY", "LEVELS"]

LEVELS: Mapping[int, str] = {
    0: "能力完好", 1: "轻度失能", 2: "中度失能", 3: "重度失能", 4: "完全失能",
}  # fmt: skip
_PARTS = {
    "self_care": "自理能力", "movement": "基础运动能力", "mind": "精神状态", "society": "感知觉与社会参与",
}  # fmt: skip

# Handbook 02 §5.1: what the points of a typical item of four say.
_DOING = (
    "完全依赖他人",
    "大部分由他人完成，本人配合",
    "需他人协助，大部分自己完成",
    "需他人指导或提示",
    "独立完成",
)
_SOUND = ("完全丧失", "重度受影响", "中度受影响", "轻度受影响", "正常")
_OTHER: Mapping[str, tuple[str, ...]] = {
    "stairs": ("不能上下楼梯", "大部分由他人协助", "需他人少量协助或扶扶手", "独立上下楼梯"),
    "aggression": ("有", "没有"),
    "depression": ("有", "没有"),
    "consciousness": ("昏睡或昏迷", "嗜睡", "清醒"),
    "sight": ("只能辨别光或失明", "看不清近处大字或需他人引导", "能看清书报上的标准字体"),
    "hearing": ("完全听不见", "大声说话才能听见", "能正常交谈"),
    "transport": ("不能外出乘坐", "只能由他人陪同乘坐专车", "有人陪同可乘坐公共交通", "能独自乘坐公共交通"),
}


def _item(part: str, code: str, label: str, most: int) -> ScoreItem:
    words = _OTHER.get(code) or (_SOUND if part == "mind" else _DOING)
    return ScoreItem(
        code, label, _PARTS[part], tuple((points, words[points]) for points in range(most, -1, -1))
    )


def _score(sheet: Mapping[str, Any], parameters: Parameters, *, path: str, on: date) -> declare.Scored:
    """Points, adjustments and level, each by its rule."""
    facts = {name: value for name, value in sheet.items() if name in ability.assessment.facts}
    run = Evaluation(
        ability.assessment, filled(Facts(facts), ability.assessment), parameters, path=path, on=on
    )

    def told(rule: str) -> int:
        found = run.answer(ability.assessment.rules[rule])
        assert isinstance(found, int), rule
        return found

    parts = tuple(
        (_PARTS[part], told(part), sum(most for _, _, most in items))
        for part, items in ability.DIMENSIONS.items()
    )
    level, before = told("level"), told("level_by_points")
    return declare.Scored(told("total"), level, parts, _reasons(sheet, before, level), "GB/T 42195-2022")


def _reasons(sheet: Mapping[str, Any], before: int, level: int) -> tuple[str, ...]:
    """Why the level is not the one of the points alone."""
    if level == before:
        return ()
    if sheet.get("coma"):
        return ("处于昏迷状态，直接评定为完全失能",)
    found = [f"按总分为{LEVELS[before]}"]
    if sheet.get("diagnosis", "none") != "none":
        found.append("经专科诊断患有痴呆或其他精神行为障碍")
    if int(sheet.get("risk_events") or 0) >= 2:
        found.append(f"近30天发生照护风险事件 {sheet['risk_events']} 次")
    return ("；".join([*found, f"评定为{LEVELS[level]}"]),)


_REASONS = {
    "first": "首次评估", "routine": "常规评估", "change": "即时评估（情况变化）", "again": "复评（有异议）",
    "other": "其他",
}  # fmt: skip
_LIVING = {
    "alone": "独居", "spouse": "与配偶居住", "children": "与子女居住", "parents": "与父母居住",
    "siblings": "与兄弟姐妹居住", "kin": "与其他亲属居住", "others": "与非亲属居住", "institution": "养老机构",
}  # fmt: skip
_DIAGNOSES = {"none": "无", "dementia": "痴呆（F00–F03）", "mental": "其他精神行为障碍（F04–F99）"}

_BESIDE = declare.Form(
    "ability_beside", "基本信息和报告",
    (
        declare.Choice("reason", "评估原因", options=_REASONS),
        declare.Choice("living", "居住状况", options=_LIVING),
        declare.YesNo("coma", "是否昏迷"),
        declare.Choice("diagnosis", "专科诊断", options=_DIAGNOSES, help="凭诊断证明填写"),
        declare.Number(
            "risk_events", "近30天照护风险事件（次）", most=200, help="跌倒、走失、噎食、自伤等，含评估当天"
        ),
        declare.Text("informant", "信息提供者", longest=60),
        declare.Text("informant_relation", "与老年人的关系", longest=30),
        declare.Text("at", "评估地点", longest=100),
        declare.Text("health", "健康问题", required=False, longest=300, lines=2),
    ),
)  # fmt: skip

ABILITY = declare.Instrument(
    "ability", "老年人能力评估", "GB/T 42195-2022",
    items=tuple(
        _item(part, code, label, most) for part, items in ability.DIMENSIONS.items() for code, label, most in items
    ),
    beside=_BESIDE, score=_score, levels=LEVELS, by=ASSESSOR, registered_by=COUNTY_OFFICER, heard_by=CLERK,
    valid="ability.valid", objection="ability.objection", together=2, certified=("assessor",), expert=("medical",),
    certificates={"assessor": "老年人能力评估师", "medical": "医护人员资格"}, basis=instruments.GB42195.as_a_whole(),
)  # fmt: skip
