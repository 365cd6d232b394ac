"""Life events at the machine door: another system reports one, follows it, and reads what every office did about it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from minzheng.kernel import audit, declare
from minzheng.kernel.areas.queries import in_force, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.events import actions, duties, queries
from minzheng.kernel.events.models import Effect, LifeEvent
from minzheng.kernel.events.reactions import label_of
from minzheng.kernel.people.models import Person
from minzheng.kernel.people.queries import find_person

from . import shapes, shown
from .door import actor, key_of
from .shapes import After, Id, Limit

__all__ = ["router"]

router = Router(tags=["生活事件"])


@router.get("", summary="生活事件列表")
def list_events(
    request: HttpRequest, after: After | None = None, limit: Limit = 30, kind: str = "", state: str = ""
) -> dict[str, Any]:
    """Events within scope, the latest first; ``after`` is the ``next`` of the page before."""
    found = queries.events(duties.reader(actor(request))).order_by("-id")
    found = found.filter(kind=kind) if kind else found
    found = found.filter(state=state) if state else found
    found = found.filter(pk__lt=after) if after else found
    rows = list(found[: limit + 1])
    places = names({one.path for one in rows})
    return shown.page(rows, limit, [_line(one, places[one.path]) for one in rows[:limit]])


@router.post("", response={201: dict[str, Any]}, summary="报送生活事件")
def report_event(request: HttpRequest, told: shapes.Happened) -> Status[dict[str, Any]]:
    """One office's word about a person; the county looks at it before anything follows.

    The same ``reference`` of the same ``source`` counts once; reports of one event meet in it.
    """
    by = actor(request)
    said = actions.Told(
        source=told.source, day=told.day, reference=told.reference, words=told.words, detail=_detail(told)
    )
    event = actions.report(
        kind=told.kind, person=_person(told.number, by), told=said, by=by, key=key_of(request)
    )
    return Status(201, _line(event, names({event.path})[event.path]))


def _person(number: str, by: Actor) -> Person:
    found = find_person(number)
    if found is None or not duties.holds(by, duties.reporter, path=found.path):
        raise NotFound(
            "person_not_found", "管辖范围内没有这个号码的人员，或您没有登记生活事件的岗位。请核对号码。"
        )
    return found


def _detail(told: shapes.Happened) -> dict[str, Any]:
    """A place comes as a division's code, everything else as the kind has it."""
    said = dict(told.detail)
    if code := str(said.pop("to", "")):
        path = in_force().filter(code=code).values_list("path", flat=True).first()
        if path is None:
            raise Refused("place_unknown", "迁入地的区划代码不在本省现行区划中。请核对。", field="to")
        said["to_path"] = path
    return said


@router.get("/{event_id}", summary="生活事件及其办理记录")
def read_event(request: HttpRequest, event_id: Id) -> dict[str, Any]:
    """Who reported it, what each reaction did about it or why not, and what is left to a human."""
    by = actor(request)
    one = queries.event_of(event_id, duties.reader(by))
    audit.read("events.read_event", by=by, about=one, path=one.path)
    asked = queries.follow_ups(duties.reader(by)).filter(effect__event=one)
    return _line(one, names({one.path})[one.path]) | {
        "hold_reason": one.hold_reason, "disputed": one.disputed, "reason": one.reason,
        "withdrawn_reason": one.withdrawn_reason,
        "reports": [
            {
                "source": row.source, "source_label": row.get_source_display(), "day": row.day,
                "reference": row.reference, "words": row.words, "received_at": row.received_at,
            }
            for row in one.reports.order_by("id")
        ],
        "log": [_effect(row) for row in queries.log_of(one)],
        "follow_ups": [
            {"label": row.label, "due_on": row.due_on, "state": row.state, "case": row.case_id} for row in asked
        ],
    }  # fmt: skip


def _line(one: LifeEvent, place: str) -> dict[str, Any]:
    return {
        "id": one.pk, "number": one.number, "kind": one.kind, "kind_label": declare.EVENT_KINDS[one.kind].label,
        "person": shown.person(one.person), "day": one.day, "state": one.state,
        "state_label": one.get_state_display(), "place": place, "path": one.path,
    }  # fmt: skip


def _effect(row: Effect) -> dict[str, Any]:
    whose, label = label_of(row.reaction)
    return {
        "reaction": row.reaction, "label": label, "domain": whose, "round": row.round, "state": row.state,
        "state_label": row.get_state_display(), "words": row.words, "undone_words": row.undone_words,
        "error": row.error, "attempts": row.attempts, "retry_at": row.retry_at, "at": row.at,
    }  # fmt: skip
