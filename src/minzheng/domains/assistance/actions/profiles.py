"""Writes: the facts a decision rests on become what is last known of the household."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case, Decision
from minzheng.kernel.profiles.actions import keep

from ..models import PROFILES
from ..queries import facts_of_case, living_members

__all__ = ["and_kept"]

CarriesOut = Callable[..., None]


def and_kept(carry_out: CarriesOut) -> CarriesOut:
    """Whatever a decision brings about, granted or refused, its facts are kept with it."""

    @wraps(carry_out)
    def decided(case: Case, decision: Decision, *, by: Actor) -> None:
        carry_out(case, decision, by=by)
        _keep(case, decision, by=by)

    return decided


def _keep(case: Case, decision: Decision, *, by: Actor) -> None:
    """A family that was refused and is no household of the master file has no profile."""
    if case.household is None:
        return
    keep(
        profiles=PROFILES, household=case.household, facts=facts_of_case(case), as_of=decision.on, case_id=case.pk,
        persons=[member.person for member in living_members(case)], source=f"{decision.number} 决定所依据的情况",
        by=by,
    )  # fmt: skip
