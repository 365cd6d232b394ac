"""One household at a counter: the rules as generated Python, compiled once, a few microseconds a decision.

An answer is a value, or None while it is unknown; which facts are missing, and every reason in words, comes
from the interpreter.  The parameters of a place and day are looked up once and handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import lru_cache, partial
from typing import Any, NoReturn
from weakref import WeakKeyDictionary

from minzheng.kernel.errors import Mistake, Refused
from minzheng.kernel.law.engines.source import kept_results, written
from minzheng.kernel.law.engines.writer import EXACT
from minzheng.kernel.law.facts import Facts, checked
from minzheng.kernel.law.language import Entity, Rule
from minzheng.kernel.law.parameters import Parameters
from minzheng.kernel.law.plan import Plan, Space, plan_of
from minzheng.kernel.law.reference import full_months, full_years, month_of, parameter_value, round_to
from minzheng.kernel.law.units import Kind

__all__ = ["CaseEngine", "Decider", "case_engine"]

Answers = dict[Rule, Any]
"""By rule: its value or None; for a member's rule, a list of these in the order of the members."""

_PLACES_KEPT = 4096
_NOT_YET = object()
_TYPES: Mapping[Kind, type] = {Kind.BOOLEAN: bool, Kind.DATE: date, Kind.CODE: str, Kind.RATIO: Fraction}


class Decider:
    """The rules with the parameters of one place on one day."""

    def __init__(self, engine: CaseEngine, decide: Callable[[list[Any]], tuple[Any, ...]]) -> None:
        self._decide = decide
        self._asked = engine.plan.asked
        self._entity = engine.plan.household
        self._home = _Row(self._entity)
        self._member = _Row(self._entity.members)
        self._kept = [[_NOT_YET] * kept_results(engine.plan, one) for one in (Space.HOUSEHOLD, Space.MEMBER)]

    def __call__(self, facts: Facts) -> Answers:
        """What each rule gives for this household."""
        home, plain = facts.household, self._member.plain
        if not (self._home.plain(home) and all(plain(row) for row in facts.persons)):
            checked(facts, self._entity)
        kept, of_member = self._kept
        members = [[row.get, *of_member] for row in facts.persons]
        return dict(zip(self._asked, self._decide([home.get, members, *kept]), strict=True))


class CaseEngine:
    """Rules compiled for one household at a time."""

    def __init__(self, household: Entity, rules: Sequence[Rule]) -> None:
        self.plan: Plan = plan_of(household, rules)
        self._builders: dict[frozenset[int], Callable[..., Any]] = {}
        self._deciders: WeakKeyDictionary[Parameters, dict[tuple[str, date, date], Decider]] = (
            WeakKeyDictionary()
        )

    def at(self, parameters: Parameters, *, path: str, on: date, month: date | None = None) -> Decider:
        """The rules as they apply in that place on that day, for that benefit month."""
        deciders = self._deciders.setdefault(parameters, {})
        key = (path, on, month_of(on, month))
        decider = deciders.get(key)
        if decider is None:
            if len(deciders) >= _PLACES_KEPT:
                deciders.clear()
            decider = deciders[key] = self._bound(parameters, *key)
        return decider

    def _bound(self, parameters: Parameters, path: str, on: date, month: date) -> Decider:
        """A missing parameter stops the case only if the case needs it."""
        values: list[Any] = []
        missing = set()
        for position, node in enumerate(self.plan.parameters):
            exact = node.kind in EXACT
            try:
                value: Any = parameter_value(node.of, parameters, path=path, on=on)  # type: ignore[arg-type]
            except Refused as refused:
                missing.add(position)
                values += [partial(_stop, refused), 1] if exact else [partial(_stop, refused)]
                continue
            values += [value.value.numerator, value.value.denominator] if exact else [value.value]
        build = self._built(frozenset(missing))
        return Decider(self, build(on, month, *values))

    def _built(self, missing: frozenset[int]) -> Callable[..., Any]:
        if missing not in self._builders:
            names = {
                "U": _NOT_YET,
                "Fraction": Fraction,
                "date": date,
                "full_years": full_years,
                "full_months": full_months,
            }
            names |= {"by_zero": _by_zero, "steps": _steps}
            exec(compile(written(self.plan, missing), "<rules of one household>", "exec"), names)
            self._builders[missing] = names["build"]  # type: ignore[assignment]
        return self._builders[missing]


@lru_cache(maxsize=64)
def case_engine(household: Entity, *rules: Rule) -> CaseEngine:
    """The engine for these rules, compiled once."""
    return CaseEngine(household, rules)


class _Row:
    """What a row of facts looks like when nothing about it needs a closer look."""

    def __init__(self, entity: Entity | None) -> None:
        facts = entity.facts.values() if entity is not None else ()
        self._types = {fact.name: _TYPES.get(fact.kind, int) for fact in facts}
        self._codes = {fact.name: frozenset(fact.options) for fact in facts if fact.options}

    def plain(self, row: Mapping[str, Any]) -> bool:
        """Whether every name is known and every value of its type; if not, the facts are checked in full."""
        types, codes = self._types, self._codes
        for name, value in row.items():
            kind = types.get(name)
            if value is None:
                if kind is None:
                    return False
            elif type(value) is not kind or (name in codes and value not in codes[name]):
                return False
        return True


def _stop(refused: Refused) -> NoReturn:
    raise refused


def _by_zero() -> NoReturn:
    raise Mistake("rule_division", "A rule divides by zero: guard it with where().")


def _steps(over: int, below: int, mode: str) -> int:
    """How many whole steps a figure above or at zero comes to."""
    if below > 0:
        if mode == "half_up":
            return (2 * over + below) // (2 * below)
        if mode == "down":
            return over // below
        if mode == "up":
            return -(-over // below)
    return int(round_to(over, step=min(below, 1), mode=mode))  # which says what is wrong
