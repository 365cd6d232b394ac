"""好差评 without an account: by message, receipt, tablet and telephone; once over all of them, and named to nobody."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from minzheng.kernel import clock
from minzheng.kernel.audit import system
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework.models import Task
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.feedback import actions, giving, inviting, queries, telephone
from minzheng.kernel.feedback.models import Caller, Rating, Remedy
from minzheng.kernel.feedback.words import ENDED
from minzheng.kernel.notices import links, receipts, sending
from minzheng.kernel.notices.channels import Outcome, Posted, Said
from minzheng.kernel.notices.models import Sending
from minzheng.portal.views.opinions import VISITOR
from tests.factories.cast import Cast, cast, resident_of, staff
from tests.factories.departments import Departments
from tests.factories.people import household, person
from tests.factories.phones import press, signed_in, text_of
from tests.factories.walk import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
DAY = date(2026, 3, 3)
NOON = datetime(2026, 3, 3, 12, 0, tzinfo=clock.SHANGHAI)


class Phone:
    """A gateway that keeps what it was given, and cannot reach anybody where it is told so."""

    keyed = True

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.answer = Said(Outcome.TAKEN)

    def send(self, one: Posted) -> Said:
        self.texts.append(one.text)
        return self.answer

    def arrivals(self, after: int) -> Any:
        return iter(())


@pytest.fixture
def who() -> Cast:
    return cast()


@pytest.fixture
def walk(who: Cast, departments: Departments) -> Walk:
    """A case that the window has accepted this noon."""
    applicant = person(path=who.seat.village, name="林大山", birth=date(1960, 1, 9), phone="13804310001")
    home = household(applicant, path=who.seat.village)
    walk = Walk(who=who, departments=departments, applicant=applicant, family=home)
    with clock.frozen(DAY):
        walk.apply()
        walk.accept()
    Task.objects.filter(case=walk.case, step="accept", state="done").update(done_at=NOON)
    return walk


def accepted(walk: Walk) -> Task:
    return Task.objects.get(case=walk.case, step="accept", state="done")


def path_in(text: str) -> str:
    found = re.search(r"https?://[^/]+(/r/[^/]+/)", text)
    assert found, text
    return found[1]


def test_a_message_with_a_link_follows_each_contact_once_and_its_holder_rates_without_an_account(
    walk: Walk, settings: Any, client: Client
) -> None:
    settings.MINZHENG_SMS = "http://gateway.test"
    phone, me = Phone(), system("feedback")
    with clock.frozen(NOON + timedelta(minutes=5)):
        assert inviting.invite(by=me) == 0, "whoever still stands at the window may rate there"
    with clock.frozen(NOON + timedelta(minutes=20)):
        Sending.objects.all().delete()
        assert inviting.invite(by=me) == 1
        assert inviting.invite(by=me) == 0, "nobody is asked twice"
        sending.send_waiting(by=system("notices"), ways={"sms": phone})
        told = phone.texts[-1]
        assert walk.applicant.name not in told
        assert "低保" not in told
        url = path_in(told)
        opened = client.get(url)
        page = text_of(opened)
        assert "办得怎么样" in page
        assert opened["Referrer-Policy"] == "same-origin", (
            "without one a browser's post says it comes from nowhere"
        )
        for secret in (walk.applicant.name, str(walk.case.number), "最低生活保障"):
            assert secret not in page, "a link may be opened by whoever holds the telephone"
        assert client.get(url[:-2] + ("2/" if url[-2] != "2" else "3/")).status_code == 404
        assert press(client, url, {"grade": "2"}).status_code == 400
        key = text_of(client.get(url)).split('name="key" value="')[1].split('"')[0]
        sent = {"key": key, "grade": "2", "tags": ["trips"], "text": "跑了三趟"}
        assert [client.post(url, sent).status_code for _ in range(2)] == [302, 302]
        rating = Rating.objects.get()
        assert (rating.channel, rating.person_id) == ("sms", None)
        after = text_of(client.get(url))
        assert "已经评价过" in after
        assert "跑了三趟" not in after, "nobody reads from the link what was said"
        with pytest.raises(Refused, match="评价过"):
            giving.rate(rating.task_id, grade=5, tags=[], text="", by=resident_of(walk.applicant))
        assert Entry.objects.get(verb="feedback.rate_openly", outcome="done").case_id is None


def test_the_answer_goes_to_the_telephone_with_a_link_for_the_second_rating_and_no_officer_sees_whom_it_reached(
    walk: Walk, settings: Any, client: Client
) -> None:
    settings.MINZHENG_SMS = "http://gateway.test"
    phone = Phone()
    with clock.frozen(NOON + timedelta(minutes=20)):
        giving.rate_openly(accepted(walk).pk, channel="qr", grade=1, tags=["rude"], text="", by=VISITOR)
        remedy, head = Remedy.objects.get(), walk.who.township_approver
        assert remedy.look_by == date(2026, 3, 4)
        actions.look_into(remedy.pk, found="向窗口了解", by=head)
        Sending.objects.all().delete()
        actions.answer(remedy.pk, text="对不起，已经批评教育。", fixed=True, by=head)
        phone.answer = Said(Outcome.REFUSED, error="phone_missing")
        sending.send_waiting(by=system("notices"), ways={"sms": phone})
        assert Sending.objects.get().state == "failed"
        assert not receipts.undelivered(walk.who.clerk).exists(), "a message that failed would say who rated"
        url = path_in(phone.texts[-1])
        assert "已经批评教育" in text_of(client.get(url))
        assert press(client, url, {"grade": "4"}).status_code == 302
        assert "满意" in text_of(client.get(url))
        remedy.refresh_from_db()
        assert (remedy.again, remedy.state) == (4, "fixed")


def test_the_receipt_leads_to_the_rating_and_what_was_not_the_applicants_word_is_put_right(
    walk: Walk, client: Client
) -> None:
    me = resident_of(walk.applicant)
    home = signed_in(me)
    with clock.frozen(NOON + timedelta(minutes=20)):
        code = Document.objects.get(case_id=walk.case.pk, letter="acceptance_receipt").check_code
        found = re.search(r'href="(/r/q[^"]+)"', text_of(client.get(f"/verify/{code}/")))
        assert found, "whoever holds the receipt may rate"
        assert press(client, found[1], {"grade": "5"}).status_code == 302
        assert "评价这次办理" not in text_of(client.get(f"/verify/{code}/"))
        mine = f"/my/cases/{walk.case.pk}/rate/{accepted(walk).pk}/"
        assert "不是我评的" in text_of(home.get(mine))
        assert press(home, mine, {"do": "disown"}).status_code == 302
        assert press(home, mine, {"grade": "1", "tags": ["papers"]}).status_code == 302
        told = queries.rates(walk.who.seat.county, clock.Month.of(DAY))
        assert (told.valid, told.good, told.bad) == (1, 0, 1)
        rows = queries.by_channel([walk.who.seat.county], clock.Month.of(DAY))
        of = {one.label: (one.valid, one.good, one.disowned) for one in rows}
        assert (of["网上"], of["回执二维码"]) == ((1, 0, 0), (0, 0, 1))
        with pytest.raises(Refused, match="登录后作出"):
            giving.disown(Rating.objects.get(channel="online").pk, by=me)
        listed = text_of(signed_in(walk.who.township_approver).get("/desk/feedback/?month=2026-03"))
        assert "回执二维码" in listed
    with clock.frozen(DAY + timedelta(days=31)):
        late = f"/r/{links.token(ENDED, accepted(walk).pk)}/"
        assert "已经评价过" in text_of(client.get(late))


def test_a_tablet_is_connected_once_and_asks_whoever_its_clerk_has_just_served(
    walk: Walk, client: Client
) -> None:
    clerk, tablet = signed_in(walk.who.clerk), Client()
    with clock.frozen(NOON + timedelta(minutes=2)):
        made = clerk.post("/desk/feedback/counter/", {"deed": "device", "key": "d", "device-name": "2号窗口"})
        link = re.search(r"http://[^/]+(/window/\d+-[0-9a-f]+/)", text_of(made))
        assert link, text_of(made)
        assert tablet.post(link[1]).status_code == 302
        assert client.post(link[1]).status_code == 404, "the link serves once"
        assert client.get("/window/").status_code == 404, "and nobody else is the device"
        assert tablet.get("/window/waiting/").json()["asks"] == accepted(walk).pk
        page = text_of(tablet.get("/window/"))
        assert "您满意吗" in page
        for secret in (walk.applicant.name, str(walk.case.number), "最低生活保障"):
            assert secret not in page
        asked = {"task": str(accepted(walk).pk), "key": "t1", "grade": "2"}
        assert "哪里没做好" in text_of(tablet.post("/window/", asked))
        assert not Rating.objects.exists(), "one more press says what was wrong"
        twice = [tablet.post("/window/", asked | {"asked": "1", "tags": ["rude"]}) for _ in range(2)]
        assert {one["Location"] for one in twice} == {"/window/?thanks=1"}
        assert (Rating.objects.get().channel, Remedy.objects.count()) == ("device", 1)
        assert tablet.get("/window/waiting/").json()["asks"] == 0
        Rating.objects.update(disowned_at=NOON)
        assert press(tablet, "/window/", {"task": asked["task"], "do": "pass"}).status_code == 302
        assert tablet.get("/window/waiting/").json()["asks"] == 0, "who does not wish to is left alone"
    Rating.objects.update(disowned_at=None)
    with clock.frozen(NOON + timedelta(minutes=15)):
        assert "欢迎" in text_of(tablet.get("/window/")), (
            "the next in the queue is not asked about the one before"
        )
        number = re.search(r"close(\d+)", text_of(clerk.get("/desk/feedback/counter/")))
        assert number
        clerk.post("/desk/feedback/counter/", {"deed": f"close{number[1]}", "key": "c"})
        assert tablet.get("/window/").status_code == 404
        assert signed_in(walk.who.investigator).get("/desk/feedback/counter/").status_code == 403


def test_the_hotline_takes_down_a_rating_from_whoever_knows_the_case_and_has_no_part_in_the_answer(
    walk: Walk,
) -> None:
    who = walk.who
    colleague = staff(
        "clerk", "township_approver", at=(who.seat.township, who.seat.township), name="接线一人"
    )
    said = {"phone": "13804310009", "grade": 1, "tags": ["slow"], "text": ""}
    with clock.frozen(NOON + timedelta(minutes=20)):
        number = str(walk.case.number)
        with pytest.raises(NotAllowed, match="由您办理"):
            telephone.take_down(number, name="林大山", by=who.clerk, **said)
        with pytest.raises(Refused, match="不一致"):
            telephone.take_down(number, name="别人", by=colleague, **said)
        for stranger in (who.stranger, who.investigator):
            with pytest.raises((NotFound, NotAllowed)):
                telephone.take_down(number, name="林大山", by=stranger, **said)
        desk = signed_in(colleague)
        form = {
            f"said-{name}": str(value)
            for name, value in (said | {"number": number, "name": "林大山"}).items()
        }
        sent = form | {"deed": "said", "key": "h1", "said-tag": "slow"}
        assert [desk.post("/desk/feedback/counter/", sent).status_code for _ in range(2)] == [302, 302]
        rating = Rating.objects.get()
        assert (rating.channel, Caller.objects.get().phone) == ("hotline", "13804310009")
        with pytest.raises(Refused, match="没有可以评价"):
            telephone.take_down(number, name="林大山", by=colleague, **said)
        remedy = Remedy.objects.get()
        with pytest.raises(NotAllowed, match="接听记录"):
            actions.look_into(remedy.pk, found="了解", by=colleague)
        shown = text_of(signed_in(who.township_approver).get(f"/desk/feedback/{remedy.pk}/"))
        assert "热线电话" in shown
        assert "13804310009" not in shown
        with pytest.raises(Refused, match="等待回访"):
            telephone.take_down_again(number, name="林大山", grade=4, by=colleague)
        actions.look_into(remedy.pk, found="了解", by=who.township_approver)
        actions.answer(remedy.pk, text="已改", fixed=True, by=who.township_approver)
        again = {
            "deed": "again",
            "key": "h2",
            "again-number": number,
            "again-name": "林大山",
            "again-grade": "1",
        }
        assert desk.post("/desk/feedback/counter/", again).status_code == 302
        remedy.refresh_from_db()
        assert (remedy.again, remedy.state) == (1, "unfixed"), "who is still dissatisfied has not been helped"
