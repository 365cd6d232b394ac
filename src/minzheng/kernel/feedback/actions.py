"""Rating a contact, and what the office does about a bad one: looked into, answered, called back.

A rating is no act in the case: its audit row names the rating alone, so that whoever handles the case does not
learn from the case's history who was dissatisfied.
"""

from __future__ import annotations

from collections.abc import Sequence

from minzheng.kernel import audit, catalogue, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.casework.models import Case, Task
from minzheng.kernel.casework.queries import own_cases
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.notices import actions as notices

from .duties import answerer, due, no_such_word, overseer, require
from .models import Rating, Remedy
from .queries import Contact, contacts
from .words import BAD, FAULTS, GRADES, MERITS, faulty

__all__ = ["add", "agree", "answer", "doubt", "look_into", "rate", "rate_again"]

State = Remedy.State
_OPEN = (State.OPEN, State.LOOKED_INTO)


@verb("feedback.rate", label="评价", beyond="评价保存在办理地")
def rate(task_id: int, *, grade: int, tags: Sequence[str], text: str, by: Actor) -> Rating:
    """The applicant says how one contact was; a bad word opens an answer with a limit (国办发〔2019〕51号)."""
    contact, case, person_id = _contact(task_id, by)
    if contact.rating is not None:
        raise Refused("rated_already", "这个环节已经评价过。可以追加一次评价。")
    if not contact.open:
        raise Refused("rating_over", f"评价期限已于{_day(contact.until)}届满。仍有意见，可以写到意见箱。")
    _sound(grade, tags, text)
    rating = Rating.objects.create(
        case=case, task=contact.task, service=case.service, contact=contact.label, path=case.path,
        person_id=person_id, grade=grade, tags=list(dict.fromkeys(tags)), text=text.strip(), at=clock.now(),
    )  # fmt: skip
    if faulty(grade):
        _open_remedy(rating)
    audit.note(about=rating, path=rating.path, after={"grade": grade})
    return rating


def _contact(task_id: int, by: Actor) -> tuple[Contact, Case, int]:
    """One contact of one's own case; the step is held, so that two presses rate once."""
    task = Task.objects.select_for_update().filter(pk=task_id).first()
    case = own_cases(by).filter(pk=task.case_id).first() if task else None
    found = next((one for one in contacts(case) if one.task.pk == task_id), None) if case else None
    if found is None or case is None or by.person_id is None:
        raise NotFound("contact_not_found", "没有可以评价的这个环节，或者它不是您本人的事项。")
    return found, case, by.person_id


def _sound(grade: int, tags: Sequence[str], text: str) -> None:
    if grade not in {one for one, _ in GRADES}:
        raise Refused("grade_needed", "请先选择满意程度。", field="grade")
    known = FAULTS if faulty(grade) else MERITS
    if any(tag not in known for tag in tags):
        raise Refused("tag_unknown", "所选的标签与满意程度不一致，请重新选择。", field="tags")
    if len(text.strip()) > 500:
        raise Refused("text_too_long", "评价内容不超过500字。请缩短。", field="text")
    if faulty(grade) and not tags and not text.strip():
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


def _own(rating_id: int, by: Actor) -> Rating:
    rating = Rating.objects.select_for_update().filter(pk=rating_id).first()
    if rating is None or by.person_id is None or rating.person_id != by.person_id:
        raise NotFound("rating_not_found", "没有这条评价，或者它不是您本人的评价。")
    return rating


@verb("feedback.rate_again", label="回访评价", beyond="评价保存在办理地")
def rate_again(rating_id: int, *, grade: int, by: Actor) -> Remedy:
    """The call-back: whether what was answered settles it; asked of everybody who was answered."""
    rating = _own(rating_id, by)
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
    _save(remedy)
    audit.note(about=remedy, path=remedy.path, after={"grade": grade})
    return remedy


def _taken(remedy_id: int, by: Actor, pick: object, version: int | None) -> Remedy:
    """The answer, held, for whoever has the duty and is not the one who was rated."""
    remedy = Remedy.objects.select_for_update().filter(pk=remedy_id).first()
    if remedy is None:
        raise no_such_word()
    require(by, pick, path=remedy.path)  # type: ignore[arg-type]
    rating = Rating.objects.select_related("task").get(pk=remedy.rating_id)
    if by.id == rating.task.done_by or by.id in rating.task.partners:
        raise NotAllowed("rated_oneself", "被评价的环节由您办理，核实和答复应由其他同志承担。")
    if version is not None and version != remedy.version:
        raise Stale("remedy_changed", "这条评价刚刚由别人办理过。请刷新后再办。")
    return remedy


def _save(remedy: Remedy) -> None:
    remedy.version += 1
    remedy.save()


def _said(text: str, longest: int, field: str) -> str:
    if not text.strip() or len(text.strip()) > longest:
        raise Refused("text_needed", f"请写明情况（不超过{longest}字）。", field=field)
    return text.strip()


@verb("feedback.look_into", label="核实差评")
def look_into(remedy_id: int, *, found: str, by: Actor, version: int | None = None) -> Remedy:
    """What was found when the bad rating was looked into, within a working day."""
    remedy = _taken(remedy_id, by, answerer, version)
    if remedy.state != State.OPEN:
        raise Refused("looked_into", "这条差评已经核实过。请按页面上的下一步办理。")
    remedy.found, remedy.found_at, remedy.found_by = _said(found, 500, "found"), clock.now(), by.id
    remedy.state = State.LOOKED_INTO
    _save(remedy)
    audit.note(about=remedy, path=remedy.path)
    return remedy


@verb("feedback.answer", label="答复差评")
def answer(remedy_id: int, *, text: str, fixed: bool, by: Actor, version: int | None = None) -> Remedy:
    """What was done about it, shown to the resident, who is then asked once more."""
    remedy = _taken(remedy_id, by, answerer, version)
    if remedy.state != State.LOOKED_INTO:
        raise Refused("look_first", "请先核实情况，再答复。已经答复的不用再次答复。")
    remedy.answer, remedy.answered_at, remedy.answered_by = _said(text, 500, "answer"), clock.now(), by.id
    remedy.state = State.FIXED if fixed else State.UNFIXED
    _save(remedy)
    rating = remedy.rating
    service = catalogue.current().services.get(rating.service)
    notices.tell(
        person_id=rating.person_id, title="您的评价有了答复", path=remedy.path, by=by,
        text=f"关于{service.item.label if service else ''}“{rating.contact}”的评价，办理单位已经答复：{remedy.answer}"
        "请到“我的事项”看一看，再说一次是否满意。",
    )  # fmt: skip
    audit.note(about=remedy, path=remedy.path, after={"fixed": fixed})
    return remedy


@verb("feedback.doubt", label="建议认定评价无效")
def doubt(remedy_id: int, *, reason: str, by: Actor, version: int | None = None) -> Remedy:
    """The office holds a rating to be malicious; another must agree before it counts for nothing."""
    remedy = _taken(remedy_id, by, answerer, version)
    if remedy.state not in _OPEN:
        raise Refused("answered_already", "这条差评已经答复或者正在认定，不能再建议认定无效。")
    remedy.doubt, remedy.doubted_by, remedy.state = _said(reason, 300, "reason"), by.id, State.DOUBTED
    _save(remedy)
    audit.note(about=remedy, path=remedy.path, reason=reason)
    return remedy


@verb("feedback.agree", label="认定评价是否有效")
def agree(remedy_id: int, *, invalid: bool, reason: str, by: Actor, version: int | None = None) -> Remedy:
    """A second officer decides; a rating that stands goes back to be answered within its old limit."""
    remedy = _taken(remedy_id, by, overseer, version)
    if remedy.state != State.DOUBTED:
        raise Refused("not_doubted", "没有人建议认定这条评价无效，或者已经认定。")
    if by.id == remedy.doubted_by:
        raise NotAllowed("two_needed", "评价无效须由两人认定，建议人不能同时认定。请由其他同志办理。")
    said = _said(reason, 300, "reason")
    remedy.agreed_by = by.id
    remedy.state = State.INVALID if invalid else (State.LOOKED_INTO if remedy.found else State.OPEN)
    _save(remedy)
    audit.note(about=remedy, path=remedy.path, reason=said, after={"invalid": invalid})
    return remedy


def _day(day: object) -> str:
    return f"{day:%Y年%m月%d日}"
