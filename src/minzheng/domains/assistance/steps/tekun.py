"""Tekun by 特困人员认定办法, arts. 10 to 25: confirmed for one person, looked at again each year, ended in public."""

from __future__ import annotations

from minzheng.kernel import declare

from .. import checks, forms, queries, rules
from ..roles import CLERK, COUNTY_APPROVER, INVESTIGATOR, TOWNSHIP_APPROVER, VERIFIER
from . import dibao

__all__ = ["ALL", "MATERIALS", "REVIEW", "REVIEW_TERMS", "TERMS"]

TK = rules.TK2021

accept = declare.Acceptance(
    "accept", "受理", by=CLERK, evidence=forms.WINDOW_CHECK, term="tekun.term.accept", basis=TK.article(12),
    check=checks.registered, outcomes=dibao.accept.outcomes,
)  # fmt: skip
investigate = declare.Step(
    "investigate", "入户调查和自理能力评估", by=INVESTIGATOR, evidence=forms.TEKUN_VISIT, together=2,
    term="tekun.term.investigate", term_from="accepted", basis=TK.article(13), check=checks.visited,
    hint="六项自理能力逐项现场评估：吃饭、穿衣、上下床、如厕、室内行走、洗澡。",
    outdoors=declare.Outdoors(phone=True, address=True),
)  # fmt: skip
verify = declare.Verification(
    "verify", "家庭经济状况核对", by=VERIFIER, after=("accept",), term="tekun.term.verify", basis=TK.article(13),
    purpose="assistance.tekun", sources=dibao.SOURCES, explain_term="dibao.verify.explain_days",
    valid_term="dibao.verify.valid_days", tolerance="dibao.verify.tolerance", declared=queries.declared_facts,
)  # fmt: skip
assess = declare.Step(
    "assess", "初审意见", by=INVESTIGATOR, evidence=forms.TEKUN_OPINION, after=("investigate", "verify"),
    term="tekun.term.investigate", term_from="accepted", basis=TK.article(13), check=checks.arranged,
    outcomes=(
        declare.Outcome("propose", "建议确认并公示"),
        declare.Outcome("oppose", "建议不予确认", to="confirm"),
        dibao.RETURN,
    ),
)  # fmt: skip
post = declare.Posting(
    "post", "村级公示", by=CLERK, evidence=forms.APPRAISAL, publicity_term="tekun.term.publicity",
    basis=TK.article(15), outcomes=dibao.post.outcomes, bulk="done",
)  # fmt: skip
confirm = declare.Deciding(
    "confirm", "审核确认", by=COUNTY_APPROVER, or_by=TOWNSHIP_APPROVER, decided_by="tekun.decided_by",
    term="tekun.term.review", basis=TK.article(16), evidence=forms.EXAMINATION, check=checks.examined,
    outcomes=dibao.confirm.outcomes,
)  # fmt: skip
serve = declare.Serving(
    "serve", "送达决定", by=CLERK, evidence=forms.DELIVERY, term="tekun.term.notice", basis=TK.article(17)
)

ALL = (accept, investigate, verify, assess, post, confirm, serve)
TERMS = declare.Terms("tekun.term.whole", special="tekun.term.whole_special")
MATERIALS = (
    *(one for one in dibao.MATERIALS if one.source == "system"),
    declare.Material("disability", "残疾人证", "system", from_source="残联信息"),
    *(one for one in dibao.MATERIALS if one.source == "signed"),
    declare.Material(
        "agreement", "代领协议", "applicant", required=False, help="由别人代领救助供养金的才提供。"
    ),
)

REVIEW = (
    declare.Acceptance("accept", "登记变化", by=CLERK, basis=TK.article(23)),
    declare.Step(
        "investigate", "核实和重新评估", by=INVESTIGATOR, evidence=forms.TEKUN_REVIEW_VISIT, together=2,
        term="tekun.term.retest", term_from="accepted", basis=TK.article(23), check=checks.visited,
    ),
    declare.Step(
        "hear", "听取意见", by=CLERK, evidence=forms.HEARING, basis=rules.SA2026.article(48), check=checks.heard
    ),
    declare.Step(
        "assess", "复核意见", by=INVESTIGATOR, evidence=forms.ASSESSMENT, basis=TK.article(24), check=checks.reviewed,
        outcomes=(
            declare.Outcome("stop", "建议终止，先行公示"),
            declare.Outcome("keep", "建议继续供养", to="confirm"),
            dibao.RETURN,
        ),
    ),
    declare.Posting(
        "post", "拟终止公示", by=CLERK, evidence=forms.APPRAISAL, publicity_term="tekun.term.publicity",
        announces="end", basis=TK.article(25),
        outcomes=(
            declare.Outcome("done", "公示期满"),
            declare.Outcome("return", "异议成立，重新评估", then="return", to="assess", needs_reason=True),
        ),
    ),
    declare.Deciding(
        "confirm", "复核决定", by=COUNTY_APPROVER, or_by=TOWNSHIP_APPROVER, decided_by="tekun.decided_by",
        term="tekun.term.review", basis=TK.article(24), check=checks.ending_posted,
        outcomes=(
            declare.Outcome("grant", "继续供养", then="grant"),
            declare.Outcome("refuse", "终止救助供养", then="refuse", needs_reason=True),
            dibao.RETURN,
        ),
    ),
    serve,
)  # fmt: skip
REVIEW_TERMS = TERMS
