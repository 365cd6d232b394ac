"""The door itself: who is at it, how a body is read, and every error in one shape.

{"code": "case_changed", "message": "这件办件刚刚被他人更新。…", "fields": {}}
"""

from __future__ import annotations

import functools
import hashlib
import json
import math
import re
from collections.abc import Callable
from itertools import zip_longest
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.http.request import UnreadablePostError
from django.utils.datastructures import MultiValueDict
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.security.apikey import APIKeyCookie
from ninja.security.http import HttpBearer
from ninja.utils import check_csrf

from minzheng.kernel.access.models import ServiceKey
from minzheng.kernel.audit import Actor, viewing
from minzheng.kernel.errors import MinzhengError, NotAllowed, NotFound, Refused
from minzheng.kernel.signin import counting, keys
from minzheng.kernel.signin.telling import address_of, tell

__all__ = ["Bearer", "Door", "Session", "Strict", "actor", "as_json", "key_of", "version_of"]

SAFE = ("GET", "HEAD", "OPTIONS")
DEEPEST = 20
# Of a body as it is announced, before it is read; how large one file may be is for its place to say.
LONGEST = 64 * 1024 * 1024
# The methods of an address, each with the code of what it does and its words.
Codes = dict[str, tuple[str, str]]
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_VERSION = re.compile(r'(?:W/)?"?([0-9]{1,9})"?')
_WORDS = {
    "missing": "缺少这一项。", "extra_forbidden": "没有这一项，请删去。", "string_too_long": "文字太长，请精简。",
    "string_too_short": "没有填写。", "too_long": "项数太多。", "literal_error": "不在可选范围内。",
}  # fmt: skip


class Session(APIKeyCookie):
    """The signed-in session; a request that changes something also proves that it comes from our own pages."""

    def __init__(self) -> None:
        self.param_name = settings.SESSION_COOKIE_NAME
        super().__init__()

    def __call__(self, request: HttpRequest) -> Actor:
        if not request.user.is_authenticated:
            raise NotAllowed("not_signed_in", "请先登录。")
        if request.method not in SAFE and check_csrf(request) is not None:
            raise NotAllowed("csrf", "请求缺少校验令牌，请带上 X-CSRFToken 后重试。")
        return actor(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor:
        return actor(request)


class Bearer(HttpBearer):
    """The key of another system; it carries no session, so nothing else can be sent along in its name."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        address = address_of(request)
        try:
            key = keys.known_by_key(token, address=address)
        except NotAllowed as error:
            counting.knock("api_open", address)
            tell("api.call", "接口调用", user=None, done=False, reason=error.message, address=address)
            raise
        counting.knock("api", f"service:{key.account_id}")
        request.service_key = key  # type: ignore[attr-defined]
        by = keys.actor_with(key, operation_of(request))
        request.actor = by  # type: ignore[attr-defined]
        viewing.show(by)
        return by


def operation_of(request: HttpRequest) -> str:
    """The code of the operation that was asked for, such as ``cases.read_case``."""
    match = request.resolver_match
    codes: Codes = getattr(match.func, "operations", {}) if match is not None else {}
    return codes.get(request.method or "", ("", ""))[0]


def _code(view: Callable[..., Any]) -> str:
    return f"{view.__module__.rsplit('.', 1)[-1]}.{view.__name__}"


def actor(request: HttpRequest) -> Actor:
    """Whoever stands at the door."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    return by


def key_of(request: HttpRequest) -> str | None:
    """The kernel's key for ``Idempotency-Key``: the same word sent to another address is another deed."""
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return None
    if not _KEY.fullmatch(given):
        raise Refused(
            "key_wrong", "Idempotency-Key 应为 1 到 200 个可见的英文字符。", field="Idempotency-Key"
        )
    return hashlib.sha256(f"{request.method} {request.path} {given}".encode()).hexdigest()


def version_of(request: HttpRequest, told: int | None) -> int | None:
    """The version the caller saw: from ``If-Match``, else from the body."""
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return told
    found = _VERSION.fullmatch(given.strip())
    if found is None:
        raise Refused("version_wrong", 'If-Match 应为办件的版本号，例如 "3"。', field="If-Match")
    return int(found[1])


class Strict(Parser):
    """JSON that a database can keep: real characters, finite numbers, no bottomless nesting."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        found = json.loads(request.body.decode("utf-8"), parse_constant=_no_number)
        _sound(found, 0)
        if not isinstance(found, dict):
            raise ValueError("not an object")
        return found

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        found: dict[str, Any] = super().parse_querydict(data, list_fields, request)
        if any(isinstance(value, str) and _NO_TEXT.search(value) for value in found.values()):
            raise Refused("characters", "查询条件含有不可见的控制字符，请重新输入。")
        return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"no number: {text}")


def _sound(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise ValueError("nested too deep")
    if isinstance(value, str) and _NO_TEXT.search(value):
        raise ValueError("control character")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("not a finite number")
    if isinstance(value, dict):
        for key, inner in value.items():
            _sound(key, depth + 1)
            _sound(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _sound(inner, depth + 1)


class Door(NinjaAPI):
    """The API: every error, its own and the framework's, leaves in one shape."""

    def set_default_exception_handlers(self) -> None:
        handlers: dict[type[Exception], Callable[[Any], MinzhengError]] = {
            MinzhengError: lambda error: error,
            ValidationError: _invalid,
            HttpError: lambda error: Refused(
                "body_unreadable", "请求内容不是可以读取的 JSON 对象，请检查格式和字符。"
            ),
            Http404: lambda error: NotFound("not_found", "没有这个地址。"),
        }
        for kind, told in handlers.items():
            self.add_exception_handler(kind, functools.partial(_answer, told))

    @property
    def urls(self) -> tuple[list[Any], str, str]:
        patterns, app, namespace = super().urls
        # The framework's own address of the root comes last, and does nothing.
        for pattern, codes in zip_longest(patterns, self.operations(), fillvalue={}):
            pattern.callback = as_json(pattern.callback, codes)  # type: ignore[arg-type]
        return patterns, app, namespace

    def operations(self) -> list[Codes]:
        """For each address the code and the words of every method: what the scope of a key is made of."""
        found: list[Codes] = []
        for router in self._get_bound_routers():
            for view in router.path_operations.values():
                told = [(one.methods, (_code(one.view_func), str(one.summary))) for one in view.operations]
                codes = {method: code for methods, code in told for method in methods}
                found += [codes] * len(view.operations)
        return found


def _answer(told: Callable[[Any], MinzhengError], request: HttpRequest, error: Any) -> JsonResponse:
    mapped = told(error)
    return JsonResponse(mapped.as_json(), status=mapped.status, json_dumps_params={"ensure_ascii": False})


def _invalid(error: ValidationError) -> MinzhengError:
    """A request that does not fit its schema; an address that can name nothing is simply not found."""
    if any(one["loc"][0] == "path" for one in error.errors):
        return NotFound("not_found", "没有这个地址。")
    errors: dict[str, str] = {}
    for one in error.errors:
        place = [str(part) for part in one["loc"][1:] if part != "body"]
        errors[".".join(place)[:200]] = _WORDS.get(one["type"], "填写的类型或范围不对。")
    return Refused("request_invalid", "请求内容不符合接口说明，请按各项提示修改。", errors=errors)


def as_json(view: Callable[..., HttpResponseBase], codes: Codes) -> Callable[..., HttpResponseBase]:
    """What the framework itself refuses, told in the door's shape; what another system asks is kept."""

    @functools.wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = _in_our_shape(view, request, *args, **kwargs)
        key: ServiceKey | None = getattr(request, "service_key", None)
        if key is not None:
            keys.called(
                key, operation=operation_of(request), status=response.status_code, address=address_of(request)
            )
        return response

    told.csrf_exempt = getattr(view, "csrf_exempt", False)  # type: ignore[attr-defined]
    told.operations = codes  # type: ignore[attr-defined]
    return told


def _in_our_shape(
    view: Callable[..., HttpResponseBase], request: HttpRequest, *args: Any, **kwargs: Any
) -> HttpResponseBase:
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST:
            raise RequestDataTooBig
        response = view(request, *args, **kwargs)
    except RequestDataTooBig:
        return _answer(lambda _: Refused("too_large", "请求内容超过上限，请分几次提交。"), request, None)
    except (SuspiciousOperation, UnreadablePostError):
        return _answer(lambda _: Refused("request_broken", "请求没有完整收到，请重试。"), request, None)
    if response.status_code == 405:
        answer = JsonResponse(
            {"code": "method", "message": "这个地址不支持这种请求方法。", "fields": {}}, status=405
        )
        answer["Allow"] = response.get("Allow", "")
        return answer
    return response
