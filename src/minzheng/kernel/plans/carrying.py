"""What carries a plan out: services, registers, rules with the dated values they read; and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from minzheng.kernel import catalogue
from minzheng.kernel.law.language import Rule
from minzheng.kernel.law.reads import parameters_read

__all__ = ["Carrier", "carried_by", "carriers"]


@dataclass(frozen=True)
class Carrier:
    """Something declared that carries out a clause; of a rule also the dated values that it reads."""

    clause: str
    label: str
    code: str
    rule: bool = False
    values: tuple[str, ...] = ()

    @property
    def section(self) -> str:
        """Of the plan, by its number."""
        return self.clause.split(" ")[0]


def carriers() -> dict[str, list[Carrier]]:
    """Everything that any domain carries out, by section, in the order of the domains."""
    found: dict[str, list[Carrier]] = {}
    for one in _every():
        found.setdefault(one.section, []).append(one)
    return found


def carried_by(code: str) -> list[tuple[str, str]]:
    """The sections that something declared carries out, or a rule by reading this dated value: number and title."""
    sections = dict.fromkeys(one.section for one in _every() if code == one.code or code in one.values)
    titles = {
        one.code: one.label for plan in catalogue.current().plans.values() for one in plan.item.sections
    }
    return [(section, titles[section]) for section in sections if section in titles]


def _every() -> Iterator[Carrier]:
    for domain in catalogue.current().domains:
        for one in domain.carries:
            rule = isinstance(one.item, Rule)
            values = tuple(parameters_read(one.item)) if rule else ()
            yield Carrier(one.clause, one.label, f"{domain.code}.{one.code}", rule, values)
