"""Social assistance (社会救助): a household in need is found or applies, is checked, decided and paid each month.

The township hears, visits and posts; the county checks with other departments and confirms, unless it has
delegated that to the township; the city samples; the province counts.
"""

from __future__ import annotations

from pathlib import Path

from minzheng.kernel import declare

from . import actions, checks, forms, guides, indicators, queries, rules
from .registers import STANDINGS
from .roles import (
    CLERK,
    COORDINATOR,
    COUNTY_APPROVER,
    INVESTIGATOR,
    PANEL_SECRETARY,
    PAYER,
    PAYMENT_REVIEWER,
    REVIEWER,
    ROLES,
    SAMPLER,
    TOWNSHIP_APPROVER,
    VERIFIER,
)  # fmt: skip

DB, SOURCES = rules.DB2021, ("police", "tax_social", "property", "vehicles", "business", "bank")
RETURN = declare.Outcome("return", "退回补充", then="return", to="investigate", needs_reason=True)

dibao_money = declare.Scheme(
    "dibao", "最低生活保障金", "household", prepared_by=PAYER, reviewed_by=PAYMENT_REVIEWER,
    exclusive_group="livelihood", basis=DB.article(23),
)  # fmt: skip

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
    basis=DB.article(19),
    outcomes=(
        declare.Outcome("done", "公示期满"),
        declare.Outcome("return", "异议成立，重新评估", then="return", to="assess", needs_reason=True),
    ),
)  # fmt: skip
confirm = declare.Deciding(
    "confirm", "审核确认", by=COUNTY_APPROVER, or_by=TOWNSHIP_APPROVER, decided_by="dibao.decided_by",
    term="dibao.term.review", basis=DB.article(20),
    outcomes=(
        declare.Outcome("grant", "予以确认", then="grant"),
        declare.Outcome("refuse", "不予确认", then="refuse", needs_reason=True),
        RETURN,
    ),
)  # fmt: skip
serve = declare.Serving(
    "serve", "送达决定", by=CLERK, evidence=forms.DELIVERY, term="dibao.term.notice", basis=DB.article(21)
)

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

dibao = declare.Service(
    "dibao", "最低生活保障", situation=declare.Situation.HARDSHIP,
    basis=(rules.SA2014.article(9), DB.article(4), rules.SA2026.article(13)), guide=guides.DIBAO,
    form=forms.APPLICATION, member_form=forms.MEMBER, materials=MATERIALS, within=TERMS, consent="assistance.dibao",
    commitment="assistance.dibao", steps=(accept, investigate, verify, assess, panel, post, confirm, serve),
    facts=queries.facts_of_case, determine=rules.determine_dibao, payload=actions.allowance_payload,
    scheme=dibao_money, on_grant=actions.open_allowance, proxy=(COORDINATOR, CLERK), reviewed_by=REVIEWER,
)  # fmt: skip
review = declare.Service(
    "dibao_review", "低保复核", situation=declare.Situation.HARDSHIP,
    basis=(DB.article(31), rules.MF83.as_a_whole()), guide=guides.REVIEW, form=forms.CHANGE,
    member_form=forms.REVIEWED_MEMBER, materials=(), within=TERMS, consent="", commitment="", offered="office",
    steps=(
        declare.Acceptance("accept", "登记变化", by=CLERK, basis=DB.article(31)),
        declare.Step(
            "investigate", "核实变化", by=INVESTIGATOR, evidence=forms.CHANGE_FINDING, together=2, basis=DB.article(31)
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
    ),
    facts=queries.facts_of_case, determine=rules.determine_dibao, payload=actions.adjustment_payload,
    scheme=dibao_money, on_grant=actions.adjust_allowance, on_refuse=actions.begin_exit, proxy=(CLERK,),
    reviewed_by=REVIEWER,
)  # fmt: skip

domain = declare.Domain(
    "assistance", "社会救助", folder=Path(__file__).parent, roles=ROLES, services=(dibao, review),
    schemes=(dibao_money,), registers=(STANDINGS,),
    visits=(
        declare.Visit(
            "patrol", "入户走访", by=COORDINATOR, form=forms.PATROL, lead_when=lambda seen: seen["need"] != "none",
            basis=DB.article(9),
        ),
    ),
    samplings=(
        declare.Sampling(
            "dibao_files", "低保档案抽查", service="dibao", by=SAMPLER, answered_by=CLERK, form=forms.SAMPLED_FILE,
            rectify_term="sampling.rectify", basis=DB.article(20),
        ),
    ),
    indicators=(
        declare.Indicator("dibao_households", "低保户数", "户", count=indicators.households),
        declare.Indicator("dibao_persons", "低保人数", "人", count=indicators.persons),
        declare.Indicator("dibao_spending", "低保金支出", "元", count=indicators.spending),
        declare.Indicator(
            "dibao_per_person", "低保人均补助", "元/人", count=indicators.spending, out_of=indicators.persons
        ),
        declare.Indicator(
            "dibao_on_time", "低保按期办结率", "%", count=indicators.decided_on_time, out_of=indicators.decided
        ),
    ),
    instruments=(rules.SA2014, rules.SA2026, rules.DB2021, rules.MF83, rules.GB39),
)  # fmt: skip
