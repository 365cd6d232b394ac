"""The course of a case: its steps as a line of progress, and everything that was done in it, in order."""

from __future__ import annotations

from typing import Any

from minzheng.kernel import catalogue, declare
from minzheng.kernel.casework.models import Case, Task
from minzheng.kernel.casework.opening import latest_tasks
from minzheng.kernel.casework.queries import timeline
from minzheng.ui.shown import iso_day

__all__ = ["events", "progress"]

_MARKS = {
    "casework.submit": ("info", "file-upload"), "casework.start_draft": ("neutral", "edit"),
    "casework.ask_correction": ("warn", "alert-circle"), "casework.pause": ("warn", "clock"),
    "casework.object": ("warn", "flag"), "casework.file_appeal": ("warn", "gavel"),
    "casework.decide_appeal": ("info", "gavel"), "casework.withdraw": ("neutral", "circle-x"),
    "casework.post_notice": ("info", "file-certificate"), "exchange.report": ("info", "file-check"),
}  # fmt: skip
_ENDS = {
    "advance": ("good", "check"), "grant": ("good", "circle-check"), "refuse": ("bad", "circle-x"),
    "return": ("warn", "arrow-back-up"), "close": ("bad", "circle-x"),
}  # fmt: skip
_STATES = {
    Task.State.OPEN: "now", Task.State.DONE: "done", Task.State.CARRIED: "done", Task.State.SKIPPED: "skipped",
}  # fmt: skip


def progress(case: Case, service: declare.Service) -> list[dict[str, str]]:
    """Each step of the service: done, running, left out, still to come."""
    latest = latest_tasks(case)
    stopped = case.state in (Case.State.NOT_ACCEPTED, Case.State.WITHDRAWN)
    steps = []
    for step in service.steps:
        task = latest.get(step.code)
        state = _STATES.get(Task.State(task.state), "next") if task else "next"
        note = ""
        if task is not None and state == "done":
            note = iso_day(task.done_at)[5:]
        elif task is not None and state == "now" and task.due_on:
            note = f"{iso_day(task.due_on)[5:]}前"
        if task is not None and task.outcome == "correct":
            state, note = "now", "待补正"
        if stopped and state == "next":
            state = "stopped" if task else "next"
        steps.append({"label": step.label, "state": state, "note": note})
    return steps


def events(case: Case) -> list[dict[str, Any]]:
    """What was done, by whom, when, why and under which article; the latest first."""
    book = catalogue.current()
    tasks = {f"casework.task:{one.pk}": one for one in case.tasks.all()}
    steps = {step.code: step for step in book.service_of(case).item.steps}
    shown = []
    for entry in timeline(case).reverse():
        task = tasks.get(entry.subject)
        kind, icon = _MARKS.get(entry.verb, ("neutral", ""))
        who = entry.actor_name
        if task is not None and entry.verb == "casework.take":
            kind, icon = _end(steps.get(task.step), task.outcome)
            who = f"{entry.actor_name} · {book.role_label(task.role)}"
        words = [
            f"理由：{entry.reason}" if entry.reason else "",
            f"依据 {entry.article}" if entry.article else "",
        ]
        shown.append({
            "at": entry.at, "title": entry.label or entry.verb, "by": who, "kind": kind, "icon": icon,
            "text": "　".join(word for word in words if word),
        })  # fmt: skip
    return shown


def _end(step: declare.Step | None, outcome: str) -> tuple[str, str]:
    ends = {one.code: one.then for one in step.outcomes} if step else {}
    return _ENDS.get(ends.get(outcome, "advance"), ("neutral", ""))
