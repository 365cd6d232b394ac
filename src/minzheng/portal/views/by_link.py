"""好差评 without an account: by the link of a message, and by the code on a receipt.

Whoever holds the link rates once.  What was said does not stand on it: the paper may lie before whoever was rated.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.feedback import giving
from minzheng.kernel.feedback.models import Rating
from minzheng.kernel.feedback.queries import Contact, contact_by_link, contact_by_paper, rating_by_link
from minzheng.kernel.feedback.words import ANSWERED, ENDED, FAULTS, GRADES, MERITS, ON_PAPER
from minzheng.kernel.notices.links import read
from minzheng.kernel.notices.wording import where_told
from minzheng.portal.pages import key_of, page

from .opinions import VISITOR
from .rating import graded, typed_in

__all__ = ["link"]

_FIND = {ENDED: (contact_by_link, Rating.Channel.SMS), ON_PAPER: (contact_by_paper, Rating.Channel.QR)}


def link(request: HttpRequest, token: str) -> HttpResponseBase:
    """What the link opens: a contact to be rated, or an answer and the question whether it settles it."""
    opened = read(token)
    if opened is not None and opened[0] == ANSWERED:
        found = rating_by_link(opened[1])
        if found is not None:
            return _answered(request, token, found)
    if opened is None or opened[0] not in _FIND:
        raise NotFound(
            "link_unknown", "这个评价链接不完整或者不对。请重新点短信里的链接，或扫回执上的二维码。"
        )
    find, channel = _FIND[opened[0]]
    contact = find(opened[1])
    if contact is None:
        raise NotFound("contact_not_found", "这件事项还没有可以评价的办理。办过以后再来评价。")
    return _contact(request, token, contact, channel)


def _contact(request: HttpRequest, token: str, contact: Contact, channel: Rating.Channel) -> HttpResponseBase:
    error: Refused | None = None
    if request.method == "POST":
        try:
            _rate(request, contact, channel)
            return redirect(f"/r/{token}/?thanks=1")
        except Refused as refused:
            error = refused
    context = shown(contact) | {
        "typed": typed_in(request), "thanks": "thanks" in request.GET and contact.rating is not None,
        "error": error.message if error else "", "field": next(iter(error.errors), "") if error else "",
    }  # fmt: skip
    return _page(request, "said/link.html", context, error)


def _rate(request: HttpRequest, contact: Contact, channel: Rating.Channel) -> None:
    typed = typed_in(request)
    giving.rate_openly(
        contact.task.pk, channel=channel, grade=graded(typed), tags=typed["tags"], text=typed["text"], by=VISITOR,
        key=key_of(request),
    )  # fmt: skip


def shown(contact: Contact) -> dict[str, Any]:
    """What a page without an account says of a contact: what, where and when; neither service nor name."""
    return {
        "contact": contact, "place": township(contact.task.path), "grades": GRADES, "merits": MERITS.items(),
        "faults": FAULTS.items(),
    }  # fmt: skip


def township(path: str) -> str:
    """No nearer than the township: a village has few who applied."""
    return where_told({path})[path]


def _answered(request: HttpRequest, token: str, rating: Rating) -> HttpResponseBase:
    """The answer, and the second rating; sent to the telephone of whoever rated, and to nobody else."""
    error: Refused | None = None
    if request.method == "POST":
        try:
            giving.rate_again_openly(
                rating.pk, grade=graded(typed_in(request)), by=VISITOR, key=key_of(request)
            )
            return redirect(f"/r/{token}/")
        except Refused as refused:
            error = refused
    remedy = rating.remedy  # type: ignore[attr-defined]
    context = {
        "remedy": remedy, "contact_label": rating.contact, "place": township(rating.path), "grades": GRADES,
        "typed": typed_in(request), "again": remedy.get_again_display() if remedy.again else "",
        "error": error.message if error else "", "field": next(iter(error.errors), "") if error else "",
    }  # fmt: skip
    return _page(request, "said/answered.html", context, error)


def _page(
    request: HttpRequest, template: str, context: dict[str, Any], error: Refused | None
) -> HttpResponseBase:
    response = page(request, template, context, status=400 if error else 200)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-store"
    return response
