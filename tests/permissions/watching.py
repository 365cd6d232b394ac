"""The deeds of monitoring, of files, of pushes and of rows that fit nobody; their doors are pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from minzheng.kernel import catalogue, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.events import actions as events
from minzheng.kernel.exchange import actions as exchange
from minzheng.kernel.exchange.extracts import intake, sending
from minzheng.kernel.exchange.models import ExtractOut
from minzheng.kernel.exchange.standing import verifier_roles
from minzheng.kernel.monitoring import actions as monitoring
from tests.factories.company import HERE
from tests.factories.ground import DAY, Ground

from .deeds import Deed, Ids

__all__ = ["exchanging", "placing", "pushing", "watching"]

Verb = Callable[[Ground, Ids, Actor], Any]


def watching(code: str, declared: catalogue.Declared[declare.Monitor]) -> Iterator[Deed]:
    """Visiting is one role's, following up another's; the comparison of a county is the county's."""
    one = declared.item
    counties = [role for role in one.followed_by if role.at == declare.COUNTY]
    seen = {"seen": "一切正常", "result": "none"}
    deeds: tuple[tuple[str, Iterable[declare.Role], str, Verb], ...] = (
        ("visit", (one.visit.by,), "",
         lambda g, ids, by: monitoring.visit(alert=ids["alert"], answers=seen, by=by)),
        ("close", one.followed_by, "refer",
         lambda g, ids, by: monitoring.close(alert=ids["alert"], words="已帮助", by=by)),
        ("begin_review", one.followed_by, "exit",
         lambda g, ids, by: monitoring.begin_review(alert=ids["alert"], by=by)),
        ("sweep", counties, "", lambda g, ids, by: monitoring.sweep(monitor=code, path=HERE.county, by=by)),
    )  # fmt: skip
    for name, roles, result, verb in deeds:
        held = frozenset(declared.role(role) for role in roles)
        ready = lambda g, result=result: {"alert": g.alert(code, result=result)}  # noqa: E731
        yield Deed(f"{code}: {name}", ready, verb, held, told=True)


def exchanging(code: str, declared: catalogue.Declared[declare.Extract]) -> Iterator[Deed]:
    """Whoever handles the file brings it in, corrects, takes in and back, and takes changes out."""

    def out(g: Ground) -> ExtractOut:
        return ExtractOut.objects.create(
            extract=code, path=HERE.county, number=f"DC{ExtractOut.objects.count()}", on=DAY, content_sha="x",
            by="user:0", by_name="某", at=f"{DAY}T08:00:00+08:00",
        )  # fmt: skip

    ready: Callable[[Ground], Ids] = lambda g: {"intake": g.intake(code)}  # noqa: E731
    deeds: tuple[tuple[str, Callable[[Ground], Ids], Verb], ...] = (
        ("stage", lambda g: {}, lambda g, ids, by: intake.stage(
            extract=code, content=b"x", filename="x.csv", path=HERE.county, by=by)),
        ("correct", ready, lambda g, ids, by: intake.correct(
            line=ids["intake"].lines.get(state="faulty"), cells={}, by=by)),
        ("take_in", ready, lambda g, ids, by: intake.take_in(intake=ids["intake"], by=by)),
        ("put_aside", ready, lambda g, ids, by: intake.put_aside(intake=ids["intake"], reason="不用", by=by)),
        ("undo", lambda g: {"intake": g.intake(code, state="taken")},
         lambda g, ids, by: intake.undo(intake=ids["intake"], reason="有误", by=by)),
        ("export", lambda g: {}, lambda g, ids, by: sending.export_changes(extract=code, path=HERE.county, by=by)),
        ("acknowledge", lambda g: {"out": out(g)},
         lambda g, ids, by: sending.acknowledge(out=ids["out"], content=b"x", by=by)),
    )  # fmt: skip
    held = frozenset(declared.role(role) for role in declared.item.handled_by)
    for name, before, verb in deeds:
        yield Deed(f"{code}: {name}", before, verb, held, told=True)


def placing(code: str, declared: catalogue.Declared[declare.EventDuties]) -> Iterator[Deed]:
    """Whoever decides on events also deals with what fits nobody."""
    held = frozenset(declared.role(one) for one in (*declared.item.decided_by, *declared.item.placed_by))
    ready: Callable[[Ground], Ids] = lambda g: {"row": g.unplaced()}  # noqa: E731
    verbs: tuple[tuple[str, Verb], ...] = (
        ("place_row", lambda g, ids, by: events.place_row(unplaced=ids["row"], by=by)),
        ("drop_row", lambda g, ids, by: events.drop_row(unplaced=ids["row"], reason="非本省", by=by)),
    )
    for name, verb in verbs:
        yield Deed(f"{code} events: {name}", ready, verb, held, told=True)


def pushing() -> Iterator[Deed]:
    """What another platform could not be told is looked after by whoever checks with other departments."""
    ready: Callable[[Ground], Ids] = lambda g: {"push": g.push().pk}  # noqa: E731
    verbs: tuple[tuple[str, Verb], ...] = (
        ("send_again", lambda g, ids, by: exchange.send_again(outgoing_id=ids["push"], by=by)),
        (
            "close_push",
            lambda g, ids, by: exchange.close_push(outgoing_id=ids["push"], reason="不需要", by=by),
        ),
    )
    for name, verb in verbs:
        yield Deed(f"exchange: {name}", ready, verb, verifier_roles(), told=True)
