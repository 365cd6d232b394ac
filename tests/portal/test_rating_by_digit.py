"""好差评 by a digit sent back to the message: through the gateway's process, once, and never without an answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from minzheng.kernel import clock
from minzheng.kernel.audit import system
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework.models import Task
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.feedback import actions, answering, tasks
from minzheng.kernel.feedback.models import Rating, Remedy
from minzheng.kernel.notices import tasks as notices
from minzheng.kernel.notices.channels import Heard
from minzheng.kernel.notices.models import Message, Sending
from tests.factories.cast import cast, resident_of
from tests.factories.departments import Departments
from tests.factories.gateway import KEY, Gateway, running
from tests.factories.people import household, person
from tests.factories.phones import signed_in, text_of
from tests.factories.walk import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
PHONE, STRANGER = "13804310001", "13804310002"
NOON = datetime(2026, 3, 3, 12, 0, tzinfo=clock.SHANGHAI)
OFFICE = system("feedback")


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: Any) -> Iterator[Gateway]:
    with running(tmp_path_factory.mktemp("gateway")) as one:
        yield one


@pytest.fixture
def walk(departments: Departments, gateway: Gateway, settings: Any) -> Walk:
    """A case that the window accepted this noon, and of which its applicant was asked by telephone how it was."""
    settings.MINZHENG_SMS, settings.MINZHENG_SMS_KEY = gateway.address, KEY
    who = cast()
    applicant = person(path=who.seat.village, name="林大山", birth=date(1960, 1, 9), phone=PHONE)
    home = household(applicant, path=who.seat.village)
    walk = Walk(who=who, departments=departments, applicant=applicant, family=home)
    with clock.frozen(NOON.date()):
        walk.apply()
        walk.accept()
    Task.objects.filter(case=walk.case, step="accept", state="done").update(done_at=NOON)
    Sending.objects.all().delete()
    with clock.frozen(NOON + timedelta(minutes=20)):
        tasks.ask(0)
        notices.send(0)
    return walk


def arrive(gateway: Gateway, *answers: tuple[str, str]) -> None:
    """These numbers write back, at the gateway's door, and the worker reads it and answers."""
    for sender, text in answers:
        assert gateway.post("/answers", {"from": sender, "text": text})[0] == 200
    tasks.hear(0)
    notices.send(0)


def told(gateway: Gateway) -> list[str]:
    return [text.removeprefix("【吉林民政】") for _, to, text, _ in gateway.books.messages() if to == PHONE]


def test_a_digit_sent_back_rates_once_and_whoever_is_not_understood_is_told_in_words(
    walk: Walk, gateway: Gateway
) -> None:
    before = len(told(gateway))
    assert "回复1至5" in told(gateway)[-1]
    with clock.frozen(NOON + timedelta(hours=11)):  # at night: whoever writes is awake
        arrive(gateway, (STRANGER, "5"), (PHONE, "怎么评"), (PHONE, "12"), (PHONE, "1或2"))
        assert not Rating.objects.exists()
        assert [text[:4] for text in told(gateway)[before:]] == ["没有看懂"], "and only once"
        arrive(gateway, (PHONE, " １，让我跑了三趟 "))
        rating = Rating.objects.get()
        assert (rating.grade, rating.text, rating.channel, rating.person_id) == (
            1,
            "让我跑了三趟",
            "sms",
            None,
        )
        assert (Remedy.objects.get().state, told(gateway)[-1][:9]) == ("open", "已收到您的评价，谢")
        tasks.hear(0)  # read again, it is heard no second time
        arrive(gateway, (PHONE, "5"), (PHONE, "非常满意"))
    assert Rating.objects.get().grade == 1
    assert [text[:7] for text in told(gateway)[before + 2 :]] == ["这次办理已经评"]
    answers = Message.objects.filter(kind__in=("heard", "again", "unclear")).values_list(
        "compartment", flat=True
    )
    assert list(answers) == ["reporter"] * 3, "to be told that he rated would name him"
    # Whoever was rated learns nothing of it, and no number or word stands in the audit or the log.
    heard = Entry.objects.filter(verb="feedback.hear")
    assert not heard.exclude(case_id=None).exists()
    assert PHONE not in gateway.log + str(list(heard.values()))
    assert "三趟" not in gateway.log + str(list(heard.values()))
    mine = text_of(signed_in(resident_of(walk.applicant)).get("/my/messages/"))
    assert "已收到您的短信评价" in mine


def test_a_late_digit_is_told_so_and_one_to_the_answer_is_the_second_rating(
    walk: Walk, gateway: Gateway
) -> None:
    head = walk.who.township_approver
    with clock.frozen(NOON + timedelta(days=1)):
        arrive(gateway, (PHONE, "2"))
        remedy = Remedy.objects.get()
        assert (remedy.rating.grade, remedy.rating.text) == (2, ""), (
            "a digit is all that a telephone has to say"
        )
        actions.look_into(remedy.pk, found="已了解", by=head)
        actions.answer(remedy.pk, text="已经改正。", fixed=True, by=head)
        notices.send(0)
        arrive(gateway, (PHONE, "4分。"), (PHONE, "5"))
    remedy.refresh_from_db()
    assert (remedy.again, remedy.state) == (4, "fixed")
    assert [text[:4] for text in told(gateway)[-2:]] == ["已收到您", "这次办理"]
    Remedy.objects.all().delete()
    Rating.objects.update(disowned_at=NOON)
    Sending.objects.filter(message__kind="reply").delete()
    with clock.frozen(NOON + timedelta(days=31)):
        arrive(gateway, (PHONE, "5"))
        assert told(gateway)[-1].startswith("评价期限已过")
    assert not Rating.objects.filter(disowned_at=None).exists()
    with pytest.raises(NotAllowed):
        answering.hear(Heard(10**6, "1:sms:1", PHONE, "5"), channel="sms", by=walk.who.clerk)


@pytest.mark.parametrize(
    ("text", "grade", "words"),
    [
        ("5", 5, ""), ("４。", 4, ""), ("三", 3, ""), ("不满意", 2, ""), ("1分", 1, ""), ("5星 很好", 5, "很好"),
        ("2：等太久", 2, "等太久"), ("5非常满意", 5, ""), ("1非常满意", 0, ""), ("5天了还没办", 0, ""), ("", 0, ""),
        ("0", 0, ""), ("6", 0, ""), ("12345", 0, ""), ("1或2", 0, ""), ("1-5", 0, ""), ("1 2", 0, ""), ("好", 0, ""),
    ],
)  # fmt: skip
def test_what_people_write_for_a_grade(text: str, grade: int, words: str) -> None:
    assert answering.understood(text) == (grade, words)
