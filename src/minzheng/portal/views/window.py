"""The tablet before a window: five large buttons about what was just done, and a welcome in between."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect

from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.feedback import giving, windows
from minzheng.kernel.feedback.models import Device, Rating
from minzheng.kernel.feedback.queries import Contact, contact_by_link
from minzheng.kernel.feedback.words import faulty
from minzheng.portal.pages import key_of, page

from .by_link import shown
from .opinions import VISITOR
from .rating import graded, typed_in

__all__ = ["connect", "waiting", "window"]

_COOKIE, _YEAR = "window", 365 * 24 * 3600


def connect(request: HttpRequest, device_id: int, secret: str) -> HttpResponseBase:
    """The link that makes this browser the device of a window; it serves once."""
    if request.method != "POST":
        return page(request, "said/connect.html")
    device, own = windows.connect(device_id, secret=secret, by=VISITOR)
    response = redirect("portal:window")
    response.set_signed_cookie(
        _COOKIE,
        f"{device.pk}:{own}",
        max_age=_YEAR,
        httponly=True,
        samesite="Strict",
        secure=request.is_secure(),
    )
    return response


def _device(request: HttpRequest) -> Device:
    number, _, secret = (request.get_signed_cookie(_COOKIE, "") or "").partition(":")
    found = windows.connected(int(number), secret) if number.isdigit() else None
    if found is None:
        raise NotFound(
            "device_unknown", "这台设备没有连接到窗口，或者已经停用。请窗口人员在工作台“评价器”重新连接。"
        )
    return found


def window(request: HttpRequest) -> HttpResponseBase:
    """What is asked now, or a welcome."""
    device = _device(request)
    contact = windows.asked_at(device)
    typed, grade = typed_in(request), graded(typed_in(request))
    error: Refused | None = None
    if request.method == "POST" and contact is not None:
        if request.POST.get("task") != str(contact.task.pk) or request.POST.get("do") == "pass":
            return _passed(request, device, contact)
        if not faulty(grade) or typed["tags"] or typed["text"].strip() or "asked" in request.POST:
            try:
                _rate(request, contact)
                return redirect("/window/?thanks=1")
            except Refused as refused:
                error = refused
    elif request.method == "POST":
        return redirect("/window/?thanks=1" if _rated(request) else "/window/")
    context = {
        "device": device, "thanks": "thanks" in request.GET, "typed": typed, "asks": contact.task.pk if contact else 0,
        "grade": grade if faulty(grade) else 0, "error": error.message if error else "",
    } | (shown(contact) if contact else {})  # fmt: skip
    return _page(request, context, error)


def _page(request: HttpRequest, context: dict[str, object], error: Refused | None) -> HttpResponse:
    response = page(request, "said/window.html", context, status=400 if error else 200)
    response["Cache-Control"] = "private, no-store"
    return response


def _rated(request: HttpRequest) -> bool:
    """Whether what the page asked about has its rating: the second press is thanked like the first."""
    asked = request.POST.get("task", "")
    contact = contact_by_link(int(asked)) if asked.isdigit() and len(asked) < 18 else None
    return contact is not None and contact.rating is not None


def _rate(request: HttpRequest, contact: Contact) -> None:
    typed = typed_in(request)
    giving.rate_openly(
        contact.task.pk, channel=Rating.Channel.DEVICE, grade=graded(typed), tags=typed["tags"], text=typed["text"],
        by=VISITOR, key=key_of(request),
    )  # fmt: skip


def _passed(request: HttpRequest, device: Device, contact: Contact) -> HttpResponseBase:
    """Nobody wishes to rate; or the page was about somebody served before, and is drawn anew."""
    if request.POST.get("task") == str(contact.task.pk):
        windows.pass_over(device.pk, contact.task.pk, by=VISITOR, key=key_of(request))
    return redirect("portal:window")


def waiting(request: HttpRequest) -> JsonResponse:
    """Which contact is asked about, so that the page knows when to draw itself anew."""
    contact = windows.asked_at(_device(request))
    response = JsonResponse({"asks": contact.task.pk if contact else 0})
    response["Cache-Control"] = "no-store"
    return response
