"""What anybody may read: a village's public postings, and whether a document is genuine."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from minzheng.kernel import clock
from minzheng.kernel.areas import queries as areas
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.models import Division
from minzheng.kernel.documents.queries import Verified, by_check_code, by_digest
from minzheng.kernel.documents.store import digest_of
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.feedback.queries import contact_by_paper
from minzheng.kernel.feedback.words import ON_PAPER
from minzheng.kernel.notices.links import token
from minzheng.kernel.notices.models import Posting
from minzheng.kernel.notices.queries import board as hanging
from minzheng.kernel.notices.queries import posted
from minzheng.kernel.people.masks import mask_name
from minzheng.kernel.people.models import Person
from minzheng.portal.pages import as_resident, page, uploads
from minzheng.ui.posted import read_form

from . import objecting
from .notices import hanging as notices_on

__all__ = ["board", "object_page", "verified", "verify", "village"]

# An SM3 digest in hexadecimal.
DIGEST = 64


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
    """Anybody objects while it hangs: whoever is signed in is told the answer, everybody else is given a code."""
    posting = posted(pk)
    if posting is None:
        raise NotFound("not_posted", "这次公示已经结束。如有意见，请向乡镇（街道）或县级民政部门反映。")
    by, values, errors = as_resident(request), dict[str, Any](), dict[str, str]()
    form = objecting.form_for(by)
    if request.method == "POST":
        try:
            return objecting.take(request, posting, by)
        except Refused as refused:
            values, errors = read_form(form, request.POST), refused.errors or {"": refused.message}
    context = {
        "posting": posting, "shown": _shown(posting, _lives_in(posting.path, request)),
        "place": areas.name_of(posting.path), "form": form, "values": values, "errors": errors, "visitor": by is None,
        "back_url": f"/board/{posting.path.rstrip('/').rsplit('/', 1)[-1]}/",
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
    return page(request, "verify.html", shown | {"found": found, "rate": _to_rate(found)})


def _to_rate(found: Verified) -> str:
    """Whoever holds the receipt of a case may say how he was served; nothing for every other letter."""
    if found.letter != "acceptance_receipt" or found.case_id is None or not found.in_force:
        return ""
    contact = contact_by_paper(found.case_id)
    return f"/r/{token(ON_PAPER, found.case_id)}/" if contact is not None and contact.open else ""
