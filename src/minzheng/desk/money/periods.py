"""Over which days books are read: a month, a quarter, a year, or from one day to another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from minzheng.kernel import clock
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import Refused

__all__ = ["Period", "asked_period"]

_SPANS = {"month": "一个月", "quarter": "一个季度", "year": "一年", "days": "起止日期"}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Period:
    """The days from ``since`` to before ``until``, as they were asked for."""

    span: str
    since: date
    until: date

    @classmethod
    def around(cls, day: date) -> Period:
        """The month a day lies in."""
        month = Month.of(day)
        return cls("month", month.first, month.next.first)

    @property
    def last(self) -> date:
        """The last day of it."""
        return self.until - timedelta(days=1)

    @property
    def words(self) -> str:
        """The period as people say it."""
        start = self.since
        if self.span == "month":
            return f"{start.year}年{start.month}月"
        if self.span == "quarter":
            return f"{start.year}年第{(start.month + 2) // 3}季度"
        if self.span == "year":
            return f"{start.year}年"
        return f"{start.isoformat()} 至 {self.last.isoformat()}"

    @property
    def query(self) -> str:
        """The period in an address."""
        if self.span == "days":
            return urlencode({"span": "days", "since": self.since.isoformat(), "to": self.last.isoformat()})
        return urlencode({"span": self.span, "month": str(Month.of(self.since))})

    def fields(self) -> list[dict[str, Any]]:
        """The questions of a filter bar."""
        days = self.span == "days"
        return [
            {"name": "span", "label": "期间", "kind": "pick", "value": self.span, "options": list(_SPANS.items())},
            *(
                [
                    {"name": "since", "label": "从", "kind": "day", "value": self.since.isoformat()},
                    {"name": "to", "label": "到（含当日）", "kind": "day", "value": self.last.isoformat()},
                ]
                if days
                else [{"name": "month", "label": "所在月份", "kind": "month", "value": str(Month.of(self.since))}]
            ),
        ]  # fmt: skip


def asked_period(request: HttpRequest) -> Period:
    """What the address asks for; this month if nothing."""
    span = request.GET.get("span", "month")
    if span == "days":
        return _days(request)
    given = request.GET.get("month", "") or request.GET.get("since", "")[:7]
    month = Month.parse(given) if given else Month.of(clock.today())
    length = _MONTHS.get(span, 1)
    month = month - ((month.first.month - 1) % length)
    return Period(span if span in _MONTHS else "month", month.first, (month + length).first)


def _days(request: HttpRequest) -> Period:
    today = clock.today()
    given = request.GET.get("month", "")
    usual = Month.parse(given) if given else Month.of(today)
    try:
        since = date.fromisoformat(request.GET.get("since", "") or usual.first.isoformat())
        last = date.fromisoformat(request.GET.get("to", "") or usual.last.isoformat())
    except ValueError:
        raise Refused("day_unknown", "日期不正确，应当是 2026-03-15 这样的日期。请重新填写。") from None
    if not date(1949, 10, 1) <= since <= last <= date(9998, 12, 31):
        raise Refused("days_reversed", "起始日期晚于截止日期，或日期超出范围。请重新填写。")
    return Period("days", since, last + timedelta(days=1))
