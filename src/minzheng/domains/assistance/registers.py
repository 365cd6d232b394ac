"""The registers of social assistance, as columns over what is kept."""

from __future__ import annotations

from minzheng.kernel import declare

from . import roles, rules

__all__ = ["ON_DIBAO", "ON_EDGE", "STANDINGS"]

_CLASSES = {"L1": "特困", "L2": "低保", "L3": "低保边缘", "L4": "刚性支出困难"}

# What the boards count: whoever is fading out still counts, whoever has ended does not.
ON_DIBAO = {"low_income_class": "L2", "state": "!ended"}
ON_EDGE = {"low_income_class": "L3", "state": "!ended"}

STANDINGS = declare.Register(
    "standings",
    "低收入人口台账",
    model="assistance.Standing",
    basis=rules.GB39.as_a_whole(),
    read_by=(
        roles.COORDINATOR, roles.CLERK, roles.INVESTIGATOR, roles.TOWNSHIP_APPROVER, roles.COUNTY_APPROVER,
        roles.PAYER, roles.PAYMENT_REVIEWER, roles.SAMPLER, roles.PROVINCIAL_OFFICER,
    ),
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
    ),
)  # fmt: skip
