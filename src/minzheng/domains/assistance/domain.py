"""Social assistance (社会救助): a household in need is found or applies, is checked, decided and paid each month.

The township hears, visits and posts; the county checks with other departments and confirms, unless it has
delegated that to the township; the city samples; the province counts.
"""

from __future__ import annotations

from pathlib import Path

from minzheng.kernel import declare

from . import actions, checks, forms, guides, indicators, queries, rules, steps, warnings
from .models import PROFILES
from .registers import ON_DIBAO, ON_EDGE, STANDINGS
from .releases import SIMULATED
from .roles import (
    CLERK,
    COORDINATOR,
    COUNTY_APPROVER,
    INVESTIGATOR,
    PAYER,
    PAYMENT_REVIEWER,
    REVIEWER,
    ROLES,
    SAMPLER,
    TOWNSHIP_APPROVER,
)  # fmt: skip
from .rules.asking import question
from .screening import RECEIVABLE

DB = rules.DB2021

dibao_money = declare.Scheme(
    "dibao", "最低生活保障金", "household", prepared_by=PAYER, reviewed_by=PAYMENT_REVIEWER,
    exclusive_group="livelihood", basis=DB.article(23),
)  # fmt: skip

dibao = declare.Service(
    "dibao", "最低生活保障", situation=declare.Situation.HARDSHIP,
    basis=(rules.SA2014.article(9), DB.article(4), rules.SA2026.article(13)), guide=guides.DIBAO,
    form=forms.APPLICATION, member_form=forms.MEMBER, materials=steps.MATERIALS, within=steps.TERMS,
    consent="assistance.dibao", steps=steps.ALL,
    facts=queries.facts_of_case, determine=rules.determine_dibao, payload=actions.allowance_payload,
    asks=question("dibao"),
    scheme=dibao_money, warns=warnings.of_case, on_grant=actions.open_allowance, on_refuse=actions.take_back,
    proxy=(COORDINATOR, CLERK), reviewed_by=REVIEWER,
    follow_on=declare.FollowOn("edge", keeps=("accept", "investigate", "verify")),
)  # fmt: skip
edge = declare.Service(
    "edge", "低保边缘家庭认定", situation=declare.Situation.HARDSHIP,
    basis=(rules.GB39.as_a_whole(), rules.SA2026.article(13)), guide=guides.EDGE,
    form=forms.APPLICATION, member_form=forms.MEMBER, materials=steps.MATERIALS, within=steps.TERMS,
    consent="assistance.dibao", steps=steps.ALL,
    facts=queries.facts_of_case, determine=rules.determine_edge, payload=actions.edge_payload,
    asks=question("edge"),
    warns=warnings.of_case, on_grant=actions.open_edge, on_refuse=actions.take_back,
    proxy=(COORDINATOR, CLERK), reviewed_by=REVIEWER,
)  # fmt: skip
review = declare.Service(
    "dibao_review", "低保复核", situation=declare.Situation.HARDSHIP,
    basis=(DB.article(31), rules.MF83.as_a_whole()), guide=guides.REVIEW, form=forms.CHANGE,
    member_form=forms.REVIEWED_MEMBER, materials=(), within=steps.TERMS, consent="", offered="office",
    steps=(
        declare.Acceptance("accept", "登记变化", by=CLERK, basis=DB.article(31)),
        declare.Step(
            "investigate", "核实变化", by=INVESTIGATOR, evidence=forms.CHANGE_FINDING, together=2, basis=DB.article(31),
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
                steps.RETURN,
            ),
        ),
        steps.serve,
    ),
    facts=queries.facts_of_case, determine=rules.determine_dibao, payload=actions.adjustment_payload,
    asks=question("dibao"),
    scheme=dibao_money, on_grant=actions.adjust_allowance, on_refuse=actions.begin_exit, proxy=(CLERK,),
    reviewed_by=REVIEWER,
)  # fmt: skip

domain = declare.Domain(
    "assistance", "社会救助", folder=Path(__file__).parent, roles=ROLES, services=(dibao, edge, review),
    schemes=(dibao_money,), registers=(STANDINGS,), profiles=PROFILES, simulated=SIMULATED,
    screenings=(RECEIVABLE,),
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
        declare.Indicator(
            "dibao_households", "低保户数", "户", count=indicators.households, register="standings", where=ON_DIBAO
        ),
        declare.Indicator(
            "dibao_persons", "低保人数", "人", count=indicators.persons, register="standings", where=ON_DIBAO
        ),
        declare.Indicator(
            "edge_households", "低保边缘家庭户数", "户", count=indicators.edge_households,
            register="standings", where=ON_EDGE,
        ),
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
