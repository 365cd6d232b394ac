"""A screening (待遇自测): what is asked of a family in plain words, and what it may receive by the law of a place.

Asked of anybody, kept of nobody.  The same answer is given from the facts an office has on file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Literal

from minzheng.kernel.law.facts import Facts
from minzheng.kernel.law.findings import Finding, Missing

from .forms import Form

__all__ = ["Offer", "Question", "Registered", "Screened", "Screening", "Standing"]


class Standing(StrEnum):
    """How a benefit stands for whoever asks."""

    MAY = "may"
    UNKNOWN = "unknown"
    INSTEAD = "instead"
    NOT = "not"

    @property
    def label(self) -> str:
        """The word on the page."""
        return _STANDINGS[self.value]


_STANDINGS = {"may": "可能享受", "unknown": "还不能判断", "instead": "不同时享受", "not": "暂不符合"}


@dataclass(frozen=True)
class Offer:
    """One benefit for the family (``who`` empty) or for one of it; ``amount`` in fen, None while unknown.

    ``instead`` says what stands in the way of a benefit whose own conditions are met, ``turns`` what would change
    the answer, ``bring`` what to take along.  ``service`` is the qualified code where one can be applied for here.
    """

    code: str
    label: str
    who: str
    member: int | None
    standing: Standing
    period: Literal["monthly", "once", "status"]
    amount: int | None
    finding: Finding
    instead: tuple[str, ...] = ()
    turns: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    bring: tuple[str, ...] = ()
    where: str = ""
    service: str = ""

    @property
    def because(self) -> str:
        """The sentence of the finding."""
        return self.finding.because

    @property
    def reasons(self) -> tuple[str, ...]:
        """The same clause by clause, each once."""
        return tuple(dict.fromkeys(self.finding.because.split("；")))

    @property
    def article(self) -> str:
        """The article it rests on, as a resident reads it."""
        return str(self.finding.article or "")

    def to_json(self) -> dict[str, Any]:
        """One line of the answer."""
        return {
            "code": self.code,
            "label": self.label,
            "who": self.who,
            "member": self.member,
            "standing": self.standing.value,
            "standing_label": self.standing.label,
            "period": self.period,
            "amount": self.amount,
            "because": self.because,
            "article": self.article,
            "instead": list(self.instead),
            "turns": list(self.turns),
            "missing": [one.to_json() for one in self.missing],
            "bring": list(self.bring),
            "where": self.where,
            "service": self.service,
        }


@dataclass(frozen=True)
class Screened:
    """The whole answer, in the order of sending on.

    ``total`` is the month's best lawful combination, None while something is unknown; ``least`` is what is certain
    of it.  ``assumed`` says what nobody asked and how it was taken, ``choices`` where the law lets the family choose.
    """

    on: date
    path: str
    rule_set: str
    offers: tuple[Offer, ...]
    total: int | None
    least: int
    choices: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()

    def of(self, standing: Standing) -> tuple[Offer, ...]:
        """The benefits that stand so."""
        return tuple(one for one in self.offers if one.standing is standing)

    def to_json(self) -> dict[str, Any]:
        """For a programme."""
        return {
            "on": self.on.isoformat(),
            "path": self.path,
            "rule_set": self.rule_set,
            "total": self.total,
            "least": self.least,
            "choices": list(self.choices),
            "assumed": list(self.assumed),
            "offers": [one.to_json() for one in self.offers],
        }


@dataclass(frozen=True)
class Registered:
    """What the register says of one who lives there: relation to the head (GB/T 4761), age, disability."""

    relation: str
    applicant: bool
    age: int | None
    disability_category: int | None = None
    disability_grade: int | None = None


@dataclass(frozen=True)
class Question:
    """One question as people ask it, with the fields of the form that answer it."""

    title: str
    fields: tuple[str, ...]
    help: str = ""


@dataclass(frozen=True)
class Screening:
    """What is asked, and what answers it.

    ``facts(answers, on)`` reads checked answers as facts, ``answer(facts, parameters, path=, on=)`` asks the law.
    ``begins(answers)`` gives, by the code of a service, the answers an application of it may begin with.  What is
    not answered stays unknown.  ``known(people, class_ur)`` is what the window need not ask.  ``questions`` share
    out the fields of the form; the place is asked by the door.
    """

    code: str
    label: str
    lead: str
    form: Form
    questions: tuple[Question, ...]
    facts: Callable[[Mapping[str, Any], date], Facts]
    answer: Callable[..., Screened]
    begins: Callable[[Mapping[str, Any]], Mapping[str, Mapping[str, Any]]] | None = None
    words: tuple[str, ...] = field(default=())
    known: Callable[[Sequence[Registered], str], Mapping[str, Any]] | None = None
