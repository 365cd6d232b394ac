"""What is known of one household, and who said so: declared by the applicant, or verified by whom and when.

A fact that is absent, or None, is unknown.  Unknown is never zero: only :func:`filled` turns an empty line
of the signed form into what the form says an empty line means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from minzheng.kernel.errors import Refused
from minzheng.kernel.law.language import Entity, Fact
from minzheng.kernel.law.units import Kind, Scalar, fits, unit_of

__all__ = ["BLANK", "DECLARED", "FactRef", "Facts", "checked", "filled"]

DECLARED = "本人申报"
BLANK = "申请表未填，按申请人承诺认定"


@dataclass(frozen=True, slots=True, order=True)
class FactRef:
    """One fact of one household or of one of its members (counted from 0)."""

    entity: str
    member: int | None
    name: str

    @property
    def key(self) -> str:
        """How sources and JSON name it: ``household.deposits``, ``persons.0.wage``."""
        return f"{self.entity}.{self.name}" if self.member is None else f"persons.{self.member}.{self.name}"


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one household and its persons, with the source of each.

    ``sources`` is keyed by :attr:`FactRef.key`, or by the bare name of a fact for everyone in the household.
    ``names`` are what a page calls the persons, in their order; the rules never see them.
    """

    household: Mapping[str, Scalar | None] = field(default_factory=dict)
    persons: Sequence[Mapping[str, Scalar | None]] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    names: Sequence[str] = ()

    def value(self, ref: FactRef) -> Scalar | None:
        """The fact, or None while it is unknown."""
        row = self.household if ref.member is None else self.persons[ref.member]
        return row.get(ref.name)

    def source(self, ref: FactRef) -> str:
        """Who says so; what nobody else says is the applicant's declaration."""
        return self.sources.get(ref.key) or self.sources.get(ref.name) or DECLARED


def checked(facts: Facts, household: Entity) -> Facts:
    """The same facts, once every name and type is known to the rules; a slip is refused by name."""
    _check_row(facts.household, household, who="家庭")
    if household.members is not None:
        for number, row in enumerate(facts.persons, start=1):
            _check_row(row, household.members, who=f"第 {number} 位成员")
    return facts


def filled(facts: Facts, household: Entity) -> Facts:
    """The facts with every empty line of the form read as the form defines it, and its source saying so."""
    sources = dict(facts.sources)
    home = _fill(facts.household, household, sources, prefix=household.name)
    persons: list[Mapping[str, Any]] = []
    if household.members is not None:
        for number, row in enumerate(facts.persons):
            persons.append(_fill(row, household.members, sources, prefix=f"persons.{number}"))
    return Facts(home, tuple(persons), sources, facts.names)


def _fill(
    row: Mapping[str, Scalar | None], entity: Entity, sources: dict[str, str], *, prefix: str
) -> Mapping[str, Scalar | None]:
    """A line that is present but None was asked and not answered: it stays unknown."""
    result = dict(row)
    for fact in entity.facts.values():
        if fact.blank is not None and fact.name not in row:
            result[fact.name] = fact.blank
            sources.setdefault(f"{prefix}.{fact.name}", BLANK)
    return result


def _check_row(row: Mapping[str, Scalar | None], entity: Entity, *, who: str) -> None:
    plain = _plain(entity)
    for name, value in row.items():
        if type(value) is plain.get(name):
            continue
        fact = entity.facts.get(name)
        if fact is None:
            message = f"{who}：没有名为“{name}”的事项。可用的事项：{'、'.join(entity.facts)}。"
            raise Refused("fact_unknown", message, field=name)
        if value is not None:
            _check_value(fact, value, who=who)


@lru_cache(maxsize=64)
def _plain(entity: Entity) -> Mapping[str, type]:
    """The type that settles a fact without a closer look; a code is always looked at."""
    types = {Kind.FEN: int, Kind.EXACT_FEN: int, Kind.COUNT: int, Kind.DATE: date, Kind.BOOLEAN: bool}
    return {one.name: types[one.kind] for one in entity.facts.values() if one.kind in types}


def _check_value(fact: Fact, value: object, *, who: str) -> None:
    if not fits(value, fact.kind):
        need = "整数分（不能用小数）" if fact.kind is Kind.FEN else f"单位 {unit_of(fact.unit).code} 的值"
        raise Refused("fact_type", f"{who}：“{fact.title}”应为{need}，收到 {value!r}。", field=fact.name)
    if fact.options and value not in fact.options:
        listed = "、".join(f"{code}（{word}）" for code, word in fact.options.items())
        raise Refused(
            "fact_code", f"{who}：“{fact.title}”没有 {value!r} 这一项。可选：{listed}。", field=fact.name
        )
