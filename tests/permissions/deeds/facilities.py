"""The deeds of houses and of supervision; their doors are pages.  The keeper here is named to the house."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.facilities import actions as houses
from minzheng.kernel.facilities.models import Bed, Filing, Keeper, Lodging, Stay, Waiting
from minzheng.kernel.inspections import actions as inspections
from minzheng.kernel.inspections.models import Check, Credit, Hazard, Penalty
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
        Lodging.objects.create(stay=stay, path=home.path, bed=bed, person=g.wife, from_on=DAY)
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
        ("plan_transfer", (keeper,), lambda g, ids, by: houses.plan_transfer(
            stay=ids["stay"], to=None, to_words="回家", agreed_by="本人", move_on=DAY, by=by)),
        ("close", (overseer,), lambda g, ids, by: houses.close(facility=ids["home"], by=by)),
        ("name_keeper", (overseer,), lambda g, ids, by: houses.name_keeper(
            facility=ids["home"], user_id=g.someone(keeper).id, name="某", by=by)),
        ("open_house", (overseer,), lambda g, ids, by: houses.open_house(facility=ids["home"], on=DAY, by=by)),
        ("hand_in", (keeper,), lambda g, ids, by: houses.hand_in(
            facility=ids["home"], what="change", papers={}, by=by)),
        ("give_back", (overseer,), lambda g, ids, by: houses.give_back(
            filing=ids["filing"], opinion="补照片", by=by)),
        ("offer", (overseer, keeper), lambda g, ids, by: houses.offer(
            waiting=ids["waiting"], bed=ids["bed"], answer_by=DAY, by=by)),
        ("admit", (keeper,), lambda g, ids, by: houses.admit(
            facility=ids["home"], person=g.applicant, bed=ids["bed"], on=DAY, agreement_number="2", fee=1, deposit=0,
            answers={}, by=by)),
        ("move", (keeper,), lambda g, ids, by: houses.move(stay=ids["stay"], bed=ids["bed"], on=DAY, by=by)),
        ("away", (keeper,), lambda g, ids, by: houses.away(
            stay=ids["stay"], on=DAY, where="县医院", reason="住院", by=by)),
        ("back", (keeper,), lambda g, ids, by: houses.back(stay=ids["stay"], on=DAY, care_plan="照旧", by=by)),
        ("let_go", (keeper,), lambda g, ids, by: houses.let_go(stay=ids["stay"], by=by)),
        ("discharge", (keeper,), lambda g, ids, by: houses.discharge(
            stay=ids["stay"], on=DAY, because="home", settled=0, by=by)),
        ("settle", (keeper,), lambda g, ids, by: houses.settle(stay=ids["stay"], settled=0, by=by)),
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
    # The staff of the house that is looked at.
    own = next(one.role(one.item.keeper) for one in catalogue.current().facilities.values() if one.item.beds)

    def a_fault(g: Ground) -> Ids:
        ids = ground_of_houses(g)
        Keeper.objects.create(
            facility_id=ids["facility_id"], path=HERE.township, user=g.someone(own).id, name="某", from_on=DAY
        )
        Check.objects.filter(pk=ids["check_id"]).update(inspectors=[g.someone(inspector).id])
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
        credit = Credit.objects.create(
            supervision=code, path=fault.path, subject=fault.subject, subject_name="某", level=1, basis="某", on=DAY,
            least_until=DAY, most_until=DAY, by_name="某",
        )  # fmt: skip
        return {"fault": fault, "case": case, "done": finished, "check": check, "credit": credit}

    def remedied(g: Ground) -> Ids:
        ids = a_fault(g)
        Hazard.objects.filter(pk=ids["fault"].pk).update(
            state="remedied", remedied_by="user:0", remedied_on=DAY
        )
        return ids

    def judged(state: str) -> Callable[[Ground], Ids]:
        def ready(g: Ground) -> Ids:
            ids = a_fault(g)
            Penalty.objects.filter(pk=ids["case"].pk).update(
                state=state, reviewed_by="user:8", decided_on=DAY
            )
            return ids

        return ready

    deeds: tuple[tuple[str, tuple[str, ...], Verb], ...] = (
        ("carry_out", (inspector,), lambda g, ids, by: inspections.carry_out(check=ids["check"], answers={}, by=by)),
        ("check_own_house", (own,), lambda g, ids, by: inspections.check_own_house(
            supervision=code, subject=ids["fault"].subject, path=HERE.township, list_code="gb38600", answers={}, by=by,
        )),
        ("plead", (own,), lambda g, ids, by: inspections.plead(hazard=ids["fault"], reason="不实", by=by)),
        ("remedy", (own,), lambda g, ids, by: inspections.remedy(hazard=ids["fault"], words="已清", by=by)),
        ("propose", (inspector,), lambda g, ids, by: inspections.propose(
            hazard=ids["fault"], kind="fine", amount=1, grounds="逾期", record=None, by=by,
        )),
        ("repair", (overseer,), lambda g, ids, by: inspections.repair(credit=ids["credit"], promise="承诺", by=by)),
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
    later: tuple[tuple[str, str, Callable[[Ground], Ids], Verb], ...] = (
        ("check_again", inspector, remedied, lambda g, ids, by: inspections.check_again(
            hazard=ids["fault"], met=True, by=by)),
        ("decide", overseer, judged("reviewed"), lambda g, ids, by: inspections.decide(penalty=ids["case"], by=by)),
        ("publish_penalty", overseer, judged("decided"), lambda g, ids, by: inspections.publish_penalty(
            penalty=ids["case"], by=by)),
        ("recognise", overseer, judged("decided"), lambda g, ids, by: inspections.recognise(
            penalty=ids["case"], level=1, basis="处罚决定", by=by)),
    )  # fmt: skip
    for name, roles, verb in deeds:
        yield Deed(f"{code}: {name}", a_fault, verb, frozenset(roles), told=True)
    for name, role, ready, verb in later:
        yield Deed(f"{code}: {name}", ready, verb, frozenset({role}), told=True)
