"""接收方式: how somebody wishes to be told beside the portal, and what is told all the same."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from minzheng.kernel import declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import Refused
from minzheng.kernel.notices.preferring import contact_of, night_of, prefer
from minzheng.portal.pages import key_of, page, resident_page
from minzheng.ui.posted import read_form

__all__ = ["contact"]

FORM = declare.Form(
    "contact",
    "接收方式",
    (
        declare.Text(
            "email", "电子邮箱", longest=120, required=False,
            help="填写后，消息同时发到这个邮箱。邮件里不写内容，只提醒您登录查看。不用可以留空。",
        ),
        declare.YesNo(
            "sms", "接收一般通知的短信", help="选“否”后，补正通知、办理结果和紧急通知仍会发短信，因为涉及办理期限。"
        ),
    ),
)  # fmt: skip


@resident_page
def contact(request: HttpRequest, by: Actor) -> HttpResponseBase:
    """What was said before, to be said anew."""
    kept = contact_of(by)
    values: dict[str, Any] = {"email": kept.email if kept else "", "sms": not (kept and kept.no_sms)}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values = read_form(FORM, request.POST)
        try:
            said = FORM.clean(values).plain
            prefer(email=said.get("email") or "", no_sms=not said["sms"], by=by, key=key_of(request))
        except Refused as refused:
            errors = refused.errors or {"": refused.message}
        else:
            messages.success(request, "接收方式已经登记。")
            return redirect("/my/messages/")
    context = {"form": FORM, "values": values, "errors": errors, "night": night_of(by)}
    return page(request, "my/contact.html", context, at="my", status=400 if errors else 200)
