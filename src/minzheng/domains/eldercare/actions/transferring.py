"""Medical transfer there and back (护理转移): the green channel, the bed held meanwhile, the plan that comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.catalogue.terms import number as number_of
from minzheng.kernel.errors import Refused
from minzheng.kernel.facilities import actions as houses
from minzheng.kernel.facilities.duties import require_keeper, require_words
from minzheng.kernel.facilities.models import Stay

from ..models import Transfer
from ..rules import PLAN
from .common import held, living_person

__all__ = ["Home", "answered", "ask", "brought_back", "not_back"]


@dataclass(frozen=True, kw_only=True)
class Home:
    """How somebody comes back: the plan of the hospital, who accepted it, and what was paid."""

    on: date
    care_plan: str
    accepted_by: str
    total: int
    insured: int


@verb("eldercare.ask_transfer", label="申请护理转移")
def ask(
    *, stay: Stay, hospital: str, green: bool, reason: str, consent_by: str, by: Actor, key: str | None = None
) -> Transfer:
    """By the institution's staff, with somebody's consent; by the green channel the hospital answers within hours."""
    row = Stay.objects.select_for_update(of=("self",)).select_related("facility", "person").get(pk=stay.pk)
    require_keeper(row.facility, by)
    elder, now = living_person(row.person), clock.now()
    if row.until_on is not None or row.absences.filter(until_on=None).exists():
        raise Refused("not_staying", "此人现在不在院，不能申请转移。", field="stay")
    if Transfer.objects.filter(person=elder, state__in=("asked", "away")).exists():
        raise Refused("transfer_twice", "此人已有正在办理的护理转移。", field="stay")
    hours = number_of("transfer.answer_hours", path=row.path, on=clock.today()) if green else 24
    last = Transfer.objects.order_by("-id").values_list("id", flat=True).first()
    made = Transfer.objects.create(
        person=elder, facility=row.facility, stay=row, path=row.path, number=f"ZY{now:%Y}{(last or 0) + 1:06d}",
        hospital=require_words(hospital, "接收医院", field="hospital", longest=80), green=green,
        reason=require_words(reason, "病情和事由", field="reason", longest=300),
        consent_by=require_words(consent_by, "同意人", field="consent_by", longest=60), asked_at=now,
        answer_by=now + timedelta(hours=hours), by_name=by.name,
    )  # fmt: skip
    audit.note(
        about=made, path=made.path, article=PLAN.as_a_whole(), after={"hospital": hospital, "green": green}
    )
    return made


@verb("eldercare.transfer_answered", label="登记医院答复")
def answered(*, transfer: Transfer, taken: bool, words: str, by: Actor, key: str | None = None) -> Transfer:
    """Taken: the person goes today and the bed is held; not taken: another hospital is asked."""
    row = held(transfer, Transfer.State.ASKED, by=by)
    require_keeper(row.facility, by)
    row.answer = require_words(words, "医院答复", field="words", longest=200)
    row.answered_at = clock.now()
    if taken:
        assert row.stay is not None
        row.gone_on, row.state = clock.today(), Transfer.State.AWAY
        houses.away(stay=row.stay, on=row.gone_on, where=row.hospital, reason=f"护理转移 {row.number}", by=by)
    else:
        row.state = Transfer.State.DECLINED
    row.save()
    audit.note(about=row, path=row.path, after={"taken": taken})
    return row


@verb("eldercare.transfer_back", label="登记转回")
def brought_back(*, transfer: Transfer, home: Home, by: Actor, key: str | None = None) -> Transfer:
    """Back into the bed that was held, with a plan of care somebody has accepted, and the bill."""
    row = held(transfer, Transfer.State.AWAY, by=by)
    require_keeper(row.facility, by)
    assert row.stay is not None
    assert row.gone_on is not None
    if not row.gone_on <= home.on <= clock.today():
        raise Refused("back_on", "转回日期应在转出之后、今天之前。", field="on")
    if not 0 <= home.insured <= home.total:
        raise Refused("insured", "医保支付不能超过医疗费用。", field="insured")
    row.care_plan = require_words(home.care_plan, "转回后照护计划", field="care_plan", longest=500)
    row.accepted_by = require_words(home.accepted_by, "照护计划接受人", field="accepted_by", longest=60)
    row.back_on, row.total, row.insured = home.on, home.total, home.insured
    row.state = Transfer.State.BACK
    row.save()
    houses.back(stay=row.stay, on=home.on, care_plan=row.care_plan, by=by)
    audit.note(about=row, path=row.path, after={"back": str(home.on), "insured": home.insured})
    return row


@verb("eldercare.transfer_ends", label="登记未转回")
def not_back(*, transfer: Transfer, words: str, by: Actor, key: str | None = None) -> Transfer:
    """Whoever does not come back, for whatever reason, is no longer under way."""
    row = held(transfer, Transfer.State.AWAY, by=by)
    require_keeper(row.facility, by)
    row.answer = require_words(words, "未转回的情况", field="words", longest=200)
    row.state = Transfer.State.STAYED
    row.save()
    audit.note(about=row, path=row.path, after={"state": row.state})
    return row
