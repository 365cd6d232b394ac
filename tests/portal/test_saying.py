"""好差评 and the opinion box by HTTP: rated once, answered within its limit, called back, counted; nobody is named."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from minzheng.kernel import clock
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework.models import Task
from minzheng.kernel.errors import MinzhengError, NotAllowed, NotFound, Refused
from minzheng.kernel.feedback import actions, box, giving, queries
from minzheng.kernel.feedback.models import Opinion, Rating, Remedy
from minzheng.kernel.notices.models import Message
from tests.factories.cast import Cast, cast, resident_of, staff
from tests.factories.departments import Departments
from tests.factories.people import household, person
from tests.factories.phones import press, signed_in, text_of
from tests.factories.walk import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]

DAY = date(2026, 3, 3)


@pytest.fixture
def who() -> Cast:
    return cast()


@pytest.fixture
def walk(who: Cast, departments: Departments) -> Walk:
    """A case that the window has accepted: the first contact has ended."""
    applicant = person(path=who.seat.village, name="林大山", birth=date(1960, 1, 9))
    home = household(applicant, path=who.seat.village)
    walk = Walk(who=who, departments=departments, applicant=applicant, family=home)
    with clock.frozen(DAY):
        walk.apply()
        walk.accept()
    return walk


def _accepted(walk: Walk) -> Task:
    return Task.objects.get(case=walk.case, step="accept", state="done")


def _url(walk: Walk) -> str:
    return f"/my/cases/{walk.case.pk}/rate/{_accepted(walk).pk}/"


BAD = {"grade": "2", "tags": ["trips", "unclear"], "text": "让我跑了三趟"}


def test_a_bad_rating_is_looked_into_answered_and_called_back_and_nobody_learns_whose_it_was(
    walk: Walk,
) -> None:
    home, supervisor = signed_in(resident_of(walk.applicant)), signed_in(walk.who.township_approver)
    with clock.frozen(DAY):
        assert "评价一下" in text_of(home.get(f"/my/cases/{walk.case.pk}/"))
        wrong = press(home, _url(walk), {"grade": "1"})
        assert wrong.status_code == 400
        assert "请至少选一项" in text_of(wrong)
        assert press(home, _url(walk), BAD).status_code == 302
        page = text_of(home.get(f"/my/cases/{walk.case.pk}/"))
        assert "2026年3月4日前核实，2026年3月24日前答复您" in page.replace(" ", "")
        listed = text_of(supervisor.get("/desk/feedback/"))
        assert "不满意" in listed
        assert "2026-03-04" in listed, "until it was looked into, that limit runs"
        remedy = Remedy.objects.get()
        shown = text_of(supervisor.get(f"/desk/feedback/{remedy.pk}/"))
        assert "让我跑了三趟" in shown
        assert "来回跑了多次" in shown
        for secret in (walk.applicant.name, str(walk.case.number)):
            assert secret not in listed + shown
        history = text_of(signed_in(walk.who.clerk).get(f"/desk/cases/{walk.case.pk}/"))
        assert "评价" not in history.replace("评价一下", "")
        _deed(supervisor, remedy, "found", {"found-found": "向窗口了解，材料没有一次说清"})
        _deed(
            supervisor,
            remedy,
            "answer",
            {"answer-answer": "对不起，已改为一次告知。", "answer-fixed": "true"},
        )
        assert Message.objects.get(title="您的评价有了答复").person_id == walk.applicant.pk
        assert "对不起，已改为一次告知" in text_of(home.get(f"/my/cases/{walk.case.pk}/"))
        assert press(home, _url(walk), {"do": "again", "grade": "4"}).status_code == 302
        told = queries.rates(walk.who.seat.county, clock.Month.of(DAY))
        assert (told.good_rate, told.fix_rate, told.late) == ((0, 1), (1, 1), 0)
        assert "100.0%" in text_of(supervisor.get("/desk/feedback/?month=2026-03"))


def _deed(client: Client, remedy: Remedy, deed: str, answers: dict[str, str]) -> Any:
    remedy.refresh_from_db()
    post = {"deed": deed, "key": f"{deed}{remedy.version}", "version": remedy.version, **answers}
    answer = client.post(f"/desk/feedback/{remedy.pk}/", post)
    assert answer.status_code == 302, text_of(answer)
    return answer


def _bad(walk: Walk) -> Remedy:
    giving.rate(_accepted(walk).pk, grade=1, tags=["rude"], text="", by=resident_of(walk.applicant))
    return Remedy.objects.get()


def test_two_must_agree_that_a_rating_is_malicious_and_the_rated_may_not_answer(walk: Walk) -> None:
    who = walk.who
    with clock.frozen(DAY):
        remedy = _bad(walk)
        both = staff(
            "township_approver", "county_approver", at=(who.seat.township, who.seat.county), name="两岗一人"
        )
        actions.doubt(remedy.pk, reason="与办理无关", by=both)
        with pytest.raises(NotAllowed, match="两人认定"):
            actions.agree(remedy.pk, invalid=True, reason="同意", by=both)
        with pytest.raises(NotAllowed, match="审批人"):
            actions.agree(remedy.pk, invalid=True, reason="同意", by=who.township_approver)
        actions.agree(remedy.pk, invalid=False, reason="属实", by=who.county_approver)
        Task.objects.filter(pk=_accepted(walk).pk).update(done_by=who.township_approver.id)
        with pytest.raises(NotAllowed, match="其他同志"):
            actions.look_into(remedy.pk, found="已了解", by=who.township_approver)
        actions.look_into(remedy.pk, found="已了解", by=both)
        with pytest.raises(Refused, match="核实过"):
            actions.look_into(remedy.pk, found="再了解", by=both)
        actions.doubt(remedy.pk, reason="重复评价", by=both)
        actions.agree(remedy.pk, invalid=True, reason="同意", by=who.county_approver)
        told = queries.rates(who.seat.county, clock.Month.of(DAY))
        assert (told.valid, told.bad, told.fixed) == (0, 0, 0)


def test_a_contact_is_rated_once_within_its_limit_and_added_to_once(walk: Walk) -> None:
    mine, task = resident_of(walk.applicant), _accepted(walk)
    with clock.frozen(DAY):
        for other in (walk.who.resident, walk.who.clerk):
            with pytest.raises(NotFound):
                giving.rate(task.pk, grade=5, tags=[], text="", by=other)
        with pytest.raises(Refused, match="标签"):
            giving.rate(task.pk, grade=5, tags=["rude"], text="", by=mine)
    late = clock.frozen(DAY + timedelta(days=31))
    with late, pytest.raises(Refused, match="届满"):
        giving.rate(task.pk, grade=5, tags=[], text="", by=mine)
    with clock.frozen(DAY + timedelta(days=30)):
        home = signed_in(mine)
        html = text_of(home.get(_url(walk)))
        key = html.split('name="key" value="')[1].split('"')[0]
        for _ in range(2):
            assert home.post(_url(walk), {"key": key, "grade": "5", "tags": ["kind"]}).status_code == 302
        rating = Rating.objects.get()
        with pytest.raises(Refused, match="评价过"):
            giving.rate(task.pk, grade=1, tags=["rude"], text="", by=mine)
        assert not Remedy.objects.exists(), "what is good needs no answer"
        assert press(home, _url(walk), {"do": "add", "added": "后来又帮我打了电话"}).status_code == 302
        with pytest.raises(Refused, match="追加过"):
            giving.add(rating.pk, text="再来一句", by=mine)
        with pytest.raises(NotFound):
            giving.rate_again(rating.pk, grade=5, by=walk.who.resident)
        entry = Entry.objects.get(verb="feedback.rate", outcome="done")
        assert entry.case_id is None, "the case's history does not say who was dissatisfied"


def test_an_opinion_without_a_name_is_answered_and_read_by_whoever_put_it_in(who: Cast) -> None:
    home = signed_in(who.resident)
    with clock.frozen(DAY):
        assert "必填" in text_of(press(home, "/opinions/", {"kind": "advice"}))
        said = {"kind": "advice", "text": "窗口中午能不能有人值班", "signed": "false"}
        assert press(home, "/opinions/", said).status_code == 302
        one = Opinion.objects.get()
        assert one.due_on == date(2026, 3, 24)
        supervisor = signed_in(who.township_approver)
        shown = text_of(supervisor.get(f"/desk/feedback/opinions/{one.pk}/"))
        assert "窗口中午" in shown
        assert "林小满" not in shown
        assert signed_in(who.stranger).get(f"/desk/feedback/opinions/{one.pk}/").status_code == 404
        assert signed_in(who.clerk).get("/desk/feedback/").status_code == 403
        post = {"deed": "answer", "key": "k", "answer-answer": "从下周起中午有人值班。"}
        assert supervisor.post(f"/desk/feedback/opinions/{one.pk}/", post).status_code == 302
        with pytest.raises(Refused, match="已经答复"):
            box.answer_opinion(one.pk, text="再答", by=who.township_approver)
        with pytest.raises(MinzhengError):
            box.put_in(kind="advice", text="我是工作人员", signed=True, by=who.clerk)
        assert "中午有人值班" in text_of(home.get("/opinions/"))
        assert "已答复" in text_of(supervisor.get("/desk/feedback/opinions/?state=answered"))


def test_somebody_without_an_account_writes_to_a_township_and_finds_the_answer_by_the_code(
    client: Client, who: Cast
) -> None:
    supervisor = signed_in(who.township_approver)
    place = who.seat.township.split("/")[-2]
    with clock.frozen(DAY):
        assert f"/opinions/?place={place}" in text_of(client.get("/opinions/?q=fulong"))
        url = f"/opinions/?place={place}"
        assert press(client, url, {"kind": "question", "text": " "}).status_code == 400
        key = text_of(client.get(url)).split('name="key" value="')[1].split('"')[0]
        sent = {"kind": "question", "text": "能不能上门帮着填表", "key": key}
        told = {client.post(url, sent)["Location"] for _ in range(2)}
        one = Opinion.objects.get()
        assert told == {f"/opinions/answer/{one.code}/"}, "a second press is the same word"
        assert (one.person_id, one.path, one.due_on) == (None, who.seat.township, date(2026, 3, 24))
        assert "等待答复" in text_of(client.get(f"/opinions/answer/{one.code.lower()}/"))
        assert client.get("/opinions/answer/ABCDEFGHJKMN/").status_code == 404
        assert "凭查询码看答复" in text_of(supervisor.get(f"/desk/feedback/opinions/{one.pk}/"))
        box.answer_opinion(one.pk, text="可以，请打窗口电话。", by=who.township_approver)
        spoken = f"{one.code[:4]}-{one.code[4:8]}-{one.code[8:]}"
        assert "请打窗口电话" in text_of(client.get("/opinions/answer/", {"code": spoken}, follow=True))
        assert not Message.objects.exists()
        flood = [client.post(url, {"kind": "question", "text": " "}).status_code for _ in range(4)]
        assert flood == [400, 400, 400, 429], "six words a minute from one address"
        with pytest.raises(NotAllowed, match="已经登录"):
            box.put_in_openly(kind="advice", text="好", path=who.seat.township, by=who.resident)
