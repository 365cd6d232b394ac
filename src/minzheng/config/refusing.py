"""A refusal that no page has told itself, as a page of its own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from minzheng.kernel.errors import MinzhengError

__all__ = ["problem"]

TITLES = {
    400: "还差一点", 403: "您不能办理", 404: "没有找到", 409: "内容已更新", 429: "请稍后再试", 500: "系统出错",
    503: "请稍后再试",
}  # fmt: skip


def problem(request: HttpRequest, error: MinzhengError) -> HttpResponse:
    """A refusal as a page."""
    context = {
        "title": TITLES.get(error.status, "出错了"), "message": error.message, "code": error.code,
        "door": "ui/desk.html" if request.path.startswith("/desk/") else "ui/portal.html",
        "back_url": request.path if error.status == 409 else "", "back_label": "查看最新内容",
    }  # fmt: skip
    response = render(request, "ui/problem.html", context, status=error.status)
    if wait := error.fields.get("seconds"):
        response["Retry-After"] = str(wait)
    return response
