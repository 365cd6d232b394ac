"""What other offices sent and nobody on file fits: seen, put right and registered, or found to be nobody's."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import capped, latest_first
from minzheng.desk.sheets import Sent, Sheet, handled
from minzheng.kernel import declare
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Day, Form, IdNumber, Text
from minzheng.kernel.errors import NotAllowed, NotFound
from minzheng.kernel.events import actions, duties, unplaced
from minzheng.kernel.events.models import LifeEvent, Unplaced
from minzheng.kernel.people.masks import mask_id_number
from minzheng.ui.shown import badge, cn_datetime
from minzheng.ui.tables import Head, Row

from .reach import ROOM
from .telling import village_of

__all__ = ["UNPLACED", "one_row", "rows"]

UNPLACED = ("未登记的来源事件", "/desk/events/unplaced/")
_COLUMNS = (
    Head("来源"), Head("类别"), Head("原因"), Head("状态"), Head("来源编号", secondary=True),
    Head("收到时间", "instant", secondary=True),
)  # fmt: skip
_LEAD = "其他单位报来、但与本平台档案对不上的事件。建档后系统会自动再试；号码、日期有误的在这里更正。"
_STATES = {"open": "warn", "placed": "good", "dropped": "neutral"}
_DROP = Form("drop", "不予登记", (Text("reason", "理由", longest=300, lines=2),))
_PLACE = (
    IdNumber("number", "查明的身份证号码", required=False, help="来源报的号码有误时填写。"),
    Day("day", "查明的日期", required=False, help="来源报的日期有误时填写。"),
)  # fmt: skip
_TO = Text("place", "查明的迁入地", longest=40, required=False, help="村（社区）名称或 12 位区划代码。")
_WORDS = Text(
    "words", "更正的依据", longest=300, lines=2, required=False, help="改了号码、日期或迁入地的，须写明依据。"
)


def _looker(by: Actor) -> Actor:
    roles = duties.roles(duties.placer)
    held = tuple(post for post in by.posts if post.role in roles)
    if not held:
        labels = "、".join(dict.fromkeys(role.label for role in roles.values()))
        raise NotAllowed("event_duty", f"未登记的来源事件由“{labels}”处理，您没有这一岗位。")
    return by.narrowed(held)


def _badge(one: Unplaced) -> str:
    return badge(one.get_state_display(), _STATES[one.state])


def _kind(one: Unplaced) -> str:
    known = declare.EVENT_KINDS.get(one.kind)
    return known.label if known else one.kind or "没有写明"


@require_GET
def rows(request: HttpRequest) -> HttpResponse:
    """What waits, the latest first; the rest only when asked for."""
    looker = _looker(staff(request))
    chosen = request.GET.get("state", "")
    found = unplaced.rows(looker).filter(state=chosen if chosen in _STATES else "open")
    page = latest_first(found, request)
    return render(request, "desk/events/unplaced.html", {
        **header(UNPLACED[0], crumbs=[ROOM], lead=_LEAD), "columns": _COLUMNS, "page": page,
        "rows": [
            Row(
                [
                    declare.EVENT_SOURCES.get(one.source, one.source), _kind(one), one.reason, _badge(one),
                    one.reference or "—", one.at,
                ],
                url=f"{UNPLACED[1]}{one.pk}/",
            )
            for one in page.rows
        ],
        "count": capped(found).replace("件", "条"), "filters": [
            {"name": "state", "label": "状态", "kind": "choice", "value": chosen,
             "options": list(Unplaced.State.choices)}
        ],
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
def one_row(request: HttpRequest, unplaced_id: int) -> HttpResponse:
    """One of them: what was sent, why it could not be registered, and what to do."""
    by = staff(request)
    one = unplaced.rows(_looker(by)).filter(pk=unplaced_id).first()
    if one is None:
        raise NotFound("unplaced_unknown", "没有这条来源事件，或不在您的管辖范围内。请返回列表重新选择。")
    made: list[LifeEvent] = []
    sheets = _sheets(one, by, made) if one.state == Unplaced.State.OPEN else []
    done, status = handled(request, sheets, by=by, about=one, read="events.read_unplaced")
    if done:
        return redirect(f"{ROOM[1]}{made[0].pk}/" if made else f"{UNPLACED[1]}{one.pk}/")
    return render(request, "desk/events/unplaced_row.html", {
        **header(_kind(one), crumbs=[ROOM, UNPLACED], badge=_badge(one), lead=one.reason), "facts": _facts(one),
        "sheets": sheets, "one": one,
    }, status=status)  # fmt: skip


def _facts(one: Unplaced) -> list[tuple[str, str]]:
    number, detail = str(one.row.get("number", "")), one.row.get("detail")
    said = "；".join(f"{name}：{value}" for name, value in detail.items()) if isinstance(detail, dict) else ""
    facts = [
        ("来源", declare.EVENT_SOURCES.get(one.source, one.source)), ("来源编号", one.reference or "没有"),
        ("身份证号码", mask_id_number(number) if number else "没有"), ("日期", str(one.row.get("day", "")) or "没有"),
        ("其他内容", said or "没有"), ("归属", name_of(one.path)), ("收到", cn_datetime(one.at)),
    ]  # fmt: skip
    if one.settled_at:
        facts.append(
            ("处理", f"{one.settled_by_name} {cn_datetime(one.settled_at)}：{one.words or '按来源所报登记'}")
        )
    return facts


def _sheets(one: Unplaced, by: Actor, made: list[LifeEvent]) -> list[Sheet]:
    to = (_TO,) if one.kind == "hukou_move" else ()
    form = Form("place", "登记", (*_PLACE, *to, _WORDS))

    def place(sent: Sent) -> str:
        cleaned = form.clean(sent.answers)
        given: dict[str, Any] = {**cleaned.plain, **cleaned.sealed}
        made.append(actions.place_row(
            unplaced=one, number=given.get("number") or "", words=given.get("words") or "", version=sent.version,
            day=date.fromisoformat(given["day"]) if given.get("day") else None, by=by, key=sent.key,
            to_path=village_of(given["place"]) if given.get("place") else "",
        ))  # fmt: skip
        return "已登记。"

    def drop(sent: Sent) -> str:
        given = _DROP.clean(sent.answers).plain
        actions.drop_row(unplaced=one, reason=given["reason"], version=sent.version, by=by, key=sent.key)
        return "已记下：不予登记。"

    return [
        Sheet("place", form, place, submit="登记事件", version=one.version),
        Sheet("drop", _DROP, drop, submit="不予登记", version=one.version, quiet=True),
    ]
