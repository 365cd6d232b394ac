"""What the office does about a bad rating: looked into, answered, or held to be malicious by two."""

from __future__ import annotations

from minzheng.kernel import audit, catalogue, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import NotAllowed, Refused, Stale
from minzheng.kernel.notices import actions as notices
from minzheng.kernel.notices.links import topic_of
from minzheng.kernel.notices.models import Message

from .duties import answerer, no_such_word, overseer, require
from .models import Rating, Remedy
from .words import ANSWERED

__all__ = ["agree", "answer", "doubt", "look_into"]

State = Remedy.State
_OPEN = (State.OPEN, State.LOOKED_INTO)


def _taken(remedy_id: int, by: Actor, pick: object, version: int | None) -> Remedy:
    """The answer, held, for whoever has the duty and is not the one who was rated."""
    remedy = Remedy.objects.select_for_update().filter(pk=remedy_id).first()
    if remedy is None:
        raise no_such_word()
    require(by, pick, path=remedy.path)  # type: ignore[arg-type]
    rating = Rating.objects.select_related("task").get(pk=remedy.rating_id)
    if by.id == rating.task.done_by or by.id in rating.task.partners:
        raise NotAllowed("rated_oneself", "被评价的环节由您办理，核实和答复应由其他同志承担。")
    if by.id == rating.taken_by:
        raise NotAllowed("took_it_down", "这条评价由您接听记录，核实和答复应由其他同志承担。")
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


@verb("feedback.answer", label="答复差评", opens=("reporter", "答复由平台送达评价人，不告诉答复人是谁"))
def answer(remedy_id: int, *, text: str, fixed: bool, by: Actor, version: int | None = None) -> Remedy:
    """What was done about it, shown to the resident, who is then asked once more."""
    remedy = _taken(remedy_id, by, answerer, version)
    if remedy.state != State.LOOKED_INTO:
        raise Refused("look_first", "请先核实情况，再答复。已经答复的不用再次答复。")
    remedy.answer, remedy.answered_at, remedy.answered_by = _said(text, 500, "answer"), clock.now(), by.id
    remedy.state = State.FIXED if fixed else State.UNFIXED
    _save(remedy)
    _tell(remedy, by)
    audit.note(about=remedy, path=remedy.path, after={"fixed": fixed})
    return remedy


def _tell(remedy: Remedy, by: Actor) -> None:
    """Whoever rated, or else the applicant, is asked once more; that somebody was told names him to no officer."""
    rating = remedy.rating
    service = catalogue.current().services.get(rating.service)
    notices.tell(
        person_id=rating.person_id or rating.case.applicant_id, title="您的评价有了答复", path=remedy.path, by=by,
        text=f"关于{service.item.label if service else ''}“{rating.contact}”的评价，办理单位已经答复：{remedy.answer}"
        "请到“我的事项”看一看，再说一次是否满意。",
        kind=Message.Kind.REPLY, topic=topic_of(ANSWERED, rating.pk), compartment="reporter",
    )  # fmt: skip


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
