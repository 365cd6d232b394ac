"""What is told when something falls over: that the database is away or its disk full (503), or that it is our fault.

The page needs no database: neither session nor menu.  What a verb had begun is undone by then, for it is one
transaction; whether a commit still went through is not known, so whoever asked is told to look before trying again.
"""

from __future__ import annotations

import sys

import psycopg
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from psycopg.errors import DiskFull

__all__ = ["fallen"]

_WAIT = 5
# The connection is told for whom it speaks past the framework, so the driver's own errors come through as well.
_AWAY_ERRORS = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
_AWAY = "系统暂时连不上数据库。刚才这一步可能没有办成，请过几秒钟刷新页面，核对后再办；重复提交不会重复办理。"
_FULL = (
    "系统存储空间已满，暂时不能保存。刚才这一步没有办成，已有的内容没有受影响。请稍后再办，并告知系统管理员。"
)
_OURS = "系统出了问题，刚才这一步没有办成。请稍后再试；仍然不行的，请联系系统管理员。"


def fallen(request: HttpRequest) -> HttpResponse:
    """The answer to a request that ended in an error nobody foresaw."""
    error = sys.exc_info()[1]
    away = isinstance(error, _AWAY_ERRORS)
    full = isinstance(getattr(error, "__cause__", None), DiskFull)
    code, message = ("disk_full", _FULL) if full else ("database_away", _AWAY) if away else ("mistake", _OURS)
    status = 503 if away else 500
    if request.path.startswith("/api/"):
        said = {"code": code, "message": message, "fields": {}}
        response: HttpResponse = JsonResponse(said, status=status, json_dumps_params={"ensure_ascii": False})
    else:
        page = render_to_string("503.html", {"message": message}) if away else render_to_string("500.html")
        response = HttpResponse(page, status=status)
    if away:
        response["Retry-After"] = str(_WAIT)
    return response
