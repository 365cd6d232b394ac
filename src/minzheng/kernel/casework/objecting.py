"""公示异议 without an account: by anybody from the village's board, by whoever comes, writes or rings; found by a code.

Anybody may object while a posting hangs, with a name or without one.  Who it was lies in a compartment of its own.
"""

from __future__ import annotations

from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.documents.actions import spoken_code
from minzheng.kernel.documents.queries import as_spoken
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.people.identity import check_phone

from .models import Objection, Objector
from .posting import current, objected, open_posting

__all__ = ["look_up", "object_openly", "take_down"]

Channel = Objection.Channel
_SEALS = ("reporter", "异议人写下姓名和电话，随后封存")


@verb("casework.object_openly", label="提出公示异议（未登录）", opens=_SEALS)
def object_openly(notice_id: int, *, name: str, phone: str, text: str, by: Actor) -> Objection:
    """Somebody without an account objects; the code, with the telephone if one was left, finds the answer."""
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("signed_in", "您已经登录，请在公示页面直接提出异议；姓名可以不写。")
    return _coded(notice_id, name, phone, text, Channel.ONLINE)


@verb("casework.take_down_objection", label="登记公示异议", opens=_SEALS)
def take_down(task_id: int, *, channel: str, name: str, phone: str, text: str, by: Actor) -> Objection:
    """What somebody says at the window, on paper or by telephone; he is given the code."""
    _, task, _, _ = open_posting(task_id, by)
    notice = current(task)
    if notice is None:
        raise Refused("not_posted", "还没有张贴公示，不能登记异议。")
    if channel not in {Channel.VISIT, Channel.PAPER, Channel.PHONE}:
        raise Refused("channel_needed", "请选择来访、书面或者电话。", field="channel")
    return _coded(notice.pk, name, phone, text, Channel(channel))


def _coded(notice_id: int, name: str, phone: str, text: str, channel: Channel) -> Objection:
    called = check_phone(phone) if phone.strip() else ""
    return objected(notice_id, name=name, phone=called, text=text, channel=str(channel), code=spoken_code())


@verb(
    "casework.look_up_objection",
    label="查询公示异议",
    opens=("reporter", "只比对查询人填写的电话，不告诉任何人"),
)
def look_up(code: str, *, phone: str, by: Actor) -> Objection:
    """What became of an objection, for whoever holds its code and knows the telephone that was left with it."""
    typed = as_spoken(code)
    found = Objection.objects.filter(code=typed).first() if typed else None
    left = Objector.objects.filter(objection=found).values_list("phone", flat=True).first() if found else None
    if found is None or (left and left != _plain(phone)):
        raise NotFound(
            "objection_code",
            "查询码和电话对不上。请对照提出异议时记下的12位查询码；当时留了电话的，填同一个电话。",
        )
    return found


def _plain(phone: str) -> str:
    return check_phone(phone) if phone.strip() else ""
