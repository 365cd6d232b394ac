"""The deeds of a plan: figures, parts, projects, problems, opinions, changes; their doors are pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.indicators import computing, freezing
from minzheng.kernel.indicators.models import Frozen
from minzheng.kernel.plans import (
    adjusting,
    concerns,
    confirming,
    correcting,
    crosschecking,
    evaluating,
    projects,
    reporting,
    sampled,
    scoring,
    yearly,
)
from minzheng.kernel.plans.models import (
    Adjustment,
    CrossCheck,
    Dispute,
    Evaluation,
    Milestone,
    Opinion,
    Problem,
    Project,
    Reported,
    YearReview,
)
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
        stages = {
            name: Adjustment.objects.create(
                plan=code, target="T065", path="22/", ground="policy", reason="x", impact="x", old_value=10,
                new_value=9, evidence=g.paper, drc_opinion=g.paper, filed_by="user:0", filed_by_name="x",
                filed_at=clock.now(), state=state,
            )
            for name, state in (
                ("asked", "draft"), ("reviewed", "reviewed"), ("consulted", "consulted"), ("approved", "approved"),
            )
        }  # fmt: skip
        doubted = Dispute.objects.create(
            plan=code, target="T065", path=HERE.county, quarter=date(2021, 3, 1), reason="x", by="user:0", by_name="x",
            at=clock.now(),
        )  # fmt: skip
        return {
            "given": given,
            **stages,
            "doubted": doubted,
            "paper": g.paper,
            "year": _year_review(g, code),
            **_works(code),
            **_judged(code),
        }

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
        ("reject", (duties.verifier,), lambda g, ids, by: reporting.reject(
            reported=ids["given"], opinion="与表不符", plan=plan, by=by,
        )),
        ("reach", (duties.planner, duties.county), lambda g, ids, by: projects.reach(
            plan=plan, milestone=ids["step"], on=DAY, by=by,
        )),
        ("accept_project", (duties.planner, duties.county), lambda g, ids, by: projects.accept(
            plan=plan, project=ids["project"], on=DAY, evidence=ids["paper"], by=by,
        )),
        ("close_problem", (duties.reporter, duties.county, duties.planner), lambda g, ids, by: concerns.close_problem(
            plan=plan, problem=ids["problem"], closing="已补", by=by,
        )),
        ("reply", (duties.planner, duties.county), lambda g, ids, by: concerns.reply(
            plan=plan, opinion=ids["voice"], text="已办", by=by,
        )),
        ("consult_adjustment", (duties.planner,), lambda g, ids, by: adjusting.consult(
            plan=plan, adjustment=ids["reviewed"], opinion=ids["paper"], by=by,
        )),
        ("decide_adjustment", (duties.decider,), lambda g, ids, by: adjusting.decide(
            plan=plan, adjustment=ids["consulted"], approved=True, minutes="会1号", by=by,
        )),
        ("publish_adjustment", (duties.planner,), lambda g, ids, by: adjusting.publish(
            plan=plan, adjustment=ids["approved"], valid_from=DAY, by=by,
        )),
        ("evaluate", (duties.planner,), lambda g, ids, by: evaluating.evaluate(
            plan=plan, kind="mid", as_of=date(2023, 6, 30), seed="x", per_city=1, by=by,
        )),
        ("hand_in_paper", (), lambda g, ids, by: sampled.hand_in(file=None, label="x", path="22/", by=by)),
        ("enter_finding", (), lambda g, ids, by: sampled.enter_finding(
            evaluation=ids["evaluation"], path=HERE.township, found={}, evidence=None, by=by,
        )),
        ("correct_finding", (), lambda g, ids, by: sampled.correct_finding(
            evaluation=ids["evaluation"], path=HERE.township, target="T065", found=sampled.Found(1), reason="x", by=by,
        )),
        ("correct_mark", (), lambda g, ids, by: correcting.correct_mark(
            plan=plan, evaluation=ids["evaluation"], unit="eldercare", part="effect", value=Decimal(1), reason="x",
            by=by,
        )),
        # By charge alone: who may is tried in tests/kernel/test_plans.py.
        ("enter_review", (), lambda g, ids, by: scoring.enter(
            plan=plan, evaluation=ids["evaluation"], organisation="x", procurement="x", method="x", marks={},
            respondents={}, report=None, tables=None, by=by,
        )),
        ("enter_check", (duties.county,), lambda g, ids, by: crosschecking.enter_check(
            plan=plan, check=ids["check"], differences=[], evidence=None, by=by,
        )),
        ("settle_check", (duties.planner,), lambda g, ids, by: crosschecking.settle_check(
            plan=plan, check=ids["found"], answer="x", by=by,
        )),
        ("write_year", (duties.reporter,), lambda g, ids, by: yearly.write_year(
            plan=plan, owner="eldercare", year=2021, words=yearly.Words("x", "x", "x"), evidence=None, by=by,
        )),
        ("settle_year", (duties.verifier,), lambda g, ids, by: yearly.settle_year(
            plan=plan, review=ids["year"], accepted=True, opinion="一致", by=by,
        )),
        ("publish_evaluation", (duties.planner,), lambda g, ids, by: evaluating.publish(
            plan=plan, evaluation=ids["evaluation"], by=by,
        )),
    )  # fmt: skip
    for name, roles, verb in deeds:
        yield Deed(f"{code}: {name}", waiting, verb, frozenset(plan.role(role) for role in roles), told=True)


def _year_review(g: Ground, code: str) -> YearReview:
    """An office's review of its year that waits for the second person."""
    return YearReview.objects.create(
        path="22/", plan=code, owner="funeral", year=2021, sha="x", done="x", lacking="x", following="x",
        evidence=g.paper, written_by="user:0", written_by_name="x", written_at=clock.now(),
    )  # fmt: skip


def _works(code: str) -> Ids:
    """A project with one step to go, a problem and an opinion of the county."""
    project = Project.objects.create(
        plan=code, programme="elder_town", name="测在建综合体", path=HERE.county, due_on=DAY, opened_by_name="x",
        opened_at=clock.now(),
    )  # fmt: skip
    problem = Problem.objects.create(
        plan=code, target="T082", path=HERE.county, kind="data", found_on=DAY, due_on=DAY, text="缺数", remedy="补报",
        reported_by_name="x", reported_at=clock.now(),
    )  # fmt: skip
    voice = Opinion.objects.create(
        plan=code, path=HERE.county, topic="elder", channel="hotline", received_on=DAY, text="意见", reply_due=DAY,
    )  # fmt: skip
    step = Milestone.objects.create(project=project, label="竣工", due_on=DAY)
    return {"project": project, "step": step, "problem": problem, "voice": voice}


def _judged(code: str) -> Ids:
    """An evaluation to which the third party's part is still missing."""
    frozen = Frozen.objects.create(
        label="x", as_of=date(2023, 6, 30), divisions_on=date(2023, 6, 30), first=date(2021, 1, 1), months=30,
        created_at=clock.now(), created_by="user:0", created_by_name="x",
    )  # fmt: skip
    evaluation = Evaluation.objects.create(
        path="22/", plan=code, kind="mid", as_of=frozen.as_of, frozen=frozen, seed="x/1", sha="x", made_by_name="x",
        made_at=clock.now(),
    )  # fmt: skip
    final = Evaluation.objects.create(
        path="22/", plan=code, kind="final", as_of=frozen.as_of, frozen=frozen, seed="x/1", sha="x", made_by_name="x",
        made_at=clock.now(),
    )  # fmt: skip
    # One still to be made by this county; one that it made, which the planning office answers.
    there = {"path": "22/2201/220183/", "checker": HERE.county}
    check = CrossCheck.objects.create(evaluation=final, **there)
    found = CrossCheck.objects.create(
        evaluation=Evaluation.objects.create(
            path="22/", plan=code, kind="forecast", as_of=frozen.as_of, frozen=frozen, seed="/0", sha="x",
            made_by_name="x", made_at=clock.now(),
        ),
        found_at=clock.now(), found_by_name="x", **there,
    )  # fmt: skip
    return {"evaluation": evaluation, "check": check, "found": found}


def computing_all() -> Iterator[Deed]:
    """All measures of the province are counted anew, and frozen, by the province alone."""
    of_the_province = frozenset(
        code for code, role in catalogue.current().roles.items() if role.item.at == declare.PROVINCE
    )
    deeds: tuple[tuple[str, Verb], ...] = (
        ("compute", lambda g, ids, by: computing.compute(by=by)),
        ("freeze", lambda g, ids, by: freezing.freeze(label="x", as_of=DAY, by=by)),
    )
    for name, verb in deeds:
        yield Deed(f"indicators: {name}", lambda g: {}, verb, of_the_province, told=True)
