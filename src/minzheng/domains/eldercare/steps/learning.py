"""Learning for the old (老年人学习) and the months of mutual-aid sites, as registers in which the office works."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.courses import actions as courses
from minzheng.kernel.declare import (
    ByFile,
    Column,
    Deed,
    Form,
    Indicator,
    Learning,
    Lines,
    Made,
    Register,
    Tally,
)
from minzheng.kernel.declare.forms import Answers
from minzheng.kernel.facilities.models import Facility

from .. import roles, rules
from ..actions import sites
from ..forms import learning as forms
from ..queries.sites import only_own_sites, sites_of
from .books import county_of_post

__all__ = ["KEEPING", "LEARNING", "LESSONS", "MEASURES", "REGISTERS", "opener", "running"]

_OFFICER = (roles.COUNTY_OFFICER,)
LEARNING = Learning(
    "elders", "老年人学习", subjects=forms.SUBJECTS, kept_by=_OFFICER, basis=rules.PLAN.as_a_whole()
)
_CODE = "eldercare.elders"
_MINE: Mapping[str, Any] = {"learning": _CODE}

# --- Courses and who follows them --------------------------------------------------------------------


def opener(learning: str) -> Callable[..., str]:
    """What opens a course of a learning over the county of whoever asks."""

    def do(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
        del entry
        plain = given.plain
        made = courses.open_course(
            learning=learning, path=county_of_post(by), subject=plain["subject"], title=plain["title"],
            summary=plain["summary"], by=by, key=key,
        )  # fmt: skip
        return Made(f"课程“{made.title}”已开设，增加第一课后居民可以看到。", made)

    return do


def _add(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    plain = given.plain
    made = courses.add_lesson(
        course=entry, title=plain["title"], text=plain["text"], minutes=plain["minutes"], by=by, key=key
    )
    return f"已增加第 {made.number} 课，共 {len(made.pages)} 页。"


def _close(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    del given
    courses.close_course(course=entry, by=by, key=key)
    return "课程已停止。"


def _only_elders(rows: Any, by: Actor) -> Any:
    """Courses of elder care alone."""
    del by
    return rows.filter(**_MINE)


def _only_learners(rows: Any, by: Actor) -> Any:
    """Learners of elder care's courses alone."""
    del by
    return rows.filter(course__learning__startswith="eldercare.")


def running(entry: Any, by: Actor) -> bool:
    """Whether a course is still given."""
    del by
    return entry.closed_on is None


# What is done with every course, whoever it is for.
KEEPING = (
    Deed("add_lesson", "增加一课", _OFFICER, forms.LESSON, _add, when=running),
    Deed("close", "停止课程", _OFFICER, forms.CLOSE, _close, when=running, quiet=True, danger=True),
)  # fmt: skip
LESSONS = Lines("lessons", "目录", "courses.Lesson", "course", (
    Column("number", "第几课", kind="number"), Column("title", "标题"),
    Column("minutes", "大约几分钟", kind="number")), order="number")  # fmt: skip


COURSES = Register(
    "courses", "老年人学习课程", model="courses.Course", read_by=_OFFICER,
    basis=rules.PLAN.as_a_whole(), within=_only_elders,
    columns=(
        Column("title", "课程", search=True),
        Column("subject", "类别", kind="choice", options=forms.SUBJECTS, filter=True),
        Column("path", "开设地区", kind="place", filter=True), Column("opened_on", "开课日期", kind="day"),
        Column("closed_on", "停课日期", kind="day"), Column("by_name", "登记人", secondary=True),
        Column("learning", "学习项目", kind="choice", options={_CODE: LEARNING.label}, secondary=True),
    ),
    opens=(Deed("open_course", "开设课程", _OFFICER, forms.COURSE, opener(_CODE), by_file=ByFile()),),
    deeds=KEEPING, lines=(LESSONS,),
)  # fmt: skip
LEARNERS = Register(
    "learners", "学习记录", model="courses.Learner", read_by=(*_OFFICER, roles.CLERK),
    basis=rules.PLAN.as_a_whole(), within=_only_learners,
    columns=(
        Column("person.name", "学员", search=True), Column("course.title", "课程", search=True),
        Column("path", "地区", kind="place", filter=True), Column("begun_on", "开始日期", kind="day"),
        Column("lesson.number", "学到第几课", kind="number"), Column("page", "第几页", kind="number", secondary=True),
        Column("last_at", "最近学习时间", kind="instant"), Column("finished_on", "学完日期", kind="day"),
    ),
    lines=(Lines("done", "学完的课", "courses.LessonDone", "learner", (
        Column("lesson.number", "第几课", kind="number"), Column("lesson.title", "标题"),
        Column("on", "学完日期", kind="day")), order="lesson__number"),),
)  # fmt: skip

# --- Mutual-aid sites --------------------------------------------------------------------------------

_TELLS = (roles.CLERK, roles.HOME_KEEPER)
_SITE_STATES = {"reported": "待核查", "met": "核查属实", "failed": "核查不属实"}


def _site_form(entry: Any, by: Actor) -> Form:
    del entry
    return forms.site_month({str(one.pk): one.name for one in sites_of(by).order_by("name")[:300]})


def _report(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    del entry
    plain = dict(given.plain)
    site, month = Facility.objects.get(pk=int(plain.pop("facility"))), Month.parse(plain.pop("month"))
    made = sites.report_site(facility=site, month=month, told=sites.Told(**plain), by=by, key=key)
    told = f"{site.name} {month} 开放 {made.days} 天、参加 {made.visitors} 人次已登记，等县级核查。"
    return Made(told, made)


def _check(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    made = sites.check_site(
        told=entry, met=given.plain["met"], opinion=given.plain["opinion"], by=by, key=key
    )
    return f"已核查：{made.get_state_display()}。"


SITE_MONTHS = Register(
    "site_months", "互助养老站点月度记录", model="eldercare.SiteMonth", read_by=(*_TELLS, roles.COUNTY_OFFICER),
    basis=rules.PLAN.as_a_whole(), within=only_own_sites,
    columns=(
        Column("facility.name", "站点", search=True), Column("path", "所在地", kind="place", filter=True),
        Column("month", "月份", kind="day"), Column("days", "开放天数", kind="number"),
        Column("visitors", "参加人次", kind="number"), Column("meals", "助餐人次", kind="number", secondary=True),
        Column("helpers", "志愿者人次", kind="number", secondary=True),
        Column("hours", "志愿服务小时", kind="number"),
        Column("warm", "供暖", kind="choice", options={True: "正常", False: "不正常"}),
        Column("words", "开展的活动", secondary=True),
        Column("state", "状态", kind="choice", options=_SITE_STATES, filter=True),
    ),
    opens=(Deed("report", "登记月度记录", _TELLS, _site_form, _report, by_file=ByFile()),),
    deeds=(Deed("check", "核查", _OFFICER, forms.CHECK_SITE, _check,
                when=lambda entry, by: entry.state == "reported"),),
)  # fmt: skip

REGISTERS: tuple[Register, ...] = (COURSES, LEARNERS, SITE_MONTHS)
_SITE = {"state": ("reported", "met")}
MEASURES = (
    Indicator(
        "learners", "参加老年人学习的人次", "人次",
        Tally("courses.Learner", "开始学习的人次", where={"course__learning": _CODE}, on="begun_on", over="plan"),
    ),
    Indicator(
        "learners_finished", "学完课程的人次", "人次",
        Tally("courses.Learner", "学完的人次", where={"course__learning": _CODE}, on="finished_on", over="plan"),
    ),
    Indicator(
        "sites_open", "互助站点当月开放率", "%",
        Tally("eldercare.SiteMonth", "当月开放过的互助站点",
              where={**_SITE, "facility__kind": "mutual_site", "days__gte": 1}, on="month"),
        Tally("facilities.Facility", "互助站点", where={"sort": "eldercare.community", "kind": "mutual_site"},
              since="opened_on", until="closed_on"),
    ),
    Indicator(
        "site_visits", "互助站点参加人次", "人次",
        Tally("eldercare.SiteMonth", "参加人次", where=_SITE, amount="visitors", on="month", over="year"),
    ),
    Indicator(
        "mutual_hours", "互助志愿服务小时", "小时",
        Tally("eldercare.SiteMonth", "志愿服务小时", where=_SITE, amount="hours", on="month", over="year"),
    ),
)  # fmt: skip
