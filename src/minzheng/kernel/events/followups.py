"""What a human is asked to do because of an event: listed, begun as a case, finished with a word, called off."""

from __future__ import annotations

from collections.abc import Iterable

from minzheng.kernel import clock, declare
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.casework import drafting
from minzheng.kernel.casework.models import Case
from minzheng.kernel.catalogue import terms
from minzheng.kernel.errors import NotFound, Refused, Stale
from minzheng.kernel.people.models import Membership, Person

from . import duties
from .models import Effect, FollowUp

__all__ = ["begin", "call_off", "finish", "open_asks"]

State = FollowUp.State


def open_asks(effect: Effect, asks: Iterable[declare.Ask]) -> None:
    """Put on the list, once for what an effect asks of one household or person."""
    FollowUp.objects.bulk_create(
        (
            FollowUp(
                effect=effect, path=one.path, label=one.label[:60], text=one.text[:500], service=one.service,
                household_id=one.household_id, person_id=one.person_id, origin_id=one.origin_id, due_on=one.due_on,
                opened_at=clock.now(),
            )
            for one in asks
        ),
        ignore_conflicts=True,
    )  # fmt: skip


def call_off(effect: Effect, *, reason: str) -> tuple[declare.Ask, ...]:
    """What nobody has begun leaves the list; for what was begun, somebody looks whether it still holds."""
    held = list(effect.follow_ups.select_for_update().exclude(state=State.DROPPED))
    for one in held:
        if one.state == State.OPEN:
            one.state, one.closed_at, one.words = (
                State.DROPPED,
                clock.now(),
                f"事件已撤销或更正：{reason}"[:300],
            )
            one.save()
    return tuple(_look_again(effect, one) for one in held if one.state != State.DROPPED)


def _look_again(effect: Effect, one: FollowUp) -> declare.Ask:
    due = terms.due_after("events.undo_days", path=one.path, since=clock.today())
    at = "开始办理" if one.state == State.BEGUN else "办结"
    text = f"{effect.event.number}已撤销或更正，而“{one.label}”已{at}。请核对是否仍须办理。"
    return declare.Ask(
        label=f"核对：{one.label}"[:60], text=text, path=one.path, due_on=due, household_id=one.household_id,
        person_id=one.person_id,
    )  # fmt: skip


@verb("events.begin_follow_up", label="发起事件待办")
def begin(*, follow_up: FollowUp, by: Actor) -> Case:
    """The review that is asked for is begun as a case, by whoever may begin one; its draft is theirs to fill in."""
    row = _held(follow_up, by)
    if not row.service:
        raise Refused("nothing_to_begin", "这项待办没有对应的办理事项。办完后请登记办理情况。")
    if row.state != State.OPEN:
        raise Stale("follow_up_taken", f"这项待办{row.get_state_display()}。请刷新页面查看。")
    origin = Case.objects.filter(pk=row.origin_id).first() if row.origin_id else None
    person = _applicant(row, origin)
    case: Case = drafting.start_draft(
        row.service, applicant=person, household=row.household, path=row.path, channel=Case.Channel.WINDOW,
        origin=origin if origin is not None and origin.applicant_id == person.pk else None, by=by,
    )  # fmt: skip
    row.state, row.case_id = State.BEGUN, case.pk
    row.save()
    note(about=row, case_id=case.pk, path=row.path, after={"case": case.pk})
    return case


def _applicant(row: FollowUp, origin: Case | None) -> Person:
    """Whoever applied, if still alive and there; else the head of the household, else the first who lives in it."""
    if row.household is None:
        if row.person is None:
            raise Refused("nobody_to_review", "这项待办没有对应的人员。请登记办理情况。")
        return row.person
    living = Membership.objects.filter(household=row.household, until_on=None, person__died_on=None)
    members = list(living.select_related("person").order_by("relation", "id"))
    if not members:
        raise Refused("nobody_left", "这户家庭已没有成员，不能发起复核。请登记办理情况。")
    if origin is not None:
        members.sort(key=lambda one: one.person_id != origin.applicant_id)
    return members[0].person


@verb("events.finish_follow_up", label="登记事件待办办理情况")
def finish(*, follow_up: FollowUp, words: str, by: Actor) -> FollowUp:
    """Done, with a word on what was found or why nothing was needed."""
    row = _held(follow_up, by)
    if not words.strip() or len(words) > 300:
        raise Refused("words_missing", "请写明办理情况（不超过300个字）。", field="words")
    if row.state not in (State.OPEN, State.BEGUN):
        raise Stale("follow_up_taken", f"这项待办{row.get_state_display()}。请刷新页面查看。")
    row.state, row.words = State.DONE, words.strip()
    row.closed_at, row.closed_by_name = clock.now(), by.name
    row.save()
    note(about=row, path=row.path, reason=words, after={"state": row.state})
    return row


def _held(follow_up: FollowUp, by: Actor) -> FollowUp:
    held = FollowUp.objects.select_for_update(of=("self",)).select_related("household", "person")
    row = held.filter(pk=follow_up.pk).first()
    if row is None or not by.covers(row.path):
        raise NotFound("follow_up_unknown", "没有这项待办，或不在您的管辖范围内。请返回列表重新选择。")
    duties.require(by, duties.follower, path=row.path, duty="事件待办")
    return row
