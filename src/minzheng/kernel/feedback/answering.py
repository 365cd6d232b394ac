"""A short message is answered with a digit: it rates as the link does, and who is not understood is told in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from minzheng.kernel import audit, catalogue
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.casework.models import Task
from minzheng.kernel.errors import Refused
from minzheng.kernel.notices import heard
from minzheng.kernel.notices.actions import tell
from minzheng.kernel.notices.channels import Channel, Heard, connected
from minzheng.kernel.notices.links import opened_by
from minzheng.kernel.notices.models import Message

from .giving import by_platform, given, hear_again, held_task
from .models import Rating
from .words import ANSWERED, ENDED, GRADES

__all__ = ["hear", "read", "understood"]

Kind = Message.Kind
_LABELS = {label: grade for grade, label in GRADES}
_WORDS = _LABELS | dict(zip("一二三四五", range(1, 6), strict=True))
# A digit, what it is called, and set apart from it a word of one's own: "5天了" and "1或2" are no grades.
_DIGIT = re.compile(rf"([1-5])[分星]?\s*({'|'.join(_LABELS)})?(?:[\s,.。、:;!]+(.*))?", re.DOTALL)
_TOLD = {
    Kind.HEARD: (
        "已收到您的短信评价",
        "您对“{what}”的评价已经记下：{grade}。还有话说，可以在“我的事项”里追加一次。",
    ),
    Kind.UNCLEAR: (
        "没有看懂您的短信回复",
        "关于“{what}”的短信回复没有记入。请只回一个数字（1至5），或到“我的事项”评价。",
    ),
    Kind.AGAIN: (
        "这次办理已经评价过",
        "关于“{what}”的短信回复没有记入：一次办理只评一次。不是您评的，请到“我的事项”更正。",
    ),
    Kind.OVER: (
        "评价期限已过",
        "关于“{what}”的短信回复没有记入：评价期限已过。还有话说，请写到意见箱，或打12345。",
    ),
}
_REFUSED = {"rated_already": Kind.AGAIN, "rated_again": Kind.AGAIN, "rating_over": Kind.OVER}


def read(*, by: Actor, ways: Mapping[str, Channel] | None = None) -> int:
    """Whatever was written back since it was last read, each in a transaction of its own; how many rated by it."""
    rated = 0
    for name, way in (connected() if ways is None else ways).items():
        for said in way.answers(heard.since(name)):
            rated += hear(said, channel=name, by=by) == Kind.HEARD
    return rated


@verb("feedback.hear", label="登记短信回复", opens=("reporter", "答复由平台发给回复人，不告诉经办人是谁"))
def hear(said: Heard, *, channel: str, by: Actor) -> str:
    """One answer, once: the contact is rated, or its giver learns why not; what he is told, empty where nothing is.

    What answers no message of ours, or one that asks for nothing, is passed over.
    """
    by_platform(by)
    sending = heard.answered(said, channel=channel) if heard.taken(said, channel=channel) else None
    opens = opened_by(sending.message.topic) if sending is not None else None
    if sending is None or opens is None:
        return ""
    grade, words = understood(said.text)
    kind = _rated(*opens, grade, words) if grade else Kind.UNCLEAR
    _answer(kind, sending.message, _service(*opens), grade, by)
    audit.note(path=sending.path, after={"channel": channel, "told": str(kind)})
    return str(kind)


def understood(text: str) -> tuple[int, str]:
    """The grade that a text gives, and what stands behind it; nought where it gives none."""
    plain = unicodedata.normalize("NFKC", text).strip(" \t\r\n\"'“”‘’。.!！")
    if grade := _WORDS.get(plain):
        return grade, ""
    found = _DIGIT.fullmatch(plain)
    words = ((found[3] or "") if found else "").strip()[:500]
    if found is None or words[:1].isdigit() or _LABELS.get(found[2], int(found[1])) != int(found[1]):
        return 0, ""
    return int(found[1]), words


def _rated(what: str, number: int, grade: int, words: str) -> Kind:
    """What a link of this letter opens is done; what cannot be done now is said."""
    try:
        if what == ENDED and (contact := held_task(number)) is not None:
            given(contact, Rating.Channel.SMS, grade, (), words, bare=True)
        elif what == ANSWERED and (rating := _answered(number)) is not None:
            hear_again(rating, grade)
        else:
            return Kind.OVER
    except Refused as error:
        return _REFUSED.get(error.code, Kind.UNCLEAR)
    return Kind.HEARD


def _answered(number: int) -> Rating | None:
    return Rating.objects.select_for_update().filter(pk=number, disowned_at=None).first()


def _service(what: str, number: int) -> str:
    """What it was about, as the portal says it; no telephone is told."""
    about = Task.objects.filter(pk=number).values_list("case__service", flat=True)
    code = (
        about if what == ENDED else Rating.objects.filter(pk=number).values_list("service", flat=True)
    ).first()
    known = catalogue.current().services.get(code or "")
    return known.item.label if known else "这次办理"


def _answer(kind: Kind, message: Message, what: str, grade: int, by: Actor) -> None:
    """In words, and of each kind once for a message: two machines that answer each other come to an end."""
    topic = f"answer:{kind}:{message.pk}"
    if Message.objects.filter(topic=topic).exists():
        return
    title, text = _TOLD[kind]
    said = text.format(what=what, grade=dict(GRADES).get(grade, ""))
    tell(
        person_id=message.person_id, title=title, text=said, path=message.path, kind=kind, topic=topic,
        compartment="reporter", by=by,
    )  # fmt: skip
