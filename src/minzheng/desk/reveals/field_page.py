"""One masked field: first what for, then the value for some minutes; nothing of it is kept by the browser."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Form, Text
from minzheng.kernel.people import masks
from minzheng.kernel.reveals import limits, queries, targets
from minzheng.kernel.reveals.actions import reveal
from minzheng.kernel.reveals.models import PURPOSES
from minzheng.ui.shown import cn_datetime

from .links import origin, to_field

__all__ = ["field"]

_LEAD = "一次只看一项，谁在什么时候为什么看，都会留下记录。"
_WHY = Form("why", "为什么要看", (
    Choice("purpose", "用途", options=PURPOSES),
    Text("reason", "说明", longest=200, lines=2, help="写明为哪件事、核对什么。说明会留存，供监督查看。"),
))  # fmt: skip


@never_cache
@require_http_methods(["GET", "POST"])
def field(request: HttpRequest, target: str, about: str, name: str) -> HttpResponse:
    """The question, or the value while it is open."""
    by = staff(request)
    found = targets.find(target, about, name, by=by)
    opened, status, sheet = queries.open_now(target, about, name, by=by), 200, _sheet(target, about, name, by)
    if request.method == "POST":
        done, status = receive(request, [sheet], by=by, path=found.path, case_id=found.case_id)
        if done:
            return redirect(to_field(target, about, name))
    masked = masks.mask(found.kind, found.value, masks.Audience.STAFF)
    done_today, most = queries.opened_today(by), limits.daily(by)
    facts = [("所属人员", found.person_name), (found.label, masked)]
    if opened:
        facts = [
            ("所属人员", found.person_name), ("用途", opened.get_purpose_display()), ("说明", opened.reason),
            ("显示至", cn_datetime(opened.until)),
        ]  # fmt: skip
    answer = render(request, "desk/reveals/field.html", {
        **header(f"查看{found.label}", crumbs=[("返回", origin(target, about))], lead=_LEAD),
        "facts": [row for row in facts if row[1]], "opened": opened, "value": found.value if opened else "",
        "label": found.label, "sheet": sheet, "back": origin(target, about),
        "used": f"今天已查看 {done_today} 次，每日上限 {most} 次。",
        "minutes": limits.number("reveals.minutes", path=found.path),
    }, status=status)  # fmt: skip
    answer["Cache-Control"] = "private, no-store"
    if opened:
        # When the time is over the page asks anew, and shows the mask.
        answer["Refresh"] = str(max(1, int((opened.until - clock.now()).total_seconds()) + 1))
    return answer


def _sheet(target: str, about: str, name: str, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        said = _WHY.clean(sent.answers).plain
        reveal(
            target=target,
            about=about,
            field=name,
            purpose=said["purpose"],
            reason=said["reason"],
            by=by,
            key=sent.key,
        )
        return ""

    return Sheet("why", _WHY, do, submit="查看完整信息")
