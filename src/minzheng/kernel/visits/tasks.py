"""What the worker does for rounds: plans every county anew each night, passes on what was not answered in time."""

from __future__ import annotations

from procrastinate.contrib.django import app

from minzheng.kernel import catalogue
from minzheng.kernel.audit import system

from . import escalating, planning

__all__ = ["pass_up", "plan"]

OF_PLATFORM = system("visits")


@app.periodic(cron="20 1 * * *")
@app.task(queue="nightly", queueing_lock="visits_plan", pass_context=False)
def plan(timestamp: int) -> None:
    """Who is watched from today on, and when each is due."""
    for code in catalogue.current().rounds:
        planning.replan_everywhere(code, by=OF_PLATFORM)


@app.periodic(cron="*/15 * * * *")
@app.task(queue="nightly", queueing_lock="visits_pass_up", pass_context=False)
def pass_up(timestamp: int) -> None:
    """Whoever was called and did not answer in time is passed over."""
    escalating.pass_up(by=OF_PLATFORM)
