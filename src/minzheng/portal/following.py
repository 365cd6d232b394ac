"""Where a matter stands, in the words a resident uses: who has it, until when, what has happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.access.models import Office
from minzheng.kernel.areas.paths import uids
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case, Correction, Task
from minzheng.kernel.notices.models import Posting

from .words import ended, state_badge

__all__ = ["Stand", "events_of", "line_of", "number_of", "progress_of", "stand_of"]

Service = catalogue.Declared[declare.Service]
# A step that ended by asking for what is missing: it begins anew once it is there.
CORRECT = "correct"
SETTLED = (Task.State.DONE, Task.State.CARRIED)


def line_of(case: Case, by: Actor) -> dict[str, Any]:
    """One line of a list: the service and for whom, its state, the day that matters."""
    service = catalogue.current().services.get(case.service)
    label = service.item.label if service else case.service
    words, kind = state_badge(case)
    draft = case.state == Case.State.DRAFT
    if case.due_on and not ended(case):
        note = f"{_day(case.due_on)}前办结"
    elif case.closed_at:
        note = f"{_day(clock.at_office_time(case.closed_at).date())}办结"
    else:
        at = clock.at_office_time(case.submitted_at or case.created_at).date()
        note = f"{_day(at)}{'保存' if draft else '提交'}"
    whose = "" if case.applicant_id == by.person_id else f"（替{case.applicant.name}办）"
    return {
        "label": label + whose, "number": number_of(case), "words": words,
        "kind": kind, "note": note, "draft": draft, "ended": ended(case),
        "url": f"/apply/{case.pk}/" if draft else f"/my/cases/{case.pk}/",
    }  # fmt: skip


def number_of(case: Case) -> str:
    """The number in groups, as it is read out on the phone: region, day, serial."""
    number = case.number or ""
    return f"{number[:6]} {number[6:14]} {number[14:]}".strip()


@dataclass(frozen=True)
class Stand:
    """The answer to “where is my matter?”."""

    words: str
    kind: str
    sentence: str
    holders: tuple[tuple[str, str, str], ...] = ()


def stand_of(case: Case, declared: Service, tasks: list[Task]) -> Stand:
    """State, a sentence about it, and who has it until when."""
    words, kind = state_badge(case)
    running = [task for task in tasks if task.state == Task.State.OPEN]
    steps = {step.code: step for step in declared.item.steps}
    holders = tuple(_holder(task, steps[task.step], case) for task in running if task.step in steps)
    sentence = _SENTENCES.get(case.state, "")
    if case.state in (Case.State.OPEN, Case.State.SUBMITTED) and running:
        sentence = "；".join(_doing(steps[task.step]) for task in running if task.step in steps) + "。"
    elif case.state == Case.State.GRANTED and running:
        sentence = "申请已经确认，决定书正在送达。"
    elif case.state == Case.State.REFUSED and running:
        sentence = "已经作出不予确认的决定，决定书正在送达。理由见下方。"
    return Stand(words, kind, sentence, holders if case.state != Case.State.PAUSED else ())


_SENTENCES = {
    Case.State.SUBMITTED: "申请已经提交，等待窗口受理。",
    Case.State.CORRECTING: "窗口看过您的申请，有几处需要补充或更正。请按下面的清单补正后重新提交。",
    Case.State.OPEN: "申请正在办理。",
    Case.State.PAUSED: "办理暂时停止，停止期间不计入办理时限。恢复后会继续办理。",
    Case.State.GRANTED: "申请已经确认，决定书已送达。",
    Case.State.REFUSED: "经核实不符合条件，决定书已送达。理由和救济途径见下方。",
    Case.State.NOT_ACCEPTED: "窗口作出了不予受理的决定，理由见通知书。",
    Case.State.WITHDRAWN: "您已撤回这件申请。需要时可以重新申请。",
}


def _doing(step: declare.Step) -> str:
    """What is being done at a step."""
    match step:
        case declare.Acceptance():
            return "窗口正在查看申请内容和签字是否齐全"
        case declare.Verification():
            return "正在向有关部门核对家庭经济状况"
        case declare.Posting():
            return "正在村（社区）公示初审意见"
        case declare.Deciding():
            return "正在作出是否确认的决定"
        case declare.Serving():
            return "正在送达决定书"
    return f"正在进行{step.label}"


def _holder(task: Task, step: declare.Step, case: Case) -> tuple[str, str, str]:
    """The step, the office that has it, and its last day."""
    role = catalogue.current().roles.get(task.role)
    office = _office(case.path, int(role.item.at)) if role else None
    name = office.name if office else (f"{role.item.at.label}{role.item.label}" if role else "")
    until = f"{_day(task.due_on)}前" if task.due_on else ""
    return step.label, f"{name}{f'（{office.phone}）' if office and office.phone else ''}", until


def _office(path: str, level: int) -> Office | None:
    parts = uids(path)
    above = ["/".join(parts[:n]) + "/" for n in range(1, len(parts) + 1)]
    return Office.objects.filter(path__in=above, level=level).order_by("-path").first()


def progress_of(case: Case, declared: Service, tasks: list[Task]) -> list[dict[str, str]]:
    """The whole way as a row of steps, each with the day it was done or is due."""
    latest: dict[str, Task] = {task.step: task for task in sorted(tasks, key=lambda one: one.round)}
    at = clock.at_office_time(case.submitted_at).date() if case.submitted_at else None
    rows = [{"label": "提交申请", "state": "done" if at else "now", "note": _day(at) if at else ""}]
    for step in declared.item.steps:
        rows.append({"label": step.label, **_reached(latest.get(step.code), case)})
    return rows


def _reached(task: Task | None, case: Case) -> dict[str, str]:
    if task is None or task.state == Task.State.CANCELLED:
        return {"state": "next", "note": ""}
    if task.state == Task.State.OPEN:
        return {"state": "stopped" if case.state == Case.State.PAUSED else "now", "note": _until(task.due_on)}
    if task.outcome == CORRECT:
        return {"state": "now", "note": "等您补正"}
    done = _day(clock.at_office_time(task.done_at).date()) if task.done_at else ""
    if task.state == Task.State.SKIPPED:
        return {"state": "skipped", "note": "无需办理"}
    return {"state": "done", "note": done}


def events_of(
    case: Case, declared: Service, tasks: list[Task], correction: Correction | None
) -> list[dict[str, Any]]:
    """What happened, the latest first.  What officers wrote for each other is not shown."""
    events: list[dict[str, Any]] = []
    if case.submitted_at:
        begun = "由前一件申请转入，不用另外申请" if case.channel == Case.Channel.FOLLOW_ON else "您提交了申请"
        events.append(_event(case.submitted_at, begun, "send", "info"))
    steps = {step.code: step for step in declared.item.steps}
    for task in tasks:
        if task.state in SETTLED and task.done_at and task.step in steps:
            events.append(_done(task, steps[task.step], case))
    if correction is not None and correction.answered_at:
        events.append(_event(correction.answered_at, "您提交了补正", "upload", "info"))
    for posting in Posting.objects.filter(case_id=case.pk):
        text = f"{posting.place}，公示到{_day(posting.last_day)}"
        events.append(_event(posting.posted_on, "初审意见开始公示", "speakerphone", "info", text))
    for pause in case.pauses.all():
        events.append(_event(pause.from_on, "办理暂停", "clock", "warn", pause.get_why_display()))
        if pause.until_on:
            events.append(_event(pause.until_on, "办理恢复", "refresh", "info"))
    if case.state == Case.State.WITHDRAWN and case.closed_at:
        events.append(_event(case.closed_at, "您撤回了申请", "arrow-back-up", "neutral"))
    return [one for _, one in sorted(enumerate(events), key=lambda pair: (_when(pair[1]["at"]), pair[0]))][
        ::-1
    ]


def _when(at: datetime | date) -> datetime:
    """What is known only by its day stands at the end of that day."""
    if isinstance(at, datetime):
        return at
    return datetime(at.year, at.month, at.day, 23, 59, tzinfo=clock.SHANGHAI)


def _done(task: Task, step: declare.Step, case: Case) -> dict[str, Any]:
    """A step that ended, by what kind of end it was."""
    assert task.done_at is not None
    outcome = next((one for one in step.outcomes if one.code == task.outcome), None)
    if task.outcome == "correct":
        return _event(task.done_at, "窗口一次性告知需要补正的内容", "alert-triangle", "warn")
    if outcome is not None and outcome.then == "return":
        return _event(task.done_at, f"{step.label}：退回补充核实", "arrow-back-up", "warn")
    if isinstance(step, declare.Acceptance | declare.Deciding) and outcome is not None:
        good = outcome.then in ("advance", "grant")
        icon = "circle-check" if good else "circle-x"
        title = f"{step.label}：{outcome.label}" if outcome.label != step.label else f"已{step.label}"
        return _event(task.done_at, title, icon, "good" if good else "bad")
    carried = "（沿用前一件申请的结果）" if task.state == Task.State.CARRIED else ""
    return _event(task.done_at, f"{step.label}完成{carried}", "check", "good")


def _event(at: datetime | date, title: str, icon: str, kind: str, text: str = "") -> dict[str, Any]:
    return {"at": at, "title": title, "icon": icon, "kind": kind, "text": text}


def _until(day: date | None) -> str:
    return f"{_day(day)}前" if day else ""


def _day(day: date) -> str:
    return (
        f"{day.month}月{day.day}日"
        if day.year == clock.today().year
        else f"{day.year}年{day.month}月{day.day}日"
    )
