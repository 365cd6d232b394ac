"""Every past state of an entry, as the database kept it, and what changed from one to the next.

The trigger puts the former row aside at each change: a state ends at the instant its event was written.
Who changed it is read from the audit row of the same minute about the same entry or its case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Model, Q

from minzheng.kernel import clock
from minzheng.kernel.areas.queries import names as place_names
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.deed import name_of
from minzheng.kernel.audit.models import Entry as Deed
from minzheng.kernel.errors import Mistake, NotFound
from minzheng.kernel.people.fields import SealedJSONField

from .queries import find
from .reach import Declared, model_of, rows
from .words import field_in_words, label_of

__all__ = ["Change", "Past", "as_known_on", "history", "known_on"]

# The audit row is the last statement of the transaction whose beginning dates the event.
_LONGEST = timedelta(seconds=120)
_SILENT = {"id", "version"}


@dataclass(frozen=True)
class Change:
    """One field before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Past:
    """One state of an entry: from when (unknown for the first), until when (open for the present), by whom."""

    since: datetime | None
    until: datetime | None
    changes: tuple[Change, ...]
    facts: tuple[tuple[str, str], ...]
    by: str = ""
    deed: str = ""


def history(code: str, row_id: int, *, by: Actor) -> list[Past]:
    """All states of one entry, the present one first."""
    row, events = _states(find(code, by=by), row_id, by)
    states = [*events, row]
    ends: list[datetime | None] = [event.pgh_created_at for event in events]
    deeds, names = _deeds(row, states), place_names({state.path for state in states})
    past = []
    for place, state in enumerate(states):
        since = ends[place - 1] if place else None
        deed = _deed_of(deeds, since) if since else None
        past.append(
            Past(
                since=since,
                until=ends[place] if place < len(ends) else None,
                changes=_changes(type(row), states[place - 1], state, names) if place else (),
                facts=_facts(type(row), state, names),
                by=deed.actor_name if deed else "",
                deed=deed.label if deed else "",
            )
        )
    return past[::-1]


def as_known_on(code: str, row_id: int, day: date, *, by: Actor) -> Past:
    """The entry as it stood at the close of a day."""
    return known_on(history(code, row_id, by=by), day)


def known_on(states: Sequence[Past], day: date) -> Past:
    """Of the states of an entry, present first, the one in which it stood at the close of a day."""
    for state in states:
        if state.since is None or clock.at_office_time(state.since).date() <= day:
            return state
    raise Mistake("history_gap", "台账的历史记录不完整。请联系平台管理员。")


def _states(declared: Declared, row_id: int, by: Actor) -> tuple[Model, list[Any]]:
    """The entry and its former states, oldest first: two queries, whatever their number."""
    model = model_of(declared)
    related = [field.name for field in model._meta.fields if field.is_relation]
    row = rows(declared, by=by).select_related(*related).filter(pk=row_id).first()
    if row is None:
        raise NotFound("entry_unknown", "没有这条记录，或不在您的管辖范围内。")
    kept = getattr(model, "pgh_event_model", None)
    if kept is None:
        return row, []
    events = kept._default_manager.filter(pgh_obj_id=row_id).select_related(*related)
    return row, list(events.order_by("pgh_id"))


def _told(model: type[Model]) -> Iterable[Any]:
    return (f for f in model._meta.fields if f.name not in _SILENT and not isinstance(f, SealedJSONField))


def _facts(model: type[Model], state: Any, names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((label_of(f), _said(state, f, names)) for f in _told(model))


def _changes(model: type[Model], before: Any, after: Any, names: Mapping[str, str]) -> tuple[Change, ...]:
    return tuple(
        Change(label_of(f), _said(before, f, names), _said(after, f, names))
        for f in _told(model)
        if getattr(before, f.attname) != getattr(after, f.attname)
    )


def _said(state: Any, field: Any, names: Mapping[str, str]) -> str:
    return names[state.path] if field.name == "path" else field_in_words(state, field)


def _deeds(row: Model, states: list[Any]) -> list[Deed]:
    """What the audit knows of the entry and of every case it ever named, in order."""
    cases = {getattr(state, "case_id", None) for state in states} - {None}
    about = Q(subject=name_of(row)) | Q(case_id__in=cases)
    return list(Deed.objects.filter(about, outcome=Deed.Outcome.DONE).order_by("id"))


def _deed_of(deeds: list[Deed], at: datetime) -> Deed | None:
    """The first deed that was finished at or after the instant of the change."""
    return next((deed for deed in deeds if at <= deed.at <= at + _LONGEST), None)
