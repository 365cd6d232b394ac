"""Writes: emergency help as granted, entered in the register of the province before a fen is paid."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection

from minzheng.kernel import audit, clock
from minzheng.kernel.areas.paths import uids
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case, Decision
from minzheng.kernel.errors import Refused
from minzheng.kernel.notices.informing import inform
from minzheng.kernel.people.masks import mask_id_number
from minzheng.kernel.people.models import Person
from minzheng.kernel.registers.words import in_yuan

from ..models import AidGrant
from ..queries import claimed_by, earlier_first
from ..rules import Determination

__all__ = ["first_payload", "open_first", "take_back_first"]


def first_payload(case: Case, determination: Determination, *, on: date, granted: bool) -> dict[str, Any]:
    """What a grant carries out: the need, within the limit of first aid."""
    if not granted:
        return {}
    if not determination.amount:
        raise Refused("nothing_left", "先行救助限额内已没有可以发放的金额。请转支出型临时救助办理。")
    members = case.members.filter(counted=True).order_by("id")
    return {
        "amount": determination.amount, "persons": list(members.values_list("person_id", flat=True)),
        "members": members.count(), "first_month": str(clock.Month.of(on)), "cause": case.form["cause"],
        "event_place": case.form["event_place"],
    }  # fmt: skip


def open_first(case: Case, decision: Decision, *, by: Actor) -> None:
    """Enter the grant; of two townships that help the same person at once, the second is told of the first."""
    _one_at_a_time(case)
    if (earlier := earlier_first(case)) is not None:
        raise Refused("same_cause_helped", f"{earlier.says}，同一事由不能重复救助。")
    person, payload, claimed = case.applicant, decision.payload, claimed_by(case)
    AidGrant.objects.create(
        kind=AidGrant.Kind.EMERGENCY, household=case.household, person=person if person.id_number else None,
        person_ids=payload["persons"], name=person.name, birth=person.birth, phone=claimed.phone,
        cause=payload["cause"], path=case.path, event_path=case.path, event_place=payload["event_place"],
        granted_on=decision.on, amount=payload["amount"], case_id=case.pk, decision_number=decision.number,
    )  # fmt: skip
    audit.part("assistance.open_first", amount=payload["amount"], cause=payload["cause"])
    _tell_home(case, decision, by)


def _tell_home(case: Case, decision: Decision, by: Actor) -> None:
    """The township where the person is registered learns that help was given elsewhere (临时救助, 急难发生地救助)."""
    home, person = _township(case.applicant.hukou_path), case.applicant
    if not home or home == _township(case.path):
        return
    place, payload = name_of(case.path), decision.payload
    number = mask_id_number(person.id_number) if person.id_number else "未登记身份证号"
    words = (
        f"你地户籍人员{person.name}（{number}）在{payload['event_place'] or place}遇急难，"
        f"{decision.on.year}年{decision.on.month}月{decision.on.day}日已由{place}先行救助"
        f" {in_yuan(payload['amount'])}。同一事由不再重复救助；仍有困难的，请主动了解并按规定纳入救助。"
    )
    inform(
        path=home, from_path=case.path, case_id=case.pk, topic=f"assistance.first:{case.pk}",
        title=f"{person.name}已由{place}先行救助", text=words, by=by,
    )  # fmt: skip


def _township(path: str) -> str:
    """The township of a place within the province; a county for what is registered no deeper."""
    return "".join(f"{uid}/" for uid in uids(path)[:4])


def _one_at_a_time(case: Case) -> None:
    """Who has papers is locked by file, who has none by the name claimed."""
    members = case.members.values("person_id")
    list(Person.objects.select_for_update().filter(pk__in=members).order_by("id").values_list("id"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"aid {case.applicant.name}"]
        )


def take_back_first(case: Case, decision: Decision, *, by: Actor) -> None:
    """What reconsideration has set aside no longer counts; money paid is claimed back, if at all, by itself."""
    AidGrant.objects.filter(case_id=case.pk, withdrawn_on=None).update(withdrawn_on=decision.on)
