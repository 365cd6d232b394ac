"""The window's side of 好差评: the tablet that stands before it, and what is said by telephone."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import NOTHING, Sent, Sheet, receive
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Form, Phone, Text
from minzheng.kernel.feedback import telephone, windows
from minzheng.kernel.feedback.models import Device
from minzheng.kernel.feedback.words import FAULTS, GRADES, MERITS
from minzheng.ui.qr import square_code
from minzheng.ui.shown import cn_datetime

from .reach import COUNTER

__all__ = ["counter"]

_LEAD = "窗口前的平板让刚办完事的群众评价；打电话来评价的，在这里记录。谁评价的，被评价的人和核实答复的人都看不到。"
_GRADES = {str(grade): label for grade, label in GRADES}
_NUMBER = Text("number", "办件编号", longest=26, help="请来电人报受理通知书上的办件编号。")
_NAME = Text(
    "name", "申请人或代办人姓名", longest=60, help="请来电人自己说，和办件登记的一致才记录；不要提示。"
)
_DEVICE = Form("device", "评价器", (Text("name", "窗口名称", longest=30, help="例：2号窗口"),))
_SAID = Form("said", "热线评价", (
    _NUMBER, _NAME, Phone("phone", "来电号码", help="封存，只在对这条评价有争议时查。"),
    Choice("grade", "满意程度", options=_GRADES),
    Choice("tag", "主要好在哪里，或者哪里没做好", options=MERITS | FAULTS, required=False),
    Text("text", "来电人说了什么", longest=500, lines=3, required=False, help="不满意的，选一项或写一句。"),
))  # fmt: skip
_AGAIN = Form("again", "热线回访", (_NUMBER, _NAME, Choice("grade", "看过答复是否满意", options=_GRADES)))


@require_http_methods(["GET", "POST"])
def counter(request: HttpRequest) -> HttpResponse:
    """The devices of one's own window, and the two forms of the telephone."""
    by = staff(request)
    devices = windows.of_window(by)
    made: list[tuple[Device, str]] = []
    sheets = [*_sheets(by, made), *(_closing(one, by) for one in devices)]
    status = 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=by.scope[0])
        if done and not made:
            return redirect(COUNTER[1])
    return render(request, "desk/feedback/counter.html", {
        **header(COUNTER[0], lead=_LEAD), "device_sheet": sheets[0], "said": sheets[1], "again": sheets[2],
        "devices": [
            (one, cn_datetime(one.connected_at) if one.connected_at else "", sheet)
            for one, sheet in zip(devices, sheets[3:], strict=True)
        ],
        "link": _link(request, *made[0]) if made else None,
    }, status=status)  # fmt: skip


def _link(request: HttpRequest, device: Device, secret: str) -> dict[str, Any]:
    """Shown once: whoever opens it first is the device."""
    url = request.build_absolute_uri(f"/window/{device.pk}-{secret}/")
    return {"url": url, "name": device.name, "code": square_code(url, "连接评价器的二维码")}


def _sheets(by: Actor, made: list[tuple[Device, str]]) -> list[Sheet]:
    def device(sent: Sent) -> str:
        # Without the key: the secret is told once, and to be told again a new one is made.
        made.append(windows.make(name=_DEVICE.clean(sent.answers).plain["name"], by=by))
        return ""

    return [
        Sheet("device", _DEVICE, device, submit="登记一台评价器", quiet=True),
        Sheet("said", _SAID, lambda sent: _take_down(sent, by), submit="记录评价"),
        Sheet("again", _AGAIN, lambda sent: _take_down_again(sent, by), submit="记录回访", quiet=True),
    ]


def _closing(one: Device, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        windows.close(one.pk, by=by, key=sent.key)
        return f"“{one.name}”的评价器已停用。"

    return Sheet(f"close{one.pk}", NOTHING, do, submit="停用", quiet=True)


def _take_down(sent: Sent, by: Actor) -> str:
    clean = _SAID.clean(sent.answers)
    said = clean.plain
    telephone.take_down(
        said["number"], name=said["name"], phone=clean.sealed["phone"], grade=int(said["grade"]),
        tags=[said["tag"]] if said.get("tag") else [], text=said.get("text") or "", by=by, key=sent.key,
    )  # fmt: skip
    return "评价已记录。不满意的，会转给有关同志核实答复，答复由平台发给申请人。"


def _take_down_again(sent: Sent, by: Actor) -> str:
    said = _AGAIN.clean(sent.answers).plain
    telephone.take_down_again(
        said["number"], name=said["name"], grade=int(said["grade"]), by=by, key=sent.key
    )
    return "回访评价已记录。"
