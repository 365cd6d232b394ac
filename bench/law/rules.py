"""Eight payments in the words of the law engine: the text whose speed is measured.

The rules are made up after the real ones (``minzheng.domains.assistance.rules``), so that a change of the real law
does not change what is measured.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from bench.law import values
from minzheng.kernel.law.instruments import Instrument
from minzheng.kernel.law.language import Entity, Fact, by_code, max_, min_, parameter, rounded, where, years
from minzheng.kernel.law.parameters import Parameters, Value

__all__ = ["ASKED", "household", "parameters", "person"]

MADE_UP = Instrument("MADE-UP", "测量用救助办法", "测字1号", date(2020, 1, 1))
INCOME = "收入证明"

person = Entity(
    "person",
    title="家庭成员",
    facts=[
        Fact(
            "relation",
            "code",
            "与申请人关系",
            "户籍信息",
            options={"self": "本人", "spouse": "配偶", "child": "子女", "parent": "父母", "other": "其他"},
        ),
        Fact("birth", "date", "出生日期", "户籍信息"),
        Fact("lives_together", "boolean", "共同生活", "入户调查"),
        Fact("student", "boolean", "全日制在校学生", "学籍信息"),
        Fact(
            "absence",
            "code",
            "不计入情形",
            "司法、公安、法院信息",
            options={"none": "无", "prison": "在监狱服刑", "missing": "宣告失踪"},
        ),
        Fact("grade", "count", "残疾等级", "残疾人证"),
        Fact(
            "illness",
            "code",
            "患病情况",
            "诊断证明",
            options={"none": "无", "chronic": "慢性病", "serious": "重病"},
        ),
        Fact(
            "work_capacity",
            "code",
            "劳动能力",
            "入户调查",
            options={"full": "有劳动能力", "partial": "部分丧失", "none": "无劳动能力"},
        ),
        Fact("refused_jobs", "times", "拒绝介绍工作次数", "就业服务记录"),
        Fact("orphan", "boolean", "孤儿", "县级民政部门认定"),
        Fact(
            "care",
            "code",
            "生活自理能力",
            "照料护理评估",
            options={"able": "全自理", "half": "半护理", "total": "全护理"},
        ),
        Fact("wage", "fen_per_year", "工资性收入", INCOME),
        Fact("business", "fen_per_year", "经营净收入", INCOME),
        Fact("transfer", "fen_per_year", "转移净收入", INCOME),
    ],
)

household = Entity(
    "household",
    title="共同生活家庭",
    members=person,
    facts=[
        Fact("class_ur", "code", "城乡类别", "户籍信息", options={"urban": "城市", "rural": "农村"}),
        Fact("deposits", "fen", "存款及有价证券", "金融资产核对"),
        Fact("vehicles", "vehicles", "机动车辆", "交管部门核查"),
        Fact("houses", "houses", "住房", "不动产登记核查"),
        Fact("rigid", "fen_per_year", "刚性支出", "医疗、康复票据"),
    ],
)


def monthly(key: str) -> Any:
    """A sum of money a month, as the county has set it."""
    return parameter(key, unit="fen_per_month")


# --- Who counts, income, property --------------------------------------------------------------------


@person.rule("未成年", unit="boolean")
def minor(p: Any) -> Any:
    """Below 18 full years."""
    return years(p.birth) < 18


@person.rule("重度残疾", unit="boolean")
def severe(p: Any) -> Any:
    """Grades one and two."""
    return (p.grade >= 1) & (p.grade <= 2)


@person.rule("计入家庭成员", basis=MADE_UP.article(7), unit="boolean")
def counts(p: Any) -> Any:
    """The spouse, minor children and students, and whoever else lives together."""
    child = p.lives_together | p.student | p.minor
    return (p.absence == "none") & (
        (p.relation == "self")
        | (p.relation == "spouse")
        | ((p.relation == "child") & child)
        | ((p.relation == "parent") & p.lives_together)
    )


@person.rule("个人年收入", basis=MADE_UP.article(13), unit="fen_per_year")
def own_income(p: Any) -> Any:
    """A loss does not lower the other income."""
    return p.wage + max_(p.business, 0) + p.transfer


@household.rule("家庭人口", basis=MADE_UP.article(7), unit="persons")
def members(h: Any) -> Any:
    """The members who count."""
    return h.count(lambda p: p.counts)


@household.rule("家庭年收入（扣减前）", basis=MADE_UP.article(13), unit="fen_per_year")
def gross_income(h: Any) -> Any:
    """The income of the members who count."""
    return h.sum(lambda p: where(p.counts, p.own_income, 0))


@household.rule("家庭年收入", basis=MADE_UP.article(13), unit="fen_per_year")
def income(h: Any) -> Any:
    """Less rigid expenditure up to the cap, never below zero."""
    deduction = min_(h.rigid, parameter("income.deduction.cap", unit="fen_per_year"))
    return max_(h.gross_income - deduction, 0)


@household.rule("家庭月人均收入", basis=MADE_UP.article(13), unit="exact_fen")
def per_head(h: Any) -> Any:
    """Exact: it is compared before any rounding."""
    return where(h.members >= 1, h.income / (12 * h.members), 0)


@household.rule("当地低保标准", basis=MADE_UP.article(10), unit="exact_fen")
def standard(h: Any) -> Any:
    """A rural standard is set for the year and divided by twelve exactly."""
    rural = parameter("standard.rural", unit="fen_per_year") / 12
    return by_code(h.class_ur, urban=monthly("standard.urban"), rural=rural)


@household.rule("家庭财产符合规定", basis=MADE_UP.article(14), unit="boolean")
def property_within(h: Any) -> Any:
    """Deposits, vehicles and houses."""
    limit = parameter("asset.deposit_months", unit="months") * h.standard * h.members
    return (
        (h.deposits <= limit)
        & (h.vehicles <= parameter("asset.vehicles", unit="vehicles"))
        & (h.houses <= parameter("asset.houses", unit="houses"))
    )


# --- Extreme hardship (特困), dibao and its edge --------------------------------------------------------


@person.rule("无劳动能力", basis=MADE_UP.article(20), unit="boolean")
def incapable(p: Any) -> Any:
    """Sixty years old, below sixteen, or severely disabled."""
    return p.counts & ((years(p.birth) >= 60) | (years(p.birth) < 16) | p.severe)


@household.rule("符合特困条件", basis=MADE_UP.article(20), unit="boolean")
def tekun_eligible(h: Any) -> Any:
    """Nobody can work, nobody has an income."""
    everyone = h.count(lambda p: p.incapable) == h.members
    return (h.members >= 1) & (h.gross_income == 0) & everyone & h.property_within


@household.rule("符合低保条件", basis=MADE_UP.article(9), unit="boolean")
def dibao_eligible(h: Any) -> Any:
    """Income strictly below the standard, property within the rule, and no better scheme."""
    return (h.members >= 1) & (h.per_head < h.standard) & h.property_within & ~h.tekun_eligible


@person.rule("享受保障份额", basis=MADE_UP.article(34), unit="boolean")
def shares(p: Any) -> Any:
    """Whoever can work and refuses suitable jobs time after time loses their own share."""
    refused = p.refused_jobs >= parameter("jobs.refusals", unit="times")
    return p.counts & ~(refused & (p.work_capacity != "none"))


@person.rule("分类施保比例", basis=MADE_UP.article(27), unit="ratio")
def topup_rate(p: Any) -> Any:
    """The highest class only."""
    old = years(p.birth) >= parameter("topup.elder_age", unit="years")
    by_age = max_(
        where(old, parameter("topup.elder", unit="ratio"), 0),
        where(p.minor, parameter("topup.minor", unit="ratio"), 0),
    )
    by_health = max_(
        where(p.severe, parameter("topup.disability", unit="ratio"), 0),
        where(p.illness == "serious", parameter("topup.illness", unit="ratio"), 0),
    )
    return max_(by_age, by_health)


@household.rule("月保障金", basis=MADE_UP.article(23), unit="fen")
def dibao_amount(h: Any) -> Any:
    """The gap for each who shares, and the top-up; rounded once, on the whole household."""
    gap = max_(h.standard - h.per_head, 0) * h.count(lambda p: p.shares)
    topup = h.standard * h.sum(lambda p: where(p.shares, p.topup_rate, 0))
    unit = parameter("money.unit", unit="count")
    return where(h.dibao_eligible, rounded(gap + topup, to=unit), 0)


@household.rule("符合低保边缘条件", basis=MADE_UP.article(36), unit="boolean")
def edge_eligible(h: Any) -> Any:
    """Below one and a half times the standard, and in no scheme above."""
    line = parameter("edge.multiple", unit="ratio") * h.standard
    below = (h.members >= 1) & (h.per_head < line) & h.property_within
    return below & ~h.dibao_eligible & ~h.tekun_eligible


@household.rule("特困基本生活标准", basis=MADE_UP.article(21), unit="fen")
def tekun_basic(h: Any) -> Any:
    """A multiple of the standard."""
    exact = parameter("tekun.multiple", unit="ratio") * h.standard
    return rounded(exact, to=parameter("money.unit", unit="count"))


@person.rule("特困供养金", basis=MADE_UP.article(21), unit="fen")
def tekun_payment(p: Any) -> Any:
    """Basic living and care by level."""
    care = by_code(p.care, able=0, half=monthly("care.half"), total=monthly("care.total"))
    return where(p.counts & p.household.tekun_eligible, p.household.tekun_basic + care, 0)


@household.rule("特困供养金合计", basis=MADE_UP.article(21), unit="fen")
def tekun_amount(h: Any) -> Any:
    """For all members."""
    return h.sum(lambda p: p.tekun_payment)


# --- What a person receives ---------------------------------------------------------------------------


@person.rule("高龄津贴", basis=MADE_UP.article(40), unit="fen")
def elder_allowance(p: Any) -> Any:
    """By band of age."""
    age = years(p.birth)
    nineties = where(age >= 90, monthly("elder.90"), where(age >= 80, monthly("elder.80"), 0))
    return where(age >= 100, monthly("elder.100"), nineties)


@person.rule("困难残疾人生活补贴", basis=MADE_UP.article(41), unit="fen")
def living_subsidy(p: Any) -> Any:
    """For the disabled of a dibao or edge household."""
    poor = p.counts & (p.household.dibao_eligible | p.household.edge_eligible)
    amount = where(p.severe, monthly("living.severe"), monthly("living.light"))
    return where(poor & (p.grade >= 1), amount, 0)


@person.rule("重度残疾人护理补贴", basis=MADE_UP.article(42), unit="fen")
def nursing_subsidy(p: Any) -> Any:
    """Not beside the care of extreme hardship."""
    amount = where(p.grade == 1, monthly("nursing.first"), monthly("nursing.second"))
    return where(p.severe & ~(p.counts & p.household.tekun_eligible), amount, 0)


@person.rule("孤儿基本生活费", basis=MADE_UP.article(43), unit="fen")
def orphan_payment(p: Any) -> Any:
    """Until eighteen."""
    return where(p.orphan & p.minor, monthly("orphan"), 0)


@person.rule("个人补贴合计", unit="fen")
def allowances(p: Any) -> Any:
    """The four together."""
    return p.elder_allowance + p.living_subsidy + p.nursing_subsidy + p.orphan_payment


@household.rule("高龄津贴合计", unit="fen")
def elder(h: Any) -> Any:
    """For all members."""
    return h.sum(lambda p: p.elder_allowance)


@household.rule("生活补贴合计", unit="fen")
def living(h: Any) -> Any:
    """For all members."""
    return h.sum(lambda p: p.living_subsidy)


@household.rule("护理补贴合计", unit="fen")
def nursing(h: Any) -> Any:
    """For all members."""
    return h.sum(lambda p: p.nursing_subsidy)


@household.rule("孤儿基本生活费合计", unit="fen")
def orphan_care(h: Any) -> Any:
    """For all members."""
    return h.sum(lambda p: p.orphan_payment)


@household.rule("每月合计", unit="fen")
def total(h: Any) -> Any:
    """Everything the household receives in a month."""
    return h.dibao_amount + h.tekun_amount + h.elder + h.living + h.nursing + h.orphan_care


ASKED = tuple({**person.rules, **household.rules}[name] for name in values.RESULTS)
"""What every engine is asked for."""


def parameters() -> Parameters:
    """The made-up values as dated parameters."""
    common = {"from_": date(2020, 1, 1), "until": None, "source": "测量用数值", "confidence": "assumption"}
    national = [
        Value(key=key, place="", value=value, unit=unit, title=key, **common)  # type: ignore[arg-type]
        for key, (unit, value) in values.NATIONAL.items()
    ]
    local = [
        Value(key=key, place=place, value=value, unit=unit, title=key, **common)  # type: ignore[arg-type]
        for key, (unit, *_) in values.LOCAL.items()
        for place, value in zip(values.PLACES, values.local(key), strict=True)
    ]
    return Parameters([*national, *local])
