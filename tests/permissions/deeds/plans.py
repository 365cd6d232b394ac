"""The deeds of a plan: figures, parts, projects, problems, opinions, changes; their doors are pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.indicators import computing
from minzheng.kernel.plans import adjusting, concerns, confirming, projects, reporting
from minzheng.kernel.plans.models import Adjustment, Dispute, Reported
from tests.factories.company import HERE
from tests.factories.ground import DAY, Ground

from .deed import Deed, Ids

__all__ = ["computing_all", "watching"]

Verb = Callable[[Ground, Ids, Actor], Any]


def watching(code: str, plan: catalogue.Declared[declare.Plan]) -> Iterator[Deed]:
    """One block for each verb that stands alone, over a figure and a request of the province."""
    duties, here = plan.item.duties, {"plan": plan, "path": HERE.county}

    def waiting(g: Ground) -> Ids:
        given, _ = Reported.objects.get_or_create(
            plan=code, target="T082", path="22/", month=date(2021, 1, 1), numerator=1, denominator=2, evidence=g.paper,
            reported_by="user:0", reported_by_name="x", defaults={"reported_at": clock.now()},
        )  # fmt: skip
        asked = Adjustment.objects.create(
            plan=code, target="T065", path="22/", ground="policy", reason="x", impact="x", old_value=10, new_value=9,
            evidence=g.paper, filed_by="user:0", filed_by_name="x", filed_at=clock.now(),
        )  # fmt: skip
        doubted = Dispute.objects.create(
            plan=code, target="T065", path=HERE.county, quarter=date(2021, 3, 1), reason="x", by="user:0", by_name="x",
            at=clock.now(),
        )  # fmt: skip
        return {"given": given, "asked": asked, "doubted": doubted, "paper": g.paper}

    deeds: tuple[tuple[str, tuple[declare.Role, ...], Verb], ...] = (
        ("report", (duties.reporter, duties.county), lambda g, ids, by: reporting.report(
            **here, target="T081", month=clock.Month.of(DAY).previous, numerator=1, denominator=2,
            evidence=ids["paper"], by=by,
        )),
        ("verify", (duties.verifier,), lambda g, ids, by: reporting.verify(
            reported=ids["given"], opinion="一致", plan=plan, by=by,
        )),
        ("apportion", (duties.planner,), lambda g, ids, by: reporting.apportion(
            **here, target="T082", year=2025, value=Decimal(90), by=by,
        )),
        ("open_project", (duties.planner, duties.county), lambda g, ids, by: projects.open_project(
            **here, programme="elder_town", name="测综合体", due_on=DAY, milestones=[], by=by,
        )),
        ("report_problem", (duties.reporter, duties.county, duties.planner), lambda g, ids, by: concerns.report_problem(
            **here, target="T082", kind="data", major=False, text="缺数", remedy="补报", found_on=DAY, due_on=DAY,
            by=by,
        )),
        ("receive_opinion", (duties.planner, duties.county), lambda g, ids, by: concerns.receive_opinion(
            **here, topic="elder", channel="hotline", text="意见", received_on=DAY, by=by,
        )),
        ("file_adjustment", (duties.reporter,), lambda g, ids, by: adjusting.file(
            plan=plan, target="T062", ground="policy", reason="x", impact="x", new_value=Decimal(4000),
            evidence=ids["paper"], by=by,
        )),
        ("confirm", (duties.county,), lambda g, ids, by: confirming.confirm(
            **here, quarter=confirming.last_quarter(), by=by,
        )),
        ("dispute", (duties.county,), lambda g, ids, by: confirming.dispute(
            **here, target="T062", quarter=confirming.last_quarter(), reason="x", by=by,
        )),
        ("settle_dispute", (duties.planner,), lambda g, ids, by: confirming.settle(
            plan=plan, dispute=ids["doubted"], answer="x", by=by,
        )),
        ("review_adjustment", (duties.planner,), lambda g, ids, by: adjusting.review(
            plan=plan, adjustment=ids["asked"], expert=ids["paper"], by=by,
        )),
    )  # fmt: skip
    for name, roles, verb in deeds:
        yield Deed(f"{code}: {name}", waiting, verb, frozenset(plan.role(role) for role in roles), told=True)


def computing_all() -> Iterator[Deed]:
    """All measures of the province are counted anew by the province alone."""
    every = catalogue.current().roles.items()
    yield Deed(
        "indicators: compute", lambda g: {}, lambda g, ids, by: computing.compute(by=by),
        frozenset(code for code, role in every if role.item.at == declare.PROVINCE), told=True,
    )  # fmt: skip
