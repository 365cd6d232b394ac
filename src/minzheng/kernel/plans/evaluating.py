"""Mid-term and final evaluation: a frozen snapshot, a sample drawn from it, the lights as they stood, a report."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from minzheng.kernel import audit, clock
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of, uids
from minzheng.kernel.areas.queries import counties, names
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.documents import actions as documents
from minzheng.kernel.documents.store import sm3
from minzheng.kernel.errors import Refused, Stale
from minzheng.kernel.indicators.computing import PLAN_BEGINS
from minzheng.kernel.indicators.freezing import Given, freeze
from minzheng.kernel.indicators.models import Frozen

from .basis import Basis, basis_on, kept_of, of_kept
from .crosschecking import open_checks, require_checked
from .duties import Plan, require
from .forecasting import forecasts, window
from .letters import FORECAST, REPORT, content
from .lines import digest, line_of
from .models import Evaluation, Reported, Review
from .since import later
from .standing import Standing, measure_of, standings

__all__ = ["DUE", "draw", "evaluate", "foreseen", "publish", "rerun"]

# The two dates the plan names (第八章第八节): mid-term by the figures of June 2023, final by those of December 2025.
# Before the final figures stands what those of three months earlier let foresee (handbook 14 §5).
DUE = {"mid": date(2023, 6, 30), "forecast": date(2025, 9, 30), "final": date(2025, 12, 31)}


@verb("plans.evaluate", label="编制规划评估")
def evaluate(
    *, plan: Plan, kind: str, as_of: date, seed: str, per_city: int, by: Actor, key: str | None = None
) -> Evaluation:
    """Everything is frozen first; what the report says is reckoned from the snapshot alone."""
    require(plan, plan.item.duties.planner, path="22/", by=by)
    seed, per_city = _sampling(kind, seed, per_city)
    if kind == "forecast":
        _before_the_final(plan.code, as_of)
    if Evaluation.objects.filter(plan=plan.code, kind=kind).exists():
        raise Refused("evaluation_exists", "这次评估已经编制，快照不可更换。")
    label = f"{plan.item.label}{Evaluation.Kind(kind).label}"
    frozen = freeze(label=label, as_of=as_of, given=_given(plan.code, as_of), by=by)
    measures = {target.code: measure_of(target.code) for target in plan.item.targets}
    basis = basis_on(plan.code, by, paths=_places(as_of), on=as_of)
    found = _found(plan, kind, frozen, measures, basis, by)
    lines = _lines(plan, kind, frozen, measures, basis, by, found)
    sample = draw(frozen, seed=seed, per_city=per_city)
    made = Evaluation.objects.create(
        path="22/", plan=plan.code, kind=kind, as_of=as_of, frozen=frozen, seed=f"{seed}/{per_city}",
        sample=sample, lines=lines, basis=kept_of(basis), sha=digest([lines, sample]), made_by_name=by.name,
        made_at=clock.now(),
    )  # fmt: skip
    if kind == "mid":
        open_checks(plan, made, found, _places(as_of)[1:])
    audit.note(about=made, path="22/", after={"kind": kind, "frozen": frozen.sha, "sha": made.sha})
    return made


@verb("plans.publish_evaluation", label="公布规划评估")
def publish(*, plan: Plan, evaluation: Evaluation, by: Actor, key: str | None = None) -> Evaluation:
    """The report is set from what was frozen, after it has been reckoned once more and come out the same."""
    row = Evaluation.objects.select_for_update(of=("self",)).get(pk=evaluation.pk)
    require(plan, plan.item.duties.planner, path="22/", by=by)
    if row.published_on is not None:
        raise Stale("evaluation_published", "这次评估已经公布。请刷新页面。")
    review = _reviewed(row)
    if not rerun(plan, row, by):
        raise Refused(
            "evaluation_differs", "按快照重新计算的结果与编制时不同，不能公布。请联系平台管理员核查。"
        )
    row.report = documents.write_letter(
        letter=FORECAST if row.kind == "forecast" else REPORT,
        data=content(plan.item, row, review, foreseen(plan.code), later(plan, row, by)),
        path="22/",
        case_id=None,
        subject=str(row.frozen),
        by=by,
    )
    row.published_on = clock.today()
    row.save(update_fields=["report", "published_on"])
    audit.note(
        about=row, path="22/", after={"published_on": str(row.published_on), "report": row.report.number}
    )
    return row


def foreseen(plan: str) -> Evaluation | None:
    """The forecast that was published before the final evaluation."""
    return Evaluation.objects.filter(plan=plan, kind="forecast", published_on__isnull=False).first()


def _reviewed(row: Evaluation) -> Review | None:
    """What the third party handed in, after the counties; a forecast is reckoned from figures alone and has none."""
    if row.kind == "forecast":
        return None
    require_checked(row)
    review = Review.objects.filter(evaluation=row).select_related("report").first()
    if review is None:
        raise Refused("review_missing", "第三方机构还没有提交评估意见，不能公布。")
    return review


def rerun(plan: Plan, evaluation: Evaluation, by: Actor) -> bool:
    """Whether the snapshot, judged as it was then, still gives the very same figures, lights and sample."""
    measures = {line["code"]: line["indicator"] for line in evaluation.lines}
    frozen, kind, basis = evaluation.frozen, evaluation.kind, of_kept(evaluation.basis)
    found = _found(plan, kind, frozen, measures, basis, by)
    lines = _lines(plan, kind, frozen, measures, basis, by, found)
    seed, _, per_city = evaluation.seed.rpartition("/")
    return digest([lines, draw(evaluation.frozen, seed=seed, per_city=int(per_city))]) == evaluation.sha


def draw(frozen: Frozen, *, seed: str, per_city: int) -> list[dict[str, str]]:
    """Townships of the snapshot, so many for each city: the order is a hash of seed, snapshot and place."""
    strata: dict[str, list[str]] = {}
    for path in frozen.series.values_list("path", flat=True).distinct():
        if level_of(path) == Level.TOWNSHIP:
            strata.setdefault("/".join(uids(path)[:2]) + "/", []).append(path)
    drawn = [
        path
        for _, paths in sorted(strata.items())
        for path in sorted(paths, key=lambda one: sm3(f"{seed}|{frozen.sha}|{one}".encode()))[:per_city]
    ]
    called = names(drawn)
    return [{"path": path, "name": called[path]} for path in drawn]


def _places(as_of: date) -> list[str]:
    """The province and the counties of the day."""
    return ["22/", *(one.path for one in counties("22/", on=as_of))]


def _sampling(kind: str, seed: str, per_city: int) -> tuple[str, int]:
    """The seed and size of the sample; a forecast draws none."""
    if kind == "forecast":
        return "", 0
    if kind not in DUE or not seed.strip() or not 1 <= per_city <= 200:
        raise Refused(
            "evaluation_shape", "请选择评估类别。中期和终期评估要写明抽样种子，每市州抽取 1 至 200 个单位。"
        )
    return seed.strip(), per_city


def _before_the_final(plan: str, as_of: date) -> None:
    """A forecast speaks of targets that are still to fall due, and not after the final figures are in."""
    if as_of >= DUE["final"] or Evaluation.objects.filter(plan=plan, kind="final").exists():
        raise Refused(
            "forecast_late", "预测在终期数据之前编制，数据截止日期应早于 2025-12-31。", field="as_of"
        )


def _found(
    plan: Plan, kind: str, frozen: Frozen, measures: Mapping[str, str], basis: Basis | None, by: Actor
) -> dict[tuple[str, str], Standing]:
    """Where every target stood in the province and its counties, from the snapshot."""
    return standings(
        plan, by, paths=_places(frozen.as_of), on=frozen.as_of, frozen=frozen, measures=measures, basis=basis,
        back=window(frozen) if kind == "forecast" else 0,
    )  # fmt: skip


def _lines(
    plan: Plan,
    kind: str,
    frozen: Frozen,
    measures: Mapping[str, str],
    basis: Basis | None,
    by: Actor,
    found: Mapping[tuple[str, str], Standing],
) -> list[dict[str, Any]]:
    """Each target of the province, how the counties' lights fall, and of a forecast what is foreseen."""
    lines = _lined(plan, found, _places(frozen.as_of)[1:], measures)
    if kind != "forecast":
        return lines
    foreseen = forecasts(plan, by, frozen=frozen, measures=measures, basis=basis)
    return [line | {"forecast": foreseen[line["code"]].kept()} for line in lines]


def _lined(
    plan: Plan,
    found: Mapping[tuple[str, str], Standing],
    places: Collection[str],
    measures: Mapping[str, str],
) -> list[dict[str, Any]]:
    return [
        line_of(plan.item, target, found, places, measures[target.code])
        for target in plan.item.targets
        if target.is_target
    ]


def _given(plan: str, as_of: date) -> list[Given]:
    """What was given and verified until then, month by month; of several figures for a month the newest."""
    months = clock.Month.of(as_of).months_since(PLAN_BEGINS) + 1
    rows: dict[tuple[str, str], tuple[list[int | None], list[int | None]]] = {}
    known = Reported.objects.filter(
        plan=plan, state="verified", month__lte=as_of, month__gte=PLAN_BEGINS.first
    )
    for one in known.order_by("id"):
        above, below = rows.setdefault((one.target, one.path), ([None] * months, [None] * months))
        at = clock.Month.of(one.month).months_since(PLAN_BEGINS)
        above[at], below[at] = one.numerator, one.denominator
    return [
        Given(f"{plan}.{target}", path, above, below if any(one is not None for one in below) else None)
        for (target, path), (above, below) in rows.items()
    ]
