"""The page that stays on the telephone: it names nobody, so it may be kept; the worker keeps nothing else."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.http import require_GET

from minzheng.desk.frame import staff
from minzheng.ui.staged import url as staged_url

__all__ = ["manifest", "page", "worker"]

SHELL = "/desk/field/"
_STYLES = ("ui/ui.css", "ui/parts.css", "ui/forms.css", "desk/field/field.css")
_SCRIPTS = ("words", "vault", "drawing", "camera", "sending", "differing", "page")
_REST = ("ui/chevron.svg", "ui/seal.svg", "ui/lattice.svg")
_WORKER = "desk/field/worker.js"


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The empty page; whatever concerns somebody is fetched by it, sealed, and opened with the visitor's own code."""
    staff(request)
    answer = render(request, "desk/field/shell.html", {"styles": _STYLES, "scripts": _scripts()})
    answer["Cache-Control"] = "no-cache"
    return answer


def _scripts() -> list[str]:
    return [f"desk/field/{name}.js" for name in _SCRIPTS]


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The worker's script with the list of what it keeps; a changed file gives it a new version."""
    staff(request)
    listed = [SHELL, *_kept()]
    head = f"const VERSION = {json.dumps(_version())};\nconst KEPT = {json.dumps(listed)};\n"
    answer = HttpResponse(head + _source(_WORKER).decode(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@require_GET
def manifest(request: HttpRequest) -> JsonResponse:
    """How the page stands on the telephone's own screen."""
    staff(request)
    icon = {"src": static("ui/seal.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    return JsonResponse({
        "name": "民政现场工作", "short_name": "现场工作", "lang": "zh-CN", "display": "standalone", "icons": [icon],
        "id": SHELL, "start_url": SHELL, "scope": SHELL, "background_color": "#f3f5f8", "theme_color": "#0d3b75",
    }, content_type="application/manifest+json")  # fmt: skip


def _kept() -> list[str]:
    """Styles and scripts of the page; nothing that belongs to anybody."""
    tabler = staged_url("tabler/tabler.min.css")
    return [*([tabler] if tabler else []), *(static(name) for name in (*_STYLES, *_scripts(), *_REST))]


@cache
def _version() -> str:
    """A digest over every kept file and the page's own text."""
    digest = hashlib.sha256()
    for name in (*_STYLES, *_scripts(), *_REST, _WORKER):
        digest.update(_source(name))
    digest.update((Path(__file__).parents[1] / "templates/desk/field/shell.html").read_bytes())
    return digest.hexdigest()[:16]


def _source(name: str) -> bytes:
    found = finders.find(name)
    assert isinstance(found, str), name
    return Path(found).read_bytes()
