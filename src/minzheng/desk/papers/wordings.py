"""The texts of short messages and mails, word for word as they arrive at the office's place."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minzheng.desk.frame import header, staff
from minzheng.kernel import catalogue, clock
from minzheng.kernel.notices import wording as texts
from minzheng.kernel.notices.models import Sending

from .rooms import ROOM, SENDINGS

__all__ = ["wording"]

_LEAD = "短信可能被他人看到，不写金额、理由和结果，只告知到哪里查看。"


@require_GET
def wording(request: HttpRequest) -> HttpResponse:
    """Each text filled in for the reader's place, with what it is charged, and when the place is not disturbed."""
    by = staff(request)
    place = by.scope[0]
    office = texts.where_told({place})[place]
    values = {
        one: catalogue.current().parameters().get(f"notices.{one}", path=place, on=clock.today())
        for one in ("sms", "email", "quiet_from", "quiet_until", "attempts")
    }
    facts = [
        ("发短信", "是" if values["sms"].value else "否"), ("发电子邮件", "是" if values["email"].value else "否"),
        ("夜间不打扰", f"{values['quiet_from'].value}时至次日{values['quiet_until'].value}时，紧急通知除外"),
        ("最多尝试", f"{values['attempts'].value} 次"), ("依据", values["quiet_from"].source),
    ]  # fmt: skip
    return render(request, "desk/papers/wordings.html", {
        **header("消息模板", crumbs=[ROOM, SENDINGS], lead=_LEAD), "facts": facts,
        "ways": [
            (label, [_shown(one, office) for one in texts.wordings() if one.channel == way])
            for way, label in Sending.Channel.choices
        ],
    })  # fmt: skip


def _shown(one: texts.Wording, office: str) -> dict[str, Any]:
    filled = texts.fill(one.channel, one.kind, office=office)
    count = f"{len(filled.text)} 字，按 {texts.segments(filled.text)} 条计费" if one.channel == "sms" else ""
    marks = [
        word for holds, word in ((one.urgent, "紧急，夜间也发"), (one.may_refuse, "本人可以不接收")) if holds
    ]
    return {
        "label": one.label, "subject": filled.subject, "text": filled.text,
        "note": "；".join([*marks, *([count] if count else [])]),
    }  # fmt: skip
