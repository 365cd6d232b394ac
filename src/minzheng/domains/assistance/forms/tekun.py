"""What is asked for tekun (特困人员救助供养): of the person, of whoever owes support, and the six everyday acts."""

from __future__ import annotations

from typing import Any

from minzheng.kernel import declare
from minzheng.kernel.errors import Refused

from ..rules import GF14, TK2021
from .dibao import APPLICATION, CHANGE, HOME_VISIT

__all__ = ["SAMPLED_TEKUN", "TEKUN", "TEKUN_CHANGE", "TEKUN_OPINION", "TEKUN_REVIEW_VISIT", "TEKUN_VISIT"]

_SUPPORTERS = {
    "child": "子女（赡养）", "parent": "父母（抚养）", "spouse": "配偶（扶养）", "sibling": "兄弟姐妹（扶养）",
    "other": "祖孙等其他义务人",
}  # fmt: skip
# Article 8: what makes somebody unable to support, beyond age and income.
_STATES = {
    "none": "无以下情形", "tekun": "本人是特困人员", "dibao": "本人是低保对象", "severe": "一、二级重度残疾",
    "mind": "三级智力、精神残疾", "incapable": "无民事行为能力", "missing": "被宣告失踪", "prison": "在监狱服刑",
}  # fmt: skip

_KEPT = (
    declare.YesNo(
        "contract_land", "有承包地或参加村集体收益分配", required=False, basis=TK2021.article(19),
        help="有的，按农村标准供养。",
    ),
    declare.YesNo("resettled", "已转为城镇居民安置", required=False, basis=TK2021.article(19)),
    declare.Choice(
        "support_form", "希望怎样供养", required=False, basis=GF14.as_a_whole(),
        options={"dispersed": "在家（分散供养）", "centralized": "住供养机构（集中供养）"},
        help="由本人选择，愿意住机构的都安排。不填的，按在家供养。",
    ),
    declare.Choice(
        "schooling", "未成年人在校情况", required=False, basis=TK2021.article(24),
        options={
            "none": "不在校", "compulsory": "小学、初中", "senior": "普通高中", "vocational": "中等职业学校",
            "college": "大学",
        },
        help="成年人不用填。",
    ),
    declare.YesNo(
        "chose_child_scheme", "监护人已选择孤儿或事实无人抚养儿童保障", required=False, basis=TK2021.article(9),
        help="两种都符合的，由监护人选一种；成年人不用填。",
    ),
    declare.Rows(
        "supporters", "不住在一起的子女、父母、配偶、兄弟姐妹", required=False, most=12, basis=TK2021.article(7),
        help="都没有的，一行也不用填。",
        of=(
            declare.Text("name", "姓名", longest=30),
            declare.Choice("kind", "是本人的什么人", options=_SUPPORTERS),
            declare.Day("birth", "出生日期"),
            declare.Money("own_income", "他（她）自己一年的收入", help="没有填 0。"),
            declare.YesNo("modest", "他（她）的财产不超过当地低收入家庭的规定"),
            declare.Choice("state", "有没有这些情况", options=_STATES, basis=TK2021.article(8)),
        ),
    ),
)  # fmt: skip

TEKUN = declare.Form(
    "tekun_application",
    label="特困人员救助供养申请",
    check=APPLICATION.check,
    fields=(
        *APPLICATION.fields,
        declare.Text(
            "payee_agreement", "代领协议编号", longest=60, required=False, help="由别人代领的才填，写明协议的编号。"
        ),
        *_KEPT,
    ),
)  # fmt: skip

_ACTS = (
    ("can_eat", "自主吃饭"), ("can_dress", "自主穿衣"), ("can_rise", "自主上下床"), ("can_toilet", "自主如厕"),
    ("can_walk", "室内自主行走"), ("can_bathe", "自主洗澡"),
)  # fmt: skip
_SIX = (
    *(declare.YesNo(code, label, basis=TK2021.article(21)) for code, label in _ACTS),
    declare.Text("assessor", "自理能力评估人员", longest=60, basis=TK2021.article(20)),
)

TEKUN_VISIT = declare.Form(
    "tekun_visit",
    label="入户调查和生活自理能力评估",
    fields=(
        *HOME_VISIT.fields[:-1],
        declare.YesNo("supporters_checked", "已核实法定义务人及其履行义务能力", must=True, basis=TK2021.article(7)),
        *_SIX,
        declare.YesNo("signed", "调查人员和本人（监护人）均已签字", must=True, basis=TK2021.article(14)),
    ),
)  # fmt: skip

TEKUN_REVIEW_VISIT = declare.Form(
    "tekun_review_visit",
    label="复核调查和生活自理能力评估",
    fields=(
        declare.Day("visited_on", "核实日期"),
        declare.Text("found", "核实情况", longest=500, lines=3),
        *_SIX,
    ),
)


def _arranged(form: dict[str, Any]) -> None:
    """At home somebody looks after the person under a written agreement; in an institution there is a bed."""
    if form.get("arrangement") == "dispersed" and not (form.get("caregiver") and form.get("agreement")):
        raise Refused(
            "care_agreement",
            "分散供养须落实照料人并签订委托照料服务协议，请填写照料人和协议编号。",
            field="agreement",
        )
    if form.get("arrangement") == "centralized" and not form.get("institution"):
        raise Refused("institution", "集中供养请填写供养服务机构和床位。", field="institution")


TEKUN_OPINION = declare.Form(
    "tekun_opinion",
    label="初审意见和供养安排",
    check=_arranged,
    fields=(
        declare.Text("opinion", "初审意见", longest=500, lines=3),
        declare.Choice(
            "arrangement", "供养安排", basis=GF14.as_a_whole(),
            options={"dispersed": "分散供养", "centralized": "集中供养", "none": "不符合条件，不安排"},
        ),
        declare.Text("caregiver", "照料人", longest=60, required=False),
        declare.Text("agreement", "委托照料服务协议编号", longest=60, required=False),
        declare.Text("institution", "供养服务机构和床位", longest=100, required=False),
    ),
)  # fmt: skip

TEKUN_CHANGE = declare.Form(
    "tekun_change",
    label="特困人员情况变化",
    check=CHANGE.check,
    fields=(
        declare.Choice(
            "why", "复核原因", basis=TK2021.article(24),
            options={
                "periodic": "每年复核", "ability": "生活自理能力变化", "work": "恢复劳动能力",
                "means": "收入或财产变化", "supporter": "法定义务人变化", "prison": "本人服刑或被宣告失踪",
                "voluntary": "本人自愿申请终止",
            },
        ),
        *(one for one in CHANGE.fields if one.code not in {"why", "housing", "rigid_spending"}),
        *_KEPT,
    ),
)  # fmt: skip

SAMPLED_TEKUN = declare.Form(
    "sampled_tekun",
    label="特困认定抽查记录",
    fields=(
        declare.YesNo("visit_form", "入户调查和六项自理能力评估完整、双人签字"),
        declare.YesNo("supporters", "法定义务人核实清楚"),
        declare.YesNo("publicity", "公示天数和内容符合规定"),
        declare.YesNo("arranged", "供养安排落实（照料协议或机构床位）"),
        declare.YesNo("amount", "供养金额计算正确"),
        declare.Text("problem", "发现的问题", longest=500, lines=3, required=False),
    ),
)
