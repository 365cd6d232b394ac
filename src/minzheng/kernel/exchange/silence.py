"""A source that does not answer: what stands in for it, what waits for it, and who asks it again.

A last known answer is one to the same purpose (data given for one purpose do not feed another, handbook 15 §10),
still valid today.  A re-check after an objection asks anew and takes nothing over.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from minzheng.kernel import catalogue, clock
from minzheng.kernel.errors import Refused

from .models import Query, Verification
from .policies import Policy
from .sources import source

__all__ = ["ask_again", "asked_until", "held", "policy_of", "refuse_if_held", "settle", "why"]

State = Verification.State
_OPEN = (State.STARTED, State.PARTIAL, State.RECHECKING)
_SILENT = (Query.State.FAILED, Query.State.LATE)
# What came instead of an answer, as whoever has to go on is told it.
_WHY = {
    "unreachable": "连接不上对方系统", "timeout": "限时内没有答复", "unsigned": "答复的签名不对，不予采信",
    "malformed": "答复残缺或不合约定，不予采信", "conflicting": "两次答复互相矛盾，不予采信",
    "mismatched": "答的不是所问的人，不予采信", "accepted": "对方已受理，稍后答复", "refused": "对方拒绝查询",
    "no_number": "没有公民身份号码，无法查询", "not_in_letter": "授权书未写明这一来源，不查询",
}  # fmt: skip


def why(query: Query) -> str:
    """Why there is no answer that can be used; blank where there is one, or nothing was asked yet."""
    if query.error.startswith("status_"):
        return f"对方系统出错（{query.error.removeprefix('status_')}）"
    return _WHY.get(query.error, "没有答复") if query.error else ""


def asked_until(verification: Verification) -> tuple[int, date]:
    """Every how many minutes a silent source is asked again by itself, and the last day on which it is."""
    minutes, days = (
        catalogue.current()
        .parameters()
        .get(f"exchange.{key}", path=verification.path, on=clock.today())
        .value
        for key in ("ask_again_minutes", "ask_again_days")
    )
    assert isinstance(minutes, int)
    assert isinstance(days, int)
    return minutes, (verification.requested_at + timedelta(days=days)).astimezone(clock.SHANGHAI).date()


def policy_of(code: str, *, path: str, on: date) -> Policy:
    """The policy in force for that source at that place on that day."""
    value = catalogue.current().parameters().get(f"exchange.silent.{code}", path=path, on=on).value
    return Policy(str(value))


def settle(verification: Verification, silent: Iterable[Query]) -> None:
    """Give each question without an answer its policy; take over what is still valid where the place says so."""
    silent, today = list(silent), clock.today()
    for query in silent:
        query.policy = policy_of(query.source, path=verification.path, on=today)
    wanted = [query for query in silent if query.policy == Policy.LAST_KNOWN]
    if verification.state == State.RECHECKING or not wanted:
        return
    known = _last_known(verification, wanted)
    for query in wanted:
        if (earlier := known.get((query.source, query.person_id))) is not None:
            _take_over(query, earlier)


def _last_known(verification: Verification, wanted: list[Query]) -> dict[tuple[str, int], Query]:
    """The newest own answer of each source about each person, to this purpose, valid today and intact."""
    rows = Query.objects.filter(
        state=Query.State.ANSWERED, taken_from=None, valid_until__gt=clock.today(),
        verification__purpose=verification.purpose, person__in={one.person_id for one in wanted},
        source__in={one.source for one in wanted},
    ).exclude(verification=verification)  # fmt: skip
    return {(one.source, one.person_id): one for one in rows.order_by("answered_at", "id") if one.intact}


def _take_over(query: Query, earlier: Query) -> None:
    """The earlier answer with its own day, validity and hash; nothing about it becomes younger."""
    query.state, query.error, query.taken_from = Query.State.ANSWERED, "", earlier
    query.answer, query.raw_sha, query.answered_at = earlier.answer, earlier.raw_sha, earlier.answered_at
    query.as_of, query.valid_until = earlier.as_of, earlier.valid_until


def held(verification: Verification) -> list[str]:
    """The sources without whose answer nothing goes on here."""
    asked = verification.queries.filter(round=verification.round, state__in=_SILENT, policy=Policy.HOLD)
    return sorted(set(asked.values_list("source", flat=True)))


def refuse_if_held(verification: Verification) -> None:
    """No report while a source is silent for which the place holds the case."""
    if waiting := held(verification):
        names = "、".join(source(code).label for code in waiting)
        message = (
            f"{names}尚未返回。按本地规定，未返回时暂缓办理，不能出具报告。请稍后再次查询，系统也会自动再问。"
        )
        raise Refused("source_held", message, sources=waiting)


def ask_again() -> list[int]:
    """The checks in which a silent source is due to be asked once more: neither too soon nor for ever."""
    parameters, now = catalogue.current().parameters(), clock.now()
    rows = Verification.objects.filter(state__in=_OPEN, queries__state__in=_SILENT).distinct()
    due = []
    for one in rows.order_by("id"):
        pause, days = (
            parameters.get(f"exchange.{key}", path=one.path, on=clock.today()).value
            for key in ("ask_again_minutes", "ask_again_days")
        )
        assert isinstance(pause, int)
        assert isinstance(days, int)
        last = (
            one.queries.filter(state__in=_SILENT).order_by("-asked_at").values_list("asked_at", flat=True)[0]
        )
        early = last is not None and last > now - timedelta(minutes=pause)
        if not early and one.requested_at > now - timedelta(days=days):
            due.append(one.pk)
    return due
