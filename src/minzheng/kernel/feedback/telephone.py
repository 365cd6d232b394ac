"""What somebody says of a contact by telephone, taken down by staff: found by number and name, the caller apart."""

from __future__ import annotations

from collections.abc import Sequence

from minzheng.kernel import audit
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.casework.models import Case, Task
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.people.identity import check_phone

from .duties import require, taker
from .giving import given, hear_again, held_task
from .models import Caller, Rating, Remedy
from .queries import contacts

__all__ = ["take_down", "take_down_again"]


@verb("feedback.take_down", label="记录热线评价", opens=("reporter", "写下来电号码，随后封存"))
def take_down(
    number: str, *, name: str, phone: str, grade: int, tags: Sequence[str], text: str, by: Actor
) -> Rating:
    """The latest contact of the case that is still to be rated; whoever carried it out takes nothing down of it."""
    case, called = _case(number, name, by), check_phone(phone)
    open_ = next((one for one in contacts(case) if one.open), None)
    contact = held_task(open_.task.pk) if open_ is not None else None
    if contact is None:
        raise Refused(
            "nothing_to_rate",
            "这件办件没有可以评价的环节：还没有办理，已经评价过，或者评价期限已过。",
            field="number",
        )
    _apart(contact.task, by)
    rating = given(contact, Rating.Channel.HOTLINE, grade, tags, text, taken_by=by.id)
    Caller.objects.create(rating=rating, path=rating.path, phone=called)
    return rating


@verb("feedback.take_down_again", label="记录热线回访")
def take_down_again(number: str, *, name: str, grade: int, by: Actor) -> Remedy:
    """Whether the answer settles it, said by telephone by whoever was answered."""
    case = _case(number, name, by)
    answered = Rating.objects.select_for_update(of=("self",)).filter(case=case, disowned_at=None)
    rating = answered.filter(remedy__answered_at__isnull=False, remedy__again=None).order_by("-id").first()
    if rating is None:
        raise Refused("nothing_answered", "这件办件没有已经答复、等待回访的评价。", field="number")
    _apart(rating.task, by)
    return hear_again(rating, grade)


def _case(number: str, name: str, by: Actor) -> Case:
    """The case of which somebody speaks who knows its number and its name."""
    case = (
        Case.objects.select_related("applicant").filter(number=number.strip().upper(), compartment="").first()
    )
    if case is None or not by.covers(case.path):
        raise NotFound("case_not_found", "没有这个编号的办件，或不在您的管辖范围内。请与来电人核对办件编号。")
    require(by, taker, path=case.path)
    if name.strip() not in {case.applicant.name, case.agent_name} - {""}:
        raise Refused(
            "name_differs",
            "姓名与办件登记的申请人、代办人都不一致。请与来电人核对，核对不上的不记录。",
            field="name",
        )
    audit.note(path=case.path)
    return case


def _apart(task: Task, by: Actor) -> None:
    if by.id == task.done_by or by.id in task.partners:
        raise NotAllowed("rated_oneself", "被评价的环节由您办理，请由其他同志接听记录。")
