"""What the worker does for ratings: asks, some minutes after each contact, how it was, and hears what is answered."""

from __future__ import annotations

from procrastinate.contrib.django import app

from minzheng.kernel.audit import system

from . import answering
from .inviting import invite

__all__ = ["ask", "hear"]


@app.periodic(cron="*/10 * * * *")
@app.task(queue="notices", queueing_lock="ask_for_ratings", pass_context=False)
def ask(timestamp: int) -> None:
    """The contacts that ended since it last ran."""
    invite(by=system("feedback"))


@app.periodic(cron="* * * * *")
@app.task(queue="notices", queueing_lock="hear_answers", pass_context=False)
def hear(timestamp: int) -> None:
    """What people wrote back."""
    answering.read(by=system("feedback"))
