"""One word from the opinion box, and its answer; the name stands here only where it was signed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header
from minzheng.desk.sheets import Sent, Sheet, handled
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Form, Text
from minzheng.kernel.feedback import duties, queries
from minzheng.kernel.feedback.box import answer_opinion
from minzheng.kernel.feedback.models import Opinion
from minzheng.ui.shown import cn_date, cn_datetime

from .reach import BOX, ROOM, hearer, opinion_badge

__all__ = ["opinion"]

_ANSWER = Form("answer", "答复", (Text("answer", "答复", longest=1000, lines=5, help="提出人会原样看到。"),))


@require_http_methods(["GET", "POST"])
def opinion(request: HttpRequest, opinion_id: int) -> HttpResponse:
    """The page and its one deed."""
    by = hearer(request)
    one = queries.opinion_of(opinion_id, by)
    sheets = _sheets(one, by)
    done, status = handled(request, sheets, by=by, about=one, read="feedback.read_opinion")
    if done:
        return redirect(f"{BOX[1]}{one.pk}/")
    facts = [
        ("内容", one.text), ("提出人", _whose(one)), ("提出时间", cn_datetime(one.at)),
        ("答复期限", cn_date(one.due_on)),
        ("答复", f"{one.answer}（{cn_datetime(one.answered_at)}）" if one.answered_at else ""),
    ]  # fmt: skip
    return render(request, "desk/feedback/remedy.html", {
        **header(f"{one.get_kind_display()}", crumbs=[ROOM, BOX], badge=opinion_badge(one), lead=name_of(one.path)),
        "facts": [row for row in facts if row[1]], "sheets": sheets,
    }, status=status)  # fmt: skip


def _whose(one: Opinion) -> str:
    if one.person is not None:
        return one.person.name
    return "未署名，没有登录（凭查询码看答复）" if one.code else "未署名"


def _sheets(one: Opinion, by: Actor) -> list[Sheet]:
    if one.answered_at is not None or not duties.holds(by, duties.answerer, path=one.path):
        return []

    def do(sent: Sent) -> str:
        answer_opinion(one.pk, text=_ANSWER.clean(sent.answers).plain["answer"], by=by, key=sent.key)
        return "答复已送达提出人。"

    return [Sheet("answer", _ANSWER, do, submit="答复", title="答复")]
