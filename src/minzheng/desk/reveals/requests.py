"""Lists with full names and numbers: asked for at the register, decided here by a second person."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import capped, latest_first
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel import catalogue
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Form, Text
from minzheng.kernel.errors import NotFound
from minzheng.kernel.registers.models import Export
from minzheng.kernel.registers.releasing import facts_of, refuse_clear, release, to_release
from minzheng.kernel.reveals.queries import overseer
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

from .parts import REQUESTS, ROOM

__all__ = ["KINDS", "request_page", "requests"]

KINDS = {
    "asked": "warn", "refused": "bad", "waiting": "info", "running": "info", "done": "good", "failed": "bad",
    "gone": "neutral",
}  # fmt: skip
_COLUMNS = (
    Head("台账"), Head("申请人"), Head("用途"), Head("条数", "number"), Head("地区", secondary=True),
    Head("申请时间", "instant"), Head("状态"),
)  # fmt: skip
_RELEASE = Form("release", "批准", (Text("words", "审批意见", longest=300, lines=2, required=False),))
_REFUSE = Form("refuse", "不批准", (Text("words", "不批准的理由", longest=300, lines=2),))


@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """What waits unless all are asked for."""
    by = overseer(staff(request))
    every = request.GET.get("state", "") == "all"
    rows = to_release(by) if every else to_release(by).filter(state=Export.State.ASKED)
    page, registers = latest_first(rows, request), catalogue.current().registers
    shown = names({one.path for one in page.rows})
    return render(request, "desk/reveals/requests.html", {
        **header(REQUESTS[0], crumbs=[ROOM], lead="导出默认脱敏。确需完整信息的，由另一人核对用途后批准。"),
        "columns": _COLUMNS, "page": page, "count": capped(rows).replace("件", "份"), "filtered": every,
        "rows": [
            Row(
                [
                    registers[one.register].item.label if one.register in registers else one.register,
                    one.created_by_name, one.get_purpose_display(), one.rows, shown[one.path], one.asked_at,
                    _state(one),
                ],
                url=f"{REQUESTS[1]}{one.pk}/",
            )
            for one in page.rows
        ],
        "filters": [{
            "name": "state", "label": "范围", "kind": "pick", "value": "all" if every else "",
            "options": [("", "等待审批"), ("all", "全部")],
        }],
    })  # fmt: skip


def _state(one: Export) -> str:
    return badge(one.get_state_display(), KINDS[one.state])


@require_http_methods(["GET", "POST"])
def request_page(request: HttpRequest, export_id: int) -> HttpResponse:
    """What is asked for, by whom and why; released or not by somebody else."""
    by = overseer(staff(request))
    one = to_release(by).filter(pk=export_id).first()
    if one is None:
        raise NotFound("export_unknown", "没有这份申请，或不在您的管辖范围内。请从待审批的申请中选择。")
    own = one.created_by == by.id
    sheets = _sheets(one, by) if one.state == Export.State.ASKED and not own else []
    status = 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=one.path)
        if done:
            return redirect(f"{REQUESTS[1]}{one.pk}/")
    return render(request, "desk/reveals/request.html", {
        **header(f"申请 {one.number}", crumbs=[ROOM, REQUESTS], badge=_state(one), lead=name_of(one.path)),
        "facts": [*facts_of(one), *_after(one)], "sheets": sheets,
        "own": own and one.state == Export.State.ASKED,
    }, status=status)  # fmt: skip


def _after(one: Export) -> list[tuple[str, str]]:
    """What became of the file."""
    return [("下载次数", str(one.fetched)), ("文件摘要（SM3）", one.sha)] if one.sha else []


def _sheets(one: Export, by: Actor) -> list[Sheet]:
    def give(sent: Sent) -> str:
        words = _RELEASE.clean(sent.answers).plain.get("words") or ""
        release(one.pk, words=words, by=by, key=sent.key)
        return "已批准，文件生成后由申请人下载。"

    def keep(sent: Sent) -> str:
        refuse_clear(one.pk, words=_REFUSE.clean(sent.answers).plain["words"], by=by, key=sent.key)
        return "已记为不批准。"

    return [
        Sheet(
            "release", _RELEASE, give, submit="批准导出",
            confirm="批准后，申请人可以下载含完整姓名和身份证号码的文件。确定批准？",
        ),
        Sheet("refuse", _REFUSE, keep, submit="不批准", quiet=True),
    ]  # fmt: skip
