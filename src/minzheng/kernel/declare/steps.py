"""Roles, and the steps of a case: who does what, in which order, with which evidence, by when, and how it may end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from minzheng.kernel.areas.levels import Level

from .forms import Form
from .outdoors import Outdoors

__all__ = [
    "Acceptance",
    "Deciding",
    "Outcome",
    "Paying",
    "Posting",
    "Role",
    "Serving",
    "Step",
    "Verification",
]


@dataclass(frozen=True)
class Role:
    """A post's duty: at which level it is held, and which duties it may not be combined with in one case."""

    code: str
    label: str
    at: Level
    apart_from: tuple[Role, ...] = ()
    duty: str = ""
    # The closed compartments that it opens over its place (``kernel.audit.viewing.COMPARTMENTS``).
    compartments: tuple[str, ...] = ()
    # The dated parameter that says how many masked fields it may open in a day, where it is not the usual one.
    reveals: str = ""


@dataclass(frozen=True)
class Outcome:
    """How a step may end: the case advances, is granted or refused, goes back, or is closed.

    ``to`` names the step to return to; on an advance, the later step to go to straight away.
    ``begins`` names a service of the domain whose draft this outcome opens for the same applicant (跟进).
    """

    code: str
    label: str
    then: Literal["advance", "grant", "refuse", "return", "close"] = "advance"
    to: str = ""
    needs_reason: bool = False
    begins: str = ""


DONE = Outcome("done", "完成")


@dataclass(frozen=True)
class Step:
    """One officer's (or team's) piece of work in a case.

    ``after`` names the steps that must be done first (the step before it, if empty).  ``term`` is the key of a
    dated parameter; it runs from the opening of the step or from acceptance.  ``check`` raises Refused where the
    evidence breaks a rule.  ``together`` officers must act (a team of two).  A term that does not ``roll`` ends on
    its day, working day or not: an emergency does not wait for Monday.  ``bulk`` names the outcome that may be given to
    many cases at once, because nothing has to be weighed or written for it; each is still checked for itself.
    """

    code: str
    label: str
    by: Role
    evidence: Form | None = None
    after: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = (DONE,)
    term: str = ""
    term_from: Literal["opened", "accepted"] = "opened"
    basis: object = None
    together: int = 1
    check: Callable[..., None] | None = None
    hint: str = ""
    roll: bool = True
    bulk: str = ""
    # Whether its form may be filled in without network; its first outcome is then handed in.
    outdoors: Outdoors | None = None


@dataclass(frozen=True)
class Acceptance(Step):
    """受理: completeness, receipt, waived materials; or the one-time correction notice (一次性补正)."""


@dataclass(frozen=True)
class Verification(Step):
    """家庭经济状况核对: other departments are asked under the adults' authorisation; a report comes back.

    ``declared(case)`` gives what the family stated, in the words of the sources, to be compared with the answers.
    """

    purpose: str = ""
    sources: tuple[str, ...] = ()
    explain_term: str = ""
    valid_term: str = ""
    tolerance: str = ""
    declared: Callable[..., Mapping[str, Any]] | None = None


@dataclass(frozen=True)
class Posting(Step):
    """公示: posted in the village for natural days; cannot be closed before its last day has passed.

    ``announces`` says what is posted: what is to be granted, which nobody is granted without; or that a benefit
    is to end.
    """

    publicity_term: str = ""
    announces: Literal["grant", "end"] = "grant"


@dataclass(frozen=True)
class Deciding(Step):
    """确认: grants, refuses in writing, or sends back.  ``decided_by`` is a dated parameter by place that says
    whether the level of ``by`` or that of ``or_by`` decides."""

    or_by: Role | None = None
    decided_by: str = ""


@dataclass(frozen=True)
class Paying(Step):
    """先行支付: what was decided is paid out of the township's reserve fund, under two signatures.

    The second is that of whoever took the step ``signed_in``.  ``pays(case, evidence)`` says to whom, how and how
    much, in the words of ``kernel.funds``; of one case each ``stage`` is paid once.
    """

    reserve: str = ""
    signed_in: str = ""
    stage: str = "1"
    pays: Callable[..., Any] | None = None


@dataclass(frozen=True)
class Serving(Step):
    """送达: the decision reaches the applicant; from that day the remedies run."""
