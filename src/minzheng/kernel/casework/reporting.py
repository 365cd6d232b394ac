"""A case that is opened at once: an emergency reported by anyone, or help that goes on in another procedure (跟进)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from minzheng.kernel import audit, catalogue, declare
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import Refused
from minzheng.kernel.people.actions import register_person
from minzheng.kernel.people.models import Household, Person
from minzheng.kernel.people.queries import membership_of
from minzheng.kernel.visits import actions as visits

from . import drafting
from .act import Act
from .models import Case

__all__ = ["Claims", "go_on", "report"]


@dataclass(frozen=True, kw_only=True)
class Claims:
    """Who the person in need is, as far as is known: a name at least as claimed, a number if there is one."""

    name: str
    id_number: str = ""
    sex: str | None = None
    birth: date | None = None
    phone: str = ""


@verb("casework.report", label="急难报告")
def report(
    service: str,
    *,
    who: Claims,
    path: str,
    answers: Mapping[str, Any],
    channel: str,
    by: Actor,
    text: str = "",
) -> Case:
    """Open a case where an emergency happens, in one go: whoever it concerns, wherever they are registered.

    A person without papers gets a file under an internal number (UID); none is ever invented.  What the hotline
    reports of a family on file is also a sign of its lead, which thereby has become an application.
    """
    declared = _reported(service, path)
    person = _person(who, path, by)
    home, lead = _family(person, by), None
    if home is not None and channel == Case.Channel.HOTLINE:
        said = text or "12345 急难报告"
        lead = visits.raise_lead(home, domain=declared.domain.code, source="hotline", text=said, by=by)
    case = drafting.start_draft(
        service, applicant=person, household=home, path=path, channel=channel, by=by,
        lead_id=lead.pk if lead else None,
    )  # fmt: skip
    drafting.save_draft(case.pk, answers, by=by)
    case = drafting.submit(case.pk, by=by)
    audit.note(about=case, case_id=case.pk, path=path, after={"number": case.number, "channel": channel})
    return case


def _reported(service: str, path: str) -> catalogue.Declared[declare.Service]:
    """A service that is opened where an emergency happens, and such a place."""
    declared = catalogue.current().service(service)
    if declared.item.place != "event" or declared.item.offered != "public":
        raise Refused(
            "not_reported", f"“{declared.item.label}”须由本人申请，不能凭报告办理。请从“受理申请”进入。"
        )
    if level_of(path) not in (Level.TOWNSHIP, Level.VILLAGE):
        raise Refused("event_place", "请选择急难发生的乡镇（街道）或村（社区）。", field="path")
    return declared


def _family(person: Person, by: Actor) -> Household | None:
    """The person's household, where it is the office's own; of others an emergency opens no file."""
    own = membership_of(person)
    return own.household if own is not None and by.covers(own.household.path) else None


def _person(who: Claims, path: str, by: Actor) -> Person:
    """The one file of the number; without one, the file already opened here for the same claim, or a new one."""
    if not who.id_number and who.birth is not None:
        known = Person.objects.filter(
            name=who.name.strip(), birth=who.birth, path=path, id_number=None, died_on=None, merged_into=None
        )
        if (found := known.first()) is not None:
            return found
    return register_person(
        name=who.name,
        id_number=who.id_number or None,
        path=path,
        sex=who.sex,
        birth=who.birth,
        phone=who.phone,
        by=by,
    )


def go_on(act: Act) -> Case:
    """What is still needed is asked for in another procedure, from the same answers and at the same place."""
    code = f"{act.declared.domain.code}.{act.outcome.begins}"
    return drafting.start_draft(
        code, applicant=act.case.applicant, household=act.case.household, path=act.case.path,
        channel=Case.Channel.DISCOVERY, origin=act.case, by=act.by,
    )  # fmt: skip
