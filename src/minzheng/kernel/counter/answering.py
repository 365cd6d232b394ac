"""What comes back from the departments, who settles what is late, and the one answer to whoever came."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from minzheng.kernel import audit, clock
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.notices import actions as notices
from minzheng.kernel.notices.informing import inform

from . import duties
from .models import Intake, Part
from .queries import outcomes
from .receiving import open_intake

__all__ = ["answer", "record_accepted", "record_reply", "report_late", "settle"]


def _waiting(part_id: int, by: Actor) -> Part:
    part = Part.objects.select_for_update().filter(pk=part_id).select_related("intake").first()
    if part is None:
        raise duties.no_such_intake()
    duties.require_window(by, part.path)
    if part.state not in (Part.State.SENT, Part.State.ACCEPTED):
        raise Refused("replied_already", "这项转办已经答复或退回。请刷新页面。")
    return part


@verb("counter.record_accepted", label="登记部门接收")
def record_accepted(part_id: int, *, by: Actor) -> Part:
    """The department has taken the matter on."""
    part = _waiting(part_id, by)
    if part.state == Part.State.ACCEPTED:
        raise Refused("accepted_already", "这项转办已登记接收。请刷新页面。")
    part.state, part.accepted_on = Part.State.ACCEPTED, clock.today()
    part.save()
    audit.note(about=part, path=part.path, after={"accepted_on": part.accepted_on})
    return part


@verb("counter.record_reply", label="登记部门答复")
def record_reply(part_id: int, *, text: str, by: Actor, returned: bool = False) -> Part:
    """The department has answered, or has sent the matter back as not its own; in its words."""
    part = _waiting(part_id, by)
    if not text.strip() or len(text.strip()) > 500:
        raise Refused("reply_needed", "请写明部门的答复，退回的写明理由（不超过 500 个字）。", field="text")
    part.state = Part.State.RETURNED if returned else Part.State.REPLIED
    part.reply, part.replied_on = text.strip(), clock.today()
    part.accepted_on = part.accepted_on or (None if returned else part.replied_on)
    part.save()
    audit.note(about=part, path=part.path, after={"state": part.state, "on": part.replied_on})
    return part


@verb("counter.settle", label="县级协调")
def settle(part_id: int, *, text: str, by: Actor) -> Part:
    """What a department left lying is settled at the county's table (一事一议); the word stands with the matter."""
    part = Part.objects.select_for_update().filter(pk=part_id).first()
    if part is None or not by.covers(part.path):
        raise duties.no_such_intake()
    if not duties.coordinates(by, part.path):
        raise NotAllowed("not_coordinator", "超期转办由县级协调机制协调，您没有这样的岗位。")
    if part.state not in (Part.State.SENT, Part.State.ACCEPTED) or not late(part, clock.today()):
        raise Refused("not_late", "这项转办没有超期，不用协调。请刷新页面。")
    if not text.strip() or len(text.strip()) > 500:
        raise Refused("text_needed", "请写明协调意见（不超过 500 个字）。", field="text")
    part.settled, part.settled_by_name = text.strip(), by.name
    part.save()
    audit.note(about=part, path=part.path, reason=part.settled)
    return part


def late(part: Part, on: date) -> bool:
    """Whether the department has let its present limit pass."""
    limit = part.accept_by if part.state == Part.State.SENT else part.reply_by
    return limit is not None and limit < on


def late_parts(on: date) -> QuerySet[Part]:
    """Matters whose department has let a limit pass."""
    sent = Part.objects.filter(state=Part.State.SENT, accept_by__lt=on)
    return sent | Part.objects.filter(state=Part.State.ACCEPTED, reply_by__lt=on)


@verb("counter.report_late", label="转办超期上报")
def report_late(*, on: date, by: Actor) -> int:
    """Every night the county is told, once for each matter, what departments have left lying."""
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("by_itself", "转办超期由平台按期自动上报。")
    parts = list(late_parts(on).filter(reported_at=None).select_related("intake").order_by("id"))
    named = duties.departments()
    for part in parts:
        label = named[part.department].label if part.department in named else part.department
        inform(
            path=county_of(part.path) or part.path, from_path=part.path, topic=f"referral:{part.pk}", by=by,
            title=f"转办超期：{label}", text=f"受理回执 {part.intake.number} 转{label}的事项已超期，请协调。",
        )  # fmt: skip
    Part.objects.filter(pk__in=[part.pk for part in parts]).update(reported_at=clock.now())
    audit.note(after={"reported": len(parts)})
    return len(parts)


@verb("counter.answer", label="一次答复")
def answer(intake_id: int, *, text: str, by: Actor) -> Intake:
    """When every part has its result, whoever came is told all of it at once."""
    intake = open_intake(intake_id, by)
    if open_ := [one.label for one in outcomes(intake) if not one.settled]:
        raise Refused("parts_open", f"还没有结果，不能答复：{'、'.join(open_)}。")
    if not text.strip() or len(text.strip()) > 1000:
        raise Refused("text_needed", "请写明答复（不超过 1000 个字）。", field="text")
    intake.answer, intake.answered_at, intake.answered_by_name = text.strip(), clock.now(), by.name
    intake.save()
    notices.tell(
        person_id=intake.person_id,
        title="您在窗口提出的事项已有答复",
        text=intake.answer,
        path=intake.path,
        by=by,
    )
    audit.note(about=intake, path=intake.path, after={"parts": intake.parts.count()})
    return intake
