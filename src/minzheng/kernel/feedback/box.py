"""意见箱: a word that belongs to no case, and its answer within a limit."""

from __future__ import annotations

from typing import Any

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.documents.actions import spoken_code
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.notices import actions as notices
from minzheng.kernel.people.models import Person

from .duties import answerer, due, no_such_word, require
from .models import Giver, Opinion

__all__ = ["answer_opinion", "put_in", "put_in_openly"]


@verb("feedback.put_in", label="投递意见", opens=("reporter", "意见人写下身份，随后封存"))
def put_in(*, kind: str, text: str, signed: bool, by: Actor) -> Opinion:
    """A resident says something to the office of the place; without a name, if so wished."""
    person = Person.objects.filter(pk=by.person_id).first() if by.person_id is not None else None
    if person is None:
        raise NotAllowed("not_a_resident", "意见箱供居民使用。请用居民账号登录，或者拨打12345。")
    opinion = _kept(kind, text, path=person.path, person=person if signed else None, signed=signed)
    if not signed:
        Giver.objects.create(opinion=opinion, person=person, path=opinion.path)
    # Without a name it also leaves no name where officers of the place read the audit.
    audit.note(about=opinion, path=opinion.path if signed else "", after={"kind": kind, "signed": signed})
    return opinion


@verb("feedback.put_in_openly", label="投递意见（未登录）")
def put_in_openly(*, kind: str, text: str, path: str, by: Actor) -> Opinion:
    """Somebody without an account says something to a township; the code that comes back finds the answer."""
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed(
            "signed_in", "您已经登录，请在“意见箱”直接投递；不想让办理单位知道是谁，选“不署名”。"
        )
    opinion = _kept(kind, text, path=path, code=spoken_code())
    audit.note(about=opinion, after={"kind": kind})
    return opinion


def _kept(kind: str, text: str, **more: Any) -> Opinion:
    if kind not in Opinion.Kind.values:
        raise Refused("kind_needed", "请选择意见的类别。", field="kind")
    if not text.strip() or len(text.strip()) > 1000:
        raise Refused("text_needed", "请写下您的意见（不超过1000字）。", field="text")
    until = due("feedback.opinion", path=more["path"], since=clock.today())
    return Opinion.objects.create(kind=kind, text=text.strip(), at=clock.now(), due_on=until, **more)


@verb("feedback.answer_opinion", label="答复意见", opens=("reporter", "答复由平台送达本人，不告诉答复人是谁"))
def answer_opinion(opinion_id: int, *, text: str, by: Actor) -> Opinion:
    """The office answers once; whoever put the word in reads it under his own opinions."""
    opinion = Opinion.objects.select_for_update().filter(pk=opinion_id).first()
    if opinion is None:
        raise no_such_word()
    require(by, answerer, path=opinion.path)
    if opinion.answered_at is not None:
        raise Refused("answered_already", "这条意见已经答复，不用再次答复。")
    if not text.strip() or len(text.strip()) > 1000:
        raise Refused("text_needed", "请写明答复（不超过1000字）。", field="text")
    opinion.answer, opinion.answered_at, opinion.answered_by = text.strip(), clock.now(), by.id
    opinion.save()
    _tell(opinion, by)
    audit.note(about=opinion, path=opinion.path)
    return opinion


def _tell(opinion: Opinion, by: Actor) -> None:
    """Whoever put the word in is told where the answer stands; nobody else sees that he was told."""
    giver = Giver.objects.filter(opinion=opinion).values_list("person_id", flat=True).first()
    person_id = opinion.person_id or giver
    if person_id is None:
        return
    notices.tell(
        person_id=person_id, title="您的意见有了答复", text="请到“意见箱”查看答复。", path=opinion.path, by=by,
        compartment="" if opinion.signed else "reporter",
    )  # fmt: skip
