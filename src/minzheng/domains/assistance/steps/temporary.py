"""Temporary assistance of the expenditure type (支出型临时救助), by 民发〔2018〕23号: the township decides, in days."""

from __future__ import annotations

from minzheng.kernel import declare

from .. import checks, forms, queries, rules
from ..roles import CLERK, COUNTY_APPROVER, INVESTIGATOR, PANEL_SECRETARY, TOWNSHIP_APPROVER, VERIFIER
from . import dibao

__all__ = ["ALL", "MATERIALS", "TERMS"]

BASIS = rules.MF23.as_a_whole()
RETURN = declare.Outcome("return", "退回重新核实支出", then="return", to="expense", needs_reason=True)

accept = declare.Acceptance(
    "accept", "受理", by=CLERK, evidence=forms.AID_ACCEPTED, term="temp.term.accept", basis=BASIS,
    check=checks.means_looked_at,
    outcomes=(
        declare.Outcome("accept", "受理"),
        declare.Outcome("accept_known", "受理，只核实支出（低保、特困家庭）", to="expense"),
        declare.Outcome("decline", "不予受理", then="close", needs_reason=True),
    ),
)  # fmt: skip
verify = declare.Verification(
    "verify", "家庭经济状况核对", by=VERIFIER, term="temp.term.verify", basis=BASIS, purpose="assistance.temporary",
    sources=dibao.SOURCES, explain_term="temp.verify.explain_days", valid_term="temp.verify.valid_days",
    tolerance="temp.verify.tolerance", declared=queries.declared_facts,
)  # fmt: skip
expense = declare.Step(
    "expense", "核实支出", by=INVESTIGATOR, evidence=forms.AID_EXPENSE, together=2, term="temp.term.expense",
    term_from="accepted", basis=BASIS, check=checks.expense_seen,
    outcomes=(
        declare.Outcome("done", "按困难程度分档救助", to="plan"),
        declare.Outcome("extraordinary", "情况特殊，一事一议"),
    ),
)  # fmt: skip
meet = declare.Step(
    "meet", "一事一议", by=PANEL_SECRETARY, evidence=forms.AID_MINUTES, basis=BASIS, check=checks.agreed,
    outcomes=(declare.Outcome("agree", "已议定"), RETURN),
)  # fmt: skip
plan = declare.Step(
    "plan", "救助意见和发放安排", by=INVESTIGATOR, evidence=forms.AID_PLAN, term="temp.term.decide",
    term_from="accepted", basis=BASIS, check=checks.planned,
    outcomes=(
        declare.Outcome("propose", "建议救助并公示"),
        declare.Outcome("oppose", "建议不予救助", to="confirm"),
        RETURN,
    ),
)  # fmt: skip
post = declare.Posting(
    "post", "村级公示", by=CLERK, evidence=forms.APPRAISAL, publicity_term="temp.term.publicity", basis=BASIS,
    outcomes=(
        declare.Outcome("done", "公示期满"),
        declare.Outcome("return", "异议成立，重新核实", then="return", to="expense", needs_reason=True),
    ),
)  # fmt: skip
confirm = declare.Deciding(
    "confirm", "审批", by=COUNTY_APPROVER, or_by=TOWNSHIP_APPROVER, decided_by="temp.decided_by",
    term="temp.term.decide", basis=rules.GF47.as_a_whole(),
    outcomes=(
        declare.Outcome("grant", "予以救助", then="grant"),
        declare.Outcome("refuse", "不予救助", then="refuse", needs_reason=True),
        declare.Outcome("replan", "退回调整发放安排", then="return", to="plan", needs_reason=True),
        RETURN,
    ),
)  # fmt: skip
serve = declare.Serving(
    "serve", "送达决定", by=CLERK, evidence=forms.DELIVERY, term="temp.term.notice", basis=BASIS
)

ALL = (accept, verify, expense, meet, plan, post, confirm, serve)
TERMS = declare.Terms("temp.term.whole")
MATERIALS = (
    *(one for one in dibao.MATERIALS if one.source in ("system", "signed")),
    declare.Material(
        "invoices",
        "医疗、教育等支出的票据或结算单",
        "applicant",
        help="能由医保、教育部门核对的，窗口代为核对。",
    ),
)
