"""Supervision of institutions (综合监管): the check-list of GB 38600 clause by clause, and who inspects."""

from __future__ import annotations

from datetime import date

from minzheng.kernel import declare
from minzheng.kernel.declare import Clause

from .. import roles, rules
from ..forms.homes import SAFETY_RISKS
from ..queries import homes
from ..rules import supervision as law

__all__ = ["HOMES", "SAFETY", "SELF_CHECK", "YEAR"]

_NOW = "home.inspection.rectify_now"
_CLAUSES = (
    Clause("exit", "疏散通道、安全出口畅通，没有障碍物和上锁", term=_NOW),
    Clause("fire", "消防设施完好有效，有消防验收或备案", term=_NOW),
    Clause("assessed", "老年人入住前完成服务安全风险评估，每年至少一次复评"),
    Clause("prevention", "九种服务安全风险均有预防措施和记录"),
    Clause("trained", "护理人员经过培训后上岗"),
    Clause("patrol", "昼夜巡查和交接班有记录"),
    Clause("drill", "应急预案每年至少演练一次，消防演练每半年至少一次"),
    Clause("food", "食品经营许可有效，留样和索证齐全"),
    Clause("medicine", "药品管理和协助服药有记录"),
    Clause("privacy", "监控数据保护老年人隐私"),
    Clause("selling", "没有向老年人推销保健品和其他商品"),
    Clause("fund_raising", "预收费用没有超过规定，没有非法集资"),
    Clause("insurance", "参保床位与保单一致", mandatory=False),
    Clause("notice", "服务项目和收费标准上墙公示", mandatory=False),
)

SAFETY = declare.Checklist(
    "gb38600", "养老机构服务安全检查表（GB 38600-2019）", "2022.1", date(2020, 1, 1), _CLAUSES
)
SELF_CHECK = declare.Checklist(
    "weekly", "每周安全自查表", "2022.1", date(2020, 1, 1),
    tuple(one for one in _CLAUSES if one.code in ("exit", "fire", "patrol", "food", "medicine")), own=True,
)  # fmt: skip
# What a house tells of its whole year, beside the safety list: what is on file of it, its people, money and contracts.
YEAR = declare.Checklist(
    "year", "机构年度自查表", "2024.1", date(2020, 1, 1),
    (
        Clause("filed", "名称、法定代表人、地址、床位等与备案一致，有变化的已办理变更备案"),
        Clause("beds", "床位数、房间和类别与系统登记一致，在住人数不超过床位数"),
        Clause("agreements", "在住老年人都签有服务协议，费用、押金和预收款按协议执行"),
        Clause("reassessed", "在住老年人都有一年内的能力评估和照护计划"),
        Clause("staff", "护理人员配备与老年人能力相适应，名册、合同和培训证书与登记一致"),
        *(one for one in _CLAUSES if one.code not in ("exit", "patrol", "assessed")),
        Clause("medical", "与医疗机构的签约在有效期内，绿色通道畅通", mandatory=False),
        Clause("incidents", "全年事故都已按时限报告并结案"),
        Clause("hazards", "全年检查发现的隐患都已整改销号"),
        Clause("satisfied", "做过满意度调查，意见有答复", mandatory=False),
    ), own=True,
)  # fmt: skip

HOMES = declare.Supervision(
    "homes_supervision", "养老机构综合监管", subjects=homes.subjects, own=homes.own, inspector=roles.INSPECTOR,
    overseer=roles.COUNTY_OFFICER, reviewer=roles.LEGAL_REVIEWER, lists=(SAFETY, SELF_CHECK, YEAR), facts=homes.facts,
    standing=law.standing, grade=law.credit_grade, share="home.inspection.share", factor="home.inspection.factor",
    apart="home.inspection.apart", rectify_term="home.inspection.rectify", publish_term="home.inspection.publish",
    penalty_term="home.inspection.penalty", serious_term="home.incident.serious", other_term="home.incident.other",
    risks=SAFETY_RISKS,
    partners={"fire": "消防救援", "market": "市场监管", "health": "卫生健康", "land": "自然资源"},
    penalties={"warning": "警告", "fine": "罚款", "suspension": "责令停业整顿"}, basis=rules.SUPERVISION.as_a_whole(),
    outdoors=declare.Outdoors(), every="home.inspection.every",
)  # fmt: skip
