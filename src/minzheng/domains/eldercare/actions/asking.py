"""An ability assessment asked for: received, arranged with two assessors, answered by what they sign (02 §1a)."""

from __future__ import annotations

from datetime import date

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.catalogue.terms import due_after
from minzheng.kernel.errors import Refused
from minzheng.kernel.facilities.duties import require_words
from minzheng.kernel.notices.actions import tell
from minzheng.kernel.people.models import Person
from minzheng.kernel.visits.models import Assessment

from .. import roles
from ..forms.asking import WHY
from ..models import AbilityRequest
from ..rules import GB42195
from .common import asked_by, held, living_person, require

__all__ = ["arrange", "ask", "close", "done"]

INSTRUMENT = "eldercare.ability"
State = AbilityRequest.State


@verb("eldercare.ask_assessment", label="申请能力评估")
def ask(
    *, person: Person, why: str, contact: str, words: str = "", by: Actor, key: str | None = None
) -> AbilityRequest:
    """By oneself or at the township; the assessors come within the limit of the place."""
    elder, today = living_person(person), clock.today()
    asked_by(elder, roles.CLERK, by=by)
    if why not in WHY:
        raise Refused("ask_why", "请选择申请原因。", field="why")
    if elder.birth is not None and clock.age_on(elder.birth, today) < 60:
        raise Refused("not_old", "老年人能力评估面向六十周岁以上的老年人。", field="id_number")
    if AbilityRequest.objects.filter(person=elder, state__in=(State.ASKED, State.ARRANGED)).exists():
        raise Refused("asked_twice", "此人已有正在办理的评估申请，不重复登记。", field="id_number")
    last = AbilityRequest.objects.order_by("-id").values_list("id", flat=True).first()
    made = AbilityRequest.objects.create(
        person=elder, path=elder.path, number=f"PG{today:%Y}{(last or 0) + 1:06d}", why=why, words=words.strip()[:200],
        contact=require_words(contact, "联系人和方便的时间", field="contact", longest=100), asked_on=today,
        due_on=due_after("ability.term", path=elder.path, since=today), by_name=by.name,
    )  # fmt: skip
    audit.note(about=made, path=made.path, article=GB42195.as_a_whole(), after={"why": why})
    return made


@verb("eldercare.arrange_assessment", label="安排能力评估")
def arrange(
    *, request: AbilityRequest, visit_on: date, assessors: str, by: Actor, key: str | None = None
) -> AbilityRequest:
    """The county says on which day which two assessors come, and the person is told."""
    row = held(request, State.ASKED, State.ARRANGED, by=by)
    require(roles.COUNTY_OFFICER, path=row.path, by=by)
    if visit_on < clock.today():
        raise Refused("visit_on", "约定日期不能早于今天。", field="visit_on")
    names = assessors.replace("，", " ").replace("、", " ").replace(",", " ").split()
    if len(set(names)) < 2:
        raise Refused("two_assessors", "须由两名不同的评估员评估，请填写两人姓名。", field="assessors")
    row.visit_on, row.assessors, row.state = visit_on, "、".join(names)[:120], State.ARRANGED
    row.save()
    tell(
        person_id=row.person_id, title="能力评估已约定", path=row.path, case_id=None, kind="notice", by=by,
        text=f"评估员{row.assessors}将于 {visit_on:%Y年%m月%d日} 上门评估，请备好诊断证明和用药记录。",
    )  # fmt: skip
    audit.note(about=row, path=row.path, after={"visit_on": str(visit_on)})
    return row


@verb("eldercare.assessment_answers", label="登记评估完成")
def done(*, request: AbilityRequest, by: Actor, key: str | None = None) -> AbilityRequest:
    """What two assessors have signed since the request answers it; nothing is typed over."""
    row = held(request, State.ASKED, State.ARRANGED, by=by)
    require(roles.COUNTY_OFFICER, roles.CLERK, path=row.path, by=by)
    found = Assessment.objects.filter(
        instrument=INSTRUMENT, person=row.person_id, on__gte=row.asked_on, state__in=("in_force", "objected")
    ).order_by("-id").first()  # fmt: skip
    if found is None:
        raise Refused("not_assessed", "申请之后还没有两名评估员签字生效的评估，请先完成评估。")
    row.assessment, row.state = found, State.DONE
    row.save()
    audit.note(about=row, path=row.path, after={"assessment": found.number, "late": found.on > row.due_on})
    return row


@verb("eldercare.close_assessment_request", label="不再评估")
def close(*, request: AbilityRequest, reason: str, by: Actor, key: str | None = None) -> AbilityRequest:
    """The person no longer wishes it, has died or moved away; the reason stays."""
    row = held(request, State.ASKED, State.ARRANGED, by=by)
    require(roles.COUNTY_OFFICER, roles.CLERK, path=row.path, by=by)
    row.reason = require_words(reason, "不再评估的原因", field="reason")
    row.state = State.CLOSED
    row.save()
    audit.note(about=row, path=row.path, reason=row.reason)
    return row
