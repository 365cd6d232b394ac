"""What the worker does between the office and the bank: files out, answers in, every minute."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from . import delivering
from .bank.channel import Unacknowledged

__all__ = ["collect", "deliver"]


@app.periodic(cron="* * * * *")
@app.task(queue="bank", queueing_lock="bank_deliver", pass_context=False)
def deliver(timestamp: int) -> None:
    """Files that wait are handed over."""
    delivering.deliver_waiting()


@app.periodic(cron="* * * * *")
@app.task(queue="bank", queueing_lock="bank_collect", pass_context=False)
def collect(timestamp: int) -> None:
    """Answers that have come are read in."""
    try:
        delivering.collect()
    except Unacknowledged as error:  # the bank is asked again in a minute; what came before is kept
        logging.getLogger(__name__).warning("%s", error.message)
