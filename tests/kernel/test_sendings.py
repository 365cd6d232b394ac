"""Messages by telephone and mail: through a real gateway and a real mail server, by day, and never twice."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.db import connection

from minzheng.kernel import clock
from minzheng.kernel.audit import system
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.notices import preferring, receipts, sending, tasks
from minzheng.kernel.notices.actions import tell
from minzheng.kernel.notices.channels import connected
from minzheng.kernel.notices.models import Message, Sending
from minzheng.kernel.notices.telling import tell_all
from minzheng.kernel.notices.wording import segments, wordings
from minzheng.kernel.people.models import Person
from minzheng.kernel.standards.models import ParameterRow
from tests.factories.cast import cast, resident_of
from tests.factories.gateway import KEY, Gateway, running
from tests.factories.people import person
from tests.factories.post import Box, serving

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
WORKER = system("notices")
NOON = clock.at_office_time(datetime(2026, 3, 3, 4, 0, tzinfo=UTC))
PHONE, OTHER = "19900000001", "19900000002"
State = Sending.State


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: Any) -> Iterator[Gateway]:
    with running(tmp_path_factory.mktemp("gateway")) as one:
        yield one


@pytest.fixture
def box() -> Iterator[Box]:
    with serving() as one:
        yield one


@pytest.fixture(autouse=True)
def _lines(settings: Any, gateway: Gateway, box: Box) -> Iterator[None]:
    settings.MINZHENG_SMS, settings.MINZHENG_SMS_KEY = gateway.address, KEY
    settings.MINZHENG_SMTP = f"smtp://127.0.0.1:{box.port}"
    with clock.frozen(NOON):
        yield


@pytest.fixture
def daughter() -> Person:
    return person(path=cast().seat.village, name="测秋分", phone=PHONE)


def _tell(who: Person, kind: str = "notice") -> Message:
    return tell(
        person_id=who.pk, title="发放到账", text="内容只在门户里看", path=who.path, kind=kind, by=WORKER
    )


def _sent(gateway: Gateway, *messages: Message) -> list[tuple[str, str, int]]:
    """What the gateway took of these messages: number, text, how often it was asked."""
    keys = {f"{one.pk}:sms:" for one in messages}
    return [row[1:] for row in gateway.books.messages() if row[0].rsplit(":", 1)[0] + ":" in keys]


def _states(*messages: Message) -> list[str]:
    return [
        one.state for one in Sending.objects.filter(message__in=messages).order_by("message_id", "-channel")
    ]


def test_a_message_goes_out_by_telephone_and_mail_says_nothing_private_and_its_receipt_comes_back(
    daughter: Person, gateway: Gateway, box: Box, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    me = resident_of(daughter)
    preferring.prefer(email="daughter@example.cn", no_sms=False, by=me)
    message = _tell(daughter, "decision")
    assert _states(message) == ["waiting", "waiting"]
    tasks.send(0)
    [(number, text, asked)] = _sent(gateway, message)
    assert (number, asked) == (PHONE, 1)
    assert text.startswith("【吉林民政】您申请的事项已有结果")
    [letter] = box.letters
    assert isinstance(letter, EmailMessage)
    assert (letter["To"], letter["Subject"]) == ("daughter@example.cn", "您申请的事项已有结果")
    for said in (text, letter.get_content()):
        assert "发放到账" not in said
        assert "内容只在门户里看" not in said
        assert daughter.name not in said
    assert _states(message) == ["sent", "sent"]
    tasks.read_receipts(0)
    assert _states(message) == ["delivered", "sent"]
    tasks.send(0)
    tasks.read_receipts(0)
    assert len(_sent(gateway, message)) == len(box.letters) == 1
    # The number stands in no log, no audit row, and in the table only masked.
    kept = Sending.objects.get(message=message, channel="sms")
    assert kept.sent_to == "199****0001"
    assert PHONE not in caplog.text + gateway.log
    assert not Entry.objects.filter(after__icontains=PHONE).exists()
    assert PHONE not in str(list(Sending.objects.values()))


def test_at_night_only_what_is_urgent_goes_out_and_the_rest_in_the_morning(
    daughter: Person, gateway: Gateway
) -> None:
    ParameterRow.objects.create(
        key="notices.quiet_until", path=daughter.path[:-13], from_on=NOON.date(), value=7, unit="count",
        source="测试县规定", confidence="assumption",
    )  # fmt: skip
    with clock.frozen(NOON.replace(hour=21)):
        quiet, urgent = _tell(daughter), _tell(daughter, "urgent")
        tasks.send(0)
        assert _states(quiet, urgent) == ["waiting", "sent"]
        assert len(_sent(gateway, quiet)) == 0
        waits = Sending.objects.get(message=quiet)
        assert (waits.next_at, waits.attempts) == (NOON.replace(day=4, hour=7), 0)
    with clock.frozen(NOON.replace(day=4, hour=6, minute=59)):
        tasks.send(0)
        assert _states(quiet) == ["waiting"]
    with clock.frozen(NOON.replace(day=4, hour=7)):
        tasks.send(0)
        assert _states(quiet) == ["sent"]


def test_a_worker_that_dies_between_sending_and_writing_it_down_sends_nothing_twice(
    daughter: Person, gateway: Gateway, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    preferring.prefer(email="daughter@example.cn", no_sms=False, by=resident_of(daughter))
    message = _tell(daughter, "task")

    class Killed(BaseException):
        """The process is gone: nothing after it runs."""

    def dead(**_: Any) -> int:
        raise Killed

    with monkeypatch.context() as killing:
        killing.setattr(sending, "record", dead)
        for way in ("sms", "email"):
            with pytest.raises(Killed):
                sending.send_waiting(by=WORKER, ways={way: connected()[way]})
    assert _states(message) == ["under_way", "under_way"]
    assert (len(_sent(gateway, message)), len(box.letters)) == (1, 1)
    tasks.send(0)  # too early to tell whether the other worker is dead
    assert _states(message) == ["under_way", "under_way"]
    with clock.frozen(NOON + timedelta(minutes=16)):
        tasks.send(0)
        # The gateway knows the key: asked twice, sent once. Of the letter nobody knows; it is not sent again.
        assert _states(message) == ["sent", "doubtful"]
        assert [asked for *_, asked in _sent(gateway, message)] == [2]
        assert len(box.letters) == 1


def test_what_fails_is_tried_again_ever_later_refused_for_good_at_once_and_ends_before_a_human(
    daughter: Person, gateway: Gateway, box: Box
) -> None:
    gateway.books.set_fault("lost", 1)
    gateway.books.set_number(OTHER, "off")
    off = person(path=daughter.path, name="测关机", phone=OTHER)
    first, second = _tell(daughter), _tell(off)
    tasks.send(0)
    kept = Sending.objects.get(message=first)
    assert (kept.state, kept.error, kept.next_at) == ("waiting", "status_500", NOON + timedelta(minutes=1))
    with clock.frozen(NOON + timedelta(minutes=1)):
        tasks.send(0)
        tasks.read_receipts(0)
    assert _states(first, second) == ["delivered", "failed"]
    assert [asked for *_, asked in _sent(gateway, first)] == [2]
    me = resident_of(daughter)
    # By mail: for now, for good, and broken off in the middle.
    preferring.prefer(email="daughter@example.cn", no_sms=True, by=me)
    box.answers = ["451 later", "break"]
    later = _tell(daughter)
    assert [one.channel for one in Sending.objects.filter(message=later)] == ["email"]
    tasks.send(0)
    assert _states(later) == ["waiting"]
    with clock.frozen(NOON + timedelta(minutes=2)):
        tasks.send(0)
    assert _states(later) == ["doubtful"]
    preferring.prefer(email="nobody@example.cn", no_sms=True, by=me)
    refused = _tell(daughter, "decision")
    tasks.send(0)
    assert [(one.channel, one.state, one.error) for one in Sending.objects.filter(message=refused).order_by("id")] == [
        ("sms", "sent", ""), ("email", "failed", "status_550"),
    ]  # fmt: skip
    clerk, stranger = cast().clerk, cast().stranger
    assert receipts.undelivered(clerk).count() == 3
    assert receipts.undelivered(stranger).count() == 0
    [gone] = receipts.undelivered(clerk).filter(message=second)
    with pytest.raises(NotFound):
        receipts.send_again(sending_id=gone.pk, by=stranger)
    with pytest.raises(NotAllowed):
        receipts.send_again(sending_id=gone.pk, by=resident_of(off))
    gateway.books.set_number(OTHER, "reached")
    receipts.send_again(sending_id=gone.pk, by=clerk)
    tasks.send(0)
    tasks.read_receipts(0)
    assert _states(second) == ["delivered"]
    [doubtful] = receipts.undelivered(clerk).filter(message=later)
    with pytest.raises(Refused, match="没有填写理由"):
        receipts.close(sending_id=doubtful.pk, reason=" ", by=clerk)
    receipts.close(sending_id=doubtful.pk, reason="已电话告知", by=clerk)
    with pytest.raises(Refused, match="不再发送"):
        receipts.send_again(sending_id=doubtful.pk, by=clerk)


def test_a_gateway_out_of_reach_holds_up_nobody_and_after_the_last_attempt_it_is_a_failure(
    daughter: Person, settings: Any
) -> None:
    settings.MINZHENG_SMS = "http://127.0.0.1:1"
    messages = [_tell(daughter) for _ in range(3)]
    at = NOON
    for _ in range(6):
        with clock.frozen(at):
            tasks.send(0)
        at += timedelta(minutes=61)
    assert _states(*messages) == ["failed"] * 3
    assert set(Sending.objects.values_list("error", "attempts")) == {("unreachable", 6)}


def test_general_notices_may_be_declined_and_nothing_is_written_for_who_has_no_number_or_has_died(
    daughter: Person, settings: Any
) -> None:
    me = resident_of(daughter)
    preferring.prefer(email="", no_sms=True, by=me)
    person(path=daughter.path, name="测无号")
    person(path=daughter.path, name="测已故", phone=OTHER, died_on=NOON.date())
    select = (
        "SELECT path, id, %(title)s::text, %(title)s::text, id::text FROM people_person WHERE path = %(path)s"
    )
    told = tell_all(
        select=select, facts={"title": "标准调整", "path": daughter.path}, path=daughter.path, by=WORKER
    )
    assert told >= 3
    assert not Sending.objects.exists()
    assert _states(_tell(daughter, "task"), _tell(daughter, "decision")) == ["waiting", "waiting"]
    with pytest.raises(Refused, match="邮箱地址不对"):
        preferring.prefer(email="a@b.cn\r\nBcc: c@d.cn", no_sms=True, by=me)
    with pytest.raises(NotAllowed):
        preferring.prefer(email="", no_sms=True, by=cast().clerk)
    with connection.cursor() as cursor:
        preferring.prefer(email="daughter@example.cn", no_sms=True, by=me)
        cursor.execute("SELECT email FROM notices_contact")
        assert "daughter" not in str(cursor.fetchall())
    settings.MINZHENG_SMS = settings.MINZHENG_SMTP = ""
    count = Sending.objects.count()
    _tell(daughter, "task")
    assert Sending.objects.count() == count


def test_every_short_message_is_one_charge_but_for_a_long_address(settings: Any) -> None:
    settings.MINZHENG_ADDRESS = "https://mz.example.cn"
    from minzheng.kernel.notices.wording import fill

    for one in wordings():
        said = fill(one.channel, one.kind, office="测试街道")
        assert one.channel != "sms" or segments(said.text) == 1
    assert (segments("字" * 70), segments("字" * 71), segments("字" * 135)) == (1, 2, 3)
