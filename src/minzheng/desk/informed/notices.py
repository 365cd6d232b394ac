"""The notices to the offices of one's places: the list, and one of them with the click that says it is known."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.money.reach import names_of
from minzheng.desk.paging import capped, latest_first
from minzheng.desk.sheets import NOTHING, Sent, Sheet, receive
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotFound
from minzheng.kernel.notices.informing import take_note
from minzheng.kernel.notices.models import OfficeNotice
from minzheng.kernel.notices.queries import informed
from minzheng.ui.shown import badge, cn_datetime
from minzheng.ui.tables import Head, Row

__all__ = ["ROOM", "index", "notice"]

ROOM = ("告知", "/desk/informed/")
_LEAD = "其他地方办理了您辖区户籍人员的事项，在这里告知。看过后点“已知悉”。"
_COLUMNS = (Head("事项"), Head("告知单位"), Head("发送时间", secondary=True), Head("状态"))


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The latest first."""
    rows = informed(staff(request))
    page = latest_first(rows, request)
    places = names({one.from_path for one in page.rows})
    shown = [
        Row(
            [one.title, places[one.from_path], cn_datetime(one.sent_at), _state(one)],
            url=f"{ROOM[1]}{one.pk}/",
        )
        for one in page.rows
    ]
    return render(request, "desk/informed/index.html", {
        **header("告知", lead=_LEAD), "columns": _COLUMNS, "rows": shown, "page": page,
        "count": capped(rows).replace("件", "条告知"),
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
def notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """What was said, by whom, and whether somebody here knows of it."""
    by = staff(request)
    one = informed(by).filter(pk=notice_id).first()
    if one is None:
        raise NotFound("notice_not_found", "没有这条告知，或不是告知您所在单位的。请返回列表重新选择。")
    sheets = (
        [] if one.read_at else [Sheet("known", NOTHING, lambda sent: _known(one, by, sent), submit="已知悉")]
    )
    status = 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=one.path)
        if done:
            return redirect(ROOM[1])
    lead = f"{name_of(one.from_path)}，{cn_datetime(one.sent_at)}告知{name_of(one.path)}"
    return render(request, "desk/informed/notice.html", {
        **header(one.title, crumbs=[ROOM], lead=lead, badge=_state(one)), "facts": _facts(one), "sheets": sheets,
    }, status=status)  # fmt: skip


def _facts(one: OfficeNotice) -> list[tuple[str, str]]:
    facts = [("内容", one.text)]
    if one.read_at:
        who = names_of([one.read_by]).get(one.read_by, "")
        facts.append(("知悉", f"{who} {cn_datetime(one.read_at)}"))
    return facts


def _state(one: OfficeNotice) -> str:
    return badge("已知悉", "good") if one.read_at else badge("未读", "warn")


def _known(one: OfficeNotice, by: Actor, sent: Sent) -> str:
    take_note(notice=one, by=by, key=sent.key)
    return "已记下：贵单位已知悉。"
