"""What anybody may read: a village's public postings, and whether a document is genuine."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from minzheng.kernel import clock, declare
from minzheng.kernel.areas import queries as areas
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.models import Division
from minzheng.kernel.casework.posting import object_to
from minzheng.kernel.documents.queries import by_check_code, by_digest
from minzheng.kernel.documents.store import digest_of
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.notices.models import Posting
from minzheng.kernel.notices.queries import board as hanging
from minzheng.kernel.notices.queries import posted
from minzheng.kernel.people.masks import mask_name
from minzheng.kernel.people.models import Person
from minzheng.portal.pages import as_resident, key_of, page, uploads
from minzheng.ui.posted import read_form

from .notices import hanging as notices_on

__all__ = ["board", "object_page", "verified", "verify", "village"]

# An SM3 digest in hexadecimal.
DIGEST = 64
OBJECTION = declare.Form(
    "objection",
    "公示异议",
    (
        declare.Text(
            "name",
            "您的姓名",
            longest=60,
            required=False,
            help="可以不写。写了只供核实时联系，不会公开；答复都会送到您的“消息”里。",
        ),
        declare.Text(
            "text", "异议内容", longest=1000, lines=5, help="写明您了解的情况。举报不实内容要负责任。"
        ),
    ),
)


# Whose boards there are: postings of cases hang in the village, results of registers in township and county as well.
_BOARDS = (int(Level.COUNTY), int(Level.TOWNSHIP), int(Level.VILLAGE))


def board(request: HttpRequest) -> HttpResponse:
    """Choose a village; the reader's own stands first."""
    typed = request.GET.get("q", "")[:40]
    hits = (
        [one for one in areas.search(typed, limit=60) if one.level in _BOARDS][:30] if typed.strip() else []
    )
    written = areas.names(one.path for one in hits)
    tiles = [_tile(one, written[one.path]) for one in hits]
    by, own = as_resident(request), None
    if by is not None:
        path = Person.objects.filter(pk=by.person_id).values_list("path", flat=True).first()
        here = areas.in_force().filter(path=path, level=int(Level.VILLAGE)).first() if path else None
        own = _tile(here, areas.name_of(here.path)) if here is not None else None
    return page(request, "board.html", {"q": typed, "tiles": tiles, "own": own}, at="board")


def _tile(place: Division, written: str) -> dict[str, str]:
    return {"label": place.name, "text": written, "icon": "building-community", "url": f"/board/{place.uid}/"}


def village(request: HttpRequest, uid: str) -> HttpResponse:
    """What hangs in one village, township or county today; kept out of search engines, for it names people."""
    place = areas.in_force().filter(uid=uid[:12], level__in=_BOARDS).first()
    if place is None:
        raise NotFound("division_unknown", "没有这个地方的公示栏。请按名称重新查找。")
    lives_here = _lives_in(place.path, request)
    rows = [
        {"posting": one, "shown": _shown(one, lives_here), "left": (one.last_day - clock.today()).days}
        for one in hanging(place.path)
    ]
    context = {
        "place": place, "written": areas.name_of(place.path), "rows": rows, "today": clock.today(),
        "masked": not lives_here, "notices": notices_on(place.path, request),
    }  # fmt: skip
    response = page(request, "village.html", context, at="board")
    response["X-Robots-Tag"] = "noindex"
    return response


def _lives_in(path: str, request: HttpRequest) -> bool:
    """Whether a resident of this very village is signed in: a posting is made for the neighbours."""
    by = as_resident(request)
    if by is None:
        return False
    found = Person.objects.filter(pk=by.person_id).values_list("path", "hukou_path").first()
    return found is not None and path in found


def _shown(posting: Posting, neighbour: bool) -> dict[str, Any]:
    """What hangs in the village; to the wide world the name is masked."""
    content = dict(posting.content)
    return content if neighbour else content | {"applicant": mask_name(str(content.get("applicant", "")))}


def object_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A signed-in neighbour objects; whoever is not signed in is asked to, or to ring."""
    posting = posted(pk)
    if posting is None:
        raise NotFound("not_posted", "这次公示已经结束。如有意见，请向乡镇（街道）或县级民政部门反映。")
    lives_here = _lives_in(posting.path, request)
    uid, signed_in = posting.path.rstrip("/").rsplit("/", 1)[-1], request.user.is_authenticated
    values: dict[str, str] = {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        actor = request.actor  # type: ignore[attr-defined]
        # Touched here, so that a session that has ended leads to the door of sign-in.
        values = read_form(OBJECTION, request.POST) if actor.id else {}
        try:
            said = OBJECTION.clean(values).plain
            object_to(
                posting.pk, name=said.get("name") or "", text=said["text"], by=actor, key=key_of(request)
            )
        except Refused as refused:
            errors = refused.errors or {"": refused.message}
        else:
            messages.success(
                request, "异议已经收到，乡镇（街道）会核实并答复。核实结果出来前，公示不会结束。"
            )
            return redirect(f"/board/{uid}/")
    context = {
        "posting": posting, "shown": _shown(posting, lives_here), "place": areas.name_of(posting.path),
        "form": OBJECTION, "values": values, "errors": errors, "back_url": f"/board/{uid}/", "signed_in": signed_in,
    }  # fmt: skip
    return page(request, "object.html", context, at="board", status=400 if errors else 200)


@uploads
def verify(request: HttpRequest) -> HttpResponseBase:
    """Type the check code or the digest of a letter, or choose the file itself, which is read and not kept."""
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            return page(request, "verify.html", {"code": "", "no_file": True}, status=400)
        return redirect("portal:verified", digest_of(file.chunks()))
    typed = "".join(request.GET.get("code", "").split()).replace("/", "")[:DIGEST]
    if typed:
        return redirect("portal:verified", typed)
    return page(request, "verify.html", {"code": "", "asked": "code" in request.GET})


def verified(request: HttpRequest, code: str) -> HttpResponse:
    """What the code proves: that such a letter was issued, when, by whom, and whether it still stands."""
    whole = re.fullmatch(rf"[0-9A-Fa-f]{{{DIGEST}}}", code) is not None
    shown = {"code": code[:DIGEST], "by_file": whole}
    try:
        found = by_digest(code) if whole else by_check_code(code[:40])
    except NotFound as error:
        return page(request, "verify.html", shown | {"error": error.message}, status=404)
    return page(request, "verify.html", shown | {"found": found})
