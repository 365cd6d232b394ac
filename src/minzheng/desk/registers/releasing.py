"""A list with full names and numbers is asked for: what for, and why the masked one will not do."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel.declare.forms import Choice, Form, Text
from minzheng.kernel.registers import queries
from minzheng.kernel.registers.actions import leaves
from minzheng.kernel.registers.releasing import ask_clear
from minzheng.kernel.registers.writing import asked_in_words
from minzheng.kernel.reveals.models import PURPOSES

from .asking import address, asked_of
from .exports import MINE
from .views import ROOM

__all__ = ["ask"]

_WHY = Form("clear", "申请导出完整信息", (
    Choice("purpose", "用途", options=PURPOSES),
    Text("why", "申请说明", longest=300, lines=3, help="写明为什么必须用完整信息、给谁用、用完怎样处理。"),
))  # fmt: skip


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """The filters come with the address; the request is kept and waits for a second person."""
    by = staff(request)
    declared = queries.find(code, by=by)
    asked = asked_of(declared, request.GET)
    rows, made = leaves(code, asked, by=by).rows, list[int]()

    def do(sent: Sent) -> str:
        said = _WHY.clean(sent.answers).plain
        made.append(
            ask_clear(code, asked=asked, purpose=said["purpose"], why=said["why"], by=by, key=sent.key).pk
        )
        return ""

    sheet, status = Sheet("clear", _WHY, do, submit="提交申请"), 200
    if request.method == "POST":
        done, status = receive(request, [sheet], by=by, path=by.scope[0])
        if done and made:
            messages.success(request, "申请已提交，由数据管理员审批。")
            return redirect(f"{MINE[1]}{made[0]}/")
    here = address(f"{ROOM[1]}{code}/", asked)
    facts = [("台账", declared.item.label), ("范围", asked_in_words(declared, asked)), ("条数", f"{rows:,}")]
    return render(request, "desk/registers/clear.html", {
        **header("申请导出完整信息", crumbs=[ROOM, (declared.item.label, here)]), "facts": facts, "sheet": sheet,
    }, status=status)  # fmt: skip
