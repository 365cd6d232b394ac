"""One person alone (单人户): someone in a household just above the line who is poor through their own state.

《最低生活保障审核确认办法》 art. 8 lets members of an edge household apply by themselves; 民发〔2022〕83号 adds
grown-up severely disabled people without work, of whatever family, on their own income and property.
"""

from __future__ import annotations

from typing import Any

from minzheng.kernel.law.language import by_code, max_, min_, parameter, since, where, years

from . import dibao, edge  # the household's own result is declared there first
from .facts import household, person
from .instruments import DB2021, MF83
from .money import payable

__all__ = [
    "dibao",
    "edge",
    "of_family",
    "single_amount",
    "single_eligible",
    "single_ground",
    "single_income",
    "single_income_below",
    "single_lone",
    "single_of_applicant",
    "single_paid_to_applicant",
    "single_way",
]

SINGLE = DB2021.article(8)


# --- Grounds -----------------------------------------------------------------------------------------


@person.rule("三级智力或精神残疾", basis=SINGLE, unit="boolean")
def third_grade_mental(p: Any) -> Any:
    """Grade three, intellectual or mental."""
    return (p.disability_grade == 3) & ((p.disability_category == 5) | (p.disability_category == 6))


@person.rule("离家多年的生活困难教职人员", basis=SINGLE, unit="boolean")
def clergy_alone(p: Any) -> Any:
    """Away from the family for years, and poor."""
    years_away = parameter("dibao.household.clergy_years", unit="years")
    return (p.absence == "clergy") & (years(p.absence_from) >= years_away)


_GROUNDS = {
    "severe": "一、二级重度残疾",
    "mental": "三级智力或精神残疾",
    "illness": "重病",
    "county": "县级规定的其他人员",
    "clergy": "脱离家庭的宗教教职人员",
    "jobless": "成年无业重度残疾人",
    "none": "无",
}


@person.rule("属于可随低保边缘家庭单独申请的人员", basis=SINGLE, unit="boolean")
def of_edge_family(p: Any) -> Any:
    """The severely disabled, the intellectually or mentally disabled of grade three, the seriously ill."""
    return p.severely_disabled | p.third_grade_mental | (p.illness == "serious") | p.single_group


@person.rule("属于可不论家庭单独申请的人员", basis=MF83.as_a_whole(), unit="boolean")
def of_any_family(p: Any) -> Any:
    """Clergy away for years; since October 2022 the grown-up severely disabled without work."""
    return p.clergy_alone | since(MF83.in_force_from, p.jobless_disabled, False)


@person.rule("单人户申请情形", basis=SINGLE, unit="code", options=_GROUNDS)
def single_ground(p: Any) -> Any:
    """What the register keeps; the way that asks least of the family goes first."""
    return where(
        p.clergy_alone,
        "clergy",
        where(
            p.of_any_family,
            "jobless",
            where(
                p.severely_disabled,
                "severe",
                where(
                    p.third_grade_mental,
                    "mental",
                    where(p.illness == "serious", "illness", where(p.single_group, "county", "none")),
                ),
            ),
        ),
    )


@person.rule(
    "没有低保边缘家庭",
    basis=SINGLE,
    unit="boolean",
    says=("所在家庭不是低保边缘家庭，不能单独提出申请", "所在家庭是低保边缘家庭，或者不需要以此为条件"),
)
def single_lone(p: Any) -> Any:
    """A single-person file without its edge household: stopped here, and warned of in the register (W5)."""
    return p.of_edge_family & ~p.of_any_family & ~p.household.edge_eligible


@person.rule("可以单独提出申请", basis=SINGLE, unit="boolean")
def single_way(p: Any) -> Any:
    """Out of an edge household; or, on their own property, out of any."""
    return (p.of_edge_family & p.household.edge_eligible) | (p.of_any_family & p.own_property_within)


# --- Income and amount -------------------------------------------------------------------------------


@person.rule("单人户年收入", basis=SINGLE, unit="fen_per_year")
def single_year(p: Any) -> Any:
    """The person's own income after the extra cost of illness and disability."""
    cap = parameter("income.deduction.cap", unit="fen_per_year")
    return max_(p.own_income - min_(p.illness_cost + p.disability_cost, cap), 0)


@person.rule("单人户月收入", basis=SINGLE, unit="exact_fen")
def single_income(p: Any) -> Any:
    """Their own alone; or with what supporters outside give; or as the family's per head: the place says."""
    return by_code(
        parameter("single.basis", unit="code", options=("own", "with_support", "family")),
        own=p.single_year / 12,
        with_support=(p.single_year + p.household.support_income) / 12,
        family=p.household.per_head,
    )


@person.rule("单人户月收入低于当地低保标准", basis=SINGLE, unit="boolean")
def single_income_below(p: Any) -> Any:
    """Strictly below, as for a household."""
    return p.single_income < p.household.standard


@person.rule(
    "属于申请家庭的人",
    basis=SINGLE,
    unit="boolean",
    says=("属于申请家庭的成员，或者是离家多年的教职人员", "不计入家庭成员，不能以该家庭成员的身份申请"),
)
def of_family(p: Any) -> Any:
    """One of the family, or clergy who has left it."""
    return p.counts | p.clergy_alone


@person.rule("符合单人户低保条件", basis=SINGLE, unit="boolean")
def single_eligible(p: Any) -> Any:
    """Of the family, with a ground to apply alone, and poor."""
    return p.of_family & p.single_way & p.single_income_below


@person.rule("单人户月保障金", basis=DB2021.article(23), unit="fen")
def single_amount(p: Any) -> Any:
    """As for a household of one, with the top-up of the class; rounded once."""
    standard = p.household.standard
    base = by_code(
        dibao.mode(),
        difference=max_(standard - p.single_income, 0),
        tier=standard * dibao.tier_of(p.single_income, standard),
    )
    return where(p.single_eligible, payable(base + standard * p.topup_rate), 0)


# --- The one who applies -----------------------------------------------------------------------------


@household.rule(
    "申请人符合单人户低保条件",
    basis=SINGLE,
    unit="boolean",
    says=("申请人符合单人户低保条件", "申请人不符合单人户低保条件"),
)
def single_of_applicant(h: Any) -> Any:
    """The file is the applicant's; the family is in it because the edge line is theirs."""
    return h.any_(lambda p: (p.relation == "self") & p.single_eligible)


@household.rule("申请人的单人户月保障金", basis=DB2021.article(23), unit="fen")
def single_paid_to_applicant(h: Any) -> Any:
    """Paid to the applicant alone."""
    return h.sum(lambda p: where(p.relation == "self", p.single_amount, 0))
