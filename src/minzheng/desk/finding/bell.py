"""The bell: what has come to the officer since it was last looked at, read from what is kept anyway."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from minzheng.desk import frame
from minzheng.desk.cases.words import service_label, step_label
from minzheng.kernel import clock
from minzheng.kernel.access.memory import recall, remember
from minzheng.kernel.access.models import Remembered
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.claiming import HANDED
from minzheng.kernel.casework.models import Task
from minzheng.kernel.casework.queries import work_list
from minzheng.kernel.casework.urging import ANSWERED
from minzheng.kernel.notices.queries import informed
from minzheng.kernel.people.masks import mask_name
from minzheng.kernel.publicity.models import Objection
from minzheng.kernel.publicity.queries import to_answer
from minzheng.kernel.registers.models import Export
from minzheng.kernel.registers.releasing import to_release
from minzheng.kernel.reveals.queries import alarms, oversees
from minzheng.ui.shown import badge, cn_datetime

__all__ = ["count", "page"]

_BELL, _MOST, _BACK = "bell", 30, timedelta(days=7)


@dataclass(frozen=True)
class News:
    """One thing that came: what, when, where, and whether it was there the last time already."""

    what: str
    kind: str
    text: str
    at: datetime
    url: str
    new: bool

    @property
    def badge(self) -> str:
        """What kind of news."""
        return badge(self.what, self.kind)

    @property
    def when(self) -> str:
        """The instant in words."""
        return cn_datetime(self.at)


def _since(by: Actor) -> datetime:
    kept = recall(by, _BELL)
    return kept.at if kept else clock.now() - _BACK


@never_cache
@require_GET
def count(request: HttpRequest) -> JsonResponse:
    """How many came since the bell was last looked at; asked by the page after it is shown."""
    by = frame.staff(request)
    return JsonResponse({"count": sum(one.new for one in _news(by, _since(by)))})


@never_cache
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The list of the last week, the latest first; looking at it makes it known."""
    by = frame.staff(request)
    found = sorted(_news(by, _since(by)), key=lambda one: one.at, reverse=True)
    remember(by, _BELL, {})
    head = frame.header("提醒", lead="最近七天分到、退回、催办、交办给您的任务和告知。")
    return render(request, "desk/finding/bell.html", head | {"news": found[: 2 * _MOST]})


def _news(by: Actor, since: datetime) -> Iterator[News]:
    """A few questions to the database, whatever has come; two more for whoever watches over personal data."""
    back = clock.now() - _BACK
    recent = Q(opened_at__gte=back) | Q(urged_at__gte=back)
    for task in work_list(by).filter(recent).order_by("-opened_at")[:_MOST]:
        yield _task(task, since)
    told = Q(about__startswith=HANDED) | Q(about__startswith=ANSWERED)
    words = Remembered.objects.filter(told, user_id=by.user_id, at__gte=back)
    for word in words.order_by("-at")[:_MOST]:
        yield _word(word, since)
    for notice in informed(by).filter(read_at=None, sent_at__gte=back).order_by("-pk")[:_MOST]:
        url = f"/desk/informed/{notice.pk}/"
        yield News("告知", "info", notice.title, notice.sent_at, url, notice.sent_at > since)
    for one in to_answer(by).filter(at__gte=back)[:_MOST]:
        yield _objection(one, since)
    if oversees(by):
        yield from _watched(by, since, back)


def _word(word: Remembered, since: datetime) -> News:
    """A step that was handed over, or an answer to an urging."""
    said = word.value
    answered = word.about.startswith(ANSWERED)
    what = "催办答复" if answered else "交办"
    text = f"{said['by']}{'已答复' if answered else '交办'}：{said['step']}"
    return News(what, "info", text, word.at, f"/desk/cases/{said['case']}/", word.at > since)


def _watched(by: Actor, since: datetime, back: datetime) -> Iterator[News]:
    """What waits to be released, and much that left."""
    asked = to_release(by).filter(state=Export.State.ASKED, asked_at__gte=back).order_by("-pk")[:_MOST]
    for one in asked:
        said = f"{one.created_by_name}申请导出完整信息，{one.rows:,} 条"
        url = f"/desk/reveals/requests/{one.pk}/"
        yield News("待审批", "warn", said, one.asked_at, url, one.asked_at > since)
    for left in alarms(by).filter(at__gte=back).order_by("-pk")[:_MOST]:
        said = f"{left.created_by_name}当日带出 {left.day_rows:,} 条个人信息"
        yield News("大量带出", "bad", said, left.at, f"/desk/reveals/left/{left.pk}/", left.at > since)


def _objection(one: Objection, since: datetime) -> News:
    """Somebody objects to what is posted, and the reader answers."""
    notice = one.notice
    about = mask_name(notice.about) if notice.person else notice.about
    url = f"/desk/registers/{one.register}/{one.pk}/"
    return News("公示异议", "warn", f"{about} · {notice.title}", one.at, url, one.at > since)


def _task(task: Task, since: datetime) -> News:
    urged = task.urged_at is not None and task.urged_at >= task.opened_at
    at = task.urged_at if urged and task.urged_at is not None else task.opened_at
    what, kind = ("催办", "bad") if urged else ("退回重办", "warn") if task.round > 1 else ("新任务", "good")
    said = f"{mask_name(task.case.applicant.name)} · {service_label(task.case.service)} · {step_label(task)}"
    return News(what, kind, said, at, f"/desk/cases/{task.case_id}/", at > since)
