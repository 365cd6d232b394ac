"""公示异议: anybody objects from the village's board, under an account or without one; later the answer is found."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from minzheng.kernel import declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework import objecting
from minzheng.kernel.casework.models import Objection
from minzheng.kernel.casework.posting import object_to
from minzheng.kernel.errors import MinzhengError, NotFound
from minzheng.kernel.notices.models import Posting
from minzheng.kernel.publicity.models import Objection as ResultObjection
from minzheng.kernel.publicity.queries import by_code
from minzheng.portal.pages import key_of, page
from minzheng.ui.posted import read_form

from .opinions import VISITOR

__all__ = ["form_for", "look_up", "spoken", "take"]

_TEXT = declare.Text(
    "text", "异议内容", longest=1000, lines=5, help="写明您了解的情况。举报不实内容要负责任。"
)  # fmt: skip
_NAME = "可以不写。写了只供核实时联系，不会公开，"
NEIGHBOUR = declare.Form("objection", "公示异议", (
    declare.Text("name", "您的姓名", longest=60, required=False, help=f"{_NAME}答复都会送到您的“消息”里。"), _TEXT,
))  # fmt: skip
ANYBODY = declare.Form("objection", "公示异议", (
    declare.Text("name", "您的姓名", longest=60, required=False, help=f"{_NAME}公示的人家和别的工作人员都看不到。"),
    declare.Phone(
        "phone", "联系电话", required=False,
        help="可以不写。留了电话的，工作人员核实时可以问您，看答复时也要填这个电话，别人拿到查询码也看不了。",
    ),
    _TEXT,
))  # fmt: skip


def form_for(by: Actor | None) -> declare.Form:
    """What is asked of whoever is signed in, and of everybody else."""
    return NEIGHBOUR if by is not None else ANYBODY


def take(request: HttpRequest, posting: Posting, by: Actor | None) -> HttpResponseBase:
    """Carry out what the form says: a message follows an account, a code is given to everybody else."""
    form = form_for(by)
    clean = form.clean(read_form(form, request.POST))
    said: dict[str, Any] = {**clean.plain, **clean.sealed}
    name, key = said.get("name") or "", key_of(request)
    if by is not None:
        object_to(posting.pk, name=name, text=said["text"], by=by, key=key)
        messages.success(request, "异议已经收到，乡镇（街道）会核实并答复。核实结果出来前，公示不会结束。")
        return redirect(f"/board/{posting.path.rstrip('/').rsplit('/', 1)[-1]}/")
    made = objecting.object_openly(
        posting.pk, name=name, phone=said.get("phone") or "", text=said["text"], by=VISITOR, key=key
    )
    context = {
        "code": spoken(made),
        "phone": bool(said.get("phone")),
        "uid": posting.path.rstrip("/").rsplit("/", 1)[-1],
    }
    return page(request, "said/objected.html", context, at="board")


def spoken(objection: Objection | ResultObjection) -> str:
    """The code as it is written down and said on the telephone."""
    return "-".join(objection.code[at : at + 4] for at in (0, 4, 8))


def look_up(request: HttpRequest) -> HttpResponseBase:
    """What became of an objection, by its code and the telephone that was left; neither stands in the address."""
    typed = {name: request.POST.get(name, "")[:30] for name in ("code", "phone")}
    context: dict[str, Any] = {"typed": typed}
    if request.method != "POST":
        return _page(request, context, 200)
    if not typed["code"].strip():
        return _page(request, context | {"error": "请先输入查询码。"}, 400)
    try:
        found = _found(typed["code"], typed["phone"])
    except MinzhengError as error:
        return _page(request, context | {"error": error.message}, error.status)
    return _page(request, {"one": found, "code": spoken(found)}, 200)


def _found(code: str, phone: str) -> Objection | ResultObjection:
    """An objection to a household's posting, or to a result that hangs; either is found by its code."""
    try:
        return objecting.look_up(code, phone=phone, by=VISITOR)
    except NotFound:
        found = by_code(code)
        if found is None:
            raise
        return found


def _page(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponseBase:
    response = page(request, "said/objection.html", context, at="board", status=status)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-store"
    return response
