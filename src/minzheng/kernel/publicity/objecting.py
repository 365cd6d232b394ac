"""Somebody objects to a notice, and whoever is declared to looks into it and answers."""

from __future__ import annotations

from typing import Any

from django.apps import apps

from minzheng.kernel import audit, catalogue, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.documents.actions import spoken_code
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.notices import actions as notices

from .models import Notice, Objection, Objector
from .posting import Declared, declared, withdraw

__all__ = ["answer", "object_to"]

NAMELESS = "匿名"


@verb(
    "publicity.object", label="提出公示异议", beyond="看到公示的人都可以提出异议",
    opens=("reporter", "异议人写下姓名，随后封存"),
)  # fmt: skip
def object_to(*, notice_id: int, name: str, text: str, by: Actor, key: str | None = None) -> Objection:
    """Anyone may object while the notice is up, signed in or not; the code that comes back finds the answer."""
    notice = Notice.objects.select_for_update(of=("self",)).filter(pk=notice_id).first()
    if notice is None or notice.state != "hanging" or clock.today() > notice.last_day:
        raise Refused("not_posted", "该公示已经结束。如有意见，请向县级民政部门反映，或拨打12345。")
    if len(name.strip()) > 60:
        raise Refused("name_too_long", "姓名不超过60个字，也可以不写。", field="name")
    if not text.strip() or len(text.strip()) > 1000:
        raise Refused("text_needed", "请写明异议内容（不超过1000个字）。", field="text")
    made = Objection.objects.create(
        notice=notice, path=notice.path, text=text.strip(), code=spoken_code(), at=clock.now()
    )
    Objector.objects.create(
        objection=made, path=notice.path, name=name.strip() or NAMELESS, person_id=by.person_id
    )
    # No place: where officers of the place read the audit, the name of who acted would stand beside the objection.
    audit.note(about=made)
    return made


def _holds(found: Declared, path: str, by: Actor) -> bool:
    return by.holds({found.role(role): role.at for role in found.item.answered_by}, path=path)


@verb(
    "publicity.answer", label="答复公示异议", opens=("reporter", "答复由平台送达异议人，不告诉别人是谁")
)  # fmt: skip
def answer(*, objection: Objection, upheld: bool, text: str, by: Actor, key: str | None = None) -> Objection:
    """What was found; where the objection is right the notice comes down and the entry goes back."""
    # Answers to one notice one after the other: the first that is upheld takes it down.
    held = Notice.objects.select_for_update(of=("self",)).filter(pk=objection.notice_id).first()
    row = Objection.objects.select_for_update(of=("self",)).filter(pk=objection.pk).first()
    if held is None or row is None or not by.covers(row.path):
        raise NotFound("objection_unknown", "没有这条异议，或不在您的管辖范围内。")
    found = declared(held.publicity)
    if not _holds(found, row.path, by):
        labels = "、".join(role.label for role in found.item.answered_by)
        raise NotAllowed("objection_duty", f"公示异议由{labels}核实答复，您在该地区没有这个岗位。")
    if row.state != Objection.State.OPEN:
        raise Stale("objection_answered", "这条异议已经答复。请刷新页面。")
    if not text.strip():
        raise Refused("answer_needed", "请写明核实经过和结果。", field="answer")
    row.state = Objection.State.UPHELD if upheld else Objection.State.DISMISSED
    row.answer, row.answered_at = text.strip()[:1000], clock.now()
    row.answered_by, row.answered_by_name = by.id, by.name
    row.save()
    audit.note(about=row, path=row.path, article=found.item.basis, after={"state": row.state})
    if upheld and held.state == "hanging":
        _back(found, held, row.answer, by)
    _tell(row, held, by)
    return row


def _back(found: Declared, notice: Notice, reason: str, by: Actor) -> None:
    register = catalogue.current().registers[f"{found.domain.code}.{found.item.register}"]
    entry: Any = apps.get_model(register.item.model)._default_manager.get(pk=notice.entry)
    withdraw(found.code, entry, reason=f"异议成立：{reason}")
    found.item.upheld(entry, reason=reason, by=by)


def _tell(row: Objection, notice: Notice, by: Actor) -> None:
    """Whoever objected under an account is told; nobody else sees that they were."""
    who = Objector.objects.filter(objection=row).values_list("person_id", flat=True).first()
    if who is not None:
        text = f"关于{notice.title}的异议，经核实，{row.get_state_display()}。核实结果：{row.answer}"
        notices.tell(
            person_id=who, title="您提出的公示异议有了答复", text=text[:1000], path=row.path, compartment="reporter",
            by=by,
        )  # fmt: skip
