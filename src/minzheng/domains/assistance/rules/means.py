"""Who counts in a household, what they live on and own (家庭经济状况): what every test looks at.

《最低生活保障审核确认办法》 arts. 7, 13 and 14.  Income is for twelve months and compared unrounded.  What
supporters living apart could give is one line of it (赡养费、抚养费、扶养费).
"""

from __future__ import annotations

from typing import Any

from minzheng.kernel.law.language import by_code, max_, min_, parameter, rounded, since, where, years

from .facts import household, person
from .instruments import DB2021, LOW_INCOME_HOUSEHOLD, MF83, SA2026, STANDARD, SUPPORT

ADULT = 18  # Civil Code art. 17
OLD = 60  # the age of the law on the rights of the elderly, and of MF83-2022

# --- Who counts (art. 7) -----------------------------------------------------------------------------


@person.rule(
    "不计入家庭成员",
    basis=DB2021.article(7, paragraph=2),
    unit="boolean",
    says=("{absence}，不计入家庭成员", "没有不计入家庭成员的情形"),
)
def excluded(p: Any) -> Any:
    """In prison, in compulsory detox, declared missing, or clergy away for years; others by province."""
    away = years(p.absence_from) >= parameter("dibao.household.clergy_years", unit="years")
    return (
        (p.absence == "prison")
        | (p.absence == "detox")
        | (p.absence == "missing")
        | (p.absence == "province")
        | ((p.absence == "clergy") & away)
    )


@person.rule("未成年", unit="boolean", says=("未满18周岁", "已满18周岁"))
def minor(p: Any) -> Any:
    """Below 18 full years."""
    return years(p.birth) < ADULT


@person.rule("一、二级重度残疾", unit="boolean", says=("残疾等级为一、二级", "不是一、二级残疾"))
def severely_disabled(p: Any) -> Any:
    """Grade one or two on the certificate."""
    return (p.disability_grade >= 1) & (p.disability_grade <= 2)


@person.rule(
    "计入家庭成员",
    basis=DB2021.article(7),
    unit="boolean",
    says=("{relation}，计入家庭成员", "不计入家庭成员"),
)
def counts(p: Any) -> Any:
    """The spouse, minor and dependent children, students, and those with a support duty living together."""
    child = p.lives_together | p.student | p.dependent | p.minor
    return ~p.excluded & (
        (p.relation == "self")
        | (p.relation == "spouse")
        | ((p.relation == "child") & child)
        | ((p.relation == "parent") & p.lives_together)
        | ((p.relation == "other") & p.lives_together & p.support_duty)
    )


@household.rule("家庭人口", basis=DB2021.article(7), unit="persons")
def members(h: Any) -> Any:
    """The members who count."""
    return h.count(lambda p: p.counts)


@household.rule(
    "有计入的家庭成员", basis=DB2021.article(7), unit="boolean", says=("{members}", "没有计入的家庭成员")
)
def has_members(h: Any) -> Any:
    """A household with nobody left in it receives nothing."""
    return h.members >= 1


@household.rule("有申请人", unit="boolean", says=("有申请人", "成员名单中没有申请人"))
def has_applicant(h: Any) -> Any:
    """What one person receives is asked of the one who applies."""
    return h.any_(lambda p: p.relation == "self")


# --- The standard ------------------------------------------------------------------------------------


@household.rule("当地低保标准", basis=STANDARD, unit="exact_fen")
def standard(h: Any) -> Any:
    """A month; a rural standard is set for the year and divided by twelve exactly."""
    return by_code(
        h.class_ur,
        urban=parameter("dibao.standard.urban", unit="fen_per_month"),
        rural=parameter("dibao.standard.rural", unit="fen_per_year") / 12,
    )


# --- Income (art. 13) --------------------------------------------------------------------------------


@person.rule("工资性净收入", basis=DB2021.article(13), unit="fen_per_year")
def wage_net(p: Any) -> Any:
    """W: wages less the necessary cost of working, which is subtracted here and nowhere else."""
    cost = min_(p.work_cost, 12 * parameter("income.work_cost.cap", unit="fen_per_month"))
    return max_(p.wage - cost, 0)


@person.rule("经营净收入（亏损计零）", basis=DB2021.article(13), unit="fen_per_year")
def business_net(p: Any) -> Any:
    """B: a loss does not lower the other income."""
    return max_(p.business, 0)


@person.rule("转移净收入", basis=DB2021.article(13), unit="fen_per_year")
def transfer_net(p: Any) -> Any:
    """T: the central part of the resident pension stays out while its exclusion is in force."""
    excluded_pension = parameter("income.exclude.base_pension", unit="boolean")
    return p.transfer - p.transfer_paid + where(excluded_pension, 0, p.base_pension)


@person.rule("个人年收入", basis=DB2021.article(13), unit="fen_per_year")
def own_income(p: Any) -> Any:
    """W + B + P + T; excluded items never enter."""
    return p.wage_net + p.business_net + p.property_income + p.transfer_net


@person.rule(
    "成年无业重度残疾人",
    basis=MF83.as_a_whole(),
    unit="boolean",
    says=("属于成年无业重度残疾人", "不属于成年无业重度残疾人"),
)
def jobless_disabled(p: Any) -> Any:
    """Of age, of grade one or two, without a job and without wages."""
    return ~p.minor & p.severely_disabled & ~p.employed & (p.wage <= 0)


@household.rule(
    "有成年无业重度残疾人",
    basis=MF83.as_a_whole(),
    unit="boolean",
    says=("家庭中有成年无业重度残疾人", "家庭中没有成年无业重度残疾人"),
)
def keeps_jobless_disabled(h: Any) -> Any:
    """Whom brothers, sisters or old people keep, of their own means."""
    return h.any_(lambda p: p.counts & p.jobless_disabled)


@person.rule("供养费用可以豁免", basis=MF83.as_a_whole(), unit="boolean")
def support_waived(p: Any) -> Any:
    """What brothers and sisters, or people of sixty and over, give may be left out; for whom is local."""
    may_be = (p.supporter_kind == "sibling") | (years(p.birth) >= OLD)
    return by_code(
        parameter("support.waived_for", unit="code", options=("nobody", "disabled", "everyone")),
        nobody=False,
        disabled=may_be & p.household.keeps_jobless_disabled,
        everyone=may_be,
    )


@person.rule(
    "计算赡养抚养扶养费",
    basis=SUPPORT,
    unit="boolean",
    says=("不共同生活的法定义务人，计算赡养抚养扶养费", "不计算赡养抚养扶养费"),
)
def support_counted(p: Any) -> Any:
    """Supporters living apart; since the law of 2026 only those who let their means be checked."""
    consented = since(SA2026.in_force_from, p.supporter_consents, True)
    return (p.relation == "supporter") & consented & ~p.support_waived


@person.rule("应给付的赡养抚养扶养费", basis=SUPPORT, unit="fen_per_year")
def imputed_support(p: Any) -> Any:
    """A share of what the supporter's household has above the line under which nobody is asked to give."""
    free_line = parameter("support.free_multiple", unit="ratio") * p.household.standard
    excess = max_(p.supporter_income - free_line * 12 * p.supporter_members, 0)
    return where(p.support_counted, rounded(parameter("support.rate", unit="ratio") * excess), 0)


@household.rule(
    "有不共同生活的法定义务人",
    basis=SUPPORT,
    unit="boolean",
    says=("有不共同生活的法定义务人", "没有不共同生活的法定义务人"),
)
def has_supporters(h: Any) -> Any:
    """Listed with the family, though not of it."""
    return h.any_(lambda p: p.relation == "supporter")


@household.rule("赡养抚养扶养费收入", basis=SUPPORT, unit="fen_per_year")
def support_income(h: Any) -> Any:
    """From all supporters living apart."""
    return where(h.has_supporters, h.sum(lambda p: p.imputed_support), 0)


@household.rule("家庭年收入（扣减前）", basis=DB2021.article(13), unit="fen_per_year")
def gross_income(h: Any) -> Any:
    """The income of the members who count, and what supporters outside are held to give."""
    return h.sum(lambda p: where(p.counts, p.own_income, 0)) + h.support_income


@household.rule("刚性支出扣减", basis=DB2021.article(13), unit="fen_per_year")
def deduction(h: Any) -> Any:
    """D: the extra cost of disability and serious illness, up to the local cap."""
    cost = h.sum(lambda p: where(p.counts, p.illness_cost + p.disability_cost, 0))
    return min_(cost, parameter("income.deduction.cap", unit="fen_per_year"))


@household.rule("家庭年收入", basis=DB2021.article(13), unit="fen_per_year")
def income(h: Any) -> Any:
    """Never below zero."""
    return max_(h.gross_income - h.deduction, 0)


@household.rule("家庭月人均收入", basis=DB2021.article(13), unit="exact_fen")
def per_head(h: Any) -> Any:
    """Exact: it is compared before any rounding."""
    return where(h.members >= 1, h.income / (12 * h.members), 0)


@household.rule("家庭月人均收入低于当地低保标准", basis=LOW_INCOME_HOUSEHOLD, unit="boolean")
def income_below_standard(h: Any) -> Any:
    """Strictly below: at the standard is not below it."""
    return h.per_head < h.standard


# --- Property (art. 14); each limit is local, each breach has its own reason -------------------------


@household.rule("存款限额", basis=DB2021.article(14), unit="exact_fen")
def deposit_limit(h: Any) -> Any:
    """So many months of the standard for each member."""
    return parameter("asset.deposit_months", unit="months") * h.standard * h.members


@household.rule("存款及有价证券不超过限额", basis=DB2021.article(14), unit="boolean")
def deposits_within(h: Any) -> Any:
    """Deposits, securities, funds and the like at one reference date."""
    return h.waived_deposits | (h.deposits <= h.deposit_limit)


@household.rule("应计机动车辆", basis=DB2021.article(14), unit="vehicles")
def vehicles_counted(h: Any) -> Any:
    """A vehicle a disabled member moves with, or one needed to earn, does not count."""
    return max_(h.vehicles - h.vehicles_exempt, 0)


@household.rule("机动车辆符合规定", basis=DB2021.article(14), unit="boolean")
def vehicles_within(h: Any) -> Any:
    """Within the local number, usually none."""
    return h.waived_vehicles | (h.vehicles_counted <= parameter("asset.vehicle", unit="vehicles"))


@household.rule("住房符合规定", basis=DB2021.article(14), unit="boolean")
def houses_within(h: Any) -> Any:
    """Within the local number."""
    return h.waived_houses | (h.houses <= parameter("asset.house_count", unit="houses"))


@household.rule("企业出资符合规定", basis=DB2021.article(14), unit="boolean")
def company_within(h: Any) -> Any:
    """Capital in companies that are not dormant."""
    return h.waived_company | (h.company_capital <= parameter("asset.company_capital", unit="fen"))


@household.rule("家庭财产符合当地规定", basis=DB2021.article(14), unit="boolean")
def property_within(h: Any) -> Any:
    """All of the property conditions."""
    return h.deposits_within & h.vehicles_within & h.houses_within & h.company_within
