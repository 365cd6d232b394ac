"""What would be decided with other facts: the officer's form, and the answer beside the real one.  Nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from django.http import QueryDict

from minzheng.kernel import catalogue, clock, law
from minzheng.kernel.casework.models import Case
from minzheng.kernel.declare.forms import Choice, Day, Field, Form, Money, Number, YesNo
from minzheng.kernel.errors import Refused
from minzheng.kernel.law import changes
from minzheng.kernel.law.language import Entity, Fact
from minzheng.kernel.law.units import Kind, Scalar, in_words, unit_of
from minzheng.ui import posted

__all__ = ["Assumed", "Holder", "asked"]

SIGNED = 10**9  # what is counted is never more than that, and may be below nothing


@dataclass
class Holder:
    """The household or one of its persons, with a question for each fact the law came to look at."""

    title: str
    prefix: str
    member: int | None
    form: Form
    values: dict[str, Any]
    errors: dict[str, str] = field(default_factory=dict)
    typed: bool = False

    @property
    def problem(self) -> bool:
        """Whether something typed here is to be put right."""
        return bool(self.errors)


@dataclass
class Assumed:
    """The question a service asks the law, on this case as it stands today."""

    question: changes.Question
    facts: law.Facts
    applied: changes.Applied
    holders: list[Holder]

    def turning(self) -> changes.Turning:
        """Which single fact would turn the condition."""
        asked = self.question
        return changes.turning(
            asked.condition, asked.household, self.facts, law=self.applied, fixed=asked.fixed
        )

    def answered(self, data: QueryDict) -> dict[str, Any] | None:
        """What was changed, and every result before and after; None while something typed is wrong."""
        changed = {ref: value for holder in self.holders for ref, value in self._changed(holder, data)}
        if any(holder.problem for holder in self.holders):
            return None
        results = changes.compared(self.question, self.facts, changed, law=self.applied) if changed else ()
        return {
            "changed": [self._said(ref, value) for ref, value in changed.items()],
            "results": results,
            "differs": any(one.differs for one in results),
        }

    def _changed(self, holder: Holder, data: QueryDict) -> Iterator[tuple[law.FactRef, Scalar]]:
        """The answers that are not what the case says; what is left empty stays as it is."""
        typed = posted.read_form(holder.form, data, holder.prefix)
        holder.values, holder.typed = typed, True
        try:
            clean = holder.form.clean(typed).plain
        except Refused as error:
            holder.errors = error.errors
            return
        entity = _entity(self.question, holder.member)
        for name, answer in clean.items():
            ref = law.FactRef(entity.name, holder.member, name)
            value: Scalar = date.fromisoformat(answer) if entity.facts[name].kind is Kind.DATE else answer
            if value != self.facts.value(ref):
                yield ref, value

    def _said(self, ref: law.FactRef, value: Scalar) -> tuple[str, str, str]:
        fact = _entity(self.question, ref.member).facts[ref.name]
        now = in_words(self.facts.value(ref), unit_of(fact.unit), fact.options)
        whose = "" if ref.member is None else f"{called(self.facts, ref.member)}："
        return f"{whose}{fact.title}", now, in_words(value, unit_of(fact.unit), fact.options)


def asked(case: Case, facts: law.Facts) -> Assumed | None:
    """The form for this case; None where its service asks nothing again."""
    service = catalogue.current().service_of(case).item
    if service.asks is None:
        return None
    applied = changes.Applied(catalogue.current().parameters(), case.path, clock.today())
    run = applied.to(service.asks.household, facts)
    refs: dict[law.FactRef, None] = {}
    for rule in (service.asks.condition, *service.asks.results):
        refs |= dict.fromkeys(changes.looked_at(rule, run))
    holders = [
        _holder(service.asks, facts, member, [one.name for one in refs if one.member == member])
        for member in (None, *range(len(facts.persons)))
    ]
    return Assumed(service.asks, facts, applied, [one for one in holders if one.form.fields])


def called(facts: law.Facts, member: int) -> str:
    """What a page calls the person."""
    return facts.names[member] if member < len(facts.names) else f"第 {member + 1} 位成员"


def _entity(question: changes.Question, member: int | None) -> Entity:
    home = question.household
    return home if member is None or home.members is None else home.members


def _holder(question: changes.Question, facts: law.Facts, member: int | None, names: list[str]) -> Holder:
    entity = _entity(question, member)
    code = "home" if member is None else f"person{member + 1}"
    form = Form(code, "", tuple(one for name in names if (one := _field(entity.facts[name])) is not None))
    refs = {one.code: law.FactRef(entity.name, member, one.code) for one in form.fields}
    values = {name: _typed(facts.value(ref)) for name, ref in refs.items()}
    title = "全家" if member is None else called(facts, member)
    return Holder(title, f"{code}-", member, form, values)


def _field(fact: Fact) -> Field | None:
    """The question that asks for this kind of fact; an exact ratio is not typed at a counter."""
    suffix = unit_of(fact.unit).suffix
    label = f"{fact.title}（{suffix}）" if suffix not in ("", "元") else fact.title
    made: Mapping[Kind, Field] = {
        Kind.FEN: Money(fact.name, label, required=False, negative=True),
        Kind.COUNT: Number(fact.name, label, required=False, least=-SIGNED, most=SIGNED),
        Kind.DATE: Day(fact.name, label, required=False),
        Kind.BOOLEAN: YesNo(fact.name, label, required=False),
        Kind.CODE: Choice(fact.name, label, required=False, options=fact.options),
    }
    return made.get(fact.kind)


def _typed(value: Scalar | None) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return None if isinstance(value, Fraction) else value
