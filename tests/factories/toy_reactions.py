"""A domain's part in what follows a life event, small enough to be counted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from minzheng.kernel.audit import Actor
from minzheng.kernel.declare import Ask, Happened, Reacted, Reaction
from minzheng.kernel.events.models import LifeEvent
from minzheng.kernel.people.models import Person

from .events import tell

__all__ = ["DAY", "TODAY", "Toy", "reacting", "vehicle"]

TODAY, DAY = date(2026, 3, 10), date(2026, 3, 2)


class Toy:
    """A domain's part that keeps count of what it did, and fails as often as it is told to."""

    def __init__(self) -> None:
        self.acted: list[int] = []
        self.undone: list[Mapping[str, Any]] = []
        self.fails: list[Exception] = []

    def act(self, happened: Happened, *, by: Actor) -> Reacted:
        if self.fails:
            Person.objects.filter(pk=happened.person.pk).update(ethnic="99")
            raise self.fails.pop()
        self.acted.append(happened.event)
        return Reacted("记下一笔。", (happened.person,), {"number": happened.number})

    def undo(self, happened: Happened, kept: Mapping[str, Any], *, by: Actor) -> Reacted:
        if self.fails:
            raise self.fails.pop()
        self.undone.append(kept)
        return Reacted("已划去。")


def reacting(monkeypatch: pytest.MonkeyPatch) -> Toy:
    """Two reactions to a vehicle: one with a counter-action, one that only touches and asks."""
    made = Toy()

    def ask(happened: Happened, *, by: Actor) -> Reacted:
        asked = Ask(
            label="看一看",
            text="看一看车",
            path=happened.person.path,
            due_on=TODAY,
            person_id=happened.person.pk,
        )
        return Reacted("请人去看。", (happened.person,), {}, (asked,))

    own = (
        Reaction("toy", "记一笔", ("vehicle",), made.act, made.undo),
        Reaction("ask", "请人看", ("vehicle",), ask),
    )
    monkeypatch.setattr("minzheng.kernel.events.reactions.OWN", own)
    return made


def vehicle(who: Person, day: date = DAY, **more: Any) -> LifeEvent:
    """The traffic police say that somebody has a vehicle."""
    return tell(who, "vehicle", day, source="traffic", **more)
