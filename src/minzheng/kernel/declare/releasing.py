"""What a domain says of its standards and rules: on what a release of them is tried, and who may release them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from minzheng.kernel.law.language import Entity, Rule

from .steps import Role

__all__ = ["Alternative", "Floor", "Reckoned", "Simulated"]


@dataclass(frozen=True)
class Reckoned:
    """What a release of standards is counted for: who qualifies, and for how much a month.

    ``code`` is that of the scheme that pays; without an amount it is a status that pays nothing.  What is
    ``counted_only`` shows what a release would cost there; nobody's entitlement is changed by it.
    """

    code: str
    label: str
    eligible: Rule
    amount: Rule | None = None
    counted_only: bool = False

    @property
    def carried_out(self) -> bool:
        """Whether a published release changes what is paid."""
        return self.amount is not None and not self.counted_only


@dataclass(frozen=True)
class Alternative:
    """Rules written beside those in force, to be tried on everyone; they reckon the same things by other rules."""

    code: str
    label: str
    reckoned: tuple[Reckoned, ...]


@dataclass(frozen=True)
class Floor:
    """A standard that may not fall below so many times another; ``times`` names the dated ratio.

    Yearly and monthly standards are compared by the month.  A draft below it is warned about, not refused.
    """

    standard: str
    times: str
    other: str
    basis: object = None


@dataclass(frozen=True)
class Simulated:
    """What a release of the domain's standards and rules is tried on before anyone may publish it.

    ``drafted_by`` and ``signed_by`` are held at the county or above.  ``rule_set(day)`` names the body of law;
    ``followed(households)`` is told whose amounts a release has changed, so that the domain's register says so.
    """

    entity: Entity
    reckoned: tuple[Reckoned, ...]
    drafted_by: tuple[Role, ...]
    signed_by: tuple[Role, ...]
    rule_set: Callable[[date], str]
    alternatives: tuple[Alternative, ...] = ()
    floors: tuple[Floor, ...] = ()
    followed: Callable[[Sequence[int]], None] | None = None
