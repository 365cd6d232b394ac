"""The houses I may look into, how full they are, and a new one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import capped, latest_first
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel import catalogue, clock
from minzheng.kernel.areas.queries import children, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Form
from minzheng.kernel.errors import NotAllowed, NotFound
from minzheng.kernel.facilities import entering, queries
from minzheng.kernel.facilities.duties import Declared, mine
from minzheng.kernel.facilities.models import Facility
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

__all__ = ["FACILITIES", "index", "new", "state_of"]

FACILITIES = ("机构和设施", "/desk/facilities/")
_COLUMNS = (
    Head("名称"), Head("种类"), Head("所有制", secondary=True), Head("地区", secondary=True), Head("床位", "number"),
    Head("近30天入住率", "number"), Head("备案"), Head("状态"),
)  # fmt: skip
_KINDS = {"preparing": "neutral", "open": "good", "closing": "warn", "closed": "neutral"}


def state_of(one: Facility) -> Any:
    """Its state in a word."""
    return badge(one.get_state_display(), _KINDS[one.state])


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """One sort of house at a time; beds and occupancy of the page in one statement each."""
    by, book = staff(request), catalogue.current()
    sorts = {code: one.item.label for code, one in book.facilities.items()}
    sort = request.GET.get("sort", "") if request.GET.get("sort", "") in sorts else next(iter(sorts))
    declared = book.facility(sort)
    rows, asked = mine(declared, by), request.GET.get("q", "").strip()
    if asked:
        rows = rows.filter(name__contains=asked[:40])
    page = latest_first(rows, request)
    filters = [
        {"name": "sort", "label": "类别", "kind": "choice", "value": sort, "options": list(sorts.items())},
        {"name": "q", "label": "名称", "kind": "text", "value": asked},
    ]
    buttons: list[dict[str, Any]] = []
    if _counties(declared, by):
        at = f"{FACILITIES[1]}new/{sort.replace('.', '-')}/"
        label = f"登记{declared.item.label}"
        buttons.append({"url": at, "label": label, "icon": "plus", "kind": "primary"})
    if declared.item.circle and _counties(declared, by):
        buttons.append({"url": f"{FACILITIES[1]}circle/", "label": "15分钟圈", "icon": "map-pin"})
    buttons += _networks(by)
    return render(request, "desk/facilities/index.html", {
        **header("机构和设施", lead="床位、入住和备案；入住率按实际在住天数计算。", actions=buttons),
        "columns": _COLUMNS, "rows": _rows(declared, page.rows), "page": page, "filters": filters,
        "count": capped(rows).replace("件", declared.item.unit), "measured": _measured(declared, by),
    })  # fmt: skip


def _measured(declared: Declared, by: Actor) -> list[tuple[str, list[Any]]]:
    """How each county that the actor oversees stands with the figures its houses are held to."""
    if declared.item.measured is None:
        return []
    counties, today = _counties(declared, by), clock.today()
    written = names(counties)
    return [(written[path], list(declared.item.measured(path, today))) for path in counties]


def _networks(by: Actor) -> list[dict[str, Any]]:
    """The networks that the actor oversees."""
    return [
        {
            "url": f"{FACILITIES[1]}network/{code.replace('.', '-')}/",
            "label": one.item.label,
            "icon": "list-details",
        }
        for code, one in catalogue.current().networks.items()
        if by.roles & {one.role(one.item.overseer)}
    ]


def _rows(declared: Declared, found: list[Facility]) -> list[Row]:
    today = clock.today()
    days = queries.days_between(found, today - timedelta(days=29), today)
    kinds = queries.kinds_of_beds(found, today)
    places = names({one.path for one in found})
    return [
        Row(
            [
                one.name, declared.item.kinds.get(one.kind, one.kind),
                declared.item.ownerships.get(one.ownership, one.ownership), places[one.path],
                sum(kinds.get(one.pk, {}).values()), f"{float(days[one.pk].occupancy):.1%}", _filed(one), state_of(one),
            ],
            url=f"{FACILITIES[1]}{one.pk}/",
        )
        for one in found
    ]  # fmt: skip


def _filed(one: Facility) -> Any:
    if one.filed_on is not None:
        return badge("已备案", "good")
    if one.first_stay_on is None:
        return badge("尚未收住", "neutral")
    return badge("备案超期", "bad") if queries.unfiled(one) else badge("待备案", "warn")


def _counties(declared: Declared, by: Actor) -> list[str]:
    """Where the actor oversees houses of the sort."""
    role = declared.item.overseer
    return sorted(
        {post.path for post in by.posts if post.role == declared.role(role) and post.level == role.at}
    )


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, sort: str) -> HttpResponse:
    """The county enters a house."""
    by = staff(request)
    declared = catalogue.current().facilities.get(sort.replace("-", ".", 1))
    if declared is None:
        raise NotFound("facility_sort", "没有这类机构。请从列表进入。")
    counties = _counties(declared, by)
    if not counties:
        raise NotAllowed("facility_overseer", f"机构由{declared.item.overseer.label}登记。您没有这个岗位。")
    places = names([unit.path for county in counties for unit in children(county)])
    made: list[Facility] = []
    form = entering.form_of(declared, dict(sorted(places.items())))
    sheet = Sheet("register", form, lambda sent: _register(declared, form, sent, made, by), submit="登记")
    status = 200
    if request.method == "POST":
        done, status = receive(request, [sheet], by=by, path=counties[0])
        if done:
            return redirect(f"{FACILITIES[1]}{made[0].pk}/" if made else FACILITIES[1])
    head = header(
        f"登记{declared.item.label}",
        crumbs=[FACILITIES],
        lead="统一社会信用代码按证书填写；登记后再设床位、指定经办人。",
    )
    return render(request, "desk/facilities/new.html", head | {"sheet": sheet}, status=status)


def _register(declared: Declared, form: Form, sent: Sent, made: list[Facility], by: Actor) -> str:
    made.append(entering.enter(declared, form.clean(sent.answers), by=by, key=sent.key))
    return "已登记。请设置床位并指定机构经办人。"
