"""One bad rating: what was said, what was found, what was answered.  No name and no case stand here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header
from minzheng.desk.sheets import Sent, Sheet, handled
from minzheng.kernel import catalogue
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Form, Text, YesNo
from minzheng.kernel.feedback import actions, duties, queries
from minzheng.kernel.feedback.models import Remedy
from minzheng.kernel.feedback.words import tags_of
from minzheng.ui.shown import cn_date, cn_datetime

from .reach import ROOM, hearer, remedy_badge

__all__ = ["remedy"]

_FOUND = Form(
    "found", "核实", (Text("found", "核实情况", longest=500, lines=4, help="写明向谁了解、查到什么。"),)
)
_ANSWER = Form(
    "answer",
    "答复",
    (
        Text("answer", "给群众的答复", longest=500, lines=4, help="群众会原样看到。先致歉或说明，再写怎么改。"),
        YesNo("fixed", "是否已经整改到位", help="因政策规定等无法整改的选“否”，并在答复里说清理由。"),
    ),
)  # fmt: skip
_DOUBT = Form(
    "doubt", "无效", (Text("reason", "理由", longest=300, lines=2, help="如恶意评价、与办理事项无关。"),)
)
_AGREE = Form(
    "agree",
    "认定",
    (
        YesNo("invalid", "这条评价是否无效", help="选“否”的，退回继续整改，期限不变。"),
        Text("reason", "理由", longest=300, lines=2),
    ),
)


@require_http_methods(["GET", "POST"])
def remedy(request: HttpRequest, remedy_id: int) -> HttpResponse:
    """The page and its deeds."""
    by = hearer(request)
    one = queries.remedy_of(remedy_id, by)
    sheets = _sheets(one, by)
    done, status = handled(request, sheets, by=by, about=one, read="feedback.read_rating")
    if done:
        return redirect(f"{ROOM[1]}{one.pk}/")
    service = catalogue.current().services.get(one.rating.service)
    title = f"{service.item.label if service else ''}·{one.rating.contact}：{one.rating.get_grade_display()}"
    return render(request, "desk/feedback/remedy.html", {
        **header(title, crumbs=[ROOM], badge=remedy_badge(one), lead=name_of(one.path)),
        "facts": _facts(one), "sheets": sheets,
    }, status=status)  # fmt: skip


def _facts(one: Remedy) -> list[tuple[str, str]]:
    rating = one.rating
    facts = [
        ("评价时间", cn_date(rating.at)), ("评价渠道", rating.get_channel_display()),
        ("标签", "、".join(tags_of(rating.tags))), ("评价内容", rating.text),
        ("追加评价", rating.added), ("核实期限", cn_date(one.look_by)), ("整改期限", cn_date(one.due_on)),
        ("核实情况", f"{one.found}（{cn_datetime(one.found_at)}）" if one.found else ""),
        ("建议无效", one.doubt), ("答复", f"{one.answer}（{cn_datetime(one.answered_at)}）" if one.answer else ""),
        ("回访评价", one.get_again_display() if one.again else ("等待群众回访" if one.answered_at else "")),
    ]  # fmt: skip
    return [row for row in facts if row[1]]


def _sheets(one: Remedy, by: Actor) -> list[Sheet]:
    found: list[Sheet] = []
    state = Remedy.State(one.state)
    if duties.holds(by, duties.answerer, path=one.path):
        if state is Remedy.State.OPEN:
            found.append(Sheet(
                "found", _FOUND, lambda sent: _look(one, sent, by), submit="登记核实情况", title="核实",
                version=one.version,
            ))  # fmt: skip
        if state is Remedy.State.LOOKED_INTO:
            found.append(Sheet(
                "answer", _ANSWER, lambda sent: _answer(one, sent, by), submit="答复群众", title="整改和答复",
                version=one.version,
            ))  # fmt: skip
        if state in (Remedy.State.OPEN, Remedy.State.LOOKED_INTO):
            found.append(Sheet(
                "doubt", _DOUBT, lambda sent: _doubt(one, sent, by), submit="建议认定无效", title="建议认定无效",
                quiet=True, version=one.version,
            ))  # fmt: skip
    if state is Remedy.State.DOUBTED and duties.holds(by, duties.overseer, path=one.path):
        found.append(Sheet(
            "agree", _AGREE, lambda sent: _agree(one, sent, by), submit="认定", title="认定是否有效",
            version=one.version,
        ))  # fmt: skip
    return found


def _look(one: Remedy, sent: Sent, by: Actor) -> str:
    said = _FOUND.clean(sent.answers).plain
    actions.look_into(one.pk, found=said["found"], by=by, version=sent.version, key=sent.key)
    return "核实情况已登记。请整改后答复。"


def _answer(one: Remedy, sent: Sent, by: Actor) -> str:
    said = _ANSWER.clean(sent.answers).plain
    actions.answer(
        one.pk, text=said["answer"], fixed=said["fixed"], by=by, version=sent.version, key=sent.key
    )
    return "答复已送达群众，等待回访评价。"


def _doubt(one: Remedy, sent: Sent, by: Actor) -> str:
    said = _DOUBT.clean(sent.answers).plain
    actions.doubt(one.pk, reason=said["reason"], by=by, version=sent.version, key=sent.key)
    return "已建议认定无效，由上级另一人认定。"


def _agree(one: Remedy, sent: Sent, by: Actor) -> str:
    said = _AGREE.clean(sent.answers).plain
    actions.agree(
        one.pk, invalid=said["invalid"], reason=said["reason"], by=by, version=sent.version, key=sent.key
    )
    return "已认定。"
