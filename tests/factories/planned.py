"""Whoever watches the plan, the papers that figures rest on, and where the targets stand."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.documents import actions as documents
from minzheng.kernel.documents.models import Document
from minzheng.kernel.plans import reporting
from minzheng.kernel.plans.duties import only_plan
from minzheng.kernel.plans.models import Reported
from minzheng.kernel.plans.standing import Standing, standings

from .cast import cast, staff
from .papers import PNG, upload
from .places import NEXT_COUNTY, NONGAN, place

__all__ = ["give", "paper", "stand", "watchers"]


def watchers() -> SimpleNamespace:
    """One person for each duty, a county's officer and the neighbour's; a county without a city is on file too."""
    cast()
    place("220581")
    at = {
        "reporter": "22/",
        "verifier": "22/",
        "planner": "22/",
        "decider": "22/",
        "county_reporter": NONGAN.county,
    }
    found = {role: staff(role, at=path, domain="planning", name=f"测{role}") for role, path in at.items()}
    third = staff("access.evaluator", at="22/", name="测评估机构")
    return SimpleNamespace(
        **found, third=third, neighbour=staff("county_reporter", at=NEXT_COUNTY.county, domain="planning")
    )


def paper(by: Actor, path: str = "22/") -> Document:
    return documents.store_upload(file=upload(PNG), label="统计表", path=path, by=by)


def give(
    who: SimpleNamespace,
    target: str,
    month: str,
    above: int,
    below: int | None = None,
    *,
    path: str = "22/",
    giver: Actor | None = None,
    reason: str = "",
) -> Reported:
    """Given by one person and found in the paper by another."""
    giver = giver or who.reporter
    made = reporting.report(
        plan=only_plan(), target=target, path=path, month=clock.Month.parse(month), numerator=above,
        denominator=below, evidence=paper(giver, path), reason=reason, by=giver,
    )  # fmt: skip
    return reporting.verify(reported=made, opinion="与统计表一致", plan=only_plan(), by=who.verifier)


def stand(who: SimpleNamespace, on: date, path: str = "22/") -> dict[str, Standing]:
    found = standings(only_plan(), who.planner, paths=[path], on=on)
    return {code: one for (code, _), one in found.items()}
