"""Social assistance (社会救助): a household in need is found or applies, is checked, decided and paid each month.

The township hears, visits and posts; the county checks with other departments and confirms, unless it has
delegated that to the township; the city samples; the province counts.
"""

from __future__ import annotations

from pathlib import Path

from minzheng.kernel import declare

from . import actions, forms, guides, indicators, queries, registers, rules, steps, warnings
from .counter import COUNTER, LISTENING
from .models import PROFILES
from .monitoring import LOW_INCOME
from .national import NATIONAL
from .reactions import DUTIES, LISTED, MILESTONES, REACTIONS
from .registers import AID_GRANTS, NATIONAL_RECORDS, RURAL_WATCH, STANDINGS
from .releases import SIMULATED
from .roles import (
    CLERK,
    COORDINATOR,
    COUNTY_APPROVER,
    DATA_STEWARD,
    PAYER,
    PAYMENT_REVIEWER,
    PROVINCIAL_STEWARD,
    PURCHASER,
    REVIEWER,
    ROLES,
    TOWNSHIP_APPROVER,
)
from .rules.asking import question
from .rural import RURAL, TOLD
from .screening import RECEIVABLE
from .subsidies import LIVING, PRICE, living_money, price_money

DB = rules.DB2021

dibao_money = declare.Scheme(
    "dibao", "最低生活保障金", "household", prepared_by=PAYER, reviewed_by=PAYMENT_REVIEWER,
    exclusive_group="livelihood", basis=DB.article(23), published=True,
)  # fmt: skip

dibao = declare.Service(
    "dibao", "最低生活保障", situation=declare.Situation.HARDSHIP, also=(declare.Situation.ILLNESS,),
    basis=(rules.SA2014.article(9), DB.article(4), rules.SA2026.article(13)), guide=guides.DIBAO,
    form=forms.APPLICATION, member_form=forms.MEMBER, materials=steps.dibao.MATERIALS, within=steps.dibao.TERMS,
    consent="assistance.dibao", steps=steps.dibao.ALL,
    facts=queries.facts_of_case, determine=rules.determine_dibao, payload=actions.allowance_payload,
    asks=question("dibao"), scheme=dibao_money, warns=warnings.of_case, on_grant=actions.open_allowance,
    on_refuse=actions.take_back, proxy=(COORDINATOR, CLERK), reviewed_by=REVIEWER,
    follow_on=declare.FollowOn("edge", ("accept", "investigate", "verify")),
)  # fmt: skip
edge = declare.Service(
    "edge", "低保边缘家庭认定", situation=declare.Situation.HARDSHIP,
    basis=(rules.GB39.as_a_whole(), rules.SA2026.article(13)), guide=guides.EDGE,
    form=forms.APPLICATION, member_form=forms.MEMBER, materials=steps.dibao.MATERIALS, within=steps.dibao.TERMS,
    consent="assistance.dibao", steps=steps.dibao.ALL,
    facts=queries.facts_of_case, determine=rules.determine_edge, payload=actions.edge_payload,
    asks=question("edge"), warns=warnings.of_case, on_grant=actions.open_edge, on_refuse=actions.take_back,
    proxy=(COORDINATOR, CLERK), reviewed_by=REVIEWER,
)  # fmt: skip
review = declare.Service(
    "dibao_review", "低保复核", situation=declare.Situation.HARDSHIP,
    basis=(DB.article(31), rules.MF83.as_a_whole()), guide=guides.REVIEW, form=forms.CHANGE,
    member_form=forms.REVIEWED_MEMBER, materials=(), within=steps.dibao.TERMS, consent="", offered="office",
    reviews=("dibao",), steps=steps.dibao.REVIEW, facts=queries.facts_of_case, determine=rules.determine_dibao,
    payload=actions.adjustment_payload, asks=question("dibao"), scheme=dibao_money, on_grant=actions.adjust_allowance,
    on_refuse=actions.begin_exit, proxy=(CLERK,), reviewed_by=REVIEWER,
)  # fmt: skip

tekun_money = declare.Scheme(
    "tekun", "特困人员救助供养金", "person", prepared_by=PAYER, reviewed_by=PAYMENT_REVIEWER,
    exclusive_group="livelihood", basis=rules.GF14.as_a_whole(),
)  # fmt: skip
tekun = declare.Service(
    "tekun", "特困人员救助供养", situation=declare.Situation.HARDSHIP,
    basis=(rules.TK2021.article(4), rules.GF14.as_a_whole(), rules.SA2026.article(13)), guide=guides.TEKUN,
    form=forms.TEKUN, member_form=forms.MEMBER, materials=steps.tekun.MATERIALS, within=steps.tekun.TERMS,
    consent="assistance.tekun", steps=steps.tekun.ALL, facts=queries.facts_of_tekun, determine=rules.determine_tekun,
    payload=actions.tekun_payload, asks=question("tekun"), scheme=tekun_money, warns=warnings.of_tekun,
    on_grant=actions.open_tekun, on_refuse=actions.take_back_tekun, proxy=(COORDINATOR, CLERK), reviewed_by=REVIEWER,
    also=(declare.Situation.ELDERS, declare.Situation.DISABILITY),
    follow_on=declare.FollowOn("dibao", dibao.follow_on.keeps, beside=True, unless=queries.on_dibao),
)  # fmt: skip
tekun_review = declare.Service(
    "tekun_review", "特困人员复核", situation=declare.Situation.HARDSHIP,
    basis=(rules.TK2021.article(23), rules.TK2021.article(24)), guide=guides.TEKUN_REVIEW, form=forms.TEKUN_CHANGE,
    member_form=forms.MEMBER, materials=(), within=steps.tekun.REVIEW_TERMS, consent="", offered="office",
    reviews=("tekun",), steps=steps.tekun.REVIEW, facts=queries.facts_of_tekun_review,
    determine=rules.determine_tekun_kept, payload=actions.tekun_review_payload, scheme=tekun_money,
    on_grant=actions.adjust_tekun, on_refuse=actions.end_tekun, proxy=(CLERK,), reviewed_by=REVIEWER,
)  # fmt: skip

temporary_money = declare.Scheme(
    "temporary", "临时救助金", "household", prepared_by=PAYER, reviewed_by=PAYMENT_REVIEWER, unit="元/次",
    basis=rules.GF47.as_a_whole(),
)  # fmt: skip
temporary = declare.Service(
    "temporary", "临时救助（支出型）", situation=declare.Situation.HARDSHIP,
    basis=(rules.SA2014.article(47), rules.MF23.as_a_whole(), rules.SA2026.article(37)), guide=guides.TEMPORARY,
    form=forms.AID, member_form=forms.MEMBER, materials=steps.temporary.MATERIALS, within=steps.temporary.TERMS,
    consent="assistance.temporary", steps=steps.temporary.ALL, facts=queries.facts_of_aid,
    determine=rules.determine_temporary, payload=actions.aid_payload, asks=question("temporary"),
    scheme=temporary_money, warns=warnings.of_aid, on_grant=actions.open_aid, on_refuse=actions.take_back_aid,
    proxy=(COORDINATOR, CLERK), reviewed_by=REVIEWER, also=(declare.Situation.ILLNESS, declare.Situation.LOST),
)  # fmt: skip

first_aid = declare.Service(
    "first_aid", "先行救助（急难型临时救助）", situation=declare.Situation.LOST,
    basis=(rules.SA2014.article(47), rules.MF23.as_a_whole(), rules.SA2026.article(50)), guide=guides.FIRST,
    form=forms.FIRST, member_form=forms.NOBODY_ASKED, materials=(), within=steps.emergency.TERMS, consent="",
    steps=steps.emergency.ALL, facts=queries.facts_of_first, determine=rules.determine_temporary,
    payload=actions.first_payload, scheme=temporary_money, warns=warnings.of_first, on_grant=actions.open_first,
    on_refuse=actions.take_back_first, proxy=(COORDINATOR, CLERK), reviewed_by=REVIEWER, place="event",
)  # fmt: skip

reserve = declare.Reserve(
    "reserve", "乡镇临时救助备用金", scheme=temporary_money, overseer=PAYMENT_REVIEWER, payer=PAYER, officer=CLERK,
    approver=TOWNSHIP_APPROVER, year=rules.fund_year, solvent=rules.reserve_solvent, within=rules.reserve_case_within,
    tops_up=rules.reserve_top_up, top_up_term="reserve.term.top_up", settle_term="reserve.term.settle",
    basis=rules.MF23.as_a_whole(),
)  # fmt: skip
purchase = declare.Purchasing(
    "purchase", "政府购买社会救助服务", services=registers.BOUGHT, out_of=(dibao_money, tekun_money, temporary_money),
    signer=COUNTY_APPROVER, registrar=PURCHASER, acceptor=COUNTY_APPROVER, payer=PAYER, year=rules.purchase_year,
    cap=rules.purchase_cap, allowed=rules.purchase_allowed, warns=rules.purchase_warns,
)  # fmt: skip

domain = declare.Domain(
    "assistance", "社会救助", folder=Path(__file__).parent, roles=ROLES,
    services=(dibao, edge, review, tekun, tekun_review, temporary, first_aid),
    schemes=(dibao_money, tekun_money, temporary_money, price_money, living_money, steps.funerals.MONEY),
    registers=(STANDINGS, AID_GRANTS, NATIONAL_RECORDS, RURAL_WATCH, steps.funerals.SUMS, *steps.BOOKS),
    profiles=PROFILES, simulated=SIMULATED, screenings=(RECEIVABLE,), visits=steps.VISITS, scored=(steps.SIX_ACTS,),
    samplings=steps.SAMPLINGS, indicators=indicators.MEASURES, reserves=(reserve,), purchasings=(purchase,),
    subsidies=(PRICE, LIVING), disclosures=(queries.DRAWING,), grants=queries.GRANTS,
    stewards=(DATA_STEWARD, PROVINCIAL_STEWARD), overseers=(DATA_STEWARD, PROVINCIAL_STEWARD), reactions=REACTIONS,
    event_duties=DUTIES, milestones=MILESTONES, monitors=(LOW_INCOME,), listening=LISTENING, counter=COUNTER,
    extracts=(NATIONAL, LISTED, RURAL, TOLD),
    carries=declare.carried({
        "专栏1-02 P069.1": (steps.HOTLINES,), "3.2 P048.1": (dibao, review), "3.2 P050.2": (tekun, tekun_review),
        "3.2 P049.1": (edge,), "3.4 P055.1": (STANDINGS,), "3.3 P052.1": (temporary, first_aid, reserve, PRICE, LIVING),
        "3.5 P058.4": (purchase, rules.purchase_allowed, rules.purchase_cap), "专栏1-01 P067.2": steps.VISITS,
    }),
    instruments=(rules.SA2014, rules.SA2026, rules.DB2021, rules.MF83, rules.GB39, rules.TK2021, rules.GF14, rules.GF47,
                 rules.MF23, rules.PR1553),
)  # fmt: skip
