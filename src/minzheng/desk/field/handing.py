"""What the page out of doors fetches and sends: who is there, the day's work, pictures, records; each as JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from minzheng.desk.frame import staff
from minzheng.desk.sheets import fresh_key, limited
from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Field, Form
from minzheng.kernel.errors import MinzhengError, Refused
from minzheng.kernel.fieldwork import actions
from minzheng.kernel.fieldwork.words import Differing, Given, Work

__all__ = ["TAKEN_ALONG", "hand_in", "me", "photo", "take_along"]

View = Callable[[HttpRequest], HttpResponse]
_LONGEST = 64 * 1024
# Says of a browser that something was taken along on it, so that signing out clears it there; it names nobody.
TAKEN_ALONG = "taken_along"


def told(view: View) -> View:
    """A refusal goes back as JSON, never as a page: the telephone shows it beside the record."""

    @never_cache
    @wraps(view)
    def answered(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except MinzhengError as error:
            errors = error.errors if isinstance(error, Refused) else {}
            shown = {"code": error.code, "message": error.message, "errors": errors}
            return JsonResponse(
                shown, status=401 if error.code in ("not_signed_in", "gate") else error.status
            )

    return answered


@told
@require_GET
def me(request: HttpRequest) -> JsonResponse:
    """Who is signed in on this telephone, and the word without which nothing is taken in."""
    by = staff(request)
    return JsonResponse({"owner": by.id, "name": by.name, "token": get_token(request)})


@told
@require_POST
def take_along(request: HttpRequest) -> JsonResponse:
    """The actor's work of today with the forms it is done by."""
    by = staff(request)
    pack = actions.take_along(by=by)
    forms: dict[str, Any] = {}
    sections = [
        {"code": source.code, "label": source.label, "works": [_work(one, forms) for one in works]}
        for source, works in pack.works
        if works
    ]
    answer = JsonResponse({
        "owner": by.id, "name": by.name, "made": pack.made_at.isoformat(), "rules": dict(pack.rules), "forms": forms,
        "sections": sections,
    })  # fmt: skip
    answer.set_cookie(
        TAKEN_ALONG,
        "1",
        max_age=(pack.rules["keep_hours"] + pack.rules["unsent_hours"]) * 3600,
        samesite="Lax",
        httponly=True,
    )
    return answer


def _work(one: Work, forms: dict[str, Any]) -> dict[str, Any]:
    drawn = _drawn(one.form)
    name = hashlib.sha256(json.dumps(drawn, sort_keys=True).encode()).hexdigest()[:12]
    forms[name] = drawn
    return {
        "code": one.code, "act": one.act, "title": one.title, "form": name, "facts": one.facts, "due": one.due,
        "late": one.late, "mark": one.mark, "phone": one.phone, "position": one.position, "base": dict(one.base),
        "known": dict(one.known),
    }  # fmt: skip


def _drawn(form: Form) -> dict[str, Any]:
    return {"label": form.label, "fields": [_field(one) for one in form.fields]}


def _field(one: Field) -> dict[str, Any]:
    """One question as the telephone draws and checks it before it is sent; the server checks it again."""
    drawn = {
        "code": one.code,
        "label": one.label,
        "kind": one.kind,
        "required": one.required,
        "help": one.help,
    }
    options = getattr(one, "options", None)
    if options is not None:
        drawn["options"] = list(options.items())
    for name in ("longest", "lines", "must", "future"):
        if hasattr(one, name):
            drawn[name] = getattr(one, name)
    return drawn


@told
@limited
@require_POST
def photo(request: HttpRequest) -> JsonResponse:
    """One picture of a record; the record that names it follows."""
    by = staff(request)
    file: UploadedFile | None = request.FILES.get("file")
    if file is None:
        raise Refused("file_missing", "没有收到照片，请重新拍摄。", field="photo")
    kept = actions.keep_photo(
        work=request.POST.get("work", ""), file=file, agreed=request.POST.get("agreed") == "true", by=by,
        key=fresh_key(request),
    )  # fmt: skip
    return JsonResponse({"id": kept.pk})


@told
@require_POST
def hand_in(request: HttpRequest) -> JsonResponse:
    """One record: kept, refused with the reason, or met by another's, which is shown question by question."""
    by: Actor = staff(request)
    made = actions.hand_in(_given(request), by=by)
    if isinstance(made, Differing):
        return JsonResponse(_differing(made), status=409)
    return JsonResponse({"told": made.told, "base": dict(made.base)})


def _given(request: HttpRequest) -> Given:
    """The record as sent; when it was is told as seconds gone by, because a telephone's clock may be wrong."""
    try:
        sent = json.loads(request.body) if len(request.body) <= _LONGEST else None
    except ValueError:
        sent = None
    if not isinstance(sent, dict) or not isinstance(sent.get("key"), str) or not 8 <= len(sent["key"]) <= 64:
        raise Refused("record_unreadable", "记录内容无法读取，没有接收。请重新填写。")
    ago = sent.get("ago")
    seconds = min(max(int(ago), 0), 366 * 86400) if isinstance(ago, int | float) and ago == ago else 0
    return Given(
        work=str(sent.get("work", ""))[:80], key=sent["key"], answers=_mapping(sent.get("answers")),
        base=_numbers(sent.get("base")), at=clock.now() - timedelta(seconds=seconds),
        lat=str(sent.get("lat") or "")[:20], lon=str(sent.get("lon") or "")[:20],
    )  # fmt: skip


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _numbers(value: Any) -> Mapping[str, int]:
    """The state the record began from: small whole numbers and nothing else."""
    given = _mapping(value)
    return {str(key): one for key, one in given.items() if type(one) is int and 0 <= one < 2**62}


def _differing(made: Differing) -> dict[str, Any]:
    theirs, work = made.theirs, made.work
    return {
        "conflict": {
            "who": theirs.who, "at": theirs.at.isoformat() if theirs.at else "", "words": theirs.words,
            "final": theirs.final, "base": dict(work.base), "facts": work.facts,
            "fields": [
                {"code": code, "label": label, "mine": mine, "theirs": others,
                 "value": _sendable(theirs.answers.get(code))}
                for code, label, mine, others in made.fields
            ],
        }
    }  # fmt: skip


def _sendable(value: Any) -> Any:
    """Somebody else's answer as the form would send it."""
    return {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
