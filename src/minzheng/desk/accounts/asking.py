"""What an auditor asks of the audit: who, what, about what, between which days, how it ended."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from minzheng.kernel import clock
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework.models import Case

from .subjects import NAME

__all__ = ["FIELDS", "Asked", "chosen", "filters"]

FIELDS = ("q", "what", "about", "from", "until", "outcome", "request")
_REQUEST = re.compile(r"[A-Za-z0-9-]{8,40}")


@dataclass(frozen=True)
class Asked:
    """One question as it stands in the address; a day that is none, or an end before its beginning, is said so."""

    words: Mapping[str, str]
    from_on: date | None
    until_on: date | None
    problem: str

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Asked:
        """Read from an address."""
        words = {name: str(given.get(name, "")).strip()[:80] for name in FIELDS}
        begun, ended = _day(words["from"]), _day(words["until"])
        wrong = (words["from"] and not begun) or (words["until"] and not ended)
        problem = "日期无法识别，没有按日期查询。请从日历中选择。" if wrong else ""
        if begun and ended and begun > ended:
            problem = "起始日期晚于截止日期，没有符合的记录。请对调两个日期。"
        return cls(words, begun, ended, problem)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def filters(asked: Asked) -> list[dict[str, Any]]:
    """The question as the bar above the list shows it."""
    words = asked.words
    found: list[dict[str, Any]] = [
        {"name": "q", "label": "操作人", "kind": "text", "value": words["q"], "placeholder": "姓名"},
        {"name": "what", "label": "事项", "kind": "text", "value": words["what"], "placeholder": "例如 受理、停用"},
        {"name": "about", "label": "对象", "kind": "text", "value": words["about"], "placeholder": "办件编号"},
        {"name": "from", "label": "从", "kind": "day", "value": words["from"]},
        {"name": "until", "label": "到", "kind": "day", "value": words["until"]},
        {"name": "outcome", "label": "结果", "kind": "choice", "value": words["outcome"],
         "options": Entry.Outcome.choices},
    ]  # fmt: skip
    if words["request"]:
        found.append({"name": "request", "label": "请求编号", "kind": "text", "value": words["request"]})
    return found


def chosen(rows: QuerySet[Entry], asked: Asked) -> QuerySet[Entry]:
    """The rows that answer."""
    words = asked.words
    if words["q"]:
        rows = rows.filter(Q(actor_name__contains=words["q"]) | Q(actor=words["q"]))
    if words["what"]:
        rows = rows.filter(Q(label__contains=words["what"]) | Q(verb=words["what"]))
    if words["about"]:
        rows = rows.filter(_about(words["about"]))
    if words["outcome"] in Entry.Outcome.values:
        rows = rows.filter(outcome=words["outcome"])
    if words["request"]:
        rows = rows.filter(request=words["request"]) if _REQUEST.fullmatch(words["request"]) else rows.none()
    if asked.from_on:
        rows = rows.filter(at__gte=_midnight(asked.from_on))
    if asked.until_on:
        rows = rows.filter(at__lt=_midnight(asked.until_on) + timedelta(days=1))
    return rows


def _about(text: str) -> Q:
    """By the stable name of anything, or the number of a case: whatever is kept of either."""
    if NAME.fullmatch(text):
        case = text.removeprefix("casework.case:")
        return Q(subject=text) | (Q(case_id=int(case)) if case.isdigit() else Q())
    cases = list(Case.objects.filter(number=text).values_list("pk", flat=True)[:5])
    return Q(case_id__in=cases) | Q(subject__in=[f"casework.case:{pk}" for pk in cases])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.SHANGHAI)
