"""Extreme-poverty support (特困人员救助供养): who cannot work, has no livelihood and nobody able to keep them.

《特困人员认定办法》 arts. 4 to 9; since July 2026 also 《社会救助法》 arts. 13 and 16.  Tekun is a person's, not
a household's: every condition is asked of one person.  What is paid stands in ``care``.
"""

from __future__ import annotations

from typing import Any

from minzheng.kernel.law.language import parameter, where, years

from . import dibao  # who counts, income and the standard are declared there first
from .facts import household, person
from .instruments import EXTREME_POVERTY, TK2021, TURNED_ADULT

__all__ = [
    "able_to_support",
    "at_home",
    "cannot_work",
    "cannot_work_or_continues",
    "continues",
    "dibao",
    "livelihood_below",
    "livelihood_lacking",
    "livelihood_month",
    "no_able_supporter",
    "not_child_scheme",
    "property_within",
    "tekun_conditions",
    "tekun_eligible",
    "tekun_of_applicant",
    "tekun_persons",
    "work_ground",
]

ELDER, CHILD, VERY_OLD = 60, 16, 70  # arts. 5 and 8
_SIGHT, _LIMBS, _MIND, _PSYCHE = 1, 4, 5, 6  # GB/T 26341

# --- Condition one: no work capacity (art. 5) --------------------------------------------------------


@person.rule("60周岁以上", basis=TK2021.article(5, item=1), unit="boolean")
def elder(p: Any) -> Any:
    """Sixty full years or more."""
    return years(p.birth) >= ELDER


@person.rule("未满16周岁", basis=TK2021.article(5, item=2), unit="boolean")
def child(p: Any) -> Any:
    """Below sixteen full years."""
    return years(p.birth) < CHILD


def _graded(p: Any, worst: int, category: int) -> Any:
    """On the certificate: this category, and a grade from one to ``worst``."""
    return (p.disability_category == category) & (p.disability_grade >= 1) & (p.disability_grade <= worst)


@person.rule("一至三级智力、精神残疾", basis=TK2021.article(5, item=3), unit="boolean")
def unable_in_mind(p: Any) -> Any:
    """Intellectual or mental disability of grades one to three."""
    return _graded(p, 3, _MIND) | _graded(p, 3, _PSYCHE)


@person.rule("一、二级肢体残疾", basis=TK2021.article(5, item=3), unit="boolean")
def unable_in_limbs(p: Any) -> Any:
    """Physical disability of grades one and two."""
    return _graded(p, 2, _LIMBS)


@person.rule("一级视力残疾", basis=TK2021.article(5, item=3), unit="boolean")
def unable_to_see(p: Any) -> Any:
    """Visual disability of grade one."""
    return _graded(p, 1, _SIGHT)


@person.rule("无劳动能力", basis=TK2021.article(5), unit="boolean")
def cannot_work(p: Any) -> Any:
    """Old or a child, disabled as the article lists, or as the province adds."""
    disabled = p.unable_in_mind | p.unable_in_limbs | p.unable_to_see
    return p.elder | p.child | disabled | p.incapable_province


@person.rule("未成年特困人员继续享受", basis=TURNED_ADULT, unit="boolean")
def continues(p: Any) -> Any:
    """Up to eighteen; beyond it while in compulsory or senior-secondary schooling, vocational included."""
    at_school = (p.schooling == "compulsory") | (p.schooling == "senior") | (p.schooling == "vocational")
    return (p.receives == "tekun") & (p.minor | at_school)


_GROUNDS = {
    "elder": "60周岁以上老年人",
    "child": "未满16周岁未成年人",
    "mind": "一至三级智力、精神残疾人",
    "limbs": "一、二级肢体残疾人",
    "sight": "一级视力残疾人",
    "province": "省级规定的其他情形",
    "none": "无",
}


@person.rule("无劳动能力情形", basis=TK2021.article(5), unit="code", options=_GROUNDS)
def work_ground(p: Any) -> Any:
    """The first that fits, as the register keeps it."""
    other = where(p.incapable_province, "province", "none")
    by_body = where(p.unable_in_limbs, "limbs", where(p.unable_to_see, "sight", other))
    return where(p.elder, "elder", where(p.child, "child", where(p.unable_in_mind, "mind", by_body)))


# --- Condition two: no livelihood (art. 6) -----------------------------------------------------------


@person.rule("特困认定年收入", basis=TK2021.article(6), unit="fen_per_year")
def livelihood(p: Any) -> Any:
    """Own income; base pension, medical insurance, 优待抚恤金 and 高龄津贴 are recorded apart and stay out."""
    return p.wage_net + p.business_net + p.property_income + p.transfer - p.transfer_paid


@household.rule("特困人员存款限额", basis=TK2021.article(6), unit="exact_fen")
def tekun_deposit_limit(h: Any) -> Any:
    """So many months of the standard for each member."""
    return parameter("tekun.asset.deposit_months", unit="months") * h.standard * h.members


@household.rule("财产符合特困人员规定", basis=TK2021.article(6), unit="boolean")
def tekun_property_within(h: Any) -> Any:
    """Deposits by a limit of their own; vehicles, houses and companies as for dibao."""
    saved = h.waived_deposits | (h.deposits <= h.tekun_deposit_limit)
    return saved & h.vehicles_within & h.houses_within & h.company_within


@person.rule("特困认定月收入", basis=TK2021.article(6), unit="exact_fen")
def livelihood_month(p: Any) -> Any:
    """Exact: it is compared before any rounding."""
    return p.livelihood / 12


@person.rule("月收入低于当地低保标准", basis=TK2021.article(6), unit="boolean")
def livelihood_below(p: Any) -> Any:
    """The person's own income, a month."""
    return p.livelihood_month < p.household.standard


@person.rule("财产符合特困人员规定", basis=TK2021.article(6), unit="boolean")
def property_within(p: Any) -> Any:
    """The household's, for each person in it."""
    return p.household.tekun_property_within


@person.rule("无生活来源", basis=TK2021.article(6), unit="boolean")
def livelihood_lacking(p: Any) -> Any:
    """Income below the dibao standard and property within the rule for tekun."""
    return p.livelihood_below & p.property_within


# --- Condition three: nobody able to support (arts. 7 and 8) -----------------------------------------


@person.rule("本人收入低于上年人均可支配收入", basis=TK2021.article(8), unit="boolean")
def below_disposable(p: Any) -> Any:
    """A supporter's own income; living apart it is known only from a check."""
    own = where(p.relation == "supporter", p.supporter_own_income, p.own_income)
    return own < parameter("income.disposable_per_head", unit="fen_per_year")


@person.rule("义务人财产符合低收入家庭规定", basis=TK2021.article(8), unit="boolean")
def modest_property(p: Any) -> Any:
    """Who lives with the applicant is judged by the household's property, who lives apart by their own."""
    return where(p.relation == "supporter", p.own_property_within, p.household.property_within)


@person.rule("无劳动能力且无生活来源", basis=TK2021.article(8, item=1), unit="boolean")
def helpless(p: Any) -> Any:
    """A tekun person, or one of the family in the same state: an old couple need not wait for each other."""
    own_state = (p.relation != "supporter") & p.cannot_work & p.livelihood_lacking
    return (p.receives == "tekun") | own_state


@person.rule("60周岁以上的低保对象", basis=TK2021.article(8, item=2), unit="boolean")
def elder_on_dibao(p: Any) -> Any:
    """Sixty or more and on dibao."""
    return (p.receives == "dibao") & p.elder


@person.rule("年迈或重残且收入财产不高", basis=TK2021.article(8), unit="boolean")
def frail_and_modest(p: Any) -> Any:
    """Items three and four: seventy or more, severely disabled, or grade three of intellect or mind."""
    third = _graded(p, 3, _MIND) | _graded(p, 3, _PSYCHE)
    frail = (years(p.birth) >= VERY_OLD) | p.severely_disabled | third
    return frail & p.below_disposable & p.modest_property


@person.rule("无民事行为能力、失踪或服刑且财产不高", basis=TK2021.article(8, item=5), unit="boolean")
def absent_and_modest(p: Any) -> Any:
    """Item five: no civil capacity, declared missing, or serving a prison sentence."""
    absent = (p.civil_capacity == "none") | (p.absence == "missing") | (p.absence == "prison")
    return absent & p.modest_property


@person.rule("无履行义务能力", basis=TK2021.article(8), unit="boolean")
def unable_to_support(p: Any) -> Any:
    """Any of the grounds of article 8, or what the province adds."""
    by_state = p.helpless | p.elder_on_dibao | p.frail_and_modest | p.absent_and_modest
    return by_state | p.unable_province


@person.rule("有履行义务能力的法定义务人", basis=TK2021.article(7), unit="boolean")
def able_to_support(p: Any) -> Any:
    """Of age, bound by law to keep the others, and without a ground of article 8."""
    bound = (p.relation != "other") | p.support_duty
    return bound & ~p.minor & ~p.unable_to_support


@household.rule("家庭以内或以外有能够供养申请人的人", basis=TK2021.article(7), unit="boolean")
def others_able(h: Any) -> Any:
    """At home or living apart; the applicant does not keep themselves in the sense of the article."""
    return h.any_(lambda p: (p.relation != "self") & p.able_to_support)


@household.rule("家庭以内或以外有能够供养他人的人", basis=TK2021.article(7), unit="boolean")
def someone_able(h: Any) -> Any:
    """The applicant included, who may be bound to keep another of the household."""
    return h.any_(lambda p: p.able_to_support)


@person.rule(
    "无法定义务人或义务人无履行义务能力",
    basis=TK2021.article(4),
    unit="boolean",
    says=("没有法定义务人，或者义务人都没有履行义务能力", "有具备履行义务能力的法定义务人"),
)
def no_able_supporter(p: Any) -> Any:
    """Nobody whom the law binds is able to keep the person."""
    return ~where(p.relation == "self", p.household.others_able, p.household.someone_able)


# --- Together ----------------------------------------------------------------------------------------


@person.rule("无劳动能力或继续享受", basis=TURNED_ADULT, unit="boolean")
def cannot_work_or_continues(p: Any) -> Any:
    """A covered minor growing up is not asked about work."""
    return p.cannot_work | p.continues


@person.rule("同时具备三项条件", basis=TK2021.article(4), unit="boolean")
def three_conditions(p: Any) -> Any:
    """All three of article 4."""
    return p.cannot_work_or_continues & p.livelihood_lacking & p.no_able_supporter


@person.rule(
    "在家庭之中", basis=TK2021.article(24), unit="boolean", says=("没有不计入的情形", "不计入家庭成员")
)
def at_home(p: Any) -> Any:
    """Whoever serves a sentence, or is listed only as a supporter, is not kept here."""
    return (p.relation != "supporter") & ~p.excluded


@person.rule("符合特困人员条件（未计儿童保障选择）", basis=TK2021.article(4), unit="boolean")
def tekun_conditions(p: Any) -> Any:
    """All but the choice between this scheme and the child's."""
    return p.at_home & p.three_conditions


@person.rule(
    "没有选择儿童保障",
    basis=TK2021.article(9),
    unit="boolean",
    says=("没有选择孤儿或事实无人抚养儿童保障", "已选择孤儿或事实无人抚养儿童保障，不再认定为特困人员"),
)
def not_child_scheme(p: Any) -> Any:
    """A minor who fits both chooses; the child scheme excludes tekun."""
    return ~(p.minor & p.chose_child_scheme)


@person.rule("符合特困人员救助供养条件", basis=EXTREME_POVERTY, unit="boolean")
def tekun_eligible(p: Any) -> Any:
    """The conditions, and no choice of the child scheme."""
    return p.tekun_conditions & p.not_child_scheme


@household.rule("特困人员人数", basis=EXTREME_POVERTY, unit="persons")
def tekun_persons(h: Any) -> Any:
    """How many of the household."""
    return h.count(lambda p: p.tekun_eligible)


@household.rule(
    "申请人符合特困人员救助供养条件",
    basis=EXTREME_POVERTY,
    unit="boolean",
    says=("申请人符合特困人员救助供养条件", "申请人不符合特困人员救助供养条件"),
)
def tekun_of_applicant(h: Any) -> Any:
    """The file is one person's."""
    return h.any_(lambda p: (p.relation == "self") & p.tekun_eligible)
