"""意见箱: what somebody wants to say that belongs to no case, and the answers to it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from minzheng.kernel import declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import Refused
from minzheng.kernel.feedback.box import put_in
from minzheng.kernel.feedback.models import Opinion
from minzheng.kernel.feedback.queries import my_opinions
from minzheng.portal.pages import key_of, page, resident_page
from minzheng.ui.posted import read_form

__all__ = ["opinions"]

FORM = declare.Form(
    "opinion",
    "意见箱",
    (
        declare.Choice("kind", "类别", options=dict(Opinion.Kind.choices)),
        declare.Text(
            "text", "您想说的话", longest=1000, lines=6,
            help="对服务、政策、网站的意见都可以写。急事请直接打12345；对某件办件的决定不服，请在该办件里申请复议。",
        ),
        declare.YesNo(
            "signed", "是否署名", help="选“否”时，办理单位看不到您的姓名，答复仍会送到您这里。"
        ),
    ),
)  # fmt: skip


@resident_page
def opinions(request: HttpRequest, by: Actor) -> HttpResponseBase:
    """The form, and what was put in before with its answers."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values = read_form(FORM, request.POST)
        try:
            said = FORM.clean(values).plain
            put_in(kind=said["kind"], text=said["text"], signed=said["signed"], by=by, key=key_of(request))
        except Refused as refused:
            errors = refused.errors or {"": refused.message}
        else:
            messages.success(request, "意见已经收到，答复后会在这里和“消息”里告诉您。")
            return redirect("portal:opinions")
    context = {"form": FORM, "values": values, "errors": errors, "rows": my_opinions(by)[:20]}
    return page(request, "opinions.html", context, at="my", status=400 if errors else 200)
