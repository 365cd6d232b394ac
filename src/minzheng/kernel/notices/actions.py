"""The writes of this room: tell a person, record that a letter reached him, post and take down."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, current, note, part, verb
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.standards.queries import calendar as office_calendar

from . import sending
from .models import Delivery, Message, Posting
from .shown import Shown, refuse_private

__all__ = ["mark_read", "post", "retract", "serve", "take_down", "tell"]


@verb("notices.tell", label="发送消息")
def tell(
    *,
    person_id: int,
    title: str,
    text: str,
    path: str,
    case_id: int | None = None,
    kind: str = Message.Kind.NOTICE,
    compartment: str = "",
    topic: str | None = None,
    by: Actor,
    key: str | None = None,
) -> Message:
    """Say something to one person in the portal; what has a topic is said once, ever."""
    if not title.strip() or not text.strip():
        raise Refused("message_empty", "消息的标题和内容都不能为空。请填写。", field="text")
    if len(title) > 80 or len(text) > 1000:
        raise Refused("message_too_long", "消息标题不超过80字，内容不超过1000字。请缩短。", field="text")
    message = Message.objects.create(
        person_id=person_id, title=title, text=text, kind=kind, case_id=case_id, path=path, sent_at=clock.now(),
        compartment=compartment, topic=topic,
    )  # fmt: skip
    sending.put([(message.pk, path)])
    _tell_audit(message, case_id=case_id, path=path, message=message.pk, title=title)
    return message


@verb("notices.mark_read", label="阅读消息")
def mark_read(*, message_id: int, by: Actor, key: str | None = None) -> Message:
    """The addressee has read a message; the first time counts."""
    message = Message.objects.select_for_update().filter(pk=message_id).first()
    if message is None or by.person_id is None or message.person_id != by.person_id:
        raise NotFound("message_not_found", "没有找到这条消息。")
    if message.read_at is None:
        message.read_at = clock.now()
        message.save(update_fields=["read_at"])
    _tell_audit(message, case_id=message.case_id, path=message.path, message=message.pk)
    return message


@verb("notices.serve", label="送达")
def serve(
    *,
    document: Document,
    person_id: int,
    way: str,
    served_at: datetime | None = None,
    proof: Document | None = None,
    by: Actor,
    key: str | None = None,
) -> Delivery:
    """Record that a letter reached its addressee; left or posted letters need a proof."""
    now = clock.now()
    at = clock.at_office_time(served_at) if served_at else now
    document.refresh_from_db()
    _check_delivery(document, way=way, at=at, now=now, proof=proof)
    if Delivery.objects.filter(document=document, person_id=person_id).exists():
        raise Refused("already_served", f"“{document}”已经登记过送达，不用再次登记。")
    delivery = Delivery.objects.create(
        document=document, person_id=person_id, case_id=document.case_id, path=document.path, way=way,
        served_at=at, served_by=by.id, served_by_name=by.name, recorded_at=now, proof=proof,
    )  # fmt: skip
    _tell_audit(
        delivery,
        case_id=document.case_id,
        path=document.path,
        delivery=delivery.pk,
        document=document.pk,
        way=way,
    )
    return delivery


@verb("notices.post", label="公示")
def post(
    *,
    case_id: int,
    path: str,
    place: str,
    title: str,
    shown: Shown,
    term: clock.Days,
    on: date | None = None,
    calendar: clock.Calendar | None = None,
    photo: Document | None = None,
    document: Document | None = None,
    by: Actor,
    key: str | None = None,
) -> Posting:
    """Hang a posting for natural days, the posting day not counted (民法典 arts. 201, 203)."""
    day = on or clock.today()
    if not isinstance(shown, Shown):
        raise Refused(
            "posting_content", "公示只能包含申请人、保障人数、金额、类别和异议电话。", field="content"
        )
    if day > clock.today():
        raise Refused(
            "posting_in_future", f"公示起始日 {_day(day)} 还没有到。请填写实际张贴的日期。", field="on"
        )
    if term.n < 1:
        raise Refused("posting_term", "公示期至少为1日。请检查公示期限参数。", field="term")
    refuse_private(place, label="公示地点", longest=80)
    refuse_private(title, label="标题", longest=60)
    if Posting.objects.filter(case_id=case_id, closed_on=None, retracted_on=None).exists():
        raise Refused("already_posted", "这个办件正在公示，不能重复公示。请先查看已有的公示。")
    last = clock.publicity(day, term, calendar or office_calendar())
    posting = Posting.objects.create(
        case_id=case_id, path=path, place=place, title=title, content=shown.as_json(), posted_on=day,
        days=term.n, last_day=last.on, provisional=last.provisional, photo=photo, document=document,
        posted_by=by.id, posted_by_name=by.name,
    )  # fmt: skip
    _tell_audit(posting, case_id=case_id, path=path, posting=posting.pk, last_day=last.on)
    return posting


@verb("notices.take_down", label="结束公示")
def take_down(*, posting: Posting, on: date | None = None, by: Actor, key: str | None = None) -> Posting:
    """Close a posting once its last day has passed."""
    day = on or clock.today()
    row = _open_posting(posting)
    if day > clock.today():
        raise Refused("take_down_in_future", f"结束日期 {_day(day)} 还没有到。", field="on")
    if day <= row.last_day:
        message = f"公示期至 {_day(row.last_day)} 届满，尚不能结束。请在次日及以后办理。"
        raise Refused("posting_not_over", message, last_day=row.last_day.isoformat())
    row.closed_on = day
    row.save(update_fields=["closed_on"])
    _tell_audit(row, case_id=row.case_id, path=row.path, posting=row.pk, closed_on=day)
    return row


@verb("notices.retract", label="撤下公示")
def retract(*, posting: Posting, reason: str, by: Actor, key: str | None = None) -> Posting:
    """Take a posting off the board without completing it: posted by mistake, or the case was withdrawn."""
    if not reason.strip():
        raise Refused("reason_missing", "请写明撤下公示的原因。", field="reason")
    row = _open_posting(posting)
    row.retracted_on, row.retracted_reason = clock.today(), reason.strip()[:200]
    row.save(update_fields=["retracted_on", "retracted_reason"])
    _tell_audit(row, case_id=row.case_id, path=row.path, posting=row.pk, retracted_on=row.retracted_on)
    return row


def _open_posting(posting: Posting) -> Posting:
    row = Posting.objects.select_for_update().get(pk=posting.pk)
    if row.closed_on is not None or row.retracted_on is not None:
        ended = row.closed_on or row.retracted_on
        raise Refused("posting_ended", f"这次公示已于 {_day(ended)} 结束，不用再次办理。" if ended else "")
    return row


def _check_delivery(
    document: Document, *, way: str, at: datetime, now: datetime, proof: Document | None
) -> None:
    if way not in Delivery.Way.values:
        ways = "、".join(Delivery.Way.labels)
        raise Refused("delivery_way", f"送达方式不认识。请选择：{ways}。", field="way")
    if document.kind != Document.Kind.LETTER or not document.in_force:
        raise Refused("delivery_document", "只有仍然有效的文书才能登记送达。请核对文书。", field="document")
    if at > now:
        raise Refused("delivery_in_future", "送达时间不能晚于现在。请填写实际送达的时间。", field="served_at")
    if at < document.created_at:
        message = (
            f"送达时间不能早于文书形成的时间（{_day(clock.at_office_time(document.created_at).date())}）。"
        )
        raise Refused("delivery_too_early", message, field="served_at")
    if way in {Delivery.Way.LEFT, Delivery.Way.POST} and proof is None:
        message = "留置送达要上传现场照片或见证记录，邮寄送达要上传邮寄凭证。请先上传凭证再登记。"
        raise Refused("delivery_proof", message, field="proof")


def _tell_audit(row: Message | Delivery | Posting, *, case_id: int | None, path: str, **facts: Any) -> None:
    """The audit row is about this notice, or, within a larger verb, mentions it."""
    if current().verb.startswith("notices."):
        note(about=row, case_id=case_id, path=path, after=facts)
    else:
        part(f"notices.{row._meta.model_name}", **facts)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
