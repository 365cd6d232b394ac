"""Each year's self-evaluation (年度自评): every owner office by the end of January, with its problems (handbook 14 §5).

The figures and lights of the office's targets are those of the last day of the year, kept with the review as they
were; a second person accepts it or gives it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from minzheng.kernel import audit, clock
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale

from .duties import Plan, require, require_words
from .lines import digest, line_of
from .models import Problem, YearReview
from .standing import measure_of, standings
from .terms import day_after

__all__ = [
    "Words",
    "due_of",
    "last_year",
    "lines_of",
    "owners",
    "problems_of",
    "settle_year",
    "write_year",
    "years",
]


@dataclass(frozen=True)
class Words:
    """What an office says: what was done, what is lacking, what comes next."""

    done: str
    lacking: str
    following: str


def owners(plan: Plan) -> dict[str, str]:
    """The offices that answer for a target, by code, in the order of the plan."""
    mine = {one.owner for one in plan.item.targets if one.is_target}
    return {code: label for code, label in plan.item.owners if code in mine}


def last_year(plan: Plan) -> int:
    """The year of the plan that was over most lately; nothing (0) before its first is."""
    year = min(clock.today().year - 1, plan.item.ends.year)
    return year if year > plan.item.begins.year else 0


def years(plan: Plan) -> list[int]:
    """The years of the plan that are over, the latest first."""
    return list(range(last_year(plan), plan.item.begins.year, -1))


def due_of(year: int) -> date:
    """By when an office has said what it thinks of its year."""
    return day_after(date(year, 12, 31), "year.days", path="22/")


def lines_of(plan: Plan, owner: str, year: int, by: Actor) -> list[dict[str, Any]]:
    """The office's targets as they stand at the end of the year."""
    found = standings(plan, by, paths=["22/"], on=date(year, 12, 31))
    return [
        line_of(plan.item, target, found, (), measure_of(target.code))
        for target in plan.item.targets
        if target.is_target and target.owner == owner
    ]


def problems_of(plan: Plan, owner: str, year: int) -> list[dict[str, str]]:
    """What was told to stand in the way of the office's targets and was open at some time of the year."""
    mine = [one.code for one in plan.item.targets if one.owner == owner]
    rows = Problem.objects.filter(plan=plan.code, target__in=mine, found_on__year__lte=year)
    open_then = list(rows.exclude(closed_on__year__lt=year).order_by("found_on", "id"))
    called = names({one.path for one in open_then})
    return [
        {
            "target": one.target, "place": called[one.path], "kind": one.get_kind_display(), "text": one.text,
            "remedy": one.remedy, "due": str(one.due_on),
            "closed": str(one.closed_on) if one.closed_on and one.closed_on.year <= year else "",
        }
        for one in open_then
    ]  # fmt: skip


@verb("plans.write_year", label="提交年度自评")
def write_year(
    *,
    plan: Plan,
    owner: str,
    year: int,
    words: Words,
    evidence: Document | None,
    by: Actor,
    key: str | None = None,
) -> YearReview:
    """After the year is over; what comes after the end of January is kept as late."""
    require(plan, plan.item.duties.reporter, path="22/", by=by)
    paper = _may_be_written(plan, owner, year, evidence)
    lines, problems = lines_of(plan, owner, year, by), problems_of(plan, owner, year)
    said = {
        "done": require_words(words.done, "主要工作和成效", field="done")[:1000],
        "lacking": require_words(words.lacking, "存在的不足", field="lacking")[:1000],
        "following": require_words(words.following, "下一步措施", field="following")[:1000],
    }
    made = YearReview.objects.create(
        path="22/", plan=plan.code, owner=owner, year=year, lines=lines, problems=problems, evidence=paper,
        sha=digest([lines, problems, said]), late=clock.today() > due_of(year), written_by=by.id,
        written_by_name=by.name, written_at=clock.now(), **said,
    )  # fmt: skip
    audit.note(
        about=made, path="22/", after={"owner": owner, "year": year, "late": made.late, "sha": made.sha}
    )
    return made


@verb("plans.settle_year", label="核对年度自评")
def settle_year(
    *, plan: Plan, review: YearReview, accepted: bool, opinion: str, by: Actor, key: str | None = None
) -> YearReview:
    """The second person finds it in order, or gives it back and says why."""
    row = YearReview.objects.select_for_update(of=("self",)).filter(pk=review.pk).first()
    if row is None:
        raise NotFound("year_review_unknown", "没有这份年度自评。")
    require(plan, plan.item.duties.verifier, path="22/", by=by)
    if row.written_by == by.id:
        raise NotAllowed("own_year_review", "自评由您提交，须由另一人核对。")
    if row.state != YearReview.State.WAITING:
        raise Stale("year_review_settled", "这份自评已经核对或者退回。请刷新页面。")
    row.state = YearReview.State.ACCEPTED if accepted else YearReview.State.RETURNED
    row.opinion = require_words(opinion, "核对意见", field="opinion")[:300]
    row.checked_by, row.checked_by_name, row.checked_at = by.id, by.name, clock.now()
    row.save()
    audit.note(about=row, path="22/", after={"state": row.state, "owner": row.owner}, reason=row.opinion)
    return row


def _may_be_written(plan: Plan, owner: str, year: int, evidence: Document | None) -> Document:
    """By an office of the plan, for a year that is over, once, on a paper."""
    if owner not in owners(plan):
        raise NotFound("owner_unknown", "规划里没有这个责任处室。请从列表中选择。")
    if year not in years(plan):
        raise Refused("year_not_over", "只能自评规划期内已经结束的年度。", field="year")
    if evidence is None:
        raise Refused("evidence_missing", "请上传自评的依据材料，例如盖章的自评报告。", field="evidence")
    rows = YearReview.objects.filter(plan=plan.code, owner=owner, year=year)
    if rows.exclude(state=YearReview.State.RETURNED).exists():
        raise Stale("year_review_exists", "这个年度的自评已经提交。请刷新页面。")
    return evidence
