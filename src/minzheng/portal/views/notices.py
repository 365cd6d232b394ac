"""Public notices of results: one notice, and an objection to it by whoever reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from minzheng.kernel import clock, declare
from minzheng.kernel.areas import queries as areas
from minzheng.kernel.areas.paths import uid_of
from minzheng.kernel.errors import Refused
from minzheng.kernel.people.masks import mask_name
from minzheng.kernel.people.models import Person
from minzheng.kernel.publicity.models import Notice
from minzheng.kernel.publicity.objecting import object_to
from minzheng.kernel.publicity.queries import board, posted
from minzheng.portal.pages import as_resident, key_of, page
from minzheng.ui.posted import read_form

from .objecting import spoken
from .opinions import VISITOR

__all__ = ["hanging", "notice"]

OBJECTION = declare.Form(
    "objection",
    "公示异议",
    (
        declare.Text(
            "name", "您的姓名", longest=60, required=False, help="可以不写。写了也会封存，不会公开，答复人也看不到。"
        ),
        declare.Text("text", "异议内容", longest=1000, lines=5, help="写明您了解的情况。举报不实内容要负责任。"),
    ),
)  # fmt: skip


def hanging(path: str, request: HttpRequest) -> list[dict[str, Any]]:
    """The notices on the board of a place, ready to be drawn."""
    found = board(path)
    names, mine = areas.names({one.path for one in found}), _homes(request)
    return [_shown(one, names[one.path], mine) for one in found]


def _homes(request: HttpRequest) -> tuple[str, ...]:
    """Where whoever is signed in lives and is registered."""
    by = as_resident(request)
    if by is None:
        return ()
    found = Person.objects.filter(pk=by.person_id).values_list("path", "hukou_path").first()
    return tuple(one for one in found or () if one)


def _shown(one: Notice, place: str, mine: tuple[str, ...]) -> dict[str, Any]:
    """A notice as the wide world may read it; neighbours read the whole name."""
    neighbour = any(home.startswith(one.path) for home in mine)
    name = mask_name(one.about) if one.person and not neighbour else one.about
    return {
        "one": one, "place": place, "facts": [fact.partition("：")[::2] for fact in one.facts],
        "about": name, "masked": name != one.about,
        "left": (one.last_day - clock.today()).days,
    }  # fmt: skip


def notice(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What hangs, and the form for whoever knows better."""
    found = posted(pk)
    values: dict[str, str] = {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values = read_form(OBJECTION, request.POST)
        try:
            return _take(request, found, OBJECTION.clean(values).plain)
        except Refused as refused:
            errors = refused.errors or {"": refused.message}
    shown = _shown(found, areas.name_of(found.path), _homes(request))
    back = f"/board/{uid_of(found.path)}/"
    context = shown | {
        "shown": shown,
        "form": OBJECTION,
        "values": values,
        "errors": errors,
        "back_url": back,
    }
    response = page(request, "notice.html", context, at="board", status=400 if errors else 200)
    response["X-Robots-Tag"] = "noindex"
    return response


def _take(request: HttpRequest, found: Notice, said: Mapping[str, Any]) -> HttpResponseBase:
    """A message follows an account; everybody else is given a code."""
    by = as_resident(request)
    made = object_to(
        notice_id=found.pk, name=said.get("name") or "", text=said["text"], by=by or VISITOR, key=key_of(request)
    )  # fmt: skip
    board_url = f"/board/{uid_of(found.path)}/"
    if by is not None:
        messages.success(request, "异议已经收到，核实答复前结果不会生效。答复会送到您的“消息”里。")
        return redirect(board_url)
    context = {"code": spoken(made), "phone": False, "uid": uid_of(found.path), "result": True}
    return page(request, "said/objected.html", context, at="board")
