"""Who works as a carer: told by the institution, looked at by the county, ended on a day (plan 5.5)."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.audit.viewing import door
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.facilities.duties import require_keeper, require_words
from minzheng.kernel.facilities.models import Facility
from minzheng.kernel.people.models import Person

from .. import roles
from ..models import CarerJob
from ..rules import PLAN
from .common import held, living_person, require

__all__ = ["check_job", "end_job", "tell_job"]

State = CarerJob.State


@verb("eldercare.tell_carer_job", label="登记护理员入职")
def tell_job(
    *, facility: Facility, person: Person, contract: str, from_on: date, by: Actor, key: str | None = None
) -> CarerJob:
    """By the institution's staff; whoever is employed elsewhere on the day leaves there first."""
    require_keeper(facility, by)
    carer = living_person(person)
    if from_on > clock.today() or (facility.opened_on is not None and from_on < facility.opened_on):
        raise Refused("job_day", "入职日期应在机构开业之后、今天之前。", field="from_on")
    with door("duplicates"):
        rows = CarerJob.objects.filter(Q(until_on=None) | Q(until_on__gt=from_on), person=carer)
        elsewhere = rows.exclude(state=State.REFUSED).exists()
    if elsewhere:
        raise Refused(
            "job_twice", "此人已有在职登记，同一天不能重复。请先由原机构登记离职。", field="id_number"
        )
    made = CarerJob.objects.create(
        person=carer, facility=facility, path=facility.path, from_on=from_on, told_by=by.id, told_by_name=by.name,
        contract=require_words(contract, "劳动合同编号", field="contract", longest=40),
    )  # fmt: skip
    audit.note(about=made, path=made.path, article=PLAN.as_a_whole(), after={"from_on": str(from_on)})
    return made


@verb("eldercare.check_carer_job", label="核实护理员从业")
def check_job(*, job: CarerJob, met: bool, opinion: str, by: Actor, key: str | None = None) -> CarerJob:
    """The county compares contract and social insurance; only what it confirms counts for a subsidy."""
    row = held(job, State.TOLD, by=by)
    require(roles.COUNTY_OFFICER, path=row.path, by=by)
    if row.told_by == by.id:
        raise NotAllowed("own_report", "自己登记的从业记录由他人核实。")
    row.opinion = require_words(opinion, "合同和社会保险核对情况", field="opinion")
    row.state = State.CONFIRMED if met else State.REFUSED
    row.checked_on, row.checked_by_name = clock.today(), by.name
    row.save()
    audit.note(about=row, path=row.path, reason=row.opinion, after={"met": met})
    return row


@verb("eldercare.end_carer_job", label="登记护理员离职")
def end_job(*, job: CarerJob, on: date, by: Actor, key: str | None = None) -> CarerJob:
    """From that day on nothing more is reckoned."""
    row = held(job, State.TOLD, State.CONFIRMED, by=by)
    require_keeper(row.facility, by)
    if row.until_on is not None:
        raise Refused("job_ended", f"已登记于 {row.until_on} 离职。", field="on")
    if not row.from_on <= on <= clock.today():
        raise Refused("job_day", "离职日期应在入职之后、今天之前。", field="on")
    row.until_on = on
    row.save()
    audit.note(about=row, path=row.path, after={"until_on": str(on)})
    return row
