"""The releases of a place and of those above it, and a new draft."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import capped, latest_first
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel import catalogue, clock
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of, uids
from minzheng.kernel.areas.queries import in_force, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Field, Form, Text
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.releases import actions, queries
from minzheng.kernel.releases.models import Release
from minzheng.ui.tables import Head, Row

from .reach import RELEASES, ROOM, drafting_places, release_badge, rooms

__all__ = ["index", "new"]

_COLUMNS = (
    Head("标题"), Head("地区"), Head("类别", secondary=True), Head("执行月份"), Head("依据文件", secondary=True),
    Head("拟订人", secondary=True), Head("状态"), Head("序号", "number", secondary=True),
)  # fmt: skip
_BACK, _AHEAD = 12, 13  # months: a standard is often published after the month it holds from
_STEP = "　"


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What is drafted, tried, published and taken back, the latest first."""
    by = office(staff(request))
    state = request.GET.get("state", "")
    rows = queries.releases(by, state=state if state in Release.State.values else "")
    page = latest_first(rows, request)
    places = names({one.path for one in page.rows})
    shown = [
        Row([
            one.title, places[one.path], one.get_kind_display(), str(clock.Month.of(one.from_month)), one.source,
            one.drafted_by_name, release_badge(one), one.pk,
        ], url=f"{RELEASES[1]}{one.pk}/")
        for one in page.rows
    ]  # fmt: skip
    lead = "标准和规则先拟订、再对全部家庭试算，由拟订人以外的两人会签后发布；需要时可以撤销。"
    return render(request, "desk/releases/index.html", {
        **header(RELEASES[0], crumbs=[ROOM], actions=rooms(by, at="releases"), lead=lead),
        "columns": _COLUMNS, "rows": shown, "page": page, "count": capped(rows).replace("件", "次发布"),
        "filtered": bool(state), "drafts": bool(drafting_places(by)),
        "filters": [
            {"name": "state", "label": "状态", "kind": "choice", "value": state, "options": Release.State.choices},
        ],
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A draft begins with where, from which month and by what document; its values follow on its own page."""
    by = staff(request)
    offered = drafting_places(by)
    if not offered:
        raise NotAllowed("release_duty", "拟订标准由县级以上有标准拟订岗位的工作人员办理。您没有这一岗位。")
    form = _form(offered)
    made: list[Release] = []
    sheet = Sheet("draft", form, lambda sent: _draft(by, form, sent, made), submit="保存草稿，填写标准")
    sheet.values = _usual(form)
    status = 200
    if request.method == "POST":
        done, status = receive(request, [sheet], by=by, path=by.scope[0])
        if done:
            return redirect(f"{RELEASES[1]}{made[0].pk}/" if made else RELEASES[1])
    lead = "填写依据文件和执行月份。保存后填写具体数值，再对全部家庭试算。"
    context = header("拟订发布", crumbs=[ROOM, RELEASES], lead=lead)
    return render(request, "desk/releases/new.html", context | {"sheet": sheet}, status=status)


def office(by: Actor) -> Actor:
    """Releases are the business of the county and the levels above it."""
    if not any(post.level <= Level.COUNTY for post in by.posts):
        raise NotAllowed(
            "release_level", "标准发布由县级以上民政部门办理。您可以在“标准与参数”查看本县标准。"
        )
    return by


def _form(offered: dict[str, list[str]]) -> Form:
    book = catalogue.current()
    month = clock.Month.of(clock.today())
    months = [month + ahead for ahead in range(-_BACK, _AHEAD)]
    kinds = {"standard": "标准：保障标准的数额", "rule": "规则：计发方式、扣减、限额等参数"}
    fields: list[Field] = [
        Choice("kind", "发布什么", options=kinds),
        Choice("path", "适用地区", options=_places(offered), help="试算和发布只涉及这个地区。"),
        Choice("from_month", "从哪个月起执行", options={str(one): f"{one.year}年{one.month}月" for one in months},
               help="可以是已经过去的月份：已经发放的月份不改，差额列为补发或追缴。"),
        Text("title", "标题", longest=120, example="2026年提高城乡低保标准"),
        Text("source", "依据文件名称和文号", longest=300, example="县人民政府关于调整低保标准的通知及文号"),
    ]  # fmt: skip
    listed = {code: book.simulated[code] for code in offered}
    tried = {f"{code}/{one.code}": one.label for code, of in listed.items() for one in of.item.alternatives}
    if tried:
        help_ = "只用于试算，不能发布。一般不选。"
        fields.append(Choice("alternative", "备选规则", required=False, options=tried, help=help_))
    if len(offered) > 1:
        domains = {code: of.domain.label for code, of in listed.items()}
        fields.insert(0, Choice("domain", "业务", options=domains))
    return Form("release", "拟订发布", tuple(fields))


def _places(offered: dict[str, list[str]]) -> dict[str, str]:
    """The drafter's own places and every city and county in them, set in by level."""
    roots = {path for paths in offered.values() for path in paths}
    rows = in_force().filter(level__lte=int(Level.COUNTY)).order_by("path").values_list("path", "name")
    found = [(path, name) for path, name in rows if any(path.startswith(root) for root in roots)]
    least = min((len(uids(path)) for path, _ in found), default=0)
    return {path: _STEP * (len(uids(path)) - least) + name for path, name in found if level_of(path)}


def _usual(form: Form) -> dict[str, Any]:
    """What is most often meant: a standard of one's own place, from the next month."""
    place = next(f for f in form.fields if isinstance(f, Choice) and f.code == "path")
    return {
        "kind": "standard",
        "path": next(iter(place.options), ""),
        "from_month": str(clock.Month.of(clock.today()) + 1),
    }


def _draft(by: Actor, form: Form, sent: Sent, made: list[Release]) -> str:
    answers = form.clean(sent.answers).plain
    offered = drafting_places(by)
    domain = answers.get("domain") or next(iter(offered))
    owner, _, alternative = (answers.get("alternative") or "").partition("/")
    if alternative and owner != domain:
        raise Refused("alternative_unknown", "这套备选规则属于另一业务。请重新选择。", field="alternative")
    release = actions.draft(
        domain=domain, title=answers["title"], source=answers["source"], kind=answers["kind"], path=answers["path"],
        from_month=clock.Month.parse(answers["from_month"]), alternative=alternative, by=by, key=sent.key,
    )  # fmt: skip
    made.append(release)
    return "草稿已保存。请填写拟发布的数值。"
