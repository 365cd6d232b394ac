"""Adoption (收养): who may be adopted, who may give, who may adopt, and how many.

《民法典》 arts. 1093–1108.  Each condition is a finding of its own, so that a refusal names the article.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from minzheng.kernel.law import explaining
from minzheng.kernel.law.facts import Facts
from minzheng.kernel.law.findings import Finding
from minzheng.kernel.law.instruments import Instrument
from minzheng.kernel.law.language import Entity, Fact, where, years
from minzheng.kernel.law.parameters import Parameters
from minzheng.kernel.law.reference import Evaluation

__all__ = ["CIVIL_CODE", "CONDITIONS", "adoption", "adoption_findings", "may_adopt"]

CIVIL_CODE = Instrument(
    "CC-2021", "民法典", "2020年5月28日全国人民代表大会通过", in_force_from=date(2021, 1, 1)
)
ADULT, OWN_VIEW, ADOPTER_AGE, AGE_GAP = 18, 8, 30, 40  # arts. 17, 1104, 1098 (5), 1102

_CHILD = "被收养人户籍、来源证明"
_GIVER = "送养人证明材料"
_ADOPTER = "收养人证明材料、收养评估报告"
_SEX = {"male": "男", "female": "女"}


def _yes_no(name: str, title: str, supplied_by: str, *, blank: bool | None = None) -> Fact:
    return Fact(name, "boolean", title, supplied_by, blank=blank)


adoption = Entity(
    "adoption",
    title="收养登记",
    facts=[
        Fact("child_birth", "date", "被收养人出生日期", _CHILD),
        Fact("child_sex", "code", "被收养人性别", _CHILD, options=_SEX),
        Fact(
            "ground",
            "code",
            "被收养人情形",
            _CHILD,
            options={
                "orphan": "丧失父母的孤儿",
                "untraceable": "查找不到生父母",
                "difficulty": "生父母有特殊困难无力抚养",
                "none": "均不属于",
            },
        ),
        _yes_no("child_disabled", "被收养人残疾", "残疾人证或医疗机构证明", blank=False),
        _yes_no("in_institution", "由儿童福利机构抚养", _CHILD, blank=False),
        Fact(
            "kinship",
            "code",
            "收养人与被收养人的关系",
            "户籍、亲属关系公证",
            options={
                "none": "无亲属关系",
                "collateral": "三代以内旁系同辈血亲的子女",
                "overseas": "华侨收养三代以内旁系同辈血亲的子女",
                "step": "继子女",
            },
            blank="none",
        ),
        _yes_no("child_agrees", "八周岁以上被收养人同意", "本人书面意见"),
        Fact(
            "giver",
            "code",
            "送养人",
            _GIVER,
            options={
                "guardian": "孤儿的监护人",
                "institution": "儿童福利机构",
                "both_parents": "生父母双方共同送养",
                "one_parent": "生父母一方单方送养",
            },
        ),
        _yes_no("other_parent_gone", "另一方生父母不明或者查找不到", _GIVER, blank=False),
        _yes_no("parent_dead", "生父母一方死亡", _GIVER, blank=False),
        _yes_no("grandparents_waive", "死亡一方的父母放弃优先抚养", _GIVER, blank=False),
        _yes_no("carers_agree", "有抚养义务的人同意监护人送养", _GIVER, blank=False),
        _yes_no("voluntary", "收养人与送养人双方自愿", "收养协议"),
        Fact("adopter_birth", "date", "收养人出生日期", _ADOPTER),
        Fact("adopter_sex", "code", "收养人性别", _ADOPTER, options=_SEX),
        Fact("spouse_birth", "date", "收养人配偶出生日期", _ADOPTER),
        _yes_no("married", "收养人有配偶", "婚姻登记信息"),
        _yes_no("jointly", "夫妻共同收养", _ADOPTER, blank=True),
        Fact("children", "persons", "收养人现有子女（含已收养）", _ADOPTER),
        Fact("adopting", "persons", "本次收养人数", _ADOPTER, blank=1),
        _yes_no("able", "有抚养、教育和保护能力", _ADOPTER),
        _yes_no("healthy", "未患有不应当收养子女的疾病", "医疗机构健康检查证明"),
        _yes_no("clean_record", "无不利于被收养人健康成长的违法犯罪记录", "公安机关证明"),
    ],
)


@adoption.rule("不受子女人数限制", basis=CIVIL_CODE.article(1100, paragraph=2), unit="boolean")
def unlimited(a: Any) -> Any:
    """Orphans, disabled minors, and the untraceable raised by an institution."""
    raised = (a.ground == "untraceable") & a.in_institution
    return (a.ground == "orphan") | a.child_disabled | raised


@adoption.rule("三代以内旁系血亲", basis=CIVIL_CODE.article(1099), unit="boolean")
def kin(a: Any) -> Any:
    """A child of a collateral relative of the same generation within three generations."""
    return (a.kinship == "collateral") | (a.kinship == "overseas")


@adoption.rule("未满十八周岁", basis=CIVIL_CODE.article(1093), unit="boolean")
def child_minor(a: Any) -> Any:
    """Only minors are adopted."""
    return years(a.child_birth) < ADULT


@adoption.rule("被收养人符合条件", basis=CIVIL_CODE.article(1093), unit="boolean")
def child_qualifies(a: Any) -> Any:
    """Orphan, untraceable parents, or parents in difficulty; kin and step-children need no such ground."""
    return (a.ground != "none") | a.kin | (a.kinship == "step")


@adoption.rule("送养人符合条件", basis=CIVIL_CODE.article(1094), unit="boolean")
def giver_qualifies(a: Any) -> Any:
    """The guardian of an orphan, an institution, or parents: together, or one where the other is gone."""
    alone = a.other_parent_gone | a.parent_dead | (a.kinship == "step")
    return (
        ((a.giver == "guardian") & (a.ground == "orphan"))
        | ((a.giver == "institution") & a.in_institution)
        | (a.giver == "both_parents")
        | ((a.giver == "one_parent") & alone)
    )


@adoption.rule("监护人送养孤儿已征得同意", basis=CIVIL_CODE.article(1096), unit="boolean")
def carers_consent(a: Any) -> Any:
    """Whoever has the duty to raise the orphan agrees."""
    return (a.giver != "guardian") | a.carers_agree


@adoption.rule("死亡一方的父母不主张优先抚养", basis=CIVIL_CODE.article(1108), unit="boolean")
def grandparents_first(a: Any) -> Any:
    """Where one parent has died and the other gives the child away, that side's grandparents come first."""
    return ~(a.parent_dead & (a.giver == "one_parent")) | a.grandparents_waive


@adoption.rule("收养人年满三十周岁", basis=CIVIL_CODE.article(1098, item=5), unit="boolean")
def old_enough(a: Any) -> Any:
    """Both spouses, where there are two; step-parents are free of it."""
    spouse = ~a.married | ~a.jointly | (years(a.spouse_birth) >= ADOPTER_AGE)
    return (a.kinship == "step") | ((years(a.adopter_birth) >= ADOPTER_AGE) & spouse)


@adoption.rule("收养人无子女或者只有一名子女", basis=CIVIL_CODE.article(1098, item=1), unit="boolean")
def few_children(a: Any) -> Any:
    """Overseas kin, step-parents, and those who take an orphan, a disabled or an institution's child are free."""
    return (a.kinship == "step") | (a.kinship == "overseas") | a.unlimited | (a.children <= 1)


@adoption.rule("收养人数不超过规定", basis=CIVIL_CODE.article(1100), unit="boolean")
def number_within(a: Any) -> Any:
    """Two for the childless, one for whoever has a child."""
    return (a.kinship == "step") | a.unlimited | (a.adopting <= 1) | ((a.children == 0) & (a.adopting <= 2))


@adoption.rule("收养人具备能力和健康、品行条件", basis=CIVIL_CODE.article(1098), unit="boolean")
def adopter_fit(a: Any) -> Any:
    """Items two to four; step-parents are free of them."""
    return (a.kinship == "step") | (a.able & a.healthy & a.clean_record)


@adoption.rule("有配偶者夫妻共同收养", basis=CIVIL_CODE.article(1101), unit="boolean")
def couple_together(a: Any) -> Any:
    """A step-parent adopts the child of their spouse alone."""
    return (a.kinship == "step") | ~a.married | a.jointly


@adoption.rule("无配偶者收养异性子女年龄相差四十周岁以上", basis=CIVIL_CODE.article(1102), unit="boolean")
def age_gap(a: Any) -> Any:
    """Full years between the two births; kin are free of it."""
    wide = years(a.adopter_birth, at=a.child_birth) >= AGE_GAP
    return a.married | a.kin | (a.adopter_sex == a.child_sex) | wide


@adoption.rule("双方自愿", basis=CIVIL_CODE.article(1104), unit="boolean")
def agreed(a: Any) -> Any:
    """Adopter and giver."""
    return a.voluntary


@adoption.rule("八周岁以上的被收养人同意", basis=CIVIL_CODE.article(1104), unit="boolean")
def child_consents(a: Any) -> Any:
    """From eight years on the child is asked, and decides."""
    return where(years(a.child_birth) >= OWN_VIEW, a.child_agrees, True)


@adoption.rule("可以办理收养登记", basis=CIVIL_CODE.article(1105), unit="boolean")
def may_adopt(a: Any) -> Any:
    """Every condition; the assessment and, for a foundling, the announcement have clocks of their own."""
    child = a.child_minor & a.child_qualifies & a.child_consents
    giver = a.giver_qualifies & a.carers_consent & a.grandparents_first & a.agreed
    adopter = a.old_enough & a.few_children & a.number_within & a.adopter_fit
    return child & giver & adopter & a.couple_together & a.age_gap


CONDITIONS = (
    child_minor,
    child_qualifies,
    giver_qualifies,
    carers_consent,
    grandparents_first,
    old_enough,
    few_children,
    number_within,
    adopter_fit,
    couple_together,
    age_gap,
    agreed,
    child_consents,
)


def adoption_findings(facts: Facts, parameters: Parameters, *, path: str, on: date) -> tuple[Finding, ...]:
    """Each condition with its article and reason; the last one is the whole."""
    run = Evaluation(adoption, facts, parameters, path=path, on=on)
    return tuple(explaining.finding(rule, run) for rule in (*CONDITIONS, may_adopt))
