"""Counties check each other before the mid-term evaluation (县际交叉核查, handbook 14 §5): drawn, found, settled.

Between the counties' own figures and the third party.  Who checks whom follows from the seed and the snapshot: all
counties stand in one ring, so nobody checks itself, nor the one by whom it is checked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.documents.models import Document
from minzheng.kernel.documents.store import sm3
from minzheng.kernel.errors import Refused, Stale

from .duties import Plan, require, require_words
from .models import CrossCheck, Evaluation
from .standing import Standing, said

__all__ = [
    "LEAST",
    "Difference",
    "enter_check",
    "open_checks",
    "require_checked",
    "ring",
    "settle_check",
    "waiting",
]

# With fewer counties somebody would check its own checker.
LEAST = 3


@dataclass(frozen=True)
class Difference:
    """A figure of the checked county that the checker found to be another, and why."""

    target: str
    found: str
    reason: str


def ring(paths: Collection[str], *, seed: str, sha: str) -> dict[str, str]:
    """Each county and the one that checks it, in an order that the hash of seed, snapshot and county gives."""
    if len(paths) < LEAST:
        return {}
    order = sorted(paths, key=lambda one: sm3(f"cross|{seed}|{sha}|{one}".encode()))
    return {path: order[at - 1] for at, path in enumerate(order)}


def open_checks(
    plan: Plan, made: Evaluation, found: Mapping[tuple[str, str], Standing], places: Collection[str]
) -> list[CrossCheck]:
    """One for each county, with its figures as the snapshot has them."""
    seed = made.seed.rpartition("/")[0]
    pairs = ring(places, seed=seed, sha=made.frozen.sha)
    return CrossCheck.objects.bulk_create(
        CrossCheck(evaluation=made, path=path, checker=checker, figures=_figures(plan, found, path))
        for path, checker in sorted(pairs.items())
    )


def waiting(evaluation: Evaluation) -> int:
    """How many checks are not settled yet; what waits for them is the third party, and the publication."""
    return CrossCheck.objects.filter(evaluation=evaluation, settled_on=None).count()


def require_checked(evaluation: Evaluation) -> None:
    """Every county was checked, and every difference has its answer."""
    if many := waiting(evaluation):
        raise Refused(
            "checks_waiting",
            f"县际交叉核查还有 {many} 个县（市、区）没有完成，第三方评估和公布排在其后。请先催办，或者答复差异。",
        )


@verb("plans.enter_check", label="登记县际交叉核查")
def enter_check(
    *,
    plan: Plan,
    check: CrossCheck,
    differences: Sequence[Difference],
    evidence: Document | None,
    by: Actor,
    key: str | None = None,
) -> CrossCheck:
    """By the county that was drawn: no difference closes the check, a difference rests on a paper and waits."""
    row = CrossCheck.objects.select_for_update(of=("self",)).get(pk=check.pk)
    require(plan, plan.item.duties.county, path=row.checker, by=by)
    if row.found_at is not None:
        raise Stale("check_entered", "这次交叉核查已经登记。请刷新页面。")
    _fit(row, differences)
    if differences and evidence is None:
        raise Refused("evidence_missing", "有差异的，请上传核查底稿。", field="evidence")
    row.differences, row.evidence = [asdict(one) for one in differences], evidence
    row.found_by_name, row.found_at = by.name, clock.now()
    if not differences:
        row.answer, row.settled_on = "核查一致，没有差异。", clock.today()
    row.save()
    audit.note(about=row, path=row.checker, after={"checked": row.path, "differences": len(differences)})
    return row


@verb("plans.settle_check", label="答复交叉核查差异")
def settle_check(
    *, plan: Plan, check: CrossCheck, answer: str, by: Actor, key: str | None = None
) -> CrossCheck:
    """The planning office says what becomes of the differences; the snapshot itself is not touched."""
    row = CrossCheck.objects.select_for_update(of=("self",)).get(pk=check.pk)
    require(plan, plan.item.duties.planner, path="22/", by=by)
    if row.found_at is None or row.settled_on is not None:
        raise Stale("check_settled", "这次交叉核查还没有登记，或者已经答复。请刷新页面。")
    row.answer = require_words(answer, "答复", field="answer")[:300]
    row.settled_on, row.settled_by_name = clock.today(), by.name
    row.save()
    audit.note(about=row, path="22/", after={"checked": row.path}, reason=row.answer)
    return row


def _fit(row: CrossCheck, differences: Sequence[Difference]) -> None:
    """Each difference is about a figure that the county has, once, and says what was found and why."""
    known = {one["code"] for one in row.figures}
    for one in differences:
        if one.target not in known:
            raise Refused("check_target", f"“{one.target}”不在被核查县的数值里。", field="differences")
        if not one.found.strip() or not one.reason.strip():
            raise Refused("check_words", f"请写明{one.target}的核查数值和理由。", field="differences")
    if len({one.target for one in differences}) < len(differences):
        raise Refused("check_twice", "同一个目标只写一行。", field="differences")


def _figures(plan: Plan, found: Mapping[tuple[str, str], Standing], path: str) -> list[dict[str, Any]]:
    """What the snapshot says of one county."""
    return [
        {
            "code": one.code, "label": one.label, "unit": one.unit,
            "value": said(found[one.code, path].value, one),
        }
        for one in plan.item.targets
        if one.is_target and found[one.code, path].value is not None
    ]  # fmt: skip
