"""How an office goes to see people: standing rounds with one ledger a person, and scored instruments.

Rounds (巡访) say who is watched, by which risk, how often, who goes, what is looked at, and who is called when nobody
opens.  An instrument (评估量表) says what is scored, by whom, and what the law makes of the sheet; its total is
reckoned by the server alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from .forms import Choice, Field, Form
from .outdoors import Outdoors
from .steps import Role

__all__ = ["SEEN", "Instrument", "Risk", "Rounds", "RoundsCall", "Rung", "ScoreItem", "Scored", "SeenItem"]

# How each thing looked at on a visit is found to be (handbook 02 §14a).
SEEN: Mapping[str, str] = MappingProxyType({"ok": "正常", "watch": "需留意", "act": "需处理"})


@dataclass(frozen=True)
class SeenItem:
    """One thing looked at on every visit."""

    code: str
    label: str
    part: str
    help: str = ""


@dataclass(frozen=True)
class Risk:
    """One class of risk: ``phone`` and ``visit`` name the intervals in days, if such contacts are owed at all.

    ``tone`` is how its mark looks: bad, warn, info, good.
    """

    code: str
    label: str
    tone: str
    visit: str
    phone: str = ""


@dataclass(frozen=True)
class Rung:
    """Who is called next when somebody cannot be reached, and within how many hours they answer (``within``)."""

    code: str
    label: str
    by: Role
    within: str
    police: bool = False


@dataclass(frozen=True)
class RoundsCall:
    """What calls for extra rounds; where ``reaches`` names a parameter, the figure must be at or below it."""

    code: str
    label: str
    reaches: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Rounds:
    """A ledger of everybody who is visited.

    ``people`` is one SQL statement over a county that gives person, path, groups (an array of codes) and the facts of
    the law (a jsonb object); it reads ``%(path)s``, ``%(path_end)s``, ``%(day)s`` and whatever ``given(on=)`` adds.
    ``risk(facts, parameters, path=, on=)`` is the law and gives the code of a risk; it is asked once for each
    combination of facts that occurs.  ``stated`` are the groups that an officer enters.  For the risks of
    ``same_day`` the police stand at the door on the day on which nobody could be reached.  The other words in quotes
    name dated parameters: after ``missed`` tries, or ``missed_within`` hours after one that nobody repeated, somebody
    is looked for; whoever refused is asked again after ``offered_again`` months; a visitor with more calls at doors a
    day than ``most_a_day``, and a telephone that more than ``most_a_phone`` people give, are looked at twice.
    """

    code: str
    label: str
    people: str
    risk: Callable[..., str]
    risks: tuple[Risk, ...]
    groups: Mapping[str, str]
    stated: tuple[str, ...]
    by: Role
    managed_by: Role
    overseen_by: Role
    seen: tuple[SeenItem, ...]
    calls: tuple[RoundsCall, ...]
    chain: tuple[Rung, ...]
    first_term: str
    missed: str
    missed_within: str
    offered_again: str
    far: str
    late_hours: str
    extra: str
    sampled: str
    most_a_day: str
    most_a_phone: str
    given: Callable[..., Mapping[str, Any]] = lambda on: {}
    same_day: tuple[str, ...] = ()
    basis: object = None
    # Whether a contact may be recorded without network, and with what.
    outdoors: Outdoors | None = None

    def risk_of(self, code: str) -> Risk:
        """One class of risk."""
        return next(one for one in self.risks if one.code == code)

    @property
    def roles(self) -> tuple[Role, ...]:
        """Everybody who works with the ledger."""
        return (self.by, self.managed_by, self.overseen_by)


@dataclass(frozen=True)
class ScoreItem:
    """One item of an instrument: the points it may be given, each in words."""

    code: str
    label: str
    part: str
    options: tuple[tuple[int, str], ...]

    @property
    def most(self) -> int:
        """The points of somebody who needs nobody."""
        return max(points for points, _ in self.options)

    def asked(self) -> Field:
        """The question."""
        words = {str(points): text for points, text in self.options}
        return Choice(self.code, f"{self.label}（{self.most}分）", options=words)


@dataclass(frozen=True)
class Scored:
    """What the law makes of a sheet: points, level, how each part came out, why the level was moved."""

    total: int
    level: int
    parts: tuple[tuple[str, int, int], ...]
    reasons: tuple[str, ...]
    rule_set: str


@dataclass(frozen=True)
class Instrument:
    """A scored assessment.

    ``beside`` asks what is taken down beside the points.  ``score(sheet, parameters, path=, on=)`` is the law.
    ``together`` assessors sign; each holds every certificate of ``certified``, one of them also one of ``expert``.
    ``heard_by`` takes objections down; ``valid`` and ``objection`` name the parameters of
    how long a result holds and may be objected to.
    """

    code: str
    label: str
    version: str
    items: tuple[ScoreItem, ...]
    beside: Form
    score: Callable[..., Scored]
    levels: Mapping[int, str]
    by: Role
    registered_by: Role
    heard_by: Role
    valid: str
    objection: str
    together: int = 2
    certified: tuple[str, ...] = ()
    expert: tuple[str, ...] = ()
    certificates: Mapping[str, str] = field(default_factory=dict)
    basis: object = None

    @property
    def form(self) -> Form:
        """The whole sheet as one form: the points, and what stands beside them."""
        asked = tuple(item.asked() for item in self.items)
        return Form(self.code, self.label, (*asked, *self.beside.fields), version=self.version)

    @property
    def most(self) -> int:
        """All points."""
        return sum(item.most for item in self.items)
