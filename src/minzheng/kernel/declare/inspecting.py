"""Whom an office inspects (监督检查): by which lists, how a draw decides whom next, and what follows from a fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from minzheng.kernel.law.language import Entity, Rule

from .outdoors import Outdoors
from .steps import Role

__all__ = ["Checklist", "Clause", "Subject", "Supervision"]


@dataclass(frozen=True)
class Clause:
    """One thing to look at (检查条款): met, not met or not applicable; a mandatory one decides."""

    code: str
    text: str
    mandatory: bool = True
    # A fault that cannot wait has its own, shorter term (key of a dated parameter).
    term: str = ""


@dataclass(frozen=True)
class Checklist:
    """A list of clauses in one version (检查表); a check keeps the version it was made by."""

    code: str
    label: str
    version: str
    from_on: date
    clauses: tuple[Clause, ...]
    # Gone through by the subject's own staff, not by inspectors.
    own: bool = False

    def clause(self, code: str) -> Clause | None:
        """One clause by its code."""
        return next((one for one in self.clauses if one.code == code), None)


@dataclass(frozen=True)
class Subject:
    """Somebody who is inspected (检查对象), by a key that stays, with the class of risk it now stands in."""

    key: str
    name: str
    path: str
    grade: str = "B"


@dataclass(frozen=True)
class Supervision:
    """One matter of supervision: the subjects beneath a place, who inspects, and by which lists.

    ``inspector`` and ``overseer`` work for the county; ``reviewer`` looks at the law before a penalty is decided;
    ``own(key, by)`` says whether an actor is of the subject's own staff, who check themselves and put faults right.
    ``facts(key, on)`` gives what the rules read of a subject (``standing``), ``grade`` is the credit class from A to
    D, whose factor (``<factor>.A`` …) multiplies the share that is drawn.  Terms, share and factors are keys of dated
    parameters.  ``risks`` are the kinds of incident, told within minutes by how grave they are; ``partners`` may come
    along.  ``every`` says after how many months each subject is to be looked at again.
    """

    code: str
    label: str
    subjects: Callable[[str], Sequence[Subject]]
    own: Callable[..., bool]
    inspector: Role
    overseer: Role
    reviewer: Role
    lists: tuple[Checklist, ...]
    facts: Callable[[str, date], Mapping[str, Any]]
    standing: Entity
    grade: Rule
    share: str
    factor: str
    apart: str
    rectify_term: str
    publish_term: str
    penalty_term: str
    serious_term: str
    other_term: str
    risks: Mapping[str, str] = field(default_factory=dict)
    partners: Mapping[str, str] = field(default_factory=dict)
    penalties: Mapping[str, str] = field(default_factory=dict)
    basis: object = None
    # Whether a check may be filled in without network.
    outdoors: Outdoors | None = None
    every: str = ""

    @property
    def roles(self) -> tuple[Role, ...]:
        """Who works on it."""
        return (self.inspector, self.overseer, self.reviewer)

    def list_on(self, code: str, on: date) -> Checklist | None:
        """The version of a list that is in force on a day."""
        held = [one for one in self.lists if one.code == code and one.from_on <= on]
        return max(held, key=lambda one: one.from_on, default=None)

    def own_lists(self, on: date) -> list[Checklist]:
        """The lists in force that subjects go through themselves."""
        codes = dict.fromkeys(one.code for one in self.lists if one.own)
        return [sheet for code in codes if (sheet := self.list_on(code, on)) is not None]

    def list_of(self, code: str, version: str) -> Checklist | None:
        """A list in the version by which a check was made."""
        return next((one for one in self.lists if (one.code, one.version) == (code, version)), None)
