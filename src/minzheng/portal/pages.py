"""What every page of this door shares: who is asking, the menu, and how a refusal is told with a way back."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlsplit
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from minzheng.kernel import clock
from minzheng.kernel.areas.queries import in_force
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.documents.checks import size_in_words
from minzheng.kernel.documents.limits import upload_limit
from minzheng.kernel.errors import MinzhengError, NotAllowed, Refused

__all__ = [
    "as_resident", "carried_out", "key_of", "page", "province", "resident", "resident_json", "resident_page",
    "uploads", "version_of",
]  # fmt: skip

P = ParamSpec("P")
TITLES = {400: "还差一点", 403: "您不能办理", 404: "没有找到", 409: "内容已更新"}
MENU = (
    ("home", "首页", "/", "home"),
    ("services", "找服务", "/services/", "search"),
    ("board", "公示栏", "/board/", "speakerphone"),
    ("my", "我的事项", "/my/", "file-text"),
)
# The parts of a multipart post that are not the file itself.
FRAME = 64 * 1024


def as_resident(request: HttpRequest) -> Actor | None:
    """Whoever is signed in, as the resident that account belongs to, or None."""
    if not request.user.is_authenticated or request.user.person_id is None:  # type: ignore[union-attr]
        return None
    return resident(request)


def resident(request: HttpRequest) -> Actor:
    """The resident who is signed in.  A post held elsewhere plays no part at this door."""
    me: Actor = request.actor  # type: ignore[attr-defined]
    if me.person_id is None:
        raise NotAllowed(
            "not_a_resident",
            "这个账号没有关联居民档案，不能在这里办理个人事项。工作人员请到工作台办理。",
        )
    return Actor(id=me.id, name=me.name, kind=Kind.RESIDENT, person_id=me.person_id)


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    at: str = "",
    status: int = 200,
) -> HttpResponse:
    """One page of this door; every page carries a fresh key, so that a form on it is carried out once."""
    menu = [
        {"label": label, "url": url, "icon": icon, "active": code == at} for code, label, url, icon in MENU
    ]
    whole = {"menu": menu, "key": uuid4().hex, "accessibility_url": "/accessibility/", **(context or {})}
    response = render(request, f"portal/{template}", whole, status=status)
    if request.user.is_authenticated:
        # Also for the back button: a page is fetched again and shows what is true now.
        add_never_cache_headers(response)
    return response


def resident_page(
    view: Callable[Concatenate[HttpRequest, Actor, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A page for a signed-in resident; what is refused is told here, with the way back."""

    @functools.wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        by = resident(request)
        try:
            return view(request, by, *args, **kwargs)
        except MinzhengError as error:
            return _problem(request, error)

    return answer


def resident_json(
    view: Callable[Concatenate[HttpRequest, Actor, P], JsonResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """What a page's own script posts.  A refusal is an answer it can show, also once the session has ended."""

    @functools.wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, resident(request), *args, **kwargs)
        except MinzhengError as error:
            return JsonResponse(error.as_json(), status=error.status)

    return require_POST(answer)


def _problem(request: HttpRequest, error: MinzhengError) -> HttpResponse:
    context = {
        "title": TITLES.get(error.status, "出错了"), "message": error.message, "code": error.code,
        "back_url": _back(request), "back_label": "返回上一页",
    }  # fmt: skip
    return page(request, "problem.html", context, at="my", status=error.status)


def _back(request: HttpRequest) -> str:
    """The page the reader came from, if it is one of ours."""
    came_from = request.META.get("HTTP_REFERER", "")
    ours = url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()})
    return urlsplit(came_from).path if came_from and ours else "/my/"


def key_of(request: HttpRequest, suffix: str = "") -> str | None:
    """The key of this very form, for a deed done once; ``suffix`` tells apart two deeds of one form."""
    key = request.POST.get("key", "")[:40]
    return f"{key}{suffix}" if key else None


def carried_out(request: HttpRequest, by: Actor, verb: str) -> bool:
    """Whether this very form has been carried out: a second press is then answered like the first."""
    key = key_of(request)
    done = Entry.objects.filter(actor=by.id, verb=verb, key=key, outcome=Entry.Outcome.DONE)
    return key is not None and done.exists()


def version_of(request: HttpRequest) -> int | None:
    """The version of the case that the page was drawn from."""
    typed = request.POST.get("version", "")
    return int(typed) if typed.isdigit() and len(typed) < 10 else None


def uploads(view: Callable[P, HttpResponseBase]) -> Callable[P, HttpResponseBase]:
    """A post too large to be accepted is refused by its announced length, before any of it is read."""
    guarded = csrf_protect(view)

    @functools.wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        request = args[0]
        assert isinstance(request, HttpRequest)
        limit = upload_limit(path=province(), on=clock.today())
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if request.method == "POST" and announced.isdigit() and int(announced) > limit + FRAME:
            message = f"文件超过 {size_in_words(limit)} 的上限，没有上传。请压缩图片，或者分成几份上传。"
            return _problem(request, Refused("file_too_large", message, field="file"))
        answered: HttpResponseBase = guarded(*args, **kwargs)
        return answered

    # The token is checked by the inner view: the middleware would read the whole post to find it.
    exempt: Callable[P, HttpResponseBase] = csrf_exempt(answer)
    return exempt


def province() -> str:
    """The jurisdiction path of the whole province, where nothing nearer is known."""
    return str(in_force().order_by("level", "path").values_list("path", flat=True).first() or "")
