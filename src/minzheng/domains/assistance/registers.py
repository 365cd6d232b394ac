"""The registers of social assistance, as columns over what is kept."""

from __future__ import annotations

from minzheng.kernel import declare

from . import roles, rules
from .models import CAUSES, RuralWatch

__all__ = [
    "AID_GRANTS",
    "BOUGHT",
    "NATIONAL_RECORDS",
    "ON_DIBAO",
    "ON_EDGE",
    "ON_TEKUN",
    "RURAL_WATCH",
    "STANDINGS",
]

_CARE = {"full": "能自理", "partial": "部分丧失", "total": "完全丧失"}
_FORMS = {"dispersed": "分散供养", "centralized": "集中供养"}
_KINDS = {"emergency": "急难型", "expenditure": "支出型"}
_CLASSES = {"L1": "特困", "L2": "低保", "L3": "低保边缘", "L4": "刚性支出困难"}

# What may be bought for people in need (规划：购买服务清单).
BOUGHT = {
    "visits": "入户走访", "care": "照料护理", "discovery": "主动发现", "application": "代办申请", "assessment": "评估",
    "counselling": "心理疏导", "referral": "资源链接和转介",
}  # fmt: skip

# What the boards count: whoever is fading out still counts, whoever has ended does not.
ON_DIBAO = {"low_income_class": "L2", "state": "!ended"}
ON_EDGE = {"low_income_class": "L3", "state": "!ended"}
ON_TEKUN = {"low_income_class": "L1", "state": "!ended"}

_READERS = (
    roles.COORDINATOR, roles.CLERK, roles.INVESTIGATOR, roles.TOWNSHIP_APPROVER, roles.COUNTY_APPROVER, roles.PAYER,
    roles.PAYMENT_REVIEWER, roles.SAMPLER, roles.PROVINCIAL_OFFICER,
)  # fmt: skip

STANDINGS = declare.Register(
    "standings",
    "低收入人口台账",
    model="assistance.Standing",
    basis=rules.GB39.as_a_whole(),
    read_by=_READERS,
    columns=(
        declare.Column("household.number", "家庭编号", search=True, secondary=True),
        declare.Column("applicant.name", "申请人", search=True),
        declare.Column("low_income_class", "类别", kind="choice", options=_CLASSES, filter=True),
        declare.Column("class_ur", "城乡", kind="choice", options={"urban": "城市", "rural": "农村"}, filter=True),
        declare.Column("path", "所在地", kind="place", filter=True),
        declare.Column("members", "保障人数", kind="number"),
        declare.Column("amount", "月保障金", kind="money"),
        declare.Column("tier", "等级", secondary=True),
        declare.Column("valid_from", "起始日期", kind="day", secondary=True),
        declare.Column("review_due", "复核期限", kind="day"),
        declare.Column(
            "state", "状态", kind="choice", filter=True,
            options={"current": "保障中", "leaving": "渐退", "ended": "已终止"},
        ),
        declare.Column("care_level", "自理能力", kind="choice", options=_CARE, secondary=True),
        declare.Column("support_form", "供养方式", kind="choice", options=_FORMS, secondary=True),
    ),
)  # fmt: skip

AID_GRANTS = declare.Register(
    "aid_grants",
    "临时救助台账",
    model="assistance.AidGrant",
    basis=rules.MF23.as_a_whole(),
    read_by=_READERS,
    columns=(
        declare.Column("name", "受助人", search=True),
        declare.Column("kind", "类型", kind="choice", options=_KINDS, filter=True),
        declare.Column("cause", "致困原因", kind="choice", options=CAUSES, filter=True),
        declare.Column("path", "救助机关所在地", kind="place", filter=True),
        declare.Column("event_place", "发生地点", secondary=True),
        declare.Column("granted_on", "救助日期", kind="day"),
        declare.Column("amount", "救助金额", kind="money"),
        declare.Column("decision_number", "决定文号", secondary=True),
        declare.Column("withdrawn_on", "撤销日期", kind="day", secondary=True),
    ),
)

# What the national system says stands beside what we have decided; the same officers read both.
NATIONAL_RECORDS = declare.Register(
    "national_records",
    "全国救助信息",
    model="assistance.NationalRecord",
    basis=rules.GB39.as_a_whole(),
    read_by=_READERS,
    columns=(
        declare.Column("key", "记录编号", search=True, secondary=True),
        declare.Column("name", "姓名", search=True),
        declare.Column("low_income_class", "类别", kind="choice", options=_CLASSES, filter=True),
        declare.Column("path", "所在地", kind="place", filter=True),
        declare.Column("from_on", "起始日期", kind="day"),
        declare.Column("until_on", "终止日期", kind="day"),
        declare.Column("taken_from", "导入批次", secondary=True),
    ),
    brought_by="national",
)

# The fifth class (防返贫监测对象) is the rural department's to say.
RURAL_WATCH = declare.Register(
    "rural_watch",
    "防返贫监测对象",
    model="assistance.RuralWatch",
    basis=rules.MF83.as_a_whole(),
    read_by=_READERS,
    columns=(
        declare.Column("key", "监测对象编号", search=True, secondary=True),
        declare.Column("name", "姓名", search=True),
        declare.Column("household.number", "家庭编号", search=True, secondary=True),
        declare.Column("kind", "类别", kind="choice", options=dict(RuralWatch.Kind.choices), filter=True),
        declare.Column("state", "状态", kind="choice", options=dict(RuralWatch.State.choices), filter=True),
        declare.Column("path", "所在地", kind="place", filter=True),
        declare.Column("from_on", "纳入监测日期", kind="day"),
        declare.Column("until_on", "终止日期", kind="day"),
        declare.Column("listed_on", "名单截止日期", kind="day", secondary=True),
        declare.Column("taken_from", "导入批次", secondary=True),
    ),
    brought_by="rural_list",
)
