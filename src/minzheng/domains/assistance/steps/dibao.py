"""Dibao by 最低生活保障审核确认办法, chapters 2 to 4, step by step; the edge follows the same, a review its own."""

from __future__ import annotations

from minzheng.kernel import declare

from .. import checks, forms, queries, rules
from ..roles import (
    CLERK,
    COUNTY_APPROVER,
    INVESTIGATOR,
    PANEL_SECRETARY,
    TOWNSHIP_APPROVER,
    VERIFIER,
)  # fmt: skip

__all__ = [
    "ALL", "MATERIALS", "RETURN", "REVIEW", "SOURCES", "TERMS", "accept", "assess", "confirm", "investigate", "panel",
    "post", "serve", "verify",
]  # fmt: skip

DB = rules.DB2021
SOURCES = (
    "police", "marriage", "tax_social", "property", "vehicles", "business", "bank", "pensions", "disability",
    "medical",
)  # fmt: skip
RETURN = declare.Outcome("return", "退回补充", then="return", to="investigate", needs_reason=True)

accept = declare.Acceptance(
    "accept", "受理", by=CLERK, evidence=forms.WINDOW_CHECK, term="dibao.term.accept", basis=DB.article(11),
    check=checks.registered,
    outcomes=(
        declare.Outcome("accept", "受理"),
        declare.Outcome("decline", "不予受理", then="close", needs_reason=True),
    ),
)  # fmt: skip
investigate = declare.Step(
    "investigate", "入户调查", by=INVESTIGATOR, evidence=forms.HOME_VISIT, together=2, term_from="accepted",
    term="dibao.term.investigate", basis=DB.article(15), check=checks.visited,
    outdoors=declare.Outdoors(phone=True, address=True),
)  # fmt: skip
verify = declare.Verification(
    "verify", "家庭经济状况核对", by=VERIFIER, after=("accept",), term="dibao.term.verify", basis=DB.article(17),
    purpose="assistance.dibao", sources=SOURCES, explain_term="dibao.verify.explain_days",
    valid_term="dibao.verify.valid_days", tolerance="dibao.verify.tolerance", declared=queries.declared_facts,
)  # fmt: skip
assess = declare.Step(
    "assess", "评估与初审意见", by=INVESTIGATOR, evidence=forms.ASSESSMENT, after=("investigate", "verify"),
    basis=DB.article(19), check=checks.assessed,
    outcomes=(
        declare.Outcome("propose", "建议确认"),
        declare.Outcome("oppose", "建议不予确认", to="confirm"),
        RETURN,
    ),
)  # fmt: skip
panel = declare.Step(
    "panel", "乡镇评审会", by=PANEL_SECRETARY, evidence=forms.PANEL, basis=DB.article(19), check=checks.panel_met,
    outcomes=(
        declare.Outcome("agree", "同意上报并公示"),
        declare.Outcome("disagree", "不同意，退回评估", then="return", to="assess", needs_reason=True),
    ),
)  # fmt: skip
post = declare.Posting(
    "post", "村级公示", by=CLERK, evidence=forms.APPRAISAL, publicity_term="dibao.term.publicity",
    basis=DB.article(19), bulk="done",
    outcomes=(
        declare.Outcome("done", "公示期满"),
        declare.Outcome("return", "异议成立，重新评估", then="return", to="assess", needs_reason=True),
    ),
)  # fmt: skip
confirm = declare.Deciding(
    "confirm", "审核确认", by=COUNTY_APPROVER, or_by=TOWNSHIP_APPROVER, decided_by="dibao.decided_by",
    term="dibao.term.review", basis=DB.article(20), evidence=forms.EXAMINATION, check=checks.examined,
    outcomes=(
        declare.Outcome("grant", "予以确认", then="grant"),
        declare.Outcome("refuse", "不予确认", then="refuse", needs_reason=True),
        RETURN,
        declare.Outcome("reverify", "退回重新核对", then="return", to="verify", needs_reason=True),
    ),
)  # fmt: skip
serve = declare.Serving(
    "serve", "送达决定", by=CLERK, evidence=forms.DELIVERY, term="dibao.term.notice", basis=DB.article(21)
)

ALL = (accept, investigate, verify, assess, panel, post, confirm, serve)
REVIEW = (
    declare.Acceptance("accept", "登记变化", by=CLERK, basis=DB.article(31)),
    declare.Step(
        "investigate", "核实变化", by=INVESTIGATOR, evidence=forms.CHANGE_FINDING, together=2, basis=DB.article(31),
        outdoors=declare.Outdoors(phone=True, address=True),
        check=checks.visited,
    ),
    declare.Step(
        "hear", "听取意见", by=CLERK, evidence=forms.HEARING, basis=rules.SA2026.article(48), check=checks.heard
    ),
    declare.Deciding(
        "confirm", "复核决定", by=COUNTY_APPROVER, or_by=TOWNSHIP_APPROVER, decided_by="dibao.decided_by",
        term="dibao.term.review", basis=DB.article(31),
        outcomes=(
            declare.Outcome("grant", "继续保障", then="grant"),
            declare.Outcome("refuse", "停止保障（就业的渐退）", then="refuse", needs_reason=True),
            RETURN,
        ),
    ),
    serve,
)  # fmt: skip
TERMS = declare.Terms(
    "dibao.term.whole", special="dibao.term.whole_special", delegated="dibao.term.whole_delegated"
)
MATERIALS = (
    declare.Material("identity", "身份证、户口簿", "system", from_source="公安户籍信息"),
    declare.Material("social_insurance", "社保缴费和养老金证明", "system", from_source="人社、税务信息"),
    declare.Material("house", "房产证明", "system", from_source="不动产登记信息"),
    declare.Material("vehicle", "车辆证明", "system", from_source="交管信息"),
    declare.Material("company", "经营登记证明", "system", from_source="市场监管信息"),
    declare.Material("deposit", "存款证明", "system", from_source="金融机构核对"),
    declare.Material("commitment", "承诺书", "signed"),
    declare.Material("authorisation", "家庭经济状况核对授权书", "signed", help="每位成年家庭成员签字。"),
    declare.Material("invoices", "医疗、教育等票据", "applicant", required=False, help="有大额支出时提供。"),
)  # fmt: skip
