"""The audit of my place (审计记录), for whoever reads it and does nothing else; looking at it is itself kept."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from minzheng.desk.frame import header
from minzheng.desk.paging import Page, address, capped, latest_first
from minzheng.desk.releases.workbook import Sheet, workbook
from minzheng.kernel import audit
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import viewing
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.people.masks import mask_text
from minzheng.kernel.signin.duties import AUDITOR, charges, places_of, trail
from minzheng.ui.shown import badge, cn_datetime
from minzheng.ui.tables import Head, Row

from .asking import FIELDS, Asked, chosen, filters
from .reach import administrator
from .subjects import kind_of, named

__all__ = ["AUDIT", "ended", "export", "index", "matter", "who"]

AUDIT = ("审计记录", "/desk/accounts/audit/")
CHAIN = {"url": f"{AUDIT[1]}chain/", "label": "审计链核验", "icon": "shield-lock"}
# More than this is not read by a person; the days are asked for more narrowly.
MOST = 10_000
_COLUMNS = (
    Head("时间", "instant"), Head("操作人"), Head("事项"), Head("结果"), Head("对象"),
    Head("地区", secondary=True), Head("理由", secondary=True),
)  # fmt: skip
_LEAVING = (
    Head("编号", "number"), Head("时间"), Head("操作人"), Head("账号标识"), Head("事项"), Head("动作"), Head("结果"),
    Head("对象"), Head("对象标识"), Head("地区", "place"), Head("依据"), Head("理由"), Head("请求编号"),
    Head("来自地址"),
)  # fmt: skip
_LEAD = "谁在什么时候对什么办了什么、看了什么，结果和理由。只能查看，不能更改；封闭事项的记录不在此列出。"
_KINDS = {"done": "good", "refused": "bad"}


@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The latest first, by who, what, about what, when and how it ended."""
    by = administrator(request, AUDITOR)
    asked = Asked.of(request.GET)
    with viewing.over(places_of(by)):
        rows = chosen(trail(by), asked)
        page, count = latest_first(rows, request), capped(rows)
        shown = _rows(page)
    user: Any = request.user
    audit.read("access.read_audit", by=by, about=user, path=_seat(by), label="查看审计记录")
    leaving = {"url": f"file/{address(request, after=None)}", "label": "导出", "icon": "download"}
    return render(request, "desk/accounts/trail.html", {
        **header(AUDIT[0], lead=_LEAD, actions=[leaving, CHAIN]), "columns": _COLUMNS, "rows": shown, "page": page,
        "count": count.replace("件", "条"), "filters": filters(asked), "problem": asked.problem,
    })  # fmt: skip


@never_cache
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The rows of the same question as a workbook, the latest first, so many at most; counted like all that leaves."""
    by = administrator(request, AUDITOR)
    asked = Asked.of(request.GET)
    with viewing.over(places_of(by)):
        found = list(chosen(trail(by), asked).order_by("-pk")[:MOST])
        about, places = named(found), names({one.path for one in found if one.path})
    part = f"（只含最近 {MOST} 条，其余请缩小日期范围另行导出）" if len(found) == MOST else ""
    lines = [
        [
            one.pk, cn_datetime(one.at), who(one), one.actor, matter(one), one.verb, one.get_outcome_display(),
            about.get(one.subject, ""), one.subject, places.get(one.path, ""), one.article, mask_text(one.reason),
            one.request, one.address,
        ]
        for one in found
    ]  # fmt: skip
    sheets = [Sheet(f"审计记录{part}", _LEAVING, lines)]
    user: Any = request.user
    return workbook("审计记录", sheets, by=by, about=user, path=_seat(by))


def _seat(by: audit.Actor) -> str:
    """The place for which the auditor reads."""
    return charges(by, AUDITOR)[0]


def _rows(page: Page[Entry]) -> list[Row]:
    places, about = names({one.path for one in page.rows if one.path}), named(page.rows)
    return [
        Row(
            [
                one.at, who(one), matter(one), ended(one), _all_about(one.subject, about),
                places.get(one.path, ""), mask_text(one.reason),
            ],
            url=f"{AUDIT[1]}{one.pk}/",
        )
        for one in page.rows
    ]  # fmt: skip


def who(one: Entry) -> str:
    """The person, or the part of the platform that acts by itself at its hours."""
    return f"平台（{one.actor_name}）" if one.actor.startswith("system:") else one.actor_name


def matter(one: Entry) -> str:
    """What was done, in words: what was looked at is said by what it is."""
    if one.outcome == Entry.Outcome.READ and one.label == "查看":
        return f"查看{kind_of(one.subject)}"
    return one.label or one.verb


def ended(one: Entry) -> SafeString | str:
    """How it ended, as a mark."""
    return badge(one.get_outcome_display(), _KINDS.get(one.outcome, "neutral"))


def _all_about(subject: str, about: dict[str, str]) -> SafeString | str:
    """The thing in words, and the way to everything that was done about it."""
    if subject not in about:
        return subject
    return format_html('<a href="{}?{}">{}</a>', AUDIT[1], urlencode({FIELDS[2]: subject}), about[subject])
