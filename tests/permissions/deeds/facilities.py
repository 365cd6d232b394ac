"""The deeds of houses and of supervision; their doors are pages.  The keeper here is named to the house."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.facilities import actions as houses
from minzheng.kernel.facilities.models import Bed, Filing, Stay, Waiting
from minzheng.kernel.inspections import actions as inspections
from minzheng.kernel.inspections.models import Check, Hazard, Penalty
from tests.factories.company import HERE
from tests.factories.ground import DAY, Ground
from tests.factories.homes import DETAILS, ground_of_houses, standing_house, uscc

from .deed import Deed, Ids

__all__ = ["housing", "inspecting"]

Verb = Callable[[Ground, Ids, Actor], Any]


def housing(code: str, declared: catalogue.Declared[declare.Facilities]) -> Iterator[Deed]:
    """The county's deeds and those of the house's own staff."""
    item = declared.item
    keeper, overseer = declared.role(item.keeper), declared.role(item.overseer)

    def a_house(g: Ground) -> Ids:
        home = standing_house(HERE.township, keeper=g.someone(keeper).id)
        filing = Filing.objects.create(
            facility=home, path=home.path, what="change", changes={"phone": "1"}, happened_on=DAY, due_on=DAY,
            sent_on=DAY,
            sent_by="user:0", sent_by_name="某",
        )  # fmt: skip
        waiting = Waiting.objects.create(
            facility=home, path=home.path, person=g.wife, rank="other", order=5, bed_kind="ordinary",
            number=f"L{home.pk}", asked_at=clock.now(),
        )  # fmt: skip
        stay = Stay.objects.create(
            facility=home, path=home.path, person=g.wife, agreement_number="X", answers={}, fee=1, from_on=DAY,
            by_name="某",
        )  # fmt: skip
        bed = Bed.objects.get(facility=home)
        return {"home": home, "bed": bed, "filing": filing, "waiting": waiting, "stay": stay}

    def new_beds(g: Ground, ids: Ids, by: Actor) -> Any:
        return houses.open_beds(facility=ids["home"], room="2", numbers=["1"], kind="care", on=DAY, by=by)

    deeds: tuple[tuple[str, tuple[str, ...], Verb], ...] = (
        ("register", (overseer,), lambda g, ids, by: houses.register(
            code, kind="home", ownership="private", name="新院", uscc=uscc(), path=HERE.township, address="路",
            representative="某", details=DETAILS, by=by,
        )),
        ("acknowledge", (overseer,), lambda g, ids, by: houses.acknowledge(filing=ids["filing"], by=by)),
        ("open_beds", (overseer, keeper), new_beds),
        ("ask", (overseer, keeper), lambda g, ids, by: houses.ask(
            facility=ids["home"], person=g.applicant, rank="other", bed_kind="ordinary", by=by,
        )),
        ("refit", (overseer, keeper), lambda g, ids, by: houses.refit(
            beds=[ids["bed"]], kind="care", on=DAY, evidence="护理床", by=by)),
        ("mend", (overseer, keeper), lambda g, ids, by: houses.mend(bed=ids["bed"], usable=False, by=by)),
        ("take_away", (overseer, keeper), lambda g, ids, by: houses.take_away(bed=ids["bed"], on=DAY, by=by)),
        ("describe", (overseer, keeper), lambda g, ids, by: houses.describe(
            facility=ids["home"], details=DETAILS, by=by)),
        ("fit_out", (overseer,), lambda g, ids, by: houses.fit_out(
            facility=ids["home"], functions=(), position=None, by=by)),
        ("note_cancelled", (overseer,), lambda g, ids, by: houses.note_cancelled(
            facility=ids["home"], on=DAY, words="公示", by=by)),
        ("rank", (overseer, keeper), lambda g, ids, by: houses.rank(
            waiting=ids["waiting"], rank="tekun", words="证明", by=by)),
        ("hold_prepaid", (keeper,), lambda g, ids, by: houses.hold_prepaid(
            stay=ids["stay"], amount=1, on=DAY, by=by)),
        ("announce_closure", (keeper,), lambda g, ids, by: houses.announce_closure(
            facility=ids["home"], closing_on=DAY + timedelta(days=90), by=by,
        )),
    )  # fmt: skip
    for name, roles, verb in deeds:
        # Whoever asks for the own place does so on the portal; for somebody else the house or the county does.
        parts = frozenset({"applicant"}) if name == "ask" else frozenset()
        yield Deed(f"{code}: {name}", a_house, verb, frozenset(roles), parts=parts, told=True)


def inspecting(code: str, declared: catalogue.Declared[declare.Supervision]) -> Iterator[Deed]:
    """A draw, a fault and its case, each in the hands of its own post."""
    item = declared.item
    inspector, overseer, reviewer = (
        declared.role(one) for one in (item.inspector, item.overseer, item.reviewer)
    )

    def a_fault(g: Ground) -> Ids:
        ids = ground_of_houses(g)
        fault = Hazard.objects.get(pk=ids["hazard_id"])
        Hazard.objects.filter(pk=fault.pk).update(plea="不同意")
        case = Penalty.objects.create(
            supervision=code, path=fault.path, subject=fault.subject, subject_name="某", kind="fine", grounds="某",
            hazard=fault,
            record=g.paper, proposed_by="user:0", proposed_by_name="某", proposed_on=DAY, decide_by=DAY,
        )  # fmt: skip
        check = Check.objects.get(pk=ids["check_id"])
        done = {"done_on": DAY, "met": False}
        finished = Check.objects.create(
            supervision=code, path=check.path, subject=check.subject, subject_name="某", kind="yearly", due_on=DAY,
            list_code="gb38600", list_version="2022.1", **done,
        )  # fmt: skip
        return {"fault": fault, "case": case, "done": finished}

    deeds: tuple[tuple[str, tuple[str, ...], Verb], ...] = (
        ("stand_aside", (inspector, overseer), lambda g, ids, by: inspections.stand_aside(
            supervision=code, subject=ids["fault"].subject, path=HERE.county, user="user:9", reason="亲属", by=by,
        )),
        ("draw", (overseer,), lambda g, ids, by: inspections.draw(
            supervision=code, path=HERE.county, plan="新", announced="1", list_code="gb38600", due_on=clock.today(),
            by=by,
        )),
        ("plan_check", (overseer,), lambda g, ids, by: inspections.plan_check(
            supervision=code, subject=ids["fault"].subject, path=HERE.county, kind="yearly", list_code="gb38600",
            inspectors={"user:1": "甲", "user:2": "乙"}, due_on=clock.today(), by=by,
        )),
        ("publish", (overseer,), lambda g, ids, by: inspections.publish(check=ids["done"], by=by)),
        ("answer_plea", (reviewer,), lambda g, ids, by: inspections.answer_plea(
            hazard=ids["fault"], upheld=False, answer="不成立", by=by,
        )),
        ("review", (reviewer,), lambda g, ids, by: inspections.review(
            penalty=ids["case"], agreed=True, opinion="合法", by=by,
        )),
    )  # fmt: skip
    for name, roles, verb in deeds:
        yield Deed(f"{code}: {name}", a_fault, verb, frozenset(roles), told=True)
