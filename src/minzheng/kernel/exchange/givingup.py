"""A source that stays silent in a re-check is no longer waited for, by the policy of the place and with a reason."""

from __future__ import annotations

from django.db.models import QuerySet

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, current, note, verb
from minzheng.kernel.errors import Refused

from .bulkasking import Subjects
from .bulkkept import Found, Kept, keep, kept
from .models import Recheck, RecheckPart, RecheckSubject
from .policies import Policy
from .rechecking import run_locked
from .silence import policy_of
from .sources import source
from .standing import require_verifier, written

__all__ = ["give_up"]

Part = RecheckPart.State


@verb("exchange.give_up_source", label="不再等待未返回的来源")
def give_up(*, run: Recheck, code: str, reason: str, by: Actor) -> Recheck:
    """What is still valid from the last re-check stands in where the place says so; whatever is left is unknown."""
    row = run_locked(run)
    note(about=row, path=row.path, article=row.basis)
    require_verifier(by, path=row.path)
    why = written(reason, field="reason", missing="没有填写理由。请写明为什么不再等待。")
    parts = list(row.parts.select_for_update().filter(source=source(code).code, state=Part.FAILED))
    if not parts:
        raise Refused("nothing_silent", "该来源没有未返回的分项。请刷新页面查看进度。")
    taken = sum(_end(row, part) for part in parts)
    row.state, row.finished_at = Recheck.State.RUNNING, None
    row.save(update_fields=["state", "finished_at"])
    note(reason=why, after={"source": code, "parts": len(parts), "taken_over": taken})
    return row


def _end(run: Recheck, part: RecheckPart) -> int:
    """How many subjects an earlier answer stands in for."""
    part.policy = policy_of(part.source, path=part.path, on=clock.today()).value
    if part.policy == Policy.HOLD:
        message = f"按本地规定，{source(part.source).label}未返回时暂缓办理，不能放弃等待。请继续重试，或者先调整规定。"
        raise Refused("source_held", message, source=part.source)
    earlier: dict[int, Kept] = {}
    if part.policy == Policy.LAST_KNOWN:
        earlier = _earlier(part)
        _taken_from(part)
    settled = RecheckSubject.objects.filter(run_id=run.pk, path=part.path).order_by("person_id")
    subjects = list(settled.values_list("person_id", "household_id"))
    back = Subjects(run).withdrawn(part.path)
    lines = [_stands_in(earlier.get(person), person, home, person in back) for person, home in subjects]
    digest = keep(part, lines)
    note(after={"kept": {**current().after.get("kept", {}), str(part.pk): digest}})
    part.state = Part.GIVEN_UP
    part.save()
    return part.found + part.none


def _sources_before(part: RecheckPart) -> QuerySet[RecheckPart]:
    """What the source has answered about the county before, as far as it is still valid today; the newest first."""
    before = RecheckPart.objects.filter(source=part.source, path=part.path, state=Part.DONE)
    return before.filter(valid_until__gt=clock.today()).order_by("-answered_at")


def _earlier(part: RecheckPart) -> dict[int, Kept]:
    """The last known answer about each person."""
    known: dict[int, Kept] = {}
    for before in _sources_before(part):
        for line in kept(before):
            if line.state != Found.UNKNOWN:
                known.setdefault(line.person_id, line)
    return known


def _taken_from(part: RecheckPart) -> None:
    """The day, validity and file of what was taken over; of several the one that ends first."""
    if (before := _sources_before(part).order_by("valid_until").first()) is not None:
        part.as_of, part.valid_until = before.as_of, before.valid_until
        part.answered_at, part.answer_sha = before.answered_at, before.answer_sha


def _stands_in(earlier: Kept | None, person: int, home: int, withdrawn: bool) -> Kept:
    """Of whoever has taken the letter back nothing earlier is used either."""
    if earlier is None or withdrawn:
        return Kept(Found.UNKNOWN, person, home, 0, "withdrawn" if withdrawn else "unanswered")
    return earlier._replace(household_id=home, error="taken_over")
