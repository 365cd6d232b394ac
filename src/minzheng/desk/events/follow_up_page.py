"""One thing that an event asks for: begun as the review it names, or finished with what was found."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import NOTHING, Sent, Sheet, receive
from minzheng.kernel import catalogue
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case
from minzheng.kernel.declare.forms import Form, Text
from minzheng.kernel.events import actions, duties, queries
from minzheng.kernel.events.models import FollowUp
from minzheng.ui.shown import cn_date, cn_datetime

from .reach import ROOM, TODO, follow_up_badge, reader

__all__ = ["follow_up"]

_FINISH = Form("finish", "办理情况", (Text("words", "办理情况", longest=300, lines=2),))


@require_http_methods(["GET", "POST"])
def follow_up(request: HttpRequest, follow_up_id: int) -> HttpResponse:
    """The page and its deeds."""
    by = staff(request)
    one = queries.follow_up_of(follow_up_id, reader(by))
    begun: list[Case] = []
    sheets, status = _sheets(one, by, begun), 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=one.path)
        if done:
            return redirect(f"/desk/cases/{begun[0].pk}/draft/" if begun else f"{TODO[1]}{one.pk}/")
    event = one.effect.event
    facts = [
        ("内容", one.text), ("地区", name_of(one.path)), ("期限", cn_date(one.due_on)),
        ("家庭编号", one.household.number if one.household else ""), ("列入时间", cn_datetime(one.opened_at)),
    ]  # fmt: skip
    if one.closed_at:
        facts.append(("办结", f"{one.closed_by_name} {cn_datetime(one.closed_at)}：{one.words}"))
    return render(request, "desk/events/follow_up.html", {
        **header(one.label, crumbs=[ROOM, TODO], badge=follow_up_badge(one), lead=event.number),
        "one": one, "facts": [row for row in facts if row[1]], "sheets": sheets, "event_url": f"{ROOM[1]}{event.pk}/",
    }, status=status)  # fmt: skip


def _sheets(one: FollowUp, by: Actor, begun: list[Case]) -> list[Sheet]:
    if one.state not in ("open", "begun") or not duties.holds(by, duties.follower, path=one.path):
        return []
    found = []
    service = catalogue.current().services.get(one.service)
    if (
        one.state == "open"
        and service
        and any(by.post_for(service.role(r), path=one.path) for r in service.item.proxy)
    ):
        found.append(Sheet(
            "begin", NOTHING, lambda sent: _begin(one, sent, by, begun), submit=f"发起{service.item.label}",
        ))  # fmt: skip
    found.append(Sheet(
        "finish", _FINISH, lambda sent: _finish(one, sent, by), submit="登记办理情况", title="办结", quiet=bool(found),
    ))  # fmt: skip
    return found


def _begin(one: FollowUp, sent: Sent, by: Actor, begun: list[Case]) -> str:
    begun.append(actions.begin(follow_up=one, by=by, key=sent.key))
    return "复核已发起，请填写后提交。"


def _finish(one: FollowUp, sent: Sent, by: Actor) -> str:
    actions.finish(follow_up=one, words=_FINISH.clean(sent.answers).plain["words"], by=by, key=sent.key)
    return "已登记办理情况。"
