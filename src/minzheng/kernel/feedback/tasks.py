"""What the worker does for ratings: asks, some minutes after each contact, how it was."""

from __future__ import annotations

from procrastinate.contrib.django import app

from minzheng.kernel.audit import system

from .inviting import invite

__all__ = ["ask"]


@app.periodic(cron="*/10 * * * *")
@app.task(queue="notices", queueing_lock="ask_for_ratings", pass_context=False)
def ask(timestamp: int) -> None:
    """The contacts that ended since it last ran."""
    invite(by=system("feedback"))
