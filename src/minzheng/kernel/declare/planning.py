"""What a domain says of a plan (规划): its sections, its targets, what carries them out, and who watches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from minzheng.kernel.law.language import Rule

from .steps import Role

__all__ = ["Ambiguity", "Carried", "Plan", "PlanDuties", "Programme", "Section", "Target", "carried"]


@dataclass(frozen=True)
class Section:
    """A section or box (专栏) of the plan under its number, with its short title."""

    code: str
    label: str
    chapter: str


@dataclass(frozen=True)
class Target:
    """A figure that the plan names: to be reached by a day, or a baseline fact (``op`` empty).

    ``value`` is what is compared after ``scale`` (100 for shares); for enough-per-unit targets (Q) every unit must
    comply, and ``each`` says how much each needs.  ``clauses`` are section and paragraph (``2.2 P035.4``).
    ``awaits`` names the register that will count it one day.
    """

    code: str
    label: str
    unit: str
    kind: str
    level: str
    op: str
    value: Fraction | None
    scale: int
    due: date
    dated: bool
    numerator: str
    denominator: str
    owner: str
    clauses: tuple[str, ...]
    base: Fraction | None = None
    base_on: date | None = None
    each: Fraction | None = None
    ambiguity: str = ""
    awaits: str = ""

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections that its clauses stand in."""
        return tuple(dict.fromkeys(clause.split(" ")[0] for clause in self.clauses))

    @property
    def relative(self) -> bool:
        """Whether the plan only says better than at the start: it is judged against where it began."""
        return bool(self.op) and self.value is None and bool(self.denominator)

    @property
    def is_target(self) -> bool:
        """Whether it is to be reached; a baseline is only a fact."""
        return self.kind != "B"


@dataclass(frozen=True)
class Ambiguity:
    """A place where the plan can be read in two ways: both are kept, and the one that is used is said."""

    code: str
    text: str
    used: str


@dataclass(frozen=True)
class Programme:
    """A kind of project that a box of the plan names: which target its completed projects count for."""

    code: str
    label: str
    section: str
    target: str = ""


@dataclass(frozen=True)
class PlanDuties:
    """Who watches a plan: the office that reports, the second person, the county, the planning office, who decides."""

    reporter: Role
    verifier: Role
    county: Role
    planner: Role
    decider: Role

    @property
    def roles(self) -> tuple[Role, ...]:
        """All of them."""
        return (self.reporter, self.verifier, self.county, self.planner, self.decider)


@dataclass(frozen=True)
class Plan:
    """A plan as a document of one version: chapters, sections, targets, programmes, its ambiguities and who watches."""

    code: str
    label: str
    version: str
    begins: date
    ends: date
    source: str
    chapters: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    targets: tuple[Target, ...]
    programmes: tuple[Programme, ...]
    ambiguities: tuple[Ambiguity, ...]
    owners: tuple[tuple[str, str], ...]
    duties: PlanDuties

    def owner(self, code: str) -> str:
        """The office behind an owner's code."""
        return dict(self.owners).get(code, code)


@dataclass(frozen=True)
class Carried:
    """A clause of the plan that something carries out: a service, a scheme, a register, a list of visits, a rule."""

    clause: str
    item: Any

    @property
    def label(self) -> str:
        """What it is called."""
        return self.item.title if isinstance(self.item, Rule) else str(self.item.label)

    @property
    def code(self) -> str:
        """What it goes by within its domain."""
        return f"{self.item.entity}.{self.item.name}" if isinstance(self.item, Rule) else str(self.item.code)


def carried(by_clause: Mapping[str, Iterable[Any]]) -> tuple[Carried, ...]:
    """What a domain carries out, clause by clause."""
    return tuple(Carried(clause, item) for clause, items in by_clause.items() for item in items)
