"""A contact is rated: under an account, by a link or at a device without one, or by telephone; once over all of them.

A rating is no act in the case: its audit row names the rating alone, so that whoever handles the case does not
learn from the case's history who was dissatisfied.
"""

from __future__ import annotations

from collections.abc import Sequence

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.casework.models import Task
from minzheng.kernel.casework.queries import own_cases
from minzheng.kernel.errors import NotAllowed, NotFound, Refused

from .duties import due
from .models import Rating, Remedy
from .queries import Contact, contact_of, contacts
from .words import BAD, FAULTS, GRADES, MERITS, faulty

__all__ = [
    "add", "by_platform", "disown", "given", "hear_again", "held_task", "rate", "rate_again", "rate_again_openly",
    "rate_openly",
]  # fmt: skip

State = Remedy.State
Channel = Rating.Channel
_OPENLY = (Channel.DEVICE, Channel.SMS, Channel.QR)


@verb("feedback.rate", label="评价", beyond="评价保存在办理地")
def rate(task_id: int, *, grade: int, tags: Sequence[str], text: str, by: Actor) -> Rating:
    """The applicant says how one contact was; a bad word opens an answer with a limit (国办发〔2019〕51号)."""
    contact = held_task(task_id)
    if contact is None or by.person_id is None or not own_cases(by).filter(pk=contact.task.case_id).exists():
        raise NotFound("contact_not_found", "没有可以评价的这个环节，或者它不是您本人的事项。")
    return given(contact, Channel.ONLINE, grade, tags, text, person_id=by.person_id)


@verb("feedback.rate_openly", label="评价（未登录）")
def rate_openly(
    task_id: int, *, channel: str, grade: int, tags: Sequence[str], text: str, by: Actor
) -> Rating:
    """Whoever holds the link of a contact, or stands before its window, rates it; nobody is named."""
    by_platform(by)
    contact = held_task(task_id)
    if contact is None or channel not in _OPENLY:
        raise NotFound("contact_not_found", "没有可以评价的这次办理。请核对链接，或到“我的事项”评价。")
    return given(contact, Channel(channel), grade, tags, text)


def by_platform(by: Actor) -> None:
    """What a link or a device carries is done by the platform; somebody with an account has pages of his own."""
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("signed_in", "您已经登录，请到“我的事项”里这件事项评价。")


def held_task(task_id: int) -> Contact | None:
    """One contact; its step is held, so that two presses rate once, whatever the channels."""
    task = Task.objects.select_for_update(of=("self",)).select_related("case").filter(pk=task_id).first()
    return contact_of(task) if task is not None else None


def given(
    contact: Contact,
    channel: Rating.Channel,
    grade: int,
    tags: Sequence[str],
    text: str,
    *,
    person_id: int | None = None,
    taken_by: str = "",
    bare: bool = False,
) -> Rating:
    """The rating of a contact that is open and has none; within the running verb.

    It may be ``bare``, without a word of what was wrong, where a digit is all that can be said.
    """
    if contact.rating is not None:
        raise Refused("rated_already", "这次办理已经评价过，不用再次评价。登录后可以在“我的事项”追加一次。")
    if not contact.open:
        raise Refused("rating_over", f"评价期限已于{_day(contact.until)}届满。仍有意见，可以写到意见箱。")
    _sound(grade, tags, text, bare=bare)
    task = contact.task
    rating = Rating.objects.create(
        case=task.case, task=task, service=task.case.service, contact=contact.label, path=task.case.path,
        channel=channel, person_id=person_id, taken_by=taken_by, grade=grade, tags=list(dict.fromkeys(tags)),
        text=text.strip(), at=clock.now(),
    )  # fmt: skip
    if faulty(grade):
        _open_remedy(rating)
    audit.note(about=rating, path=rating.path, after={"grade": grade, "channel": str(channel)})
    return rating


def _sound(grade: int, tags: Sequence[str], text: str, *, bare: bool) -> None:
    if grade not in {one for one, _ in GRADES}:
        raise Refused("grade_needed", "请先选择满意程度。", field="grade")
    known = FAULTS if faulty(grade) else MERITS
    if any(tag not in known for tag in tags):
        raise Refused("tag_unknown", "所选的标签与满意程度不一致，请重新选择。", field="tags")
    if len(text.strip()) > 500:
        raise Refused("text_too_long", "评价内容不超过500字。请缩短。", field="text")
    if faulty(grade) and not bare and not tags and not text.strip():
        raise Refused("fault_needed", "请至少选一项或写一句哪里不好，我们才知道怎么改。", field="tags")


def _open_remedy(rating: Rating) -> None:
    since = clock.at_office_time(rating.at).date()
    Remedy.objects.create(
        rating=rating, path=rating.path, look_by=due("feedback.look_into", path=rating.path, since=since),
        due_on=due("feedback.put_right", path=rating.path, since=since),
    )  # fmt: skip


@verb("feedback.add", label="追加评价", beyond="评价保存在办理地")
def add(rating_id: int, *, text: str, by: Actor) -> Rating:
    """One more word to one's own rating, once, within its limit."""
    rating = _own(rating_id, by)
    contact = next((one for one in contacts(rating.case) if one.task.pk == rating.task_id), None)
    if contact is None or not contact.may_add:
        raise Refused("added_already", "已经追加过，或者追加评价的期限已经届满。仍有意见，可以写到意见箱。")
    if not text.strip() or len(text.strip()) > 500:
        raise Refused("text_needed", "请写明追加的内容（不超过500字）。", field="added")
    rating.added, rating.added_at = text.strip(), clock.now()
    rating.save()
    audit.note(about=rating, path=rating.path)
    return rating


@verb("feedback.disown", label="否认评价", beyond="评价保存在办理地")
def disown(rating_id: int, *, by: Actor) -> Rating:
    """Who is named as the applicant did not rate by link, device or telephone: it counts for nothing, and he may."""
    rating = _own(rating_id, by)
    contact = next((one for one in contacts(rating.case) if one.task.pk == rating.task_id), None)
    if rating.channel == Channel.ONLINE:
        raise Refused("rated_by_oneself", "这条评价是您登录后作出的。有话要补充的，请追加评价。")
    if contact is None or clock.today() > contact.until:
        raise Refused("rating_over", "评价期限已经届满，不能更正。仍有意见，可以写到意见箱。")
    rating.disowned_at = clock.now()
    rating.save()
    Remedy.objects.filter(rating=rating).update(state=State.DISOWNED)
    audit.note(about=rating, path=rating.path, after={"channel": rating.channel})
    return rating


def _own(rating_id: int, by: Actor) -> Rating:
    """A rating of one's own: given under the account, or for one's own case without one."""
    rows = Rating.objects.select_for_update(of=("self",)).select_related("case")
    rating = rows.filter(pk=rating_id, disowned_at=None).first()
    whose = None if rating is None else rating.person_id or rating.case.applicant_id
    if rating is None or by.person_id is None or whose != by.person_id:
        raise NotFound("rating_not_found", "没有这条评价，或者它不是您本人的评价。")
    return rating


@verb("feedback.rate_again", label="回访评价", beyond="评价保存在办理地")
def rate_again(rating_id: int, *, grade: int, by: Actor) -> Remedy:
    """The call-back: whether what was answered settles it; asked of everybody who was answered."""
    return hear_again(_own(rating_id, by), grade)


@verb("feedback.rate_again_openly", label="回访评价（未登录）")
def rate_again_openly(rating_id: int, *, grade: int, by: Actor) -> Remedy:
    """The same by the link that came with the answer."""
    by_platform(by)
    rating = Rating.objects.select_for_update().filter(pk=rating_id, disowned_at=None).first()
    if rating is None:
        raise NotFound("rating_not_found", "没有这条评价。请核对链接，或到“我的事项”查看。")
    return hear_again(rating, grade)


def hear_again(rating: Rating, grade: int) -> Remedy:
    """Said once, after the answer; within the running verb."""
    remedy = Remedy.objects.select_for_update().filter(rating=rating).first()
    if remedy is None or remedy.answered_at is None:
        raise Refused("not_answered", "这条评价还没有答复，答复以后再请您回访评价。")
    if remedy.again is not None:
        raise Refused("rated_again", "您已经作过回访评价。仍有意见，可以写到意见箱。")
    if grade not in {one for one, _ in GRADES}:
        raise Refused("grade_needed", "请先选择满意程度。", field="grade")
    remedy.again, remedy.again_at = grade, clock.now()
    if grade in BAD and remedy.state == State.FIXED:
        # Whoever is still dissatisfied has not been helped: it does not count as put right.
        remedy.state = State.UNFIXED
    remedy.version += 1
    remedy.save()
    audit.note(about=remedy, path=remedy.path, after={"grade": grade})
    return remedy


def _day(day: object) -> str:
    return f"{day:%Y年%m月%d日}"
