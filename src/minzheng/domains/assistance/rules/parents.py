"""Whose child is nobody's to keep: orphans (孤儿) and factually unattended children (事实无人抚养儿童).

国办发〔2010〕54号; 民发〔2019〕62号 and 〔2020〕125号; 吉民发〔2019〕42号 pays children of confined parents as orphans.
Each parent is in a situation or is not; the truth table of the two decides.
"""

from __future__ import annotations

from typing import Any

from minzheng.kernel.law.language import MONTH, months, parameter, where, years

from . import tekun  # a minor who is tekun chooses
from .benefit_law import FUC62, FUC125, JL42, OR54
from .facts import person
from .overlap import free

__all__ = ["ADULT", "fuc", "fuc_drawn", "orphan", "orphan_drawn", "orphan_kind", "tekun"]

ADULT = 18


@person.rule("可以享受个人待遇", unit="boolean", says=("未在监狱服刑或失踪", "{absence}，待遇停发"))
def may_draw(p: Any) -> Any:
    """Whoever supports from elsewhere is no applicant; whoever is in prison or missing draws nothing."""
    return (p.relation != "supporter") & (p.absence != "prison") & (p.absence != "missing")


# --- The parents, one by one -------------------------------------------------------------------------


def _gone(state: Any) -> Any:
    return (state == "dead") | (state == "missing")


def _confined(state: Any, term: Any) -> Any:
    """In prison, detox or other custody for long enough; guardianship removed; deported."""
    held = (state == "prison") | (state == "detox") | (state == "custody")
    long_enough = term >= parameter("fuc.custody_months", unit="months")
    return (held & long_enough) | (state == "removed") | (state == "deported")


def _failing(state: Any, since: Any) -> Any:
    """Severely disabled, seriously ill, or without contact and care for the months required."""
    lost = months(since) >= parameter("fuc.contact_months", unit="months")
    return (
        (state == "severe_disability") | (state == "serious_illness") | ((state == "out_of_contact") & lost)
    )


@person.rule(
    "父亲死亡或失踪", basis=OR54.as_a_whole(), unit="boolean", says=("{father_state}", "{father_state}")
)
def father_gone(p: Any) -> Any:
    """Dead, or declared missing by a court."""
    return _gone(p.father_state)


@person.rule(
    "母亲死亡或失踪", basis=OR54.as_a_whole(), unit="boolean", says=("{mother_state}", "{mother_state}")
)
def mother_gone(p: Any) -> Any:
    """Dead, or declared missing by a court."""
    return _gone(p.mother_state)


@person.rule("父亲被限制自由、遣返或撤销监护", basis=JL42.as_a_whole(), unit="boolean")
def father_confined(p: Any) -> Any:
    """A term of custody counts from detention; the sentence as a whole is looked at."""
    return _confined(p.father_state, p.father_term)


@person.rule("母亲被限制自由、遣返或撤销监护", basis=JL42.as_a_whole(), unit="boolean")
def mother_confined(p: Any) -> Any:
    """A term of custody counts from detention; the sentence as a whole is looked at."""
    return _confined(p.mother_state, p.mother_term)


@person.rule("父亲重残、重病或失联", basis=FUC62.as_a_whole(), unit="boolean")
def father_failing(p: Any) -> Any:
    """The other situations of the national list."""
    return _failing(p.father_state, p.father_since)


@person.rule("母亲重残、重病或失联", basis=FUC62.as_a_whole(), unit="boolean")
def mother_failing(p: Any) -> Any:
    """The other situations of the national list."""
    return _failing(p.mother_state, p.mother_since)


@person.rule(
    "父母一方情况不详",
    basis=FUC125.as_a_whole(),
    unit="boolean",
    says=("父母一方情况不详，提请个案会商", "父母情况明确"),
)
def parent_unknown(p: Any) -> Any:
    """Never taken for a situation: the case is conferred on."""
    return (p.father_state == "unknown") | (p.mother_state == "unknown")


# --- The child ---------------------------------------------------------------------------------------


@person.rule(
    "在儿童保障年龄内",
    basis=OR54.as_a_whole(),
    unit="boolean",
    says=("未满18周岁（满18周岁当月照发）", "已满18周岁"),
)
def of_child_age(p: Any) -> Any:
    """Up to the month of the eighteenth birthday; where the place says so, while in school beyond it."""
    # Counted backwards from the month: the birthday must not lie before its first day.
    not_before = years(MONTH, at=p.birth) >= -ADULT
    in_school = parameter("orphan.continue_in_school", unit="boolean") & p.student
    return not_before | in_school


@person.rule("未被收养且可以享受儿童保障", basis=OR54.as_a_whole(), unit="boolean")
def child_base(p: Any) -> Any:
    """Of age for it and not adopted."""
    return p.of_child_age & ~p.adopted & p.may_draw


@person.rule("失去父母或查找不到父母", basis=OR54.as_a_whole(), unit="boolean")
def parentless(p: Any) -> Any:
    """Both gone, or never found."""
    return p.untraceable | (p.father_gone & p.mother_gone)


@person.rule(
    "参照孤儿",
    basis=JL42.as_a_whole(),
    unit="boolean",
    says=("符合参照孤儿保障的情形", "不属于参照孤儿保障的情形"),
)
def like_orphan(p: Any) -> Any:
    """Where the province pays them as orphans: both parents confined, or one and the other gone."""
    father, mother = p.father_confined | p.father_gone, p.mother_confined | p.mother_gone
    confined = father & mother & (p.father_confined | p.mother_confined)
    return parameter("orphan.like_confined", unit="boolean") & (confined | p.hiv_infected)


@person.rule(
    "符合孤儿基本生活保障条件",
    basis=OR54.as_a_whole(),
    unit="boolean",
    says=("符合孤儿（含参照孤儿）保障条件", "不属于孤儿（含参照孤儿）"),
)
def orphan(p: Any) -> Any:
    """The sentence does not say which situation it is: that stands in the file, not in lists."""
    return p.child_base & (p.parentless | p.like_orphan)


_KINDS = {"none": "不属于", "O1": "机构养育孤儿", "O2": "散居孤儿", "O3": "参照孤儿"}


@person.rule("孤儿类别", basis=OR54.as_a_whole(), unit="code", options=_KINDS)
def orphan_kind(p: Any) -> Any:
    """By where it is raised; foster families of an institution belong to it."""
    raised = (p.residence == "child_home") | (p.residence == "foster")
    by_place = where(raised, "O1", "O2")
    return where(p.orphan, where(p.parentless, by_place, "O3"), "none")


@person.rule(
    "符合事实无人抚养儿童条件",
    basis=FUC62.as_a_whole(),
    unit="boolean",
    says=("父母双方均不能履行抚养责任", "父母双方不同时具备规定情形"),
)
def fuc(p: Any) -> Any:
    """Both parents in a situation, or one and the other gone; whoever is an orphan is not also this."""
    father = p.father_gone | p.father_confined | p.father_failing
    mother = p.mother_gone | p.mother_confined | p.mother_failing
    return p.child_base & father & mother & ~p.orphan


@person.rule("享受孤儿基本生活费", basis=OR54.as_a_whole(), unit="boolean")
def orphan_drawn(p: Any) -> Any:
    """Unless the guardian has chosen tekun."""
    return p.orphan & free(p, "orphan")


@person.rule("享受事实无人抚养儿童保障", basis=FUC62.as_a_whole(), unit="boolean")
def fuc_drawn(p: Any) -> Any:
    """Unless the guardian has chosen tekun."""
    return p.fuc & free(p, "fuc")
