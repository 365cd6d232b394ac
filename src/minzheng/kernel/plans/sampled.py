"""What the third party looks at itself: figures of the drawn townships, as the snapshot has them, and what it finds.

Which figures are looked at in a township follows from the seed and the snapshot, as the townships themselves do.  No
person is named; of figures that count people, those below a limit are not said (handbook 14 §5: masked data).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.files.base import File

from minzheng.kernel import audit, catalogue, clock, declare
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.documents import actions as documents
from minzheng.kernel.documents.models import Document
from minzheng.kernel.documents.store import sm3
from minzheng.kernel.errors import NotFound, Refused, Stale
from minzheng.kernel.indicators.figures import Figure, Shown, month_of

from .duties import require_third_party
from .models import Evaluation, Review, ReviewCorrection, SampleFinding
from .terms import number

__all__ = [
    "Found",
    "Looked",
    "correct_finding",
    "enter_finding",
    "findings_of",
    "hand_in",
    "looked_at",
    "said_sides",
    "unfound",
]

_SYSTEM = audit.system("plans")


@dataclass(frozen=True)
class Looked:
    """One figure to be looked at in one township; ``below`` is nothing where there is only a number."""

    path: str
    code: str
    label: str
    unit: str
    above: int
    below: int | None
    # Fewer people than may be told: the figure itself is not shown.
    few: bool
    above_label: str
    below_label: str

    @property
    def shown(self) -> str:
        """As the third party reads it."""
        return "人数较少，不显示" if self.few else said_sides(self.above, self.below)


@dataclass(frozen=True)
class Found:
    """What was counted on the spot."""

    above: int
    below: int | None = None
    reason: str = ""


def said_sides(above: int, below: int | None) -> str:
    """A number, or two where one is counted out of the other."""
    return f"{above:,}" if below is None else f"{above:,} / {below:,}"


def looked_at(evaluation: Evaluation, *, only: str = "") -> list[Looked]:
    """The figures of the sample, township by township in the order of the draw; two queries."""
    paths = [one["path"] for one in evaluation.sample if not only or one["path"] == only]
    lines = {line["indicator"]: line for line in evaluation.lines if line["indicator"]}
    month = clock.Month.of(evaluation.as_of)
    known = month_of(Shown(evaluation.frozen), month, _SYSTEM, paths=paths, indicators=list(lines))
    of: dict[str, list[str]] = {path: [] for path in paths}
    for (code, path), one in known.items():
        if (one.numerator or one.denominator) and code in catalogue.current().indicators:
            of[path].append(code)
    many = number("sample.figures", path="22/", on=evaluation.as_of)
    return [
        _looked(evaluation, path, lines[code], known[code, path])
        for path, codes in of.items()
        for code in _drawn(evaluation, path, codes)[:many]
    ]


def unfound(evaluation: Evaluation) -> int:
    """How many of the drawn townships the third party has still to look at."""
    wanted = {one.path for one in looked_at(evaluation)}
    return len(
        wanted - set(SampleFinding.objects.filter(evaluation=evaluation).values_list("path", flat=True))
    )


def findings_of(evaluation: Evaluation) -> dict[str, list[dict[str, Any]]]:
    """What was found in each township, as it stands after corrections."""
    found = {
        one.path: {row["code"]: row for row in one.rows}
        for one in SampleFinding.objects.filter(evaluation=evaluation)
    }
    for one in ReviewCorrection.objects.filter(evaluation=evaluation, unit__in=list(found)).order_by("id"):
        found[one.unit][one.part] = one.row | {"corrected": True}
    return {path: list(rows.values()) for path, rows in found.items()}


@verb("plans.hand_in_paper", label="上传评估材料", beyond="第三方评估人员没有管辖地区，材料随评估存放")
def hand_in(
    *, file: File[bytes], label: str, path: str, case_id: None = None, by: Actor, key: str | None = None
) -> Document:
    """A paper of the third party, kept where the figures that it proves belong."""
    require_third_party(by)
    made = documents.store_upload(file=file, label=label, path=path, by=by)
    audit.note(about=made, path=path, after={"label": made.label})
    return made


@verb(
    "plans.enter_finding", label="登记样本核实", beyond="第三方评估人员没有管辖地区，核实结果记在抽中的乡镇"
)
def enter_finding(
    *,
    evaluation: Evaluation,
    path: str,
    found: Mapping[str, Found],
    evidence: Document | None,
    by: Actor,
    key: str | None = None,
) -> SampleFinding:
    """All drawn figures of one township at once; what differs says why and rests on a paper."""
    require_third_party(by)
    row = _open(evaluation)
    wanted = looked_at(row, only=path)
    if not wanted:
        raise NotFound("not_drawn", "这个单位不在抽中的样本里。")
    if SampleFinding.objects.filter(evaluation=row, path=path).exists():
        raise Stale("finding_entered", "这个单位已经核实。有误的请更正。")
    rows = [_row(one, _of(one, found)) for one in wanted]
    if evidence is None and not all(one["agrees"] for one in rows):
        raise Refused("evidence_missing", "有不一致的，请上传核实底稿。", field="evidence")
    made = SampleFinding.objects.create(
        evaluation=row, path=path, rows=rows, evidence=evidence, by_name=by.name, at=clock.now()
    )
    differ = sum(not one["agrees"] for one in rows)
    audit.note(about=made, path=path, after={"evaluation": row.kind, "figures": len(rows), "differ": differ})
    return made


@verb("plans.correct_finding", label="更正样本核实", beyond="第三方评估人员没有管辖地区，更正记在抽中的乡镇")
def correct_finding(
    *,
    evaluation: Evaluation,
    path: str,
    target: str,
    found: Found,
    reason: str,
    by: Actor,
    key: str | None = None,
) -> ReviewCorrection:
    """One finding anew, until the evaluation is published; the former one stays beside it."""
    require_third_party(by)
    row = _open(evaluation, handed_in=True)
    before = next((one for one in findings_of(row).get(path, ()) if one["code"] == target), None)
    wanted = next((one for one in looked_at(row, only=path) if one.code == target), None)
    if before is None or wanted is None:
        raise NotFound("finding_unknown", "没有这项核实结果，不能更正。")
    if not reason.strip():
        raise Refused("reason_missing", "请写明更正的理由。", field="reason")
    after = _row(wanted, found)
    made = ReviewCorrection.objects.create(
        evaluation=row, path=path, unit=path, part=target, before=said_sides(before["found"], before["found_of"]),
        after=said_sides(after["found"], after["found_of"]), row=after, reason=reason.strip()[:300], by_name=by.name,
        at=clock.now(),
    )  # fmt: skip
    audit.note(
        about=made, path=path, before={target: made.before}, after={target: made.after}, reason=made.reason
    )
    return made


def _open(evaluation: Evaluation, *, handed_in: bool = False) -> Evaluation:
    """Not published, and for what is entered anew not handed in yet."""
    row = Evaluation.objects.select_for_update(of=("self",)).select_related("frozen").get(pk=evaluation.pk)
    if row.published_on is not None:
        raise Stale("evaluation_published", "评估已经公布，第三方的核实和评分不再改动。")
    if not handed_in and Review.objects.filter(evaluation=row).exists():
        raise Stale("review_entered", "评估意见已经提交。有误的请更正。")
    return row


def _drawn(evaluation: Evaluation, path: str, codes: Collection[str]) -> list[str]:
    seed = evaluation.seed.rpartition("/")[0]
    return sorted(
        codes, key=lambda code: sm3(f"figure|{seed}|{evaluation.frozen.sha}|{path}|{code}".encode())
    )


def _looked(evaluation: Evaluation, path: str, line: Mapping[str, Any], of: Figure) -> Looked:
    item = catalogue.current().indicators[line["indicator"]].item
    few = _people(item) and 0 < of.numerator < number("sample.least", path="22/", on=evaluation.as_of)
    return Looked(
        path=path, code=line["code"], label=line["label"], unit=line["unit"], above=of.numerator, below=of.denominator,
        few=few, above_label=getattr(item.count, "label", ""), below_label=getattr(item.out_of, "label", ""),
    )  # fmt: skip


def _people(item: declare.Indicator) -> bool:
    """Whether the entries that are counted name persons."""
    tally = item.count.of if isinstance(item.count, declare.PerUnit) else item.count
    if not isinstance(tally, declare.Tally):
        return False
    fields = apps.get_model(tally.model)._meta.get_fields()
    return any(
        getattr(one.related_model, "_meta", None) and one.related_model._meta.label == "people.Person"
        for one in fields
        if one.concrete and one.is_relation
    )


def _of(wanted: Looked, found: Mapping[str, Found]) -> Found:
    if wanted.code not in found:
        raise Refused("finding_missing", f"请填写{wanted.code}的核实数。", field=f"above_{wanted.code}")
    return found[wanted.code]


def _row(wanted: Looked, found: Found) -> dict[str, Any]:
    """One figure beside what was found; whether they agree is the platform's to say."""
    if found.above < 0 or (wanted.below is None) != (found.below is None) or (found.below or 0) < 0:
        raise Refused("finding_shape", f"请按要求填写{wanted.code}的核实数。", field=f"above_{wanted.code}")
    agrees = (found.above, found.below) == (wanted.above, wanted.below)
    if not agrees and not found.reason.strip():
        raise Refused(
            "finding_reason", f"{wanted.code}与快照不一致，请写明情况。", field=f"reason_{wanted.code}"
        )
    return {
        "code": wanted.code, "label": wanted.label, "shown": wanted.shown, "found": found.above,
        "found_of": found.below, "agrees": agrees, "reason": found.reason.strip()[:200],
    }  # fmt: skip
