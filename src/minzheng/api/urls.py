"""The addresses of this door."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import path, re_path

from minzheng.kernel.errors import NotFound

from . import cases, deeds, departments, events, papers, reading, remedies, screenings, services, tasks
from .description import described
from .door import Bearer, Door, Session, Strict

DESCRIPTION = (
    "民政平台接口。网页内的程序用会话 Cookie 和 CSRF 令牌；其他系统用 Authorization: Bearer 加接口密钥。"
    "错误一律为 {code, message, fields}。金额以元填写、以分保存。列表用 next 翻页。"
)

api = Door(
    title="民政平台", version="1", description=DESCRIPTION, auth=[Bearer(), Session()], parser=Strict(), docs_url=None,
    openapi_url=None,
)  # fmt: skip
api.add_router("/services", services.router)
api.add_router("/cases", cases.router)
api.add_router("/tasks", tasks.router)
api.add_router("/events", events.router)
api.add_router("", screenings.router)
api.add_router("", remedies.router)
# Before the entries: what may be opened in a register is no number of an entry.
api.add_router("", deeds.router)
api.add_router("", papers.router)
api.add_router("", reading.router)


@cache
def _description() -> dict[str, Any]:
    return described(api.get_openapi_schema(path_prefix="/api/"))


def openapi(request: HttpRequest) -> JsonResponse:
    """The description of this door, drawn from the catalogue."""
    return JsonResponse(_description(), json_dumps_params={"ensure_ascii": False})


def unknown(request: HttpRequest) -> JsonResponse:
    """An address that leads nowhere is told in the door's shape, too."""
    error = NotFound("not_found", "没有这个地址。请查看 /api/openapi.json。")
    return JsonResponse(error.as_json(), status=error.status, json_dumps_params={"ensure_ascii": False})


urlpatterns = [
    path("openapi.json", openapi, name="api_openapi"),
    path("exchange/questions", departments.questions, name="api_questions"),
    *api.urls[0],
    re_path(r"^.*$", unknown),
]
