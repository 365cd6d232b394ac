"""The deeds of rounds and of scored assessments; their doors are pages, tried with the other pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.visits import actions as records
from minzheng.kernel.visits import assessing, certifying, checking, contacting, escalating, managing, planning
from minzheng.kernel.visits.contacting import Said
from tests.factories.company import HERE
from tests.factories.ground import DAY, Ground

from .deed import Deed, Ids

__all__ = ["assessing_by", "going_round", "visiting"]

Verb = Callable[[Ground, Ids, Actor], Any]


Rounds = catalogue.Declared[declare.Rounds]


Instrument = catalogue.Declared[declare.Instrument]


def going_round(code: str, declared: Rounds) -> Iterator[Deed]:
    """Visitors and the township write contacts, the township manages, the county plans and asks after."""
    one, last = declared.item, declared.item.chain[-1].by
    month = clock.Month.of(DAY)
    deeds: tuple[tuple[str, Iterable[declare.Role], Verb], ...] = (
        ("record_contact", (one.by, one.managed_by), lambda g, ids, by: contacting.record_contact(
            watched=ids["watched"], said=Said(method="phone", met=False), by=by)),
        ("assign", (one.managed_by,), lambda g, ids, by: managing.assign(
            watched=[ids["watched"]], visitor="user:0", by=by)),
        ("state_groups", (one.managed_by,), lambda g, ids, by: managing.state_groups(
            watched=ids["watched"], groups=[], by=by)),
        ("leave", (one.managed_by,), lambda g, ids, by: managing.leave(
            watched=ids["watched"], away="hospital", since=DAY, by=by)),
        ("forget_door", (one.managed_by,), lambda g, ids, by: managing.forget_door(
            watched=ids["watched"], words="不准", by=by)),
        ("lift_extra", (one.overseen_by,), lambda g, ids, by: managing.lift_extra(
            extra=ids["extra"], words="误报", by=by)),
        ("back", (one.managed_by,), lambda g, ids, by: managing.back(watched=ids["watched"], by=by)),
        ("answer_escalation", (last, one.managed_by), lambda g, ids, by: escalating.answer_escalation(
            escalation=ids["search"], found=False, words="无人应门", by=by)),
        ("call_extra", (one.overseen_by,), lambda g, ids, by: managing.call_extra(
            rounds=code, path=HERE.county, call=one.calls[-1].code, risks=[one.risks[0].code], from_on=DAY,
            until_on=DAY, words="通知", by=by)),
        ("replan", (one.overseen_by,), lambda g, ids, by: planning.replan(rounds=code, path=HERE.county, by=by)),
        ("draw_checks", (one.overseen_by,), lambda g, ids, by: checking.draw_checks(
            rounds=code, path=HERE.county, month=month.previous, by=by)),
        ("answer_check", (one.overseen_by,), lambda g, ids, by: checking.answer_check(
            check=ids["check"], result="confirmed", words="", by=by)),
    )  # fmt: skip
    ready: Callable[[Ground], Ids] = lambda g: {  # noqa: E731
        "watched": g.watched(code), "search": g.search(code), "check": g.drawn_contact(code),
        "extra": g.extra_round(code),
    }  # fmt: skip
    for name, roles, verb in deeds:
        held = frozenset(declared.role(role) for role in roles)
        yield Deed(f"{code}: {name}", ready, verb, held, told=True)


def assessing_by(code: str, declared: Instrument) -> Iterator[Deed]:
    """Assessors sign and send back, another office hears objections, a third registers certificates."""
    one = declared.item
    waits: Callable[[Ground], Ids] = lambda g: {"sheet": g.assessment(code)}  # noqa: E731
    holds: Callable[[Ground], Ids] = lambda g: {"sheet": g.assessment(code, state="in_force")}  # noqa: E731
    deeds: tuple[tuple[str, Iterable[declare.Role], Callable[[Ground], Ids], Verb], ...] = (
        ("sign_first", (one.by,), holds, lambda g, ids, by: assessing.sign_first(
            instrument=code, person=g.applicant, sheet={}, on=DAY, by=by)),
        ("sign_second", (one.by,), waits, lambda g, ids, by: assessing.sign_second(assessment=ids["sheet"], by=by)),
        ("send_back", (one.by,), waits, lambda g, ids, by: assessing.send_back(
            assessment=ids["sheet"], reason="漏项", by=by)),
        ("object_to", (one.heard_by,), holds, lambda g, ids, by: assessing.object_to(
            assessment=ids["sheet"], reason="偏高", by=by)),
        ("certify", (one.registered_by,), waits, lambda g, ids, by: certifying.certify(
            instrument=code, path=HERE.county, holder="user:0", kind="x", number="1", from_on=date(2025, 1, 1), by=by)),
    )  # fmt: skip
    for name, roles, ready, verb in deeds:
        held = frozenset(declared.role(role) for role in roles)
        parts = frozenset({"applicant"}) if name == "object_to" else frozenset()
        yield Deed(f"{code}: {name}", ready, verb, held, parts=parts, told=True)


def visiting() -> Iterator[Deed]:
    for code, visit in catalogue.current().visits.items():
        yield Deed(
            f"{code}: record a visit", lambda g: {"household": g.family.pk},
            lambda g, ids, by, code=code: records.record(code, household=g.family, answers={}, by=by),
            frozenset({visit.role(visit.item.by)}), method="POST", path="/visits",
            body={"kind": code, "household": "{household}", "answers": {}},
        )  # fmt: skip
    yield Deed(
        "visits: raise_lead", lambda g: {},
        lambda g, ids, by: records.raise_lead(g.family, domain="assistance", source="report", text="困难", by=by),
        frozenset(catalogue.current().helping()),
    )  # fmt: skip
    yield Deed(
        "visits: close_lead", lambda g: {"lead": g.lead().pk},
        lambda g, ids, by: records.close_lead(ids["lead"], reason="已帮助", by=by),
        frozenset(catalogue.current().helping("assistance")), method="POST", path="/leads/{lead}/close",
        body={"reason": "已帮助"},
    )  # fmt: skip
