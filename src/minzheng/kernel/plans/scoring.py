"""What the third party hands in, and the points that an evaluation gives each office and county with it.

Completion is reckoned from the lights of the snapshot; effect, satisfaction and process come from the third party, a
body chosen by procurement, by an account of its own (handbook 14 §5).  Weights and classes are dated parameters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from minzheng.kernel import audit, clock
from minzheng.kernel.areas.paths import uids
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import Refused, Stale
from minzheng.kernel.law.progress import cut_to

from .basis import of_kept
from .covering import counties_beneath
from .crosschecking import require_checked
from .duties import Plan, require_third_party, require_words
from .models import Evaluation, Review
from .sampled import unfound
from .standing import standings
from .terms import number, share

__all__ = ["PARTS", "Marks", "Scored", "cities", "enter", "scored", "units"]

PARTS = {"effect": "实施效果", "satisfaction": "满意度", "process": "过程管理"}
# Lights are statistics of the province: the third party, which has no place, is given points from them.
_SYSTEM = audit.system("plans")


@dataclass(frozen=True)
class Marks:
    """What the third party gives one office or county."""

    effect: Decimal
    satisfaction: Decimal
    process: Decimal


@dataclass(frozen=True)
class Scored:
    """One office or county: how many targets were judged there, its points, its class; points as they are shown."""

    unit: str
    name: str
    judged: int
    completion: str
    effect: str
    satisfaction: str
    process: str
    total: str
    grade: str


def units(plan: Plan, evaluation: Evaluation) -> dict[str, str]:
    """The offices that answer for a target, and the counties of the snapshot's day, by name."""
    offices = dict.fromkeys(one.owner for one in plan.item.targets if one.is_target)
    places = counties_beneath(["22/"], evaluation.as_of)["22/"]
    called = names(places)
    return {code: plan.item.owner(code) for code in offices} | {path: called[path] for path in places}


def cities(evaluation: Evaluation) -> dict[str, str]:
    """The cities that the sample was drawn from, by name."""
    paths = sorted({"/".join(uids(one["path"])[:2]) + "/" for one in evaluation.sample})
    called = names(paths)
    return {path: called[path] for path in paths}


@verb("plans.enter_review", label="提交第三方评估", beyond="第三方评估人员没有管辖地区，评估记在省级")
def enter(
    *,
    plan: Plan,
    evaluation: Evaluation,
    organisation: str,
    procurement: str,
    method: str,
    marks: Mapping[str, Marks],
    respondents: Mapping[str, int],
    report: Document | None,
    tables: Document | None,
    by: Actor,
    key: str | None = None,
) -> Review:
    """Method, raw tables and opinion of a body without a stake in it, and its marks for every office and county."""
    require_third_party(by)
    row = Evaluation.objects.select_for_update(of=("self",)).select_related("frozen").get(pk=evaluation.pk)
    _still_open(row)
    if report is None or tables is None:
        raise Refused("review_papers", "请上传第三方的评估意见和原始数据表。", field="report")
    _enough(row, respondents)
    rows = scored(plan, row, marks)
    made = Review.objects.create(
        evaluation=row, path="22/", organisation=require_words(organisation, "第三方机构", field="organisation")[:80],
        procurement=require_words(procurement, "采购文号", field="procurement")[:60],
        method=require_words(method, "评估方法", field="method")[:1000], report=report, tables=tables,
        respondents=dict(respondents), rows=[asdict(one) for one in rows], by_name=by.name, at=clock.now(),
    )  # fmt: skip
    audit.note(about=made, path="22/", after={"evaluation": row.kind, "organisation": made.organisation})
    return made


def _still_open(row: Evaluation) -> None:
    """Handed in once, after the counties checked each other and the sample was looked at, before it is published."""
    if row.published_on is not None or Review.objects.filter(evaluation=row).exists():
        raise Stale("review_entered", "第三方评估已经提交，或者评估已经公布。请刷新页面。")
    require_checked(row)
    if many := unfound(row):
        raise Refused("sample_unfound", f"抽中的乡镇（街道）还有 {many} 个没有核实。请先逐个核实，再提交。")


def scored(plan: Plan, evaluation: Evaluation, marks: Mapping[str, Marks]) -> list[Scored]:
    """Every office by the province's lights of its targets, every county by its own."""
    called, lights = units(plan, evaluation), _lights(plan, evaluation)
    at = evaluation.as_of
    weights = {
        key: share(f"score.{key}", on=at) for key in ("completion", "effect", "satisfaction", "process")
    }
    found = []
    for unit, name in called.items():
        given = marks.get(unit)
        if given is None:
            raise Refused("mark_missing", f"缺少“{name}”的评分，每个处室和县都要有。", field="marks")
        for key, value in asdict(given).items():
            if not 0 <= value <= weights[key]:
                raise Refused("mark_over", f"“{name}”有一项得分超出 0 至 {weights[key]} 分。", field="marks")
        judged = [colour for colour in lights.get(unit, ()) if colour != "grey"]
        found.append(_one(unit, name, judged, given, weights["completion"], at))
    return found


def _one(unit: str, name: str, judged: list[str], given: Marks, weight: Fraction, on: date) -> Scored:
    """Where no target could be judged there is no completion, and so no total."""
    done = _completion(judged, on) * weight if judged else None
    total = None if done is None else done + sum(map(Fraction, asdict(given).values()))
    shown, grade = ("", "") if total is None else _graded(total, on)
    return Scored(
        unit=unit, name=name, judged=len(judged), completion="" if done is None else cut_to(done, 2),
        effect=str(given.effect), satisfaction=str(given.satisfaction), process=str(given.process), total=shown,
        grade=grade,
    )  # fmt: skip


def _completion(judged: list[str], on: date) -> Fraction:
    """The mean of what each light is worth: done in full, late in part, behind nothing."""
    worth = {key: share(f"score.{key}", on=on) for key in ("violet", "yellow")}
    return sum(
        (Fraction(worth.get(one, int(one in ("blue", "green")))) for one in judged), Fraction(0)
    ) / len(judged)


def _graded(total: Fraction, on: date) -> tuple[str, str]:
    """The points as they are shown, never so that a better class seems reached, and the class."""
    limits = {key: share(f"score.{key}", on=on) for key in ("excellent", "good", "pass")}
    grade = next((key for key, least in limits.items() if total >= least), "fail")
    above = min((least for least in limits.values() if least > total), default=None)
    return cut_to(total, 2, above), grade


def _lights(plan: Plan, evaluation: Evaluation) -> dict[str, list[str]]:
    """The colours of each office's targets in the province, and of all targets in each county, from the snapshot."""
    paths = ["22/", *counties_beneath(["22/"], evaluation.as_of)["22/"]]
    found = standings(
        plan, _SYSTEM, paths=paths, on=evaluation.as_of, frozen=evaluation.frozen,
        measures={line["code"]: line["indicator"] for line in evaluation.lines if line["indicator"]},
        basis=of_kept(evaluation.basis),
    )  # fmt: skip
    lights: dict[str, list[str]] = defaultdict(list)
    for (_, path), one in found.items():
        if one.target.is_target:
            lights[one.target.owner if path == "22/" else path].append(one.light.colour)
    return lights


def _enough(evaluation: Evaluation, respondents: Mapping[str, int]) -> None:
    """In each city enough people were asked: 95 % sure within five points either way."""
    least = number("score.respondents", path="22/", on=evaluation.as_of)
    for path, called in cities(evaluation).items():
        if respondents.get(path, 0) < least:
            raise Refused(
                "respondents_few", f"{called}的有效问卷应不少于 {least} 份，现为 {respondents.get(path, 0)} 份。",
                field="respondents",
            )  # fmt: skip
