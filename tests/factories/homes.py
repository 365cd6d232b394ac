"""An institution with its people: the county's officer, the house's own keeper, beds, and residents."""

from __future__ import annotations

import itertools
from datetime import date
from types import SimpleNamespace
from typing import Any

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.documents import actions as documents
from minzheng.kernel.documents.models import Document
from minzheng.kernel.facilities import actions
from minzheng.kernel.facilities.models import Bed, Facility, Fitting, Keeper, Stay
from minzheng.kernel.inspections import lots
from minzheng.kernel.inspections.models import Check, Draw, Hazard
from minzheng.kernel.people.identity import uscc_check_digit
from minzheng.kernel.people.models import Person

from .cast import staff
from .company import HERE
from .ground import DAY, Ground
from .papers import PNG, upload
from .people import person
from .places import NONGAN, place

__all__ = [
    "AGREED", "DETAILS", "agreed", "an_elder", "ground_of_houses", "house", "paper", "people", "standing_house", "uscc",
]  # fmt: skip

SORT, MATTER = "eldercare.homes", "eldercare.homes_supervision"
_serial = itertools.count(1)
DETAILS: dict[str, Any] = {
    "area": "3200", "fire_number": "消验〔2020〕12号", "fire_on": "2020-06-01", "food_permit": "",
    "medical": "contract",
    "bathing": "yes", "caregivers": "12", "social_workers": "1", "day_places": "",
}  # fmt: skip
AGREED: dict[str, Any] = {
    "capable": "yes", "signed_by": "elder", "agent": "", "emergency_contact": "测亲属",
    "emergency_phone": "0431-00000000",
    "special": "", "level": "1", "ability_on": "2022-09-20", "safety_on": "2022-09-21", "risks": "跌倒：床旁扶手",
    "payer": "self", "trial_days": "15",
}  # fmt: skip


def uscc(prefix: str = "52") -> str:
    """A code that passes GB 32100 and belongs to nobody: its division 222100 was abolished."""
    body = f"{prefix}222100{next(_serial):08d}X"
    return body + uscc_check_digit(body)


def people(*, county: str = NONGAN.county, township: str = NONGAN.township) -> SimpleNamespace:
    """Who works with houses in one county, and a stranger next door."""
    place(NONGAN.village.split("/")[-2])
    roles = {
        "inspector": county,
        "second_inspector": county,
        "third_inspector": county,
        "legal_reviewer": county,
    }
    found = {
        part: staff(
            part.removeprefix("second_").removeprefix("third_"), at=at, domain="eldercare", name=f"测{part}"
        )
        for part, at in roles.items()
    }
    return SimpleNamespace(
        officer=staff("county_officer", at=county, domain="eldercare", name="测科长"),
        keeper=staff("home_keeper", at=township, domain="eldercare", name="测院长"),
        other_keeper=staff("home_keeper", at=township, domain="eldercare", name="测别院"),
        rater=staff("rater", at="22/2201/", domain="eldercare", name="测评定"),
        **found,
    )


def house(
    who: SimpleNamespace,
    *,
    ownership: str = "private",
    name: str = "测试颐养院",
    opened: date,
    beds: int = 3,
    **more: Any,
) -> Facility:
    """A house of the township that is open, with its keeper and beds of the ordinary kind."""
    made = actions.register(
        SORT, kind=more.pop("kind", "home"), ownership=ownership, name=name, uscc=uscc(), path=NONGAN.township,
        address="测试路1号", representative="测法人", details=DETAILS | more.pop("details", {}), by=who.officer, **more,
    )  # fmt: skip
    actions.name_keeper(facility=made, user_id=who.keeper.id, name=who.keeper.name, by=who.officer)
    made = actions.open_house(facility=made, on=opened, by=who.officer)
    actions.open_beds(
        facility=made,
        room="101",
        numbers=[str(n + 1) for n in range(beds)],
        kind="ordinary",
        on=opened,
        by=who.keeper,
    )
    return made


def an_elder(birth: date = date(1945, 4, 5), **more: Any) -> Person:
    """Somebody old of the township's village."""
    return person(birth=birth, **more)


def agreed(who: SimpleNamespace, facility: Facility, elder: Person, bed: Bed, on: date, **more: Any) -> Stay:
    """Moves in under an agreement that keeps to the law."""
    terms = {"fee": 2000_00, "deposit": 5000_00, "agreement_number": f"协{next(_serial)}"} | more
    answers = AGREED | terms.pop("answers", {})
    return actions.admit(
        facility=facility, person=elder, bed=bed, on=on, answers=answers, by=who.keeper, **terms
    )


def paper(by: Actor, label: str = "备案材料") -> Document:
    """A paper that was handed in."""
    return documents.store_upload(file=upload(PNG), label=label, path=NONGAN.township, by=by)


def standing_house(path: str, *, keeper: str = "user:0") -> Facility:
    """A house at work, put straight into the table, with a keeper named and one bed."""
    number = next(_serial)
    made = Facility.objects.create(
        sort=SORT, kind="home", name=f"测院{number}", uscc=uscc(), ownership="private", representative="某",
        address="路",
        path=path, state="open", opened_on=date(2020, 1, 1), filed_on=date(2020, 2, 1), filing_number=f"B{number}",
        details={"area": 100, "medical": "none"},
    )  # fmt: skip
    Keeper.objects.create(facility=made, path=path, user=keeper, name="某", from_on=date(2020, 1, 1))
    bed = Bed.objects.create(facility=made, path=path, room="1", number="1", opened_on=date(2020, 1, 1))
    Fitting.objects.create(bed=bed, path=path, kind="ordinary", from_on=date(2020, 1, 1))
    return made


def ground_of_houses(ground: Ground) -> dict[str, int]:
    """A house, a draw, a check of it and a fault, here."""
    home = standing_house(HERE.township)
    about = {"supervision": MATTER, "path": home.path}
    inputs = {
        "plan": "1", "announced": "1", "day": DAY.isoformat(), "share": "1/10", "factors": {}, "left_out": [],
        "aside": [],
        "subjects": [[f"home:{home.pk}", "B"]], "inspectors": ["user:1", "user:2"],
    }  # fmt: skip
    drawn = lots.draw(inputs)
    draw = Draw.objects.create(
        supervision=MATTER, path=HERE.county, plan="1", announced="1", on=DAY, inputs=inputs, seed=drawn.seed,
        input_sm3=drawn.input_sm3, result=drawn.result, by_name="某", at=clock.now(),
    )  # fmt: skip
    check = Check.objects.create(
        **about, subject=f"home:{home.pk}", subject_name=home.name, kind="random", draw=draw, list_code="gb38600",
        list_version="2022.1", due_on=DAY, inspectors=["user:1", "user:2"],
    )  # fmt: skip
    hazard = Hazard.objects.create(
        **about, subject=f"home:{home.pk}", subject_name=home.name, check_of=check, clause="exit", clause_text="通道",
        mandatory=True, words="堵塞", found_on=DAY, due_on=DAY,
    )  # fmt: skip
    return {"facility_id": home.pk, "draw_id": draw.pk, "check_id": check.pk, "hazard_id": hazard.pk}
