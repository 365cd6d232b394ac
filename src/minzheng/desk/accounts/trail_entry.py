"""One row of the audit with everything it says: by what right, from where, before and after, its link in the chain."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from minzheng.desk.frame import header
from minzheng.kernel import audit
from minzheng.kernel.access.models import SignedIn
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import viewing
from minzheng.kernel.audit.chain import BOOKS
from minzheng.kernel.audit.models import Entry, Link
from minzheng.kernel.clock import at_office_time
from minzheng.kernel.errors import NotFound
from minzheng.kernel.people.masks import mask_text
from minzheng.kernel.signin.duties import AUDITOR, charges, places_of, trail
from minzheng.ui.shown import cn_datetime, device
from minzheng.ui.tables import Head, Row

from .reach import administrator
from .subjects import named
from .trail import AUDIT, ended, matter, who

__all__ = ["entry"]

_CHANGES = (Head("内容"), Head("之前"), Head("之后"))
_PARTS = (Head("所含动作"), Head("内容"))


@never_cache
@require_GET
def entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """The row, and where it stands in the chain; reading it is a row as well."""
    by = administrator(request, AUDITOR)
    with viewing.over(places_of(by)):
        one = trail(by, pk=entry_id).first()
        if one is None:
            raise NotFound("entry_unknown", "没有这条审计记录，或不在您的管辖范围内。请从列表中选择。")
        facts = [*_facts(one), *_whence(one), *_chain(one)]
    audit.read("access.read_audit_row", by=by, about=one, path=charges(by, AUDITOR)[0], label="查看审计记录")
    return render(request, "desk/accounts/trail_entry.html", {
        **header(matter(one), crumbs=[AUDIT], lead=f"审计记录第 {one.pk} 号", badge=ended(one)),
        "facts": [row for row in facts if row[1]], "change_columns": _CHANGES, "changes": _changes(one),
        "part_columns": _PARTS,
        "parts": [Row([part.get("verb", ""), _words(_rest(part))]) for part in one.parts],
    })  # fmt: skip


def _facts(one: Entry) -> list[tuple[str, Any]]:
    about = named([one]).get(one.subject, one.subject)
    case = f"casework.case:{one.case_id}" if one.case_id else ""
    return [
        ("时间", f"{cn_datetime(one.at)}（{at_office_time(one.at):%H:%M:%S}）"),
        ("操作人", f"{who(one)}（{one.actor}）"), ("动作", one.verb),
        ("对象", _asked("about", one.subject, about)),
        ("所属办件", _asked("about", case, "该办件的全部记录") if case != one.subject else ""),
        ("地区", name_of(one.path) if one.path else ""), ("依据", one.article), ("理由", mask_text(one.reason)),
        ("结果对象", one.result), ("请求编号", _same_request(one)),
    ]  # fmt: skip


def _asked(name: str, value: str, words: str) -> SafeString | str:
    """The way to every row of which the same is true."""
    return format_html('<a href="{}?{}">{}</a>', AUDIT[1], urlencode({name: value}), words) if value else ""


def _same_request(one: Entry) -> SafeString | str:
    """What else was done by the same click; asked for within the day, so that it is found quickly."""
    if not one.request:
        return ""
    day = at_office_time(one.at).date().isoformat()
    asked = urlencode({"request": one.request, "from": day, "until": day})
    return format_html('{} <a href="{}?{}">同一次操作的记录</a>', one.request, AUDIT[1], asked)


def _whence(one: Entry) -> list[tuple[str, Any]]:
    """The address that the row says; of a row from before it was kept, where the account was signed in at that time."""
    if one.address:
        return [("来自地址", one.address)]
    number = one.actor.removeprefix("user:")
    if not number.isdigit():
        return []
    during = Q(ended_at=None) | Q(ended_at__gte=one.at)
    found = SignedIn.objects.filter(during, user=int(number), begun_at__lte=one.at).order_by("-id")[:3]
    return [
        ("当时登录自", "；".join(f"{s.address}（{s.get_how_display()}，{device(s.device)}）" for s in found))
    ]


def _chain(one: Entry) -> list[tuple[str, Any]]:
    letters = [book.letter for book in BOOKS.values() if book.table == one._meta.db_table]
    link = Link.objects.filter(book__in=letters, row_id=one.pk).first()
    if link is None:
        return [("审计链", "等待入链（一分钟内）")]
    return [("审计链", f"第 {link.position} 环"), ("摘要（SM3）", bytes(link.hash).hex())]


def _changes(one: Entry) -> list[Row]:
    """Each thing that was said of it, before and after."""
    keys = dict.fromkeys([*one.before, *one.after])
    return [Row([key, _words(one.before.get(key, "")), _words(one.after.get(key, ""))]) for key in keys]


def _rest(part: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in part.items() if name != "verb"}


def _words(value: Any) -> str:
    """As it is kept, with numbers of persons masked."""
    if value in ("", None, {}, []):
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return mask_text(text)
