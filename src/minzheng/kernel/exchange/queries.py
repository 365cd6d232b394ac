"""What may be read of the checks: consents, the log of questions, the latest report, facts for the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Sum

from minzheng.kernel import clock, law
from minzheng.kernel.access.queries import in_scope, within
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.errors import NotFound

from . import answers
from .bulkkept import Found, kept
from .figures import Figure, figures
from .models import Consent, Discrepancy, Query, Recheck, RecheckPart, Verification
from .sources import source

__all__ = [
    "Outline", "check_of", "checked_cases", "consent_log", "discrepancies", "facts", "holdings", "last_found",
    "latest_report", "latest_verification", "outline", "own_letters", "progress", "query_log", "rechecks",
    "refused_requests", "to_explain", "unsettled", "unsettled_checks",
]  # fmt: skip


def consent_log(case_id: int, *, by: Actor) -> QuerySet[Consent]:
    """The letters signed and withdrawn for a case, oldest first."""
    mine = Q(person_id=by.person_id) | Q(guardian_id=by.person_id)
    rows = Consent.objects.filter(_visible(by, mine), case_id=case_id)
    return rows.select_related("person", "guardian").order_by("signed_at", "id")


def own_letters(by: Actor) -> QuerySet[Consent]:
    """The letters a resident has signed, for oneself or as a guardian, newest first."""
    mine = Q(person_id=by.person_id) | Q(guardian_id=by.person_id)
    rows = Consent.objects.filter(_visible(by, mine)) if by.kind is Kind.RESIDENT else Consent.objects.none()
    return rows.select_related("person", "guardian").order_by("-id")


def query_log(case_id: int, *, by: Actor) -> QuerySet[Query]:
    """Every question put for a case, with what became of it."""
    rows = Query.objects.filter(_visible(by, Q(person_id=by.person_id)), verification__case_id=case_id)
    return rows.select_related("person", "verification", "taken_from").order_by("id")


def refused_requests(case_id: int, *, by: Actor) -> QuerySet[Entry]:
    """Requests that were refused before anything was asked: no purpose, or a letter missing."""
    asked = ("exchange.start", "exchange.ask")
    tried = Q(verb__in=asked)
    for code in asked:
        tried |= Q(parts__contains=[{"verb": code}])
    rows = Entry.objects.filter(_visible(by, Q(pk__in=[])), tried, case_id=case_id)
    return rows.filter(outcome=Entry.Outcome.REFUSED).order_by("id")


def latest_verification(case_id: int, *, by: Actor, purpose: str = "") -> Verification | None:
    """The newest check of a case, reported or not."""
    rows = Verification.objects.filter(_visible(by, _member(by)), case_id=case_id)
    rows = rows.filter(purpose=purpose) if purpose else rows
    return rows.order_by("-id").first()


def latest_report(case_id: int, *, by: Actor, on: date | None = None) -> Verification | None:
    """The newest check with a report still valid on the day."""
    day = on or clock.today()
    rows = Verification.objects.filter(_visible(by, _member(by)), case_id=case_id, valid_until__gt=day)
    return rows.exclude(state=Verification.State.EXPIRED).order_by("-reported_at", "-id").first()


@dataclass(frozen=True, slots=True)
class Outline:
    """How far a check has come, and how much of it waits for a word until when: nothing of what was found."""

    state: str
    reported: bool
    to_explain: int
    until: date | None


def outline(case_id: int) -> Outline | None:
    """For whoever acts by mandate and may see the matter; what others have on file of a family is not theirs."""
    check = Verification.objects.filter(case_id=case_id).order_by("-id").first()
    if check is None:
        return None
    waiting = check.discrepancies.filter(state=Discrepancy.State.OPEN)
    counted = waiting.aggregate(n=Count("id"), until=Min("explain_due"))
    return Outline(check.get_state_display(), check.reported_at is not None, counted["n"], counted["until"])


def discrepancies(verification: Verification, *, by: Actor) -> QuerySet[Discrepancy]:
    """The differences of a check that are not cleared."""
    mine = Q(verification__member_ids__contains=[by.person_id])
    rows = Discrepancy.objects.filter(_visible(by, mine), verification=verification)
    return rows.exclude(state=Discrepancy.State.CLEARED).select_related("member").order_by("id")


def _visible(by: Actor, mine: Q) -> Q:
    """Staff see their place, a resident what is about herself, nobody else anything."""
    if by.kind is Kind.RESIDENT:
        return mine if by.person_id is not None else Q(pk__in=[])
    return within(by)


def _member(by: Actor) -> Q:
    return Q(member_ids__contains=[by.person_id])


def check_of(check_id: int, *, by: Actor) -> Verification:
    """One check, or the same answer for none and for one that is not the reader's to see."""
    found = Verification.objects.filter(_visible(by, _member(by)), pk=check_id).first()
    if found is None:
        raise NotFound("check_missing", "没有这次核对，或不在您的管辖范围内。请返回列表重新选择。")
    return found


def checked_cases(by: Actor, cases: Iterable[int]) -> set[int]:
    """Of these matters those in which a check has been begun that the reader may see."""
    rows = Verification.objects.filter(_visible(by, _member(by)), case_id__in=list(cases))
    return set(rows.values_list("case_id", flat=True))


def to_explain(by: Actor) -> QuerySet[Discrepancy]:
    """What a resident's family has still to explain, in the newest check of each matter."""
    newer = Verification.objects.filter(
        case_id=OuterRef("verification__case_id"), pk__gt=OuterRef("verification_id")
    )
    mine = Q(verification__member_ids__contains=[by.person_id])
    rows = Discrepancy.objects.filter(
        _visible(by, mine), ~Exists(newer), state=Discrepancy.State.OPEN,
        verification__case_id__in=own_letters(by).order_by().values("case_id"),
        verification__state__in=(Verification.State.REPORTED, Verification.State.OBJECTED),
    )  # fmt: skip
    return rows.select_related("verification", "member").order_by("explain_due", "id")


UNSETTLED = (Discrepancy.State.OPEN, Discrepancy.State.EXPLAINED)
_DISPUTED = (Verification.State.OBJECTED, Verification.State.RECHECKING)


def unsettled_checks(by: Actor, *, what: str = "") -> QuerySet[Verification]:
    """Checks with an undecided difference or an unanswered objection: all, ``ready`` to be acted on, or ``waiting``."""
    over = Q(state=Discrepancy.State.EXPLAINED) | Q(
        state=Discrepancy.State.OPEN, explain_due__lt=clock.today()
    )
    open_ = Discrepancy.objects.filter(state__in=UNSETTLED)
    ready = Q(state__in=_DISPUTED) | Q(pk__in=open_.filter(over).values("verification"))
    wanted = {"ready": ready, "waiting": Q(pk__in=open_.values("verification")) & ~ready}
    every = Q(state__in=_DISPUTED) | Q(pk__in=open_.values("verification"))
    rows = in_scope(Verification.objects.filter(state__in=(Verification.State.REPORTED, *_DISPUTED)), by)
    return rows.filter(wanted.get(what, every))


def unsettled(checks: Sequence[Verification]) -> QuerySet[Discrepancy]:
    """The differences of these checks that wait for a word or a decision."""
    return Discrepancy.objects.filter(verification__in=checks, state__in=UNSETTLED).order_by("id")


def facts(verification: Verification, *, rename: Mapping[str, str] | None = None) -> law.Facts:
    """What the sources settle, for the rules: found figures, each with who said so and when.

    An item without all its answers is present and None: unknown.  Of a decided difference the settled figure
    counts; of what a source knows only in part, the declared where it is more.  ``rename`` gives the caller's
    fact names and leaves out every item it does not name.
    """
    settled = {(one.item, one.member_id): one for one in verification.discrepancies.select_related("member")}
    household: dict[str, int | bool | None] = {}
    persons: list[dict[str, int | bool | None]] = [{} for _ in verification.member_ids]
    sources: dict[str, str] = {}
    for figure in figures(verification):
        name = figure.item.name if rename is None else rename.get(figure.item.name, "")
        if not name:
            continue
        difference = settled.get((figure.item.name, figure.holder))
        row, key = household, f"household.{name}"
        if figure.member is not None:
            place = verification.member_ids.index(figure.member)
            row, key = persons[place], f"persons.{place}.{name}"
        row[name] = _value(figure, difference)
        sources[key] = _said_by(figure, difference)
    return law.Facts(household, tuple(persons), sources)


def _decided(difference: Discrepancy | None) -> bool:
    return difference is not None and difference.state in {
        Discrepancy.State.ACCEPTED,
        Discrepancy.State.UPHELD,
    }


def _value(figure: Figure, difference: Discrepancy | None) -> int | bool | None:
    if difference is not None and _decided(difference) and figure.found is not None:
        value = difference.settled or 0
        return bool(value) if figure.item.unit == "boolean" else value
    return figure.stands


def _said_by(figure: Figure, difference: Discrepancy | None) -> str:
    """The source as a decision names it: department, item, day, reference, hash."""
    of = figure.source
    if figure.missing:
        return f"{of.department}（{of.label}）未返回，情况未知"
    answered = max((q.answered_at for q in figure.queries if q.answered_at is not None), default=None)
    day = f"{answered:%Y-%m-%d}" if answered else ""
    hashes = "、".join(query.raw_sha[:12] for query in figure.queries)
    text = f"{of.department}（{of.label}），{day} 返回，原文摘要 {hashes}"
    if any(query.taken_from_id is not None for query in figure.queries):
        text += "；本次未返回，沿用有效期内的上次结果"
    if figure.stands != figure.found:
        text += "；本人申报高于查得，按申报"
    if difference is not None and _decided(difference):
        text += f"；核对差异认定：{difference.get_state_display()}"
    return text


def holdings(verification: Verification, code: str) -> Sequence[Mapping[str, Any]]:
    """The rows a source has on the household, each with its person: vehicles, houses, businesses."""
    asked = verification.queries.filter(round=verification.round, source=code, state=Query.State.ANSWERED)
    rows: list[Mapping[str, Any]] = []
    for query in asked.order_by("id"):
        found = answers.rows_of(query.body or {"found": False})
        rows += [{**row, "person": query.person_id, "query": query.pk} for row in found]
    return rows


def rechecks(*, by: Actor) -> QuerySet[Recheck]:
    """The yearly re-checks of the actor's places, newest first."""
    return in_scope(Recheck.objects.all(), by).order_by("-id")


def last_found(code: str, item: str, *, path: str, on: date) -> dict[int, int]:
    """What the last re-check of a county found at a source, by household, as far as it is valid on the day."""
    parts = RecheckPart.objects.filter(
        source=code, path=path, state=RecheckPart.State.DONE, valid_until__gt=on
    )
    if (part := parts.order_by("-id").first()) is None:
        return {}
    at = [one.name for one in source(code).items].index(item)
    found: Counter[int] = Counter()
    for line in kept(part, only=Found.FOUND):
        found[line.household_id] += line.figures[at] or 0
    return dict(found)


def progress(run: Recheck, *, by: Actor) -> list[dict[str, Any]]:
    """How far each source has come, in the order of the run; the comparison last."""
    parts = in_scope(run.parts.all(), by).values("source").order_by()
    states = {state: Count("id", filter=Q(state=state)) for state in RecheckPart.State.values}
    sums = {f"sum_{name}": Sum(name) for name in ("found", "none", "unknown", "differences")}
    found: dict[str, dict[str, Any]] = {
        row["source"]: dict(row)
        for row in parts.annotate(counties=Count("id"), last=Max("error"), **states, **sums)
    }
    return [found[code] for code in (*run.source_codes, "") if code in found]
