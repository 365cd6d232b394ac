"""The deeds of exchange: yearly re-checks, files of an agreed shape, pushes that failed; their doors are pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.exchange import actions as exchange
from minzheng.kernel.exchange.extracts import intake, sending
from minzheng.kernel.exchange.models import ExtractOut, Recheck, RecheckPart
from minzheng.kernel.exchange.standing import verifier_roles
from tests.factories.company import HERE
from tests.factories.ground import DAY, Ground

from .deed import Deed, Ids

__all__ = ["exchanging", "pushing", "rechecking"]

Verb = Callable[[Ground, Ids, Actor], Any]


def rechecking() -> Iterator[Deed]:
    """The yearly re-check; its doors are pages, tried with the other pages."""
    checks = verifier_roles()

    def silent(g: Ground) -> Ids:
        run = Recheck.objects.create(
            path=HERE.county, year=DAY.year, reference_date=DAY, basis="x", schemes=[], source_codes=["bank"],
            by="system:test", by_name="test", asked_at=clock.now(), state="failed",
        )  # fmt: skip
        RecheckPart.objects.create(run=run, path=HERE.county, source="bank", state="failed")
        return {"run": run}

    verbs: tuple[tuple[str, Callable[..., Any]], ...] = (
        ("retry_recheck", lambda g, ids, by: exchange.retry(run=ids["run"], by=by)),
        (
            "give_up_source",
            lambda g, ids, by: exchange.give_up(run=ids["run"], code="bank", reason="久等", by=by),
        ),
    )
    yield Deed(
        "exchange: start_recheck", lambda g: {},
        lambda g, ids, by: exchange.start_recheck(path=HERE.county, by=by), checks, told=True,
    )  # fmt: skip
    for name, verb in verbs:
        yield Deed(f"exchange: {name}", silent, verb, checks, told=True)

    def disputed(g: Ground) -> Ids:
        return {"check": g.check(state="objected")}

    afterwards: tuple[tuple[str, Callable[..., Any]], ...] = (
        ("recheck", lambda g, ids, by: exchange.recheck(verification=ids["check"], by=by)),
        ("report_anew", lambda g, ids, by: exchange.report_anew(verification=ids["check"], by=by)),
    )
    for name, verb in afterwards:
        yield Deed(f"exchange: {name}", disputed, verb, checks, told=True)


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
