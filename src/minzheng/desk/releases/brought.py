"""What a published release brought about: months to pay up or recover, and households that need a human."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet, Sum
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import address, latest_first
from minzheng.desk.sheets import Sent, Sheet, handled
from minzheng.kernel import audit, clock
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.areas.queries import names as place_names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Form, Text
from minzheng.kernel.releases import actions, queries
from minzheng.kernel.releases.duties import declared, post_of, unknown
from minzheng.kernel.releases.models import Arrears, Attention, Release
from minzheng.ui.shown import badge, cn_datetime, yuan
from minzheng.ui.tables import Head, Row

from .reach import RELEASES, ROOM, heads, label_of
from .workbook import Sheet as Page
from .workbook import workbook

__all__ = ["arrears", "arrears_workbook", "attention", "attentions"]

_OWED = (
    Head("家庭"), Head("户号", secondary=True), Head("地区", "place"), Head("项目", secondary=True), Head("月份"),
    Head("已发或应发（元）", "money"), Head("按新标准（元）", "money"), Head("差额（元）", "money"),
    Head("办理"),
)  # fmt: skip
_LEFT = (
    Head("家庭"), Head("地区", "place"), Head("项目", secondary=True), Head("原因"), Head("在发（元/月）", "money"),
    Head("按新标准（元/月）", "money"), Head("起始月份"), Head("处理"),
)  # fmt: skip
_BY_COUNTY = (Head("地区"), Head("户数", "number"), Head("补发（元）", "money"), Head("追缴（元）", "money"))
_RESULT = Form("attend", "核算结果", (Text("words", "核算结果和处理办法", lines=3, longest=300),))
_KINDS = (("pay", "补发"), ("recover", "追缴"))
_SIZE, _CHUNK = 30, 2000


@require_GET
def arrears(request: HttpRequest, release_id: int) -> HttpResponse:
    """The months to pay up and to recover: the sum by county, then household by household."""
    by = staff(request)
    of = queries.release(release_id, by)
    rows, kind = queries.arrears(of, by), request.GET.get("kind", "")
    rows = (
        rows.filter(difference__gt=0)
        if kind == "pay"
        else rows.filter(difference__lt=0)
        if kind == "recover"
        else rows
    )
    page = list(_after(rows, request.GET.get("after", ""))[: _SIZE + 1])
    more, page = len(page) > _SIZE, page[:_SIZE]
    sums = _by_county(queries.arrears(of, by))
    names = place_names({one.path for one in page} | {row["county"] for row in sums})
    if page:
        audit.read("desk.arrears", by=by, about=of, path=of.path)
    return render(request, "desk/releases/arrears.html", {
        **_head(of, "补发与追缴"), "release": of, "owed": queries.owed(of, by), "columns": _OWED,
        "rows": [
            Row(cells, url=_claiming(of, one))
            for one, cells in zip(page, _owed_cells(of, page, names), strict=True)
        ], "county_columns": _BY_COUNTY,
        "counties": [Row([names[row["county"]], row["households"], row["pay"], -row["back"]]) for row in sums],
        "next_url": address(request, after=_mark(page[-1])) + "#list" if more else "",
        "previous_url": address(request, after=None) + "#list" if request.GET.get("after") else "",
        "filters": [{"name": "kind", "label": "类别", "kind": "choice", "value": kind, "options": _KINDS}],
        "filtered": bool(kind),
    })  # fmt: skip


@require_POST
def arrears_workbook(request: HttpRequest, release_id: int) -> FileResponse:
    """The whole list as a workbook, read as it is written."""
    by = staff(request)
    of = queries.release(release_id, by)
    sums = _by_county(queries.arrears(of, by))
    names = place_names(row["county"] for row in sums)
    counties = [[names[row["county"]], row["households"], row["pay"], -row["back"]] for row in sums]
    sheets = [Page("按地区合计", _BY_COUNTY, counties), Page("补发与追缴", _OWED, _all_owed(of, by))]
    return workbook(f"{of.number}补发与追缴", sheets, by=by, about=of, path=of.path)


@require_GET
def attentions(request: HttpRequest, release_id: int) -> HttpResponse:
    """The households the release could not carry out by itself."""
    by = staff(request)
    of = queries.release(release_id, by)
    rows, reason = queries.attentions(of, by), request.GET.get("reason", "")
    undone = request.GET.get("state", "open") != "all"
    rows = rows.filter(handled_at=None) if undone else rows
    rows = rows.filter(reason=reason) if reason in Attention.Reason.values else rows
    page = latest_first(rows, request, size=_SIZE)
    names, own = place_names({one.path for one in page.rows}), heads({one.household_id for one in page.rows})
    if page.rows:
        audit.read("desk.attentions", by=by, about=of, path=of.path)
    shown = [
        Row(_left_cells(of, one, names, own), url=f"{RELEASES[1]}{of.pk}/attention/{one.pk}/")
        for one in page.rows
    ]
    states = [("open", "还没有处理"), ("all", "全部")]
    return render(request, "desk/releases/attentions.html", {
        **_head(of, "须人工核算"), "columns": _LEFT, "rows": shown, "page": page,
        "filters": [
            {"name": "reason", "label": "原因", "kind": "choice", "value": reason, "options": Attention.Reason.choices},
            {"name": "state", "label": "处理", "kind": "pick", "value": "open" if undone else "all", "options": states},
        ],
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
def attention(request: HttpRequest, release_id: int, attention_id: int) -> HttpResponse:
    """One such household, and what came of it."""
    by = staff(request)
    of = queries.release(release_id, by)
    found = queries.attentions(of, by).filter(pk=attention_id).first()
    if found is None:
        raise unknown()
    own = heads({found.household_id}).get(found.household_id, "")
    sheets = (
        [Sheet("attend", _RESULT, lambda sent: _attend(found, sent, by), submit="登记结果")]
        if _may(of, found, by)
        else []
    )
    done, status = handled(request, sheets, by=by, about=found, read="desk.attention")
    if done:
        return redirect(f"{RELEASES[1]}{of.pk}/attention/")
    context = _head(
        of, f"{own}户 {found.household.number}", (("须人工核算", f"{RELEASES[1]}{of.pk}/attention/"),)
    )
    return render(request, "desk/releases/attention.html", context | {
        "facts": _left_facts(of, found), "sheets": sheets, "done": found.handled_at is not None,
    }, status=status)  # fmt: skip


def _may(of: Release, found: Attention, by: Actor) -> bool:
    """Whoever drafts or signs for the household's place says what came of it."""
    item = declared(of.domain).item
    roles = (*item.drafted_by, *item.signed_by)
    return found.handled_at is None and post_of(by, roles, domain=of.domain, path=found.path) is not None


def _attend(found: Attention, sent: Sent, by: Actor) -> str:
    words = _RESULT.clean(sent.answers).plain["words"]
    actions.attend(attention=found, words=words, by=by, key=sent.key)
    return "已登记核算结果。"


def _head(of: Release, title: str, more: tuple[tuple[str, str], ...] = ()) -> dict[str, Any]:
    crumbs = [ROOM, RELEASES, (of.title, f"{RELEASES[1]}{of.pk}/"), *more]
    return header(title, crumbs=crumbs, lead=f"{of.number}，{name_of(of.path)}")


def _after(rows: QuerySet[Arrears], mark: str) -> QuerySet[Arrears]:
    """On from the last line shown, in the order of place, household, month and scheme."""
    rows = rows.order_by("path", "household_id", "month", "id")
    last = Arrears.objects.filter(pk=int(mark)).first() if mark.isdigit() and len(mark) < 19 else None
    if last is None:
        return rows
    same = Q(path=last.path)
    return rows.filter(
        Q(path__gt=last.path) | same & Q(household_id__gt=last.household_id)
        | same & Q(household_id=last.household_id, month__gt=last.month)
        | same & Q(household_id=last.household_id, month=last.month, pk__gt=last.pk)
    )  # fmt: skip


def _mark(last: Arrears) -> int:
    return last.pk


def _owed_cells(of: Release, found: Iterable[Arrears], names: dict[str, str]) -> list[list[Any]]:
    found = list(found)
    own = heads({one.household_id for one in found})
    return [
        [
            own.get(one.household_id, ""), one.household.number, names[one.path], label_of(of.domain, one.scheme),
            str(clock.Month.of(one.month)), one.before, one.after, one.difference,
            queries.posted_in_words(one),
        ]
        for one in found
    ]  # fmt: skip


def _claiming(of: Release, one: Arrears) -> str:
    """Where a payer decides whether what was paid too much is claimed; nothing is claimed by itself."""
    if one.difference > 0:
        return ""
    month = str(clock.Month.of(one.month))
    about = {"household": one.household.number, "first": month, "last": month, "decision": of.number,
             "amount": yuan(-one.difference).replace(",", "")}  # fmt: skip
    return f"/desk/money/claims/new/?{urlencode(about)}"


def _all_owed(of: Release, by: Actor) -> Iterator[list[Any]]:
    """Chunk by chunk, so that memory stays flat."""
    rows, mark = queries.arrears(of, by), ""
    while chunk := list(_after(rows, mark)[:_CHUNK]):
        yield from _owed_cells(of, chunk, place_names({one.path for one in chunk}))
        mark = str(chunk[-1].pk)


def _by_county(rows: QuerySet[Arrears]) -> list[dict[str, Any]]:
    """Households and money of each county."""
    listed = rows.order_by().values("path").annotate(
        households=Count("household_id", distinct=True), pay=Sum("difference", filter=Q(difference__gt=0), default=0),
        back=Sum("difference", filter=Q(difference__lt=0), default=0),
    )  # fmt: skip
    found: dict[str, dict[str, Any]] = {}
    for row in listed:
        county = county_of(row["path"]) or row["path"]
        sums = found.setdefault(county, {"county": county, "households": 0, "pay": 0, "back": 0})
        for name in ("households", "pay", "back"):
            sums[name] += row[name]
    return [found[county] for county in sorted(found)]


def _left_cells(of: Release, one: Attention, names: dict[str, str], own: Any) -> list[Any]:
    state = (
        badge(f"{one.handled_by_name} {cn_datetime(one.handled_at)}", "good")
        if one.handled_at
        else badge("待处理", "warn")
    )
    return [
        f"{own.get(one.household_id, '')}（{one.household.number}）", names[one.path], label_of(of.domain, one.scheme),
        one.get_reason_display(), one.paid, one.after, str(clock.Month.of(one.month)), state,
    ]  # fmt: skip


def _left_facts(of: Release, one: Attention) -> list[tuple[str, Any]]:
    def money(fen: int | None) -> str:
        return f"{yuan(fen)} 元/月" if fen is not None else "不能计算"

    facts = [
        ("原因", one.get_reason_display()), ("地区", name_of(one.path)), ("项目", label_of(of.domain, one.scheme)),
        ("在发金额", money(one.paid)), ("按原标准算出", money(one.before)), ("按新标准算出", money(one.after)),
        ("起始月份", str(clock.Month.of(one.month))),
    ]  # fmt: skip
    if one.handled_at is not None:
        facts += [
            ("核算结果", one.handled_note),
            ("登记", f"{one.handled_by_name} {cn_datetime(one.handled_at)}"),
        ]
    return facts
