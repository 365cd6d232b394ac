"""A message goes out by telephone and mail too: written down with it, sent by the worker, never twice.

What is to be sent stands in the transaction of what it tells about.  Before anything leaves the house it is marked as
under way, and afterwards as taken over.  A worker that dies in between leaves a mark: a channel that takes a key once
is given it again under the same key; of a letter by mail nobody knows, and a human decides (ADR 28).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.people.masks import mask_email, mask_phone

from .channels import Channel, Outcome, Posted, Said, connected, named
from .links import address_of
from .models import Contact, Sending
from .wording import fill, kinds_of, refusable_kinds, urgent_kinds, where_told

__all__ = [
    "left_behind",
    "masked",
    "night",
    "put",
    "quiet_until",
    "record",
    "recover",
    "send_waiting",
    "take_out",
]

State = Sending.State
# After each attempt so many minutes pass; the last pause repeats.
PAUSES = (1, 5, 15, 60)
# So many are under way together where the other end takes a key once; elsewhere one, so that one is in doubt at most.
TOGETHER = 100
GIVEN_UP_AFTER = timedelta(minutes=15)
OUT_OF_REACH = {"unreachable", "timeout"}

_PUT = """
INSERT INTO notices_sending (path, message_id, person_id, channel, round, urgent, state, written_at, next_at, attempts,
                             sent_to, receipt, error, closed_by_name, closed_reason)
SELECT m.path, m.id, m.person_id, %(channel)s, 1, m.kind = ANY(%(urgent)s), 'waiting', %(now)s, %(now)s, 0,
       '', '', '', '', ''
FROM notices_message m JOIN people_person p ON p.id = m.person_id LEFT JOIN notices_contact c ON c.person_id = p.id
WHERE m.id = ANY(%(ids)s) AND m.kind = ANY(%(kinds)s) AND p.died_on IS NULL AND {wanted}
ON CONFLICT DO NOTHING"""
_WANTED = {
    "sms": "p.phone <> '' AND NOT (coalesce(c.no_sms, false) AND m.kind = ANY(%(refusable)s))",
    "email": "c.email <> ''",
}


def put(rows: Iterable[tuple[int, str]]) -> None:
    """Of messages just written (number, place): what goes out beside the portal, by the rules of each place."""
    if not (ways := named()):
        return
    of_place: dict[str, list[int]] = defaultdict(list)
    for number, path in rows:
        of_place[path].append(number)
    for channel in ways:
        ids = [one for path, found in of_place.items() if _value(f"notices.{channel}", path) for one in found]
        if not ids:
            continue
        facts: dict[str, Any] = {
            "channel": channel, "ids": ids, "now": clock.now(), "urgent": urgent_kinds(channel),
            "kinds": kinds_of(channel), "refusable": refusable_kinds(),
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(_PUT.format(wanted=_WANTED[channel]), facts)


def _value(key: str, path: str) -> Any:
    return catalogue.current().parameters().get(key, path=path, on=clock.today()).value


def night(path: str) -> tuple[int, int]:
    """From which hour until which nobody of a place is disturbed."""
    return int(_value("notices.quiet_from", path)), int(_value("notices.quiet_until", path))


def quiet_until(at: datetime, path: str) -> datetime | None:
    """When the night of a place is over, if it is night there; else nothing."""
    here = clock.at_office_time(at)
    first, last = night(path)
    quiet = first <= here.hour or here.hour < last if first > last else first <= here.hour < last
    if not quiet:
        return None
    morning = here.replace(hour=last, minute=0, second=0, microsecond=0)
    return morning if morning > here else morning + timedelta(days=1)


def send_waiting(*, by: Actor, ways: Mapping[str, Channel] | None = None) -> int:
    """Everything that is due, channel by channel; several workers do not meet; how many were taken over."""
    sent = 0
    for name, way in (connected() if ways is None else ways).items():
        most = TOGETHER if way.keyed else 1
        while _due(name).exists() and (rows := take_out(channel=name, most=most, by=by)):
            told = list(_handed_over(rows, way))
            sent += record(told=told, by=by)
            if told[-1][1].error in OUT_OF_REACH:
                break
    return sent


def _due(channel: str) -> QuerySet[Sending]:
    return Sending.objects.filter(channel=channel, state=State.WAITING, next_at__lte=clock.now())


@verb("notices.take_out", label="取出待发消息")
def take_out(*, channel: str, most: int, by: Actor) -> list[Sending]:
    """The next ones, marked as under way before anything leaves; what is not urgent waits out the night."""
    _by_itself(by)
    going: list[Sending] = []
    waiting = _due(channel).select_for_update(skip_locked=True, of=("self",)).order_by("next_at", "id")
    postponed = 0
    while not going and (rows := list(waiting.select_related("message", "person")[:most])):
        going = _parted(rows)
        postponed += len(rows) - len(going)
        Sending.objects.bulk_update(rows, ["state", "taken_at", "attempts", "next_at"])
    note(after={"channel": channel, "going": len(going), "until_morning": postponed})
    return going


def _parted(rows: Sequence[Sending]) -> list[Sending]:
    """Those that go now; the others get the hour at which the night of their place is over."""
    now = clock.now()
    nights = {path: quiet_until(now, path) for path in {row.path for row in rows if not row.urgent}}
    for row in rows:
        morning = None if row.urgent else nights[row.path]
        if morning is None:
            row.state, row.taken_at, row.attempts = State.UNDER_WAY, now, row.attempts + 1
        else:
            row.next_at = morning
    return [row for row in rows if row.state == State.UNDER_WAY]


def _handed_over(rows: Sequence[Sending], way: Channel) -> Iterator[tuple[Sending, Said]]:
    """Each to its address, with no transaction open; a channel out of reach is not tried again for the rest."""
    addresses, offices = _addresses(rows), where_told({row.path for row in rows})
    said = Said(Outcome.TAKEN)
    for row in rows:
        if said.error not in OUT_OF_REACH:
            said = _sent(row, addresses.get(row.person_id, ""), offices[row.path], way)
        yield row, said


def _sent(row: Sending, to: str, office: str, way: Channel) -> Said:
    if not to:
        return Said(Outcome.REFUSED, error="no_address")
    row.sent_to = masked(row.channel, to)
    link = address_of(row.message.topic) or "/my/"
    filled = fill(row.channel, row.message.kind, office=office, link=link)
    return way.send(Posted(row.key, to, filled.text, filled.subject))


def masked(channel: str, address: str) -> str:
    """What is kept of the number or address to which something went."""
    return (mask_phone if channel == Sending.Channel.SMS else mask_email)(address)


def _addresses(rows: Sequence[Sending]) -> dict[int, str]:
    """Where each is reached now: what was corrected meanwhile counts."""
    if rows[0].channel == Sending.Channel.EMAIL:
        found = Contact.objects.filter(person_id__in=[row.person_id for row in rows])
        return {one.person_id: one.email for one in found}
    return {row.person_id: row.person.phone for row in rows}


@verb("notices.record_sent", label="登记发送结果")
def record(*, told: Sequence[tuple[Sending, Said]], by: Actor) -> int:
    """What became of each: taken over, to be tried later, refused, or nobody knows."""
    _by_itself(by)
    now = clock.now()
    for row, said in told:
        row.error, row.receipt = said.error, said.receipt
        if said.outcome is Outcome.TAKEN:
            row.state, row.sent_at = State.SENT, now
        elif said.outcome is Outcome.DOUBTFUL:
            row.state = State.DOUBTFUL
        elif said.outcome is Outcome.REFUSED or row.attempts >= int(_value("notices.attempts", row.path)):
            row.state = State.FAILED
        else:
            pause = timedelta(minutes=PAUSES[min(row.attempts, len(PAUSES)) - 1])
            row.state, row.next_at = State.WAITING, now + pause
    rows = [row for row, _ in told]
    Sending.objects.bulk_update(rows, ["state", "sent_at", "sent_to", "receipt", "error", "next_at"])
    taken = sum(said.outcome is Outcome.TAKEN for _, said in told)
    note(after={"channel": rows[0].channel if rows else "", "tried": len(rows), "taken": taken})
    return taken


@verb("notices.recover", label="处理中断的发送")
def recover(*, by: Actor, ways: Mapping[str, Channel] | None = None) -> int:
    """What a dead worker left under way: given to a keyed channel again, else put before a human."""
    _by_itself(by)
    left, found = _left(), 0
    for name, way in (connected() if ways is None else ways).items():
        state = State.WAITING if way.keyed else State.DOUBTFUL
        found += left.filter(channel=name).update(state=state, next_at=clock.now(), error="interrupted")
    note(after={"found": found})
    return found


def left_behind() -> bool:
    """Whether a worker has died over something."""
    return _left().exists()


def _left() -> QuerySet[Sending]:
    return Sending.objects.filter(state=State.UNDER_WAY, taken_at__lt=clock.now() - GIVEN_UP_AFTER)


def _by_itself(by: Actor) -> None:
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("by_itself", "短信和邮件由平台自动发送，不能代办。")
