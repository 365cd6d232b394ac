"""Merges: what became one, what was turned over, what has to be looked at anew; and the way back."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.apps import apps
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import capped, latest_first
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel import audit
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Form, Text
from minzheng.kernel.linkage import actions, duties, queries
from minzheng.kernel.linkage.models import Aftermath, Merge
from minzheng.kernel.people.queries import find_person
from minzheng.ui.shown import cn_datetime
from minzheng.ui.tables import Head, Row

from .parts import MERGES, ROOM, file_of, merge_badge, numbered

__all__ = ["index", "merge"]

_COLUMNS = (
    Head("保留档案"), Head("并入档案"), Head("地区"), Head("合并人"), Head("合并时间", "instant"), Head("状态"),
)  # fmt: skip
_MOVED = (Head("记录"), Head("条数", "number"), Head("处理"))
_UNDO = Form("undo", "撤销合并", (Text("reason", "撤销依据", longest=300, lines=2),))
_FIND = Form("find", "查找", (Text("number", "身份证号码或内部编号", longest=24),))


@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The latest first; of one person, when a number was typed, which never stands in the address."""
    by = duties.steward(staff(request))
    rows, sought = queries.merges(by), None
    sheet, status = Sheet("find", _FIND, lambda sent: "", submit="查找", quiet=True), 200
    if request.method == "POST" and request.POST.get("deed") == "find":
        sheet.values, sheet.typed = {"number": request.POST.get("find-number", "")[:24]}, True
        sought = find_person(sheet.values["number"])
        rows = rows.filter(Q(kept=sought) | Q(lost=sought)) if sought else rows.none()
    page = latest_first(rows, request)
    place = names({one.path for one in page.rows})
    return render(request, "desk/people/merges.html", {
        **header(MERGES[0], crumbs=[ROOM], lead="谁的两份档案合为一份、由谁合并；误合的可以撤销，恢复原状。"),
        "columns": _COLUMNS, "sheet": sheet, "page": page, "count": capped(rows).replace("件", "次"),
        "searched": sheet.typed,
        "rows": [
            Row(
                [
                    file_of(one.kept), file_of(one.lost), place[one.path], one.by_name, one.at, merge_badge(one),
                ],
                url=f"{MERGES[1]}{one.pk}/",
            )
            for one in page.rows
        ],
    }, status=status)  # fmt: skip


@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, merge_id: int) -> HttpResponse:
    """One merge and its deeds."""
    by = duties.steward(staff(request))
    one = queries.merge_of(merge_id, by)
    waiting = list(one.aftermaths.select_related("household").order_by("closed_at", "id"))
    sheets, status = _sheets(one, waiting, by), 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=one.path)
        if done:
            return redirect(f"{MERGES[1]}{one.pk}/")
    else:
        audit.read("people.read_person", by=by, about=one.kept, path=one.path, reason="查看档案合并")
    return render(request, "desk/people/merge.html", {
        **header(
            f"{one.kept.name}的档案合并", crumbs=[ROOM, MERGES], badge=merge_badge(one), lead=name_of(one.path),
        ),
        "one": one, "facts": _facts(one), "moved_columns": _MOVED, "moved": _moved(one), "sheets": sheets,
        "after": [_followed(row) for row in waiting],
    }, status=status)  # fmt: skip


def _facts(one: Merge) -> list[tuple[str, str]]:
    facts = [
        ("保留档案", f"{one.kept.name}（{numbered(one.kept)}）"),
        ("并入档案", f"{one.lost.name}（{numbered(one.lost)}）"),
        ("合并", f"{one.by_name} {cn_datetime(one.at)}"), ("依据", one.reason),
    ]  # fmt: skip
    if one.filled:
        labels = (str(type(one.kept)._meta.get_field(name).verbose_name) for name in one.filled)
        facts.append(("由并入档案补充", "、".join(labels)))
    if one.undone_at:
        facts += [
            ("撤销", f"{one.undone_by_name} {cn_datetime(one.undone_at)}：{one.undone_reason}"),
            ("撤销结果", one.undone_words),
        ]
    return facts


def _moved(one: Merge) -> list[Row]:
    """How many rows of each kind were turned over, and how many stay as they were written."""
    counted: Counter[str] = Counter()
    for row in one.moved.values("model").annotate(rows=Count("id")):
        counted[str(apps.get_model(row["model"])._meta.verbose_name)] += row["rows"]
    done = "已转回" if one.undone_at else "已转到保留档案"
    rows = [Row([label, count, done]) for label, count in sorted(counted.items())]
    ended = Counter(str(apps.get_model(row["model"])._meta.verbose_name) for row in one.ended)
    what = "已恢复" if one.undone_at else "两份都有的，结束并入档案的一条"
    rows += [Row([label, count, what]) for label, count in sorted(ended.items())]
    return rows + [
        Row([label, count, "不可更改，留在原档案下"]) for label, count in sorted(one.stayed.items())
    ]


def _followed(row: Aftermath) -> dict[str, Any]:
    closed = row.closed_at is not None
    return {
        "at": row.closed_at or row.opened_at, "kind": "good" if closed else "warn",
        "icon": "circle-check" if closed else "clock", "by": row.closed_by_name,
        "title": f"家庭编号{row.household.number}：{'已复核' if closed else '待复核'}", "text": row.words or row.text,
    }  # fmt: skip


def _sheets(one: Merge, waiting: list[Aftermath], by: Actor) -> list[Sheet]:
    found = [_close(row, by) for row in waiting if row.closed_at is None and duties.holds(by, path=row.path)]
    if one.undone_at is None:
        found.append(Sheet(
            "undo", _UNDO, lambda sent: _undo(one, sent, by), submit="撤销合并", danger=True,
            confirm="撤销后，合并时转移的记录全部转回原档案，两份档案恢复原状。确定撤销？",
        ))  # fmt: skip
    return found


def _close(row: Aftermath, by: Actor) -> Sheet:
    form = Form(
        "close", "复核",
        (Text("words", f"家庭编号{row.household.number}的复核情况", longest=300, lines=2, help=row.text),),
    )  # fmt: skip

    def do(sent: Sent) -> str:
        actions.close_aftermath(
            aftermath=row, words=form.clean(sent.answers).plain["words"], by=by, key=sent.key
        )
        return "已登记复核情况。"

    return Sheet(f"close{row.pk}", form, do, submit="登记复核情况", quiet=True)


def _undo(one: Merge, sent: Sent, by: Actor) -> str:
    actions.undo(merge=one, reason=_UNDO.clean(sent.answers).plain["reason"], by=by, key=sent.key)
    return "合并已撤销，两份档案已恢复原状。"
