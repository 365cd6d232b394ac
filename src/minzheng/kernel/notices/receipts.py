"""What became of what went out: the reports of a channel, and what a human decides about what did not arrive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from django.db.models import QuerySet

from minzheng.kernel import catalogue, clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import NotAllowed, NotFound, Refused

from .channels import Arrived, Channel, connected
from .models import ReceiptsRead, Sending

__all__ = ["close", "keepers", "read", "send_again", "undelivered"]

State = Sending.State
AT_ONCE = 500


def read(*, by: Actor, ways: Mapping[str, Channel] | None = None) -> int:
    """The reports of every channel since they were last read."""
    found = 0
    for name, way in (connected() if ways is None else ways).items():
        kept = ReceiptsRead.objects.filter(channel=name).first()
        reports = way.arrivals(kept.cursor if kept else 0)
        while rows := list(islice(reports, AT_ONCE)):
            found += take_in(channel=name, reports=rows, by=by)
    return found


@verb("notices.take_in_receipts", label="登记送达回执")
def take_in(*, channel: str, reports: Sequence[Arrived], by: Actor) -> int:
    """Reports and how far they are read, together; what is no longer waited for is passed over."""
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("by_itself", "送达回执由平台自动登记，不能代办。")
    ReceiptsRead.objects.get_or_create(channel=channel)
    place = ReceiptsRead.objects.select_for_update().get(channel=channel)
    told = {one.key: one for one in reports if one.cursor > place.cursor}
    numbers = [int(key.split(":")[0]) for key in told if key.split(":")[0].isdigit()]
    rows = Sending.objects.select_for_update().filter(channel=channel, message_id__in=numbers)
    changed = list(_marked(rows, told))
    Sending.objects.bulk_update(changed, ["state", "sent_at", "arrived_at", "error"])
    place.cursor = max([place.cursor, *(one.cursor for one in reports)])
    place.save(update_fields=["cursor"])
    note(
        after={"channel": channel, "reports": len(told), "delivered": sum(one.error == "" for one in changed)}
    )
    return len(changed)


def _marked(rows: QuerySet[Sending], told: Mapping[str, Arrived]) -> Iterator[Sending]:
    now, waited_for = clock.now(), {State.SENT, State.UNDER_WAY, State.WAITING, State.DOUBTFUL}
    for row in rows:
        report = told.get(row.key)
        if report is None or row.state not in waited_for:
            continue
        row.sent_at = row.sent_at or now
        if report.delivered:
            row.state, row.arrived_at, row.error = State.DELIVERED, now, ""
        else:
            row.state, row.error = State.FAILED, report.why or "undelivered"
        yield row


def keepers() -> frozenset[str]:
    """Who looks after what did not arrive: the windows from the township up, and whoever prepares payments."""
    book = catalogue.current()
    windows = (one.role(role) for one in book.services.values() for role in one.item.proxy)
    payers = (one.role(one.item.prepared_by) for one in book.schemes.values())
    roles = {*windows, *payers}
    return frozenset(code for code in roles if book.roles[code].item.at <= Level.TOWNSHIP)


def undelivered(by: Actor) -> QuerySet[Sending]:
    """What did not arrive, or of which nobody knows, among the people of the keeper's places.

    What is told under the seal of a compartment is not among it: that somebody was told would say what he did.
    """
    held = tuple(post for post in by.posts if post.role in keepers())
    if not held:
        raise NotAllowed("keeper_role", "未送达的消息由受理和发放岗位处理，您没有这一岗位。")
    rows = Sending.objects.filter(
        state__in=(State.FAILED, State.DOUBTFUL, State.CLOSED), message__compartment=""
    )
    return in_scope(rows, by.narrowed(held))


def _open(sending_id: int, by: Actor) -> Sending:
    row = undelivered(by).select_for_update(of=("self",)).filter(pk=sending_id).first()
    if row is None:
        raise NotFound("sending_unknown", "没有这条未送达的消息，或不在您的管辖范围内。请返回列表重新选择。")
    if row.state == State.CLOSED:
        raise Refused("sending_closed", "这条消息已决定不再发送。请刷新页面。")
    return row


@verb("notices.send_again", label="重新发送消息")
def send_again(*, sending_id: int, by: Actor) -> Sending:
    """A human decides to send it once more: under a new key, for the old one was used up."""
    row = _open(sending_id, by)
    row.state, row.round, row.attempts, row.next_at = State.WAITING, row.round + 1, 0, clock.now()
    row.receipt, row.sent_at, row.taken_at = "", None, None
    row.save(update_fields=["state", "round", "attempts", "next_at", "receipt", "sent_at", "taken_at"])
    note(about=row, path=row.path, after={"round": row.round})
    return row


@verb("notices.close_sending", label="不再发送消息")
def close(*, sending_id: int, reason: str, by: Actor) -> Sending:
    """The person was told another way, or cannot be reached by this one."""
    row = _open(sending_id, by)
    if not (why := reason.strip()[:300]):
        raise Refused(
            "text_missing", "没有填写理由。请写明已用什么方式告知，或为什么不再发送。", field="reason"
        )
    row.state, row.closed_by_name, row.closed_reason = State.CLOSED, by.name, why
    row.save(update_fields=["state", "closed_by_name", "closed_reason"])
    note(about=row, path=row.path, reason=why)
    return row
