"""The third party's part of an evaluation as it is read: who it was, what it found, the points, what was put right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.html import format_html, strip_tags

from minzheng.desk.releases.workbook import Sheet as Leaf
from minzheng.kernel import clock
from minzheng.kernel.access.models import Posting
from minzheng.kernel.access.queries import EVALUATOR
from minzheng.kernel.areas.queries import names
from minzheng.kernel.clock import at_office_time
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import Refused
from minzheng.kernel.plans import scoring
from minzheng.kernel.plans.correcting import points_of
from minzheng.kernel.plans.letters import CLASSES
from minzheng.kernel.plans.models import Evaluation, Review, ReviewCorrection
from minzheng.kernel.plans.sampled import findings_of, said_sides
from minzheng.kernel.plans.scoring import PARTS
from minzheng.ui.shown import NOTHING, badge
from minzheng.ui.tables import Head, Row

from .answered import decimal

__all__ = [
    "POINTS", "corrections", "findings", "findings_leaf", "found_cells", "handed_in", "leaf", "marks_in", "points",
    "respondents_in",
    "third_party",
]  # fmt: skip

POINTS = (
    Head("单位"), Head("已判断目标", "number"), Head("完成情况", "number"), Head("实施效果", "number"),
    Head("满意度", "number"), Head("过程管理", "number"), Head("总分", "number"), Head("等次"),
)  # fmt: skip
_KINDS = {"excellent": "good", "good": "good", "pass": "warn", "fail": "bad"}
_CORRECTED = (
    Head("单位"), Head("内容"), Head("更正前"), Head("更正后"), Head("理由"), Head("更正人"), Head("日期", "day"),
)  # fmt: skip
_FOUND = (Head("抽中单位"), Head("目标"), Head("快照数值"), Head("核实数值"), Head("结论"), Head("情况说明"))


def third_party(one: Evaluation, *, opens: bool = True) -> list[tuple[str, Any]]:
    """Who it was and what was handed in; before that, which account is charged with it, since when and by whom.

    ``opens`` tells whether the reader may open papers of the desk.
    """
    review = _of(one)
    if review is None:
        return [
            ("第三方评估", "尚未提交，提交后才能公布"),
            ("第三方评估人员", "；".join(_charged()) or "还没有授予职责"),
        ]
    called = names(review.respondents)
    asked = "，".join(f"{called[path]} {many} 份" for path, many in sorted(review.respondents.items()))
    return [
        ("第三方机构", f"{review.organisation}（采购文号 {review.procurement}）"), ("评估方法", review.method),
        ("有效问卷", asked or NOTHING), ("提交", f"{review.by_name} {at_office_time(review.at):%Y-%m-%d}"),
        *_papers(review, opens),
    ]  # fmt: skip


def _charged() -> Iterator[str]:
    """Accounts that hold the charge today."""
    today = clock.today()
    held = Posting.objects.filter(
        Q(until_on=None) | Q(until_on__gt=today), role=EVALUATOR, from_on__lte=today
    )
    for one in held.select_related("user").order_by("from_on"):
        yield f"{one.user.name}，{one.from_on} 起" + (f"，由{one.given_by}授予" if one.given_by else "")


def _papers(review: Review, opens: bool) -> Iterator[tuple[str, Any]]:
    """The numbers of the papers, where the reader may see the papers."""
    found = dict(
        Document.objects.filter(pk__in=(review.report_id, review.tables_id)).values_list("pk", "number")
    )
    for label, pk in (("评估意见", review.report_id), ("原始数据表", review.tables_id)):
        if pk in found:
            yield (
                label,
                format_html('<a href="/desk/papers/{}/">{}</a>', pk, found[pk]) if opens else found[pk],
            )


def handed_in(one: Evaluation) -> bool:
    """Whether the third party is done with it."""
    return Review.objects.filter(evaluation=one).exists()


def points(one: Evaluation) -> tuple[list[Row], list[Row]]:
    """Every office, and every county, with its points and its class."""
    offices, places = [], []
    for row in points_of(one):
        grade = badge(CLASSES[row["grade"]], _KINDS[row["grade"]]) if row["grade"] else "不定等次"
        (places if "/" in row["unit"] else offices).append(Row([*_cells(row), grade]))
    return offices, places


def leaf(one: Evaluation) -> Leaf:
    """The same for the workbook that goes to the performance appraisal."""
    rows = [[*_cells(row), CLASSES.get(row["grade"], "不定等次")] for row in points_of(one)]
    return Leaf("处室和各县评分", [Head(head.label) for head in POINTS], rows)


def corrections(one: Evaluation) -> dict[str, Any]:
    """What the third party put right, each time with what stood before."""
    rows = list(ReviewCorrection.objects.filter(evaluation=one).order_by("id"))
    called = {row["unit"]: row["name"] for row in points_of(one)} | names({row.path for row in rows})
    return {
        "columns": _CORRECTED,
        "rows": [
            Row([
                called.get(row.unit, row.unit), PARTS.get(row.part, row.part), row.before, row.after, row.reason,
                row.by_name, at_office_time(row.at).date(),
            ])
            for row in rows
        ],
    }  # fmt: skip


def findings(one: Evaluation) -> dict[str, Any]:
    """What the third party found in the drawn townships, those that differ first."""
    found = findings_of(one)
    called = names(found)
    rows = [(called[path], row) for path, rows in found.items() for row in rows]
    return {
        "columns": _FOUND, "count": len(rows), "places": len(found),
        "differ": sum(not row["agrees"] for _, row in rows),
        "rows": [Row([name, *found_cells(row)]) for name, row in sorted(rows, key=lambda pair: pair[1]["agrees"])],
    }  # fmt: skip


def findings_leaf(one: Evaluation) -> Leaf:
    """The same for the workbook."""
    told = findings(one)
    return Leaf(
        "第三方样本核实",
        [Head(head.label) for head in _FOUND],
        [[strip_tags(str(cell)) for cell in row.cells] for row in told["rows"]],
    )


def found_cells(row: Mapping[str, Any]) -> list[Any]:
    """One figure beside what was found."""
    said = badge("一致", "good") if row["agrees"] else badge("不一致", "bad")
    mark = "（已更正）" if row.get("corrected") else ""
    counted = said_sides(row["found"], row["found_of"]) + mark
    return [f"{row['code']} {row['label']}", row["shown"], counted, said, row["reason"] or NOTHING]


def _of(one: Evaluation) -> Review | None:
    return Review.objects.filter(evaluation=one).first()


def _cells(row: Mapping[str, Any]) -> list[Any]:
    shown = (row[key] or NOTHING for key in ("completion", "effect", "satisfaction", "process", "total"))
    return [row["name"], row["judged"], *shown]


def _lines(text: str, known: Mapping[str, str], numbers: int, *, field: str) -> dict[str, list[str]]:
    """So many numbers behind the name of each unit."""
    paths, found = {name: unit for unit, name in known.items()}, {}
    for line in filter(str.strip, text.splitlines()):
        name, *values = line.split()
        if name not in paths or len(values) != numbers:
            raise Refused(
                "line_unknown",
                f"“{line.strip()[:30]}”应写成单位名称和 {numbers} 个数，用空格分开。",
                field=field,
            )
        found[paths[name]] = values
    return found


def marks_in(text: str, known: Mapping[str, str]) -> dict[str, scoring.Marks]:
    """Three numbers behind the name of each office and county."""
    lines = _lines(text, known, 3, field="marks")
    return {unit: scoring.Marks(*(_mark(one) for one in values)) for unit, values in lines.items()}


def _mark(text: str) -> Decimal:
    return decimal(text, field="marks")


def respondents_in(text: str, known: Mapping[str, str]) -> dict[str, int]:
    """How many answered, behind the name of each city."""
    lines = _lines(text, known, 1, field="respondents")
    return {path: int(decimal(value, field="respondents")) for path, (value,) in lines.items()}
