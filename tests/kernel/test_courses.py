"""Courses: opened over a place, followed page by page, taken up where they were left, finished lesson by lesson."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from minzheng.domains.eldercare.models import Certificate
from minzheng.kernel import clock
from minzheng.kernel.courses.examining import regraded
from minzheng.kernel.courses.models import Course, Learner, Question, Sitting
from minzheng.kernel.standards.models import ParameterRow
from tests.desk_registers.test_register_deeds import Door, room
from tests.factories.cast import resident_of, staff, user_of
from tests.factories.people import household, person
from tests.factories.places import NEXT_COUNTY, NONGAN, place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
DAY = date(2024, 3, 4)
TEXT = "先按右边的开关。\n\n屏幕亮了，用手指\n向上划。\r\n\r\n看到电话的图标就可以了。"


@pytest.fixture
def who() -> SimpleNamespace:
    place(NONGAN.village.split("/")[-2])
    place(NEXT_COUNTY.village.split("/")[-2])
    elder = person(path=NONGAN.village, name="测学员", birth=date(1950, 5, 5))
    household(elder, path=NONGAN.village)
    return SimpleNamespace(
        elder=resident_of(elder), officer=staff("county_officer", at=NONGAN.county, domain="eldercare", name="测科长"),
        clerk=staff("clerk", at=NONGAN.township, domain="eldercare", name="测经办"),
        other=staff("county_officer", at=NEXT_COUNTY.county, domain="eldercare", name="测邻县"),
        neighbour=resident_of(person(path=NEXT_COUNTY.village, name="测邻居")),
    )  # fmt: skip


def phone(one: Any) -> Client:
    found = Client()
    found.force_login(user_of(one))
    return found


def opened(who: SimpleNamespace) -> Course:
    """A course of two lessons, the first of three pages, made at the desk."""
    officer, new = Door(who.officer), f"{room('courses')}new/open_course/"
    facts = {"subject": "phone", "title": "学用手机", "summary": "从开机到打电话"}
    assert "已开设" in officer.send(new, "open_course", **facts)
    assert "同名课程" in officer.send(f"{new}?2", "open_course", 400, **facts)
    made = Course.objects.get()
    one = f"{room('courses')}{made.pk}/"
    assert "最多 400 个字" in officer.send(one, "add_lesson", 400, title="长", minutes=5, text="长" * 401)
    assert "共 3 页" in officer.send(f"{one}?1", "add_lesson", title="开机", minutes=5, text=TEXT)
    assert "第 2 课" in officer.send(
        f"{one}?2", "add_lesson", title="打电话", minutes=5, text="按绿色的图标。"
    )
    return made


def shown(client: Client, made: Course, **sent: str) -> str:
    """What the telephone shows after a turn, or now."""
    url = f"/my/learning/{made.pk}/"
    if sent:
        response = client.post(url, {"key": f"k{shown.count}", **sent})  # type: ignore[attr-defined]
        shown.count += 1  # type: ignore[attr-defined]
        assert response.status_code == 302, response.content.decode()[:500]
        url = response.headers["Location"]
    page = client.get(url)
    assert page.status_code == 200
    return page.content.decode()


shown.count = 0  # type: ignore[attr-defined]


def test_a_course_goes_on_at_the_page_where_it_was_left_also_on_another_telephone(
    who: SimpleNamespace,
) -> None:
    with clock.frozen(DAY):
        made, first = opened(who), phone(who.elder)
        assert "学用手机" in first.get("/my/learning/").content.decode()
        assert "先按右边的开关" in shown(first, made)
        assert not Learner.objects.exists(), "to look is not to begin"
        assert "屏幕亮了，用手指 向上划" in shown(first, made, to="next")
    with clock.frozen(date(2024, 3, 9)):
        again = phone(who.elder)
        assert "上次学到第1课第2页" in again.get("/my/learning/").content.decode()
        assert "第 2 页，共 3 页" in shown(again, made)
        assert "先按右边" in shown(again, made, to="back")
        assert "先按右边" in shown(again, made, to="back"), "before the first page there is none"
        shown(again, made, to="next")
        shown(again, made, to="next")
        assert "按绿色的图标" in shown(again, made, to="next"), "past the last page begins the next lesson"
        assert "看到电话的图标" in shown(again, made, to="back")
        assert "学完了" in shown(again, made, lesson="2")
        assert "全部学完" in shown(again, made, to="next")
    row = Learner.objects.get()
    assert (row.finished_on, row.done.count()) == (date(2024, 3, 9), 2)
    told = Door(who.clerk).page(f"{room('learners')}{row.pk}/")
    assert "测学员" in told
    assert "打电话" in told


def test_a_form_that_is_sent_twice_turns_one_page(who: SimpleNamespace) -> None:
    with clock.frozen(DAY):
        made, client = opened(who), phone(who.elder)
        for _ in range(2):
            client.post(f"/my/learning/{made.pk}/", {"key": "same", "to": "next"})
    assert Learner.objects.get().page == 2


def test_a_course_is_for_those_who_live_beneath_its_place_and_kept_by_the_county(
    who: SimpleNamespace,
) -> None:
    with clock.frozen(DAY):
        made = opened(who)
        stranger = phone(who.neighbour)
        assert "还没有开设课程" in stranger.get("/my/learning/").content.decode()
        assert stranger.get(f"/my/learning/{made.pk}/").status_code == 404
        assert stranger.post(f"/my/learning/{made.pk}/", {"to": "next", "key": "x"}).status_code == 404
        assert (
            phone(who.elder).post(f"/my/learning/{made.pk}/", {"lesson": "9", "key": "y"}).status_code == 400
        )
        Door(who.clerk).page(f"{room('courses')}new/open_course/", 403)
        Door(who.other).page(f"{room('courses')}{made.pk}/", 404)
        mine = phone(who.elder)
        shown(mine, made, to="next")
        Door(who.officer).send(f"{room('courses')}{made.pk}/", "close", sure="yes")
        assert "屏幕亮了" in shown(mine, made), "whoever has begun goes on"
        late = resident_of(person(path=NONGAN.village, name="测后来"))
        assert phone(late).get(f"/my/learning/{made.pk}/").status_code == 404


# --- The exam ------------------------------------------------------------------------------------------

ASKED = (
    ("single", "水温多少合适", "30 度\n40 度\n60 度", "b"), ("multi", "怎样防噎", "坐直\n快吃\n小口", "C、A"),
    ("truth", "走失要等一天再报警", "", "错"), ("number", "饭后坐多少分钟", "", "030"),
)  # fmt: skip
RIGHT = {"single": ["B"], "multi": ["A", "C"], "truth": ["错"], "number": ["30"]}


def trained(who: SimpleNamespace) -> Course:
    """A course of caregiver training of one page, with as many questions as its county draws."""
    officer, courses = Door(who.officer), room("training_courses")
    facts = {"subject": "HL-03", "title": "失智照护", "summary": "线上班"}
    assert "已开设" in officer.send(f"{courses}new/open_course/", "open_course", **facts)
    made = Course.objects.get()
    one = f"{courses}{made.pk}/"
    officer.send(f"{one}?l", "add_lesson", title="一", minutes=5, text="先凉水后热水。")
    for n, (kind, text, options, answer) in enumerate(ASKED):
        told = officer.send(
            f"{one}?{n}", "add_question", kind=kind, text=text, options=options, answer=answer
        )
        assert f"现有 {n + 1} 题" in told
    return made


def sheet_of(client: Client, url: str, **wrong: list[str]) -> str:
    """Every question answered as it comes, and the sheet handed in; what the page then says."""
    sat = Sitting.objects.get(handed_at=None)
    for n, pk in enumerate(sat.drawn, 1):
        asked = Question.objects.get(pk=pk)
        page = client.get(f"{url}?q={n}").content.decode()
        assert asked.text in page
        given = wrong.get(asked.kind, RIGHT[asked.kind])
        client.post(url, {"question": pk, "given": given, "key": f"{sat.pk}-{pk}"})
    assert client.post(url, {"hand_in": "yes", "key": f"hand{sat.pk}"}).status_code == 302
    return client.get(url).content.decode()


UNITS = {"tries": "times", "days": "days"}


def figures(**values: int) -> None:
    """What the county says of its exams."""
    for name, value in values.items():
        ParameterRow.objects.create(
            key=f"training.exam.{name}", path=NONGAN.county, from_on=date(2020, 1, 1), value=str(value),
            unit=UNITS.get(name, "count"), source="测", confidence="assumption",
        )  # fmt: skip


def test_an_exam_is_drawn_answered_graded_by_the_server_and_gives_the_certificate(
    who: SimpleNamespace,
) -> None:
    with clock.frozen(DAY):
        figures(questions=4, pass_mark=75, tries=2)
        made = trained(who)
        url, me = f"/my/learning/{made.pk}/exam/", phone(who.elder)
        assert "学完全部内容以后可以考试" in me.get(url).content.decode()
        assert me.post(url, {"begin": "yes", "key": "b0"}).status_code == 400, (
            "nobody sits what is not learnt"
        )
        assert "去考试" in shown(me, made, to="next") or "开始考试" in me.get(url).content.decode()
        for _ in range(2):
            me.post(url, {"begin": "yes", "key": "b1"})
        sat = Sitting.objects.get()
        assert "还没有作答" in me.post(url, {"hand_in": "yes", "key": "h0"}).content.decode()
        bad = {"question": sat.drawn[0], "given": ["Z"], "key": "z"}
        assert "请先作答" in me.post(url, bad).content.decode()
        told = sheet_of(me, url, multi=["A"], truth=["对"])
        assert "这次没有合格" in told
        assert "4 题答对 2 题" in told
        assert not Certificate.objects.exists()
        me.post(url, {"begin": "yes", "key": "b2"})
        told = sheet_of(phone(who.elder), url, number=["31"])
        sat = Sitting.objects.get(passed=True)
        assert (sat.right, regraded(sat)) == (3, (True, 3))
        given = Certificate.objects.get()
        assert (given.number, given.score, given.course, given.hours) == (sat.number, 75, "HL-03", 40)
        assert given.number in told
        assert "开始考试" not in told
        assert me.post(url, {"begin": "yes", "key": "b3"}).status_code == 400
        assert given.number in Door(who.officer).page(f"{room('sittings')}{sat.pk}/")
        assert given.number in Door(who.officer).page(f"{room('certificates')}{given.pk}/")


def test_tries_are_counted_within_days_and_a_question_is_withdrawn_never_changed(
    who: SimpleNamespace,
) -> None:
    with clock.frozen(DAY):
        figures(questions=3, pass_mark=100, tries=1, days=30)
        made = trained(who)
        url, me = f"/my/learning/{made.pk}/exam/", phone(who.elder)
        shown(me, made, to="next")
        me.post(url, {"begin": "yes", "key": "b1"})
        sheet_of(me, url, single=["A"], multi=["B"], truth=["对"], number=["9"])
        assert "2024年4月3日起可以再考" in me.get(url).content.decode()
        refused = me.post(url, {"begin": "yes", "key": "b2"})
        assert "30 天内最多考 1 次" in refused.content.decode()
        one, first = f"{room('training_courses')}{made.pk}/", Question.objects.order_by("id")[0]
        officer = Door(who.officer)
        wrong = {"kind": "single", "text": "新题", "options": "甲\n乙", "answer": "C"}
        assert "用选项的字母写答案" in officer.send(f"{one}?w", "add_question", 400, **wrong)
        officer.send(f"{one}?x", "withdraw_question", question=first.pk)
        with pytest.raises(DatabaseError), transaction.atomic():
            Question.objects.filter(pk=first.pk).update(answer="A")
        with pytest.raises(DatabaseError), transaction.atomic():
            Sitting.objects.update(right=3)
        assert regraded(Sitting.objects.get()) == (True, 0), "what was sat is graded as it was asked"
    with clock.frozen(date(2024, 4, 3)):
        me.post(url, {"begin": "yes", "key": "b3"})
        assert first.pk not in Sitting.objects.get(handed_at=None).drawn
