"""Made-up courses of one county, who follows them and how far, and carers whose training is paid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.clock import Month
from minzheng.kernel.courses import actions as courses
from minzheng.kernel.courses.models import Course
from minzheng.kernel.people.models import Household, Person
from minzheng.kernel.subsidies import actions as subsidies

from ..models import Certificate
from .elders import card

__all__ = ["populate"]

_TRAINING = "eldercare.training"
_MOST = 12
# Subject, title, what it is about, since when, and of each lesson title, minutes and text.
_COURSES = (
    ("phone", "学用智能手机", "从开机、打电话到视频通话，慢慢学", date(2022, 4, 6), (
        ("开机和充电", 8, "手机侧面的长按钮是开关。按住三秒，屏幕就亮了。\n\n屏幕上方有一个小电池。变成红色时要充电，"
         "用原来的充电器。\n\n充电时不要放在枕头下面，也不要边充边打电话。"),
        ("打电话", 10, "找到绿色的话筒图标，轻轻点一下。\n\n按号码，再点绿色的话筒。打完点红色的话筒。\n\n"
         "把子女的号码存好，名字写清楚，以后点名字就能打。"),
        ("视频通话", 12, "先连上家里的无线网，视频不花流量费。\n\n点子女的名字，再点摄像机的图标。\n\n"
         "手机离脸一尺远，光从前面来，对方看得最清楚。"),
    )),
    ("safety", "防骗一看就懂", "常见骗局和三个“不”", date(2023, 3, 8), (
        ("三个不", 6, "不认识的人要钱，不给。\n\n不明白的链接，不点。\n\n短信里的验证码，不告诉别人。"),
        ("保健品骗局", 8, "免费听课、送鸡蛋，最后都要您掏钱。\n\n能治百病的“药”一定是假的。有病去医院。\n\n"
         "已经交了钱，马上告诉子女，打 96110 或者找村委会。"),
        ("养老诈骗", 8, "预存几万元住进养老院、还有高利息，是非法集资的常见说法。\n\n"
         "先问民政部门：这家机构备案了吗，收费上墙了吗。\n\n合同拿回家，和子女一起看过再签。"),
    )),
    ("health", "冬天怎样过得平安", "取暖、防滑、按时吃药", date(2024, 11, 4), (
        ("取暖和一氧化碳", 8, "烧炉子的屋子，窗户要留缝。\n\n头晕、恶心、没有力气，先开门开窗，再打 120。\n\n"
         "装一个报警器，响了就出屋。"),
        ("下雪出门", 6, "鞋底要有纹。走路步子小一点，手不要插在口袋里。\n\n"
         "雪后头两天尽量不出门，需要东西请邻居帮忙带。"),
    )),
)  # fmt: skip


def populate(*, actors: Mapping[str, Actor], family: Household | None, by: Actor) -> None:
    """Done once."""
    del family, by
    if Course.objects.exists() or "elder_county" not in actors:
        return
    officer = actors["elder_county"]
    county = officer.posts[0].path
    made = [_opened(one, county, officer) for one in _COURSES]
    people = Person.objects.filter(
        path__startswith=county, died_on=None, merged_into=None, birth__lte=date(1962, 1, 1)
    )
    for n, one in enumerate(people.order_by("id")[:_MOST]):
        _follows(one, n, made)
    _paid(county, actors)


def _opened(given: tuple, county: str, officer: Actor) -> Course:  # type: ignore[type-arg]
    subject, title, summary, since, lessons = given
    with clock.frozen(since):
        made: Course = courses.open_course(
            learning="eldercare.elders",
            path=county,
            subject=subject,
            title=title,
            summary=summary,
            by=officer,
        )
        for name, minutes, text in lessons:
            courses.add_lesson(course=made, title=name, text=text, minutes=minutes, by=officer)
    return made


def _follows(one: Person, n: int, made: list[Course]) -> None:
    """Some come to the end, some have stopped in the middle of a lesson; each on days of their own."""
    me = Actor(id=f"person:{one.pk}", name=one.name, kind=Kind.RESIDENT, person_id=one.pk)
    course = made[n % len(made)]
    turns = sum(len(lesson.pages) for lesson in course.lessons.all()) if n % 3 == 0 else 1 + n % 7
    day = max(course.opened_on + timedelta(days=9 * n), clock.today() - timedelta(days=400 + n))
    for at in range(turns):
        with clock.frozen(datetime.combine(day + timedelta(days=at // 3), time(9, at), clock.SHANGHAI)):
            courses.turn(course=course, to="next", by=me)


def _paid(county: str, actors: Mapping[str, Actor]) -> None:
    """Most carers have confirmed an account: last month's list is signed, this month's waits."""
    officer, last = actors["elder_county"], Month.of(clock.today()).previous
    carers = (
        Certificate.objects.filter(path=county, kind="caregiver")
        .order_by("person_id", "id")
        .distinct("person_id")
    )
    for n, one in enumerate(carers.select_related("person")):
        if n % 4 != 3:
            subsidies.confirm_account(
                subsidy=_TRAINING,
                person=one.person,
                account=card(one.person_id),
                owner=one.person.name,
                by=officer,
            )
    for month in (last, last.next):
        with clock.frozen(min(month.last, clock.today())):
            made = subsidies.draft(subsidy=_TRAINING, path=county, month=month, by=actors["elder_payer"])
            if month == last and made.persons:
                for reviewer in ("elder_review", "elder_review2"):
                    subsidies.sign(listing=made, seen=made.content_sha, by=actors[reviewer])
