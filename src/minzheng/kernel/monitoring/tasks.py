"""What the worker does for monitoring: compares every county once a month, closes what has become an application."""

from __future__ import annotations

from procrastinate.contrib.django import app

from minzheng.kernel import catalogue
from minzheng.kernel.audit import system

from . import sweeping

__all__ = ["compare", "settle"]

OF_PLATFORM = system("monitoring")


@app.periodic(cron="10 2 * * *")
@app.task(queue="nightly", queueing_lock="monitoring_compare", pass_context=False)
def compare(timestamp: int) -> None:
    """From the first of the month on; a county that was left out for whatever reason has its turn the next night."""
    for code in catalogue.current().monitors:
        sweeping.sweep_everywhere(code, by=OF_PLATFORM)


@app.periodic(cron="50 2 * * *")
@app.task(queue="nightly", queueing_lock="monitoring_settle", pass_context=False)
def settle(timestamp: int) -> None:
    """A warning whose lead became an application, or was closed, ends with it."""
    sweeping.settle(by=OF_PLATFORM)
