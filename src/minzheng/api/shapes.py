"""What requests carry, beside the answers to declared forms."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

__all__ = [
    "After", "Answered", "Appealed", "Checked", "Closed", "Consented", "Decided", "Deeded", "Drawn", "Edited",
    "Examined", "Explained", "Extended", "HandedIn", "Happened", "Id", "Limit", "MemberPut", "Missing", "Objected",
    "Paused", "Posted", "Rectified", "Settled", "Started", "Taken", "Versioned", "Visited", "Withdrawn",
]  # fmt: skip

MOST = 2**63 - 1
Id = Annotated[int, Field(ge=1, le=MOST)]
After = Annotated[int, Field(ge=1, le=MOST)]
Limit = Annotated[int, Field(ge=1, le=100)]
Code = Annotated[str, Field(max_length=80)]
Text = Annotated[str, Field(max_length=5000)]
Answers = dict[str, Any]


class Asked(Schema):
    """A request body: nothing in it that is not asked for."""

    model_config = ConfigDict(extra="forbid")


class Versioned(Asked):
    """A deed on a case; ``version`` is the one the caller saw (or ``If-Match``)."""

    version: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None


class Started(Asked):
    """A new application; staff who apply for a resident name the applicant."""

    service: Code
    applicant: Id | None = None
    channel: Literal["window", "online", "agent", "discovery"] = "online"
    answers: Answers = Field(default_factory=dict)
    origin: Id | None = None
    lead: Id | None = None


class Deeded(Asked):
    """Answers to the form of a deed in a register."""

    answers: Answers = Field(default_factory=dict)


class HandedIn(Asked):
    """What goes along with a file: what it is called, and the case or the place to which it belongs."""

    label: Annotated[str, Field(min_length=1, max_length=80)]
    case: Id | None = None
    path: Annotated[str, Field(max_length=120, pattern=r"^([0-9]+/)*$")] = ""


class Happened(Asked):
    """One office's word that something happened to somebody: its reference, the day, what belongs to the kind."""

    kind: Code
    number: Annotated[str, Field(max_length=30)]
    day: date
    source: Annotated[str, Field(max_length=12)] = "village"
    reference: Annotated[str, Field(max_length=80)] = ""
    detail: Answers = Field(default_factory=dict)
    words: Annotated[str, Field(max_length=300)] = ""


class Edited(Versioned):
    """Answers to the service's form; what is left out stays as it is."""

    answers: Answers


class MemberPut(Asked):
    """One member of the family: one already listed, or one found by name and number."""

    person: Id | None = None
    name: Annotated[str, Field(max_length=60)] = ""
    id_number: Annotated[str, Field(max_length=30)] = ""
    relation: Annotated[str, Field(max_length=2)]
    counted: bool = True
    not_counted_reason: Annotated[str, Field(max_length=20)] = ""
    answers: Answers = Field(default_factory=dict)
    partly: bool = False


class Consented(Asked):
    """The letter of authorisation of one member, signed by that person or a guardian."""

    person: Id
    guardian: Id | None = None
    # For a grown-up who cannot act for himself: on what ground the guardian is one.
    ground: Annotated[str, Field(max_length=200)] = ""
    channel: Literal["portal", "paper", "link"] = "portal"


class Withdrawn(Versioned):
    """Why the application is taken back."""

    reason: Annotated[str, Field(max_length=500)] = ""


class Extended(Versioned):
    """Why the clock is to run longer."""

    why: Code
    reason: Text


class Paused(Extended):
    """Why the clock is to stand still, and about until when."""

    expected_on: date


class Taken(Versioned):
    """A step done: its outcome, its evidence by the step's form, a reason where one is due, who did it too."""

    outcome: Code
    evidence: Answers = Field(default_factory=dict)
    reason: Text = ""
    partners: Annotated[list[Id], Field(max_length=10)] = Field(default_factory=list)


class Missing(Versioned):
    """Everything the applicant has still to bring."""

    items: Annotated[list[Text], Field(max_length=50)]


class Posted(Asked):
    """Where the notice hangs."""

    place: Annotated[str, Field(max_length=200)] = ""


class Settled(Asked):
    """An explained difference is accepted, or what the source says stands."""

    accept: bool
    reason: Text


class Explained(Asked):
    """The family's explanation of a difference."""

    text: Text
    document: Id | None = None


class Objected(Asked):
    """What a neighbour says against a notice."""

    name: Annotated[str, Field(max_length=200)]
    text: Text


class Answered(Asked):
    """What was found when an objection was looked into."""

    upheld: bool
    answer: Text


class Appealed(Asked):
    """Why a decision should be reviewed."""

    reasons: Text


class Examined(Asked):
    """Whether an appeal is accepted."""

    accepted: bool
    opinion: Text = ""


class Decided(Asked):
    """The result of an appeal."""

    result: Code
    opinion: Text


class Drawn(Asked):
    """How many decided files of a place are drawn."""

    sampling: Code
    path: Annotated[str, Field(max_length=120)]
    size: Annotated[int, Field(ge=1, le=100_000)]


class Checked(Asked):
    """What a drawn file shows, by the sampling's form."""

    findings: Answers
    sound: bool


class Rectified(Asked):
    """What was put right."""

    text: Text


class Visited(Asked):
    """A visit to a household, by the visit's form."""

    kind: Code
    household: Id
    answers: Answers


class Screened(Asked):
    """A family described by the screening's form, in one county."""

    place: Annotated[str, Field(max_length=12)]
    answers: Answers


class Closed(Asked):
    """Why a lead needs nothing more."""

    reason: Text
