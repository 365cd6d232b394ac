"""督办: what is overdue below stands before whoever is above; it is urged once by itself, and reported."""

from __future__ import annotations

from collections import Counter
from datetime import date

from django.db.models import Q, QuerySet

from minzheng.kernel import audit, catalogue, clock
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.notices.informing import inform

from .models import Case, Pause, Task

__all__ = ["below", "press_overdue", "remind_paused"]


def late(on: date) -> QuerySet[Task]:
    """Open steps whose last day has passed, while the clock of their case runs."""
    return Task.objects.filter(state=Task.State.OPEN, due_on__lt=on).exclude(case__state=Case.State.PAUSED)


def below(by: Actor, *, on: date) -> QuerySet[Task]:
    """What is overdue at the levels below the actor's posts, each in its domain; the longest first."""
    above = Q(pk__in=[])
    for post in by.posts:
        domain = post.role.split(".")[0]
        lower = [
            code for code, role in catalogue.current().roles.items()
            if role.domain.code == domain and role.item.at > post.level
        ]  # fmt: skip
        above |= Q(role__in=lower, path__startswith=post.path)
    return late(on).filter(above).select_related("case", "case__applicant").order_by("due_on", "id")


@verb("casework.press_overdue", label="自动催办")
def press_overdue(*, on: date, by: Actor) -> int:
    """When a step's light turns red it is urged once without anybody's doing, and its county is told how many.

    Silent overdue is reported to the supervisor (handbook 13 §6.7).  What somebody has urged already is left as it is.
    """
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("by_itself", "自动催办由平台每天进行。上级岗位请在“督办”中催办。")
    silent = late(on).filter(urged_at=None).order_by()
    counted = Counter(county_of(path) or path for path in silent.values_list("path", flat=True))
    numbers = list(silent.values_list("pk", flat=True))
    Task.objects.filter(pk__in=numbers).update(
        urged_times=1, urged_at=clock.now(), urged_by_name="系统", urged_text="已超过期限，请尽快办理。"
    )
    for county, number in sorted(counted.items()):
        inform(
            path=county, from_path=county, topic=f"overdue:{on}", title="超期督办", by=by,
            text=f"辖区新增超期环节 {number} 个，已自动催办。请在“督办”中查看并督促办理。",
        )  # fmt: skip
    audit.note(after={"urged": len(numbers), "counties": len(counted)})
    return len(numbers)


@verb("casework.remind_paused", label="提醒中止到期")
def remind_paused(*, on: date, by: Actor) -> int:
    """A case that stands still longer than was expected is told to its county, once: nobody waits for it otherwise."""
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("by_itself", "中止到期由平台每天提醒。要恢复办理的，请打开办件办理。")
    over = list(Pause.objects.filter(until_on=None, expected_on__lt=on).select_related("case").order_by("id"))
    for one in over:
        place = county_of(one.case.path) or one.case.path
        inform(
            path=place, from_path=place, topic=f"paused:{one.pk}", title="中止到期", by=by, case_id=one.case_id,
            text=f"办件 {one.case.number} 中止已过预计恢复日期 {one.expected_on}。请核实，可以恢复的恢复办理。",
        )  # fmt: skip
    audit.note(after={"paused": len(over)})
    return len(over)
