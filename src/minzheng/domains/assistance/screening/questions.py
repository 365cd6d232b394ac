"""The ten questions, as a family would ask them of itself.

Only who lives there, their age and what they do must be answered; what is left open stays unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minzheng.kernel import declare
from minzheng.kernel.errors import Refused

from .. import forms

__all__ = ["CAUSES", "FORM", "PARENTS", "QUESTIONS", "RELATIONS", "begins"]

RELATIONS = {
    "self": "申请人本人", "spouse": "配偶", "child": "子女", "parent": "父母", "ward": "替人抚养的孩子",
    "other": "其他亲属",
}  # fmt: skip
_DOING = {
    "job": "上班、打工", "farm": "种地、做小买卖", "idle": "能干活，没有工作", "unable": "因病因残不能干活",
    "retired": "年老或退休", "study": "上学", "small": "还没上学",
}  # fmt: skip
_GRADES = {"0": "没有残疾证", "1": "一级", "2": "二级", "3": "三级", "4": "四级"}
_KINDS = {"1": "视力", "2": "听力", "3": "言语", "4": "肢体", "5": "智力", "6": "精神", "7": "多重"}
PARENTS = {
    "normal": "能照顾孩子", "dead": "去世或宣告失踪", "prison": "坐牢、强制戒毒（六个月以上）",
    "out_of_contact": "失去联系（六个月以上）", "severe_disability": "重度残疾", "serious_illness": "重病",
}  # fmt: skip
CAUSES = {
    "none": "没有", "fire": "火灾等灾害", "traffic": "交通事故", "illness": "突发重病", "drowning": "溺水等意外",
    "crime": "遭受不法侵害", "medical": "看病花费太大", "education": "上学花费太大", "jobless": "失业",
    "other": "其他困难",
}  # fmt: skip
_PEOPLE = declare.Rows(
    "people", "一起生活的人，一人一行", least=1, most=12,
    of=(
        declare.Choice("relation", "他（她）是", options=RELATIONS),
        declare.Number("age", "周岁", most=120),
        declare.Choice("doing", "现在做什么", options=_DOING),
        declare.Money("income", "每月收入", required=False),
        declare.Choice("grade", "残疾等级", options=_GRADES, required=False),
        declare.Choice("kind", "残疾类别", options=_KINDS, required=False),
        declare.Choice(
            "illness", "患病", options={"none": "没有", "chronic": "慢性病", "serious": "重病"}, required=False
        ),
        declare.Choice(
            "care", "生活自理", required=False,
            options={"able": "都能自理", "partly": "有些要人帮", "fully": "全靠人照顾"},
        ),
    ),
)  # fmt: skip


def _one_applicant(answers: dict[str, Any]) -> None:
    """Everyone is named as seen from one person, so there is exactly one of that one, and one husband or wife."""
    people = answers["people"]
    for relation, least in (("self", 1), ("spouse", 0)):
        count = sum(row["relation"] == relation for row in people)
        if not least <= count <= 1:
            word = RELATIONS[relation]
            cure = "请写上申请人本人" if count == 0 else f"“{word}”只能有一位，现有 {count} 位，请核对"
            raise Refused("one_applicant", f"家庭成员：{cure}。", field="people")


FORM = declare.Form(
    "receivable", "我能享受什么", check=_one_applicant,
    fields=(
        declare.Choice("class_ur", "户口所在地属于", options={"rural": "农村", "urban": "城镇"}),
        _PEOPLE,
        declare.Choice(
            "supporters", "有没有不住在一起的子女、父母或配偶", required=False,
            options={
                "none": "没有", "able": "有，是成年人，身体都还好", "weak": "有，但年老、重病、重残或在服刑",
                "unsure": "不清楚",
            },
        ),
        declare.Money(
            "supporter_income", "他们家每月一共收入", required=False, help="没有这样的亲人不用填；不清楚可以留空。"
        ),
        declare.Number("supporter_members", "他们家几口人", least=1, most=20, required=False),
        declare.Money("deposits", "全家存款、理财、股票大约", required=False, help="没有请填 0；不清楚可以留空。"),
        declare.Number("houses", "全家有几套住房", most=20, required=False, help="自己名下的，没有请填 0。"),
        declare.Number(
            "vehicles", "有几辆汽车", most=20, required=False, help="电动自行车、残疾人代步车不算，没有请填 0。"
        ),
        declare.Money(
            "spending", "过去一年自己花的看病、上学、康复费用", required=False, help="扣掉医保报销以后的。没有请填 0。"
        ),
        declare.YesNo("alone", "有没有父母都照顾不了的孩子", required=False),
        declare.Choice("father", "孩子的父亲", options=PARENTS, required=False),
        declare.Choice("mother", "孩子的母亲", options=PARENTS, required=False),
        declare.Choice("misfortune", "最近遇到的难处", options=CAUSES, required=False),
    ),
)  # fmt: skip

Q = declare.Question
QUESTIONS = (
    Q("您家在哪里？", ("class_ur",), "各地标准不一样。选户口所在的县（市、区）。"),
    Q(
        "家里有谁一起生活？", ("people",),
        "收入填每月到手的钱：工资、种地做买卖的净收入、养老金都算。没有填 0，不清楚留空。",
    ),
    Q(
        "有没有不住在一起的亲人？", ("supporters", "supporter_income", "supporter_members"),
        "指有赡养、抚养义务的子女、父母、配偶。",
    ),
    Q("有多少存款？", ("deposits",)),
    Q("有几套房子？", ("houses",)),
    Q("有几辆车？", ("vehicles",)),
    Q("看病、上学花了多少？", ("spending",)),
    Q("有没有父母都照顾不了的孩子？", ("alone",), "例如父母去世、服刑、失联、重残、重病，孩子跟着老人或亲戚。"),
    Q("这个孩子的父母现在怎样？", ("father", "mother"), "上一题答“否”的，不用答这一题。"),
    Q("最近有没有遇到突然的难处？", ("misfortune",)),
)  # fmt: skip


def begins(answers: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """What an application for each service begins with; every line is asked again there."""
    same = ("class_ur", "houses", "deposits", "vehicles")
    known = {code: answers[code] for code in same if code in answers}
    if "spending" in answers:
        known["rigid_spending"] = answers["spending"]
    kept = forms.APPLICATION.raw(known)
    cause = answers.get("misfortune")
    aid = kept | ({"cause": cause} if cause not in (None, "none") else {})
    return {
        "assistance.dibao": kept,
        "assistance.edge": kept,
        "assistance.tekun": kept,
        "assistance.temporary": aid,
    }
