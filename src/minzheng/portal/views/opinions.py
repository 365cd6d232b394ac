"""意见箱: what somebody wants to say that belongs to no case, and the answers to it; an account is not asked for."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from minzheng.kernel import declare
from minzheng.kernel.areas import queries as areas
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.models import Division
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.feedback.box import put_in, put_in_openly
from minzheng.kernel.feedback.models import Opinion
from minzheng.kernel.feedback.queries import my_opinions, opinion_by_code
from minzheng.portal.pages import as_resident, key_of, page
from minzheng.ui.posted import read_form

__all__ = ["answer", "opinions"]

VISITOR = Actor(id="system:visitor", name="未登录的来访者", kind=Kind.SYSTEM)
OPEN = declare.Form(
    "opinion",
    "意见箱",
    (
        declare.Choice("kind", "类别", options=dict(Opinion.Kind.choices)),
        declare.Text(
            "text", "您想说的话", longest=1000, lines=6,
            help="对服务、政策、网站的意见都可以写。急事请直接打12345；对某件办件的决定不服，请在该办件里申请复议。",
        ),
    ),
)  # fmt: skip
SIGNED = declare.YesNo("signed", "是否署名", help="选“否”时，办理单位看不到您的姓名，答复仍会送到您这里。")
FORM = declare.Form(OPEN.code, OPEN.label, (*OPEN.fields, SIGNED))


def opinions(request: HttpRequest) -> HttpResponseBase:
    """The form; for a resident also what was put in before, for everybody else the way to an answer."""
    by = as_resident(request)
    return _mine(request, by) if by is not None else _anybodys(request)


def _mine(request: HttpRequest, by: Actor) -> HttpResponseBase:
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
    context = {"form": FORM, "values": values, "errors": errors, "rows": my_opinions(by)[:20], "asked": True}
    return page(request, "opinions.html", context, at="my", status=400 if errors else 200)


def _anybodys(request: HttpRequest) -> HttpResponseBase:
    """First to whom, then what; the code that is given out finds the answer."""
    place = _township(request.GET.get("place", ""))
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    if request.method == "POST" and place is not None:
        values = read_form(OPEN, request.POST)
        try:
            said = OPEN.clean(values).plain
            made = put_in_openly(
                kind=said["kind"], text=said["text"], path=place.path, by=VISITOR, key=key_of(request)
            )
        except Refused as refused:
            errors = refused.errors or {"": refused.message}
        else:
            messages.success(request, "意见已经收到。请记下查询码，凭它来看答复。")
            return redirect("portal:opinion_answer", made.code)
    context = {"form": OPEN, "values": values, "errors": errors, "asked": place is not None} | _to_whom(
        request, place
    )
    return page(request, "opinions.html", context, status=400 if errors else 200)


def _township(uid: str) -> Division | None:
    found: Division | None = areas.in_force().filter(uid=uid[:12], level=int(Level.TOWNSHIP)).first()
    return found


def _to_whom(request: HttpRequest, place: Division | None) -> dict[str, Any]:
    """The township that was chosen, or those that answer to what was typed."""
    typed = request.GET.get("q", "")[:40]
    hits = areas.search(typed, level=Level.TOWNSHIP, limit=30) if typed.strip() and place is None else []
    written = areas.names(one.path for one in hits)
    tiles = [
        {
            "label": one.name,
            "text": written[one.path],
            "icon": "map-pin",
            "url": f"/opinions/?place={one.uid}",
        }
        for one in hits
    ]
    return {"visitor": True, "q": typed, "tiles": tiles, "to": areas.name_of(place.path) if place else ""}


def answer(request: HttpRequest, code: str = "") -> HttpResponseBase:
    """What became of a word put in without an account, for whoever typed its code."""
    typed = (code or request.GET.get("code", ""))[:20]
    if not typed.strip():
        return page(request, "opinion_answer.html", {"code": "", "missing": "code" in request.GET})
    if not code:
        return redirect("portal:opinion_answer", typed.replace("/", ""))
    try:
        found = opinion_by_code(typed)
    except NotFound as error:
        return page(request, "opinion_answer.html", {"code": typed, "error": error.message}, status=404)
    spoken = "-".join(found.code[at : at + 4] for at in (0, 4, 8))
    context = {"one": found, "spoken": spoken, "place": areas.name_of(found.path)}
    response = page(request, "opinion_answer.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response
