"""The deeds of life events: reported, decided, withdrawn, tried again, followed up; their doors are pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from minzheng.kernel import catalogue, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.events import actions
from tests.factories.ground import DAY, Ground

from .deed import Deed, Ids

__all__ = ["happening", "placing"]

Verb = Callable[[Ground, Ids, Actor], Any]


def happening(code: str, declared: catalogue.Declared[declare.EventDuties]) -> Iterator[Deed]:
    """One block for each verb, over an event of the applicant."""
    duties = declared.item
    village = actions.Told(source="village", day=DAY, reference="村报1号")
    deeds: tuple[tuple[str, Iterable[declare.Role], Verb], ...] = (
        (
            "report", duties.reported_by,
            lambda g, ids, by: actions.report(kind="marriage", person=g.applicant, told=village, by=by),
        ),
        (
            "decide", duties.decided_by,
            lambda g, ids, by: actions.decide(
                event=ids["event"], report=ids["event"].reports.first(), reason="属实", by=by
            ),
        ),
        ("withdraw", duties.decided_by, lambda g, ids, by: actions.withdraw(event=ids["event"], reason="误报", by=by)),
        ("retry", duties.decided_by, lambda g, ids, by: actions.retry(effect=ids["effect"], by=by)),
        (
            "finish_follow_up", duties.followed_by,
            lambda g, ids, by: actions.finish(follow_up=ids["follow_up"], words="已看过", by=by),
        ),
    )  # fmt: skip
    for name, roles, verb in deeds:
        held = frozenset(declared.role(role) for role in roles)
        yield Deed(f"{code} events: {name}", lambda g: g.event(), verb, held, told=True)


def placing(code: str, declared: catalogue.Declared[declare.EventDuties]) -> Iterator[Deed]:
    """Whoever decides on events also deals with what fits nobody."""
    held = frozenset(declared.role(one) for one in (*declared.item.decided_by, *declared.item.placed_by))
    ready: Callable[[Ground], Ids] = lambda g: {"row": g.unplaced()}  # noqa: E731
    verbs: tuple[tuple[str, Verb], ...] = (
        ("place_row", lambda g, ids, by: actions.place_row(unplaced=ids["row"], by=by)),
        ("drop_row", lambda g, ids, by: actions.drop_row(unplaced=ids["row"], reason="非本省", by=by)),
    )
    for name, verb in verbs:
        yield Deed(f"{code} events: {name}", ready, verb, held, told=True)
