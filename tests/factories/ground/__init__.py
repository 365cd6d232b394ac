"""The prepared ground of the permission tests: one family, a case for each service, put at any step at will."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from minzheng.kernel import catalogue, declare
from minzheng.kernel.casework import drafting
from minzheng.kernel.casework.models import Case
from minzheng.kernel.clock import seed
from minzheng.kernel.documents.actions import store_upload
from minzheng.kernel.standards.models import CalendarDay

from ..cast import resident_of
from ..company import HERE, company, knock, staff_at
from ..money import a_card
from ..papers import upload
from ..people import a_couple
from ..places import place
from ..walk import HOUSEHOLD, MEMBER
from .events import Events
from .family import DAY
from .feedback import Feedback
from .money import Money
from .registers import Entries
from .releases import Releases
from .subsidies import Subsidies

__all__ = ["DAY", "Ground", "build"]

# What only one service asks.
MORE = {
    "cause": "medical", "event_place": "县医院", "expense": "18000", "source": "self", "situation": "急病入院",
}  # fmt: skip
CHANGE = {"why": "periodic", "change": "定期复核", "class_ur": "rural"}


@dataclass
class Ground(Feedback, Money, Subsidies, Events, Releases, Entries):
    """The family, and everything it can be in: one base for each part of the platform."""


def build() -> Ground:
    """Everything that stays the same for every attempt."""
    CalendarDay.objects.bulk_create(
        CalendarDay(on=row["day"], kind=row["kind"], year=row["year"], source=row["source"])
        for row in seed.rows()
    )
    place(HERE.village.split("/")[-2])
    applicant, wife, family = a_couple(HERE.village)
    roles = catalogue.current().roles
    maker = staff_at("assistance.coordinator", HERE, roles["assistance.coordinator"].item.at, name="代办")
    ground = Ground(applicant, wife, family, maker)
    ground.people = company(applicant=resident_of(applicant), member=resident_of(wife), maker=maker)
    ground.browsers = {one.actor.id: knock(one.actor) for one in ground.people}
    for code, declared in catalogue.current().services.items():
        ground.cases[code] = _draft(ground, code, declared)
    ground.paper = store_upload(
        file=upload(), label="户口簿", path=HERE.village, case_id=next(iter(ground.cases.values())).pk,
        person_id=applicant.pk, by=ground.part("applicant"),
    )  # fmt: skip
    return ground


def _draft(ground: Ground, code: str, declared: catalogue.Declared[declare.Service]) -> Case:
    """A draft with real answers; where only an office begins a service, the window's draft is handed to the maker."""
    proxies = [declared.role(one) for one in declared.item.proxy]
    by = ground.maker if "assistance.coordinator" in proxies else ground.someone(proxies[0])
    case = drafting.start_draft(
        code,
        applicant=ground.applicant,
        household=ground.family,
        path=ground.family.path,
        channel="agent",
        by=by,
    )
    given: dict[str, Any] = dict(CHANGE)
    if "payee_account" in {one.code for one in declared.item.form.fields}:
        given = {
            **HOUSEHOLD,
            "class_ur": "rural",
            "payee_owner": ground.applicant.name,
            "payee_account": a_card(),
        }
    asked = {one.code for one in declared.item.form.fields}
    given = {code: answer for code, answer in (given | MORE).items() if code in asked}
    drafting.save_draft(case.pk, given, by=by)
    of_each = {one.code for one in declared.item.member_form.fields}
    answers = {code: answer for code, answer in MEMBER.items() if code in of_each}
    for member in case.members.select_related("person"):
        drafting.put_member(case.pk, person=member.person, relation=member.relation, by=by, answers=answers)
    Case.objects.filter(pk=case.pk).update(created_by=ground.maker.id, agent=ground.maker.id)
    case.refresh_from_db()
    return case
