"""Asking one source about one person over HTTP: signed, timed, tried again, and believed only if signed back.

No answer is a result here, not an accident: a :class:`Reply` says so, and the query stays open.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from http.client import HTTPConnection

from django.conf import settings

from minzheng.kernel.errors import Mistake
from minzheng.kernel.signing import asked, connected

from . import answers
from .keys import exchange_key

__all__ = ["Line", "Outcome", "Question", "Reply", "ask", "ask_all", "line", "posted"]

LARGEST_ANSWER = 1024 * 1024
TRIES = 2
PAUSE_SECONDS = 0.2
AT_ONCE = 12


class Outcome(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    LATE = "late"
    FAILED = "failed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Question:
    """One source, one person, one purpose, one reference date; the number is never printed."""

    source: str
    number: str = field(repr=False)
    purpose: str
    reference_date: date
    request_id: str
    # Taken in before and not yet answered: the answer is fetched, the question not put again.
    poll: bool = False

    def as_bytes(self) -> bytes:
        """The body of the request."""
        asked = {
            "number": self.number,
            "purpose": self.purpose,
            "reference_date": self.reference_date.isoformat(),
            "request_id": self.request_id,
        }
        return json.dumps(asked, ensure_ascii=False, sort_keys=True).encode()


@dataclass(frozen=True, slots=True)
class Reply:
    """The raw answer as it came, or why there is none."""

    outcome: Outcome
    raw: str = field(default="", repr=False)
    error: str = ""
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """Where the departments are reached, under which key, and how long one waits."""

    address: str
    key: bytes = field(repr=False)
    timeout: float = 5.0

    def connection(self) -> HTTPConnection:
        """A fresh connection; the environment's proxies are not asked."""
        message = f"其他部门接口地址“{self.address}”不对。请把 MINZHENG_DEPARTMENTS 设为 http://主机:端口。"
        wrong = Mistake("departments_address", message)
        return connected(self.address, timeout=self.timeout, wrong=wrong)


def line() -> Line:
    """The line of the settings."""
    timeout = float(getattr(settings, "MINZHENG_DEPARTMENTS_TIMEOUT", 5.0))
    return Line(settings.MINZHENG_DEPARTMENTS, exchange_key(), timeout)


def ask_all(questions: Iterable[Question], *, over: Line) -> Iterator[tuple[Question, Reply]]:
    """All at once, answers in the order of the questions; the slowest source sets the time."""
    every = list(questions)
    if not every:
        return
    with ThreadPoolExecutor(max_workers=min(AT_ONCE, len(every)), thread_name_prefix="exchange") as threads:
        yield from zip(every, threads.map(lambda one: ask(one, over=over), every), strict=True)


def ask(question: Question, *, over: Line) -> Reply:
    """One question; silence and nonsense are tried again, a refusal is not."""
    reply = Reply(Outcome.FAILED, error="unreachable")
    for attempt in range(1, TRIES + 1):
        reply = _once(question, over=over, attempt=attempt)
        if reply.outcome is not Outcome.FAILED:
            break
        if attempt < TRIES:
            time.sleep(PAUSE_SECONDS * attempt)
    return reply


def _once(question: Question, *, over: Line, attempt: int) -> Reply:
    path = f"/{'answers' if question.poll else 'query'}/{question.source}"
    told = posted(over, path, question.as_bytes())
    if isinstance(told, str):
        return Reply(Outcome.FAILED, error=told, attempts=attempt)
    return _read(question, *told, attempt=attempt)


def posted(
    over: Line, path: str, body: bytes, *, kind: str = "application/json", most: int = LARGEST_ANSWER
) -> tuple[int, bytes] | str:
    """One signed request; status and content of a reply signed back, or in a word why there is none."""
    told = asked(over.connection(), over.key, path=path, body=body, kind=kind, most=most + 1)
    return told.why or (told.status, told.content)


def _read(question: Question, status: int, content: bytes, *, attempt: int) -> Reply:
    if status == 403:
        return Reply(Outcome.REFUSED, error="refused", attempts=attempt)
    if status == 202:
        return Reply(Outcome.LATE, error="accepted", attempts=attempt)
    if status != 200:
        return Reply(Outcome.FAILED, error=f"status_{status}", attempts=attempt)
    try:
        raw = content.decode()
    except UnicodeDecodeError:
        return Reply(Outcome.FAILED, error="malformed", attempts=attempt)
    body = answers.parsed(raw) if len(content) <= LARGEST_ANSWER else None
    if body is None:
        twice = len(content) <= LARGEST_ANSWER and answers.conflicting(raw)
        return Reply(Outcome.FAILED, error="conflicting" if twice else "malformed", attempts=attempt)
    fault = answers.fault_in(body, of=question.source, number=question.number, request_id=question.request_id)
    if fault:
        return Reply(Outcome.FAILED, error=fault, attempts=attempt)
    return Reply(Outcome.ANSWERED, raw=raw, attempts=attempt)
