"""Whom social assistance is warned of (农村低收入人口动态监测): rules M1 to M10 of handbook 01 §10."""

from __future__ import annotations

from datetime import date

from minzheng.kernel import declare

from .. import rules
from ..queries import standing_of, tekun_in, told_by_list
from ..roles import CLERK, COUNTY_APPROVER
from ..steps.watching import WARNED
from . import found
from .disability import newly_certified
from .edge import near_dibao
from .illness import much_borne

__all__ = ["LOW_INCOME"]

_REVIEWS = {"L1": "assistance.tekun_review", "L2": "assistance.dibao_review"}


def _review(household_id: int, *, on: date) -> declare.Ask | None:
    """The review of the dibao file, else of the tekun file; an edge status has none of its own."""
    standing = standing_of(household_id) or tekun_in(household_id)
    if standing is None or standing.low_income_class not in _REVIEWS:
        return None
    return declare.Ask(
        label="复核", text="", path=standing.path, due_on=on, service=_REVIEWS[standing.low_income_class],
        household_id=household_id, origin_id=standing.case_id,
        person_id=standing.applicant_id if standing.low_income_class == "L1" else None,
    )  # fmt: skip


_RULES = (
    declare.Warned(
        "M1", "个人负担医疗费较高", much_borne, {"medical": "monitor.medical"}, proposes=("temporary", "dibao"),
    ),
    declare.Warned("M2", "新增一、二级残疾", newly_certified, proposes=("dibao",)),
    declare.Warned("M3", "失业或停保", found.JOBLESS, proposes=("dibao", "temporary")),
    declare.Warned("M4", "义务教育阶段失学", found.DROPOUT, proposes=("temporary",)),
    declare.Warned("M5", "意外事故或灾害", found.DISASTER, urgent=True, proposes=("first_aid", "temporary")),
    declare.Warned("M6", "家庭成员去世或服刑", found.MEMBER_LOST, proposes=("temporary", "dibao")),
    declare.Warned("M7", "在保家庭新增车辆、房产或经营主体", found.BETTER_OFF),
    declare.Warned(
        "M8", "低保边缘家庭收入接近低保标准", near_dibao, {"margin": "monitor.edge_margin"}, proposes=("dibao",),
    ),
    declare.Warned("M9", "超期未走访", found.NOT_VISITED, {
        "a": "score.visit_days.a", "b": "score.visit_days.b", "c": "score.visit_days.c", "d": "score.visit_days.d",
        "tekun": "tekun.visit_days", "tekun_total": "tekun.visit_days.total",
    }),
    declare.Warned("M10", "救助金未到账", found.NOT_PAID, {"months": "monitor.unpaid_months"}),
)  # fmt: skip

LOW_INCOME = declare.Monitor(
    "low_income", "低收入人口动态监测", rules=_RULES, visit=WARNED, followed_by=(CLERK, COUNTY_APPROVER),
    review=_review,
    visit_term="monitoring.visit_term", follow_term="monitoring.follow_term", urgent_term="monitoring.urgent_term",
    merge_days="monitoring.merge_days", basis=rules.GB39.as_a_whole(), outdoors=declare.Outdoors(address=True),
    beside=told_by_list,
)  # fmt: skip
