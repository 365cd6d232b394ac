"""What the worker does between the office and other departments: silent sources asked again, re-checks carried on."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from minzheng.kernel.audit import system
from minzheng.kernel.errors import MinzhengError

from . import asking, outbox, rechecking, silence
from .models import Verification

__all__ = ["ask_again", "begin", "carry_on", "push", "resume"]

SHARED_BY = 2  # how many workers usually stand; one that finds nothing left is done at once


def begin(run_id: int) -> None:
    """The re-check is put before the workers, who share its parts."""
    for _ in range(SHARED_BY):
        carry_on.defer(run_id=run_id)


@app.task(queue="exchange", pass_context=False)
def carry_on(run_id: int) -> None:
    """Every part of a re-check that waits."""
    rechecking.carry_on(run_id)


@app.periodic(cron="*/5 * * * *")
@app.task(queue="exchange", queueing_lock="resume_rechecks", pass_context=False)
def resume(timestamp: int) -> None:
    """What a stopped worker left, what came late, and sources that are due to be asked again."""
    for run_id in rechecking.unfinished():
        rechecking.carry_on(run_id)


@app.periodic(cron="*/5 * * * *")
@app.task(queue="exchange", queueing_lock="ask_again", pass_context=False)
def ask_again(timestamp: int) -> None:
    """Of a household only what is still open is asked again, or fetched."""
    for verification in Verification.objects.filter(pk__in=silence.ask_again()):
        try:
            asking.collect(verification=verification, by=system("exchange"))
        except MinzhengError as error:  # kept in the audit; the others are asked all the same
            logging.getLogger(__name__).warning("%s", error.code)


@app.periodic(cron="* * * * *")
@app.task(queue="exchange", queueing_lock="push_outgoing", pass_context=False)
def push(timestamp: int) -> None:
    """What a case step has left to be told is sent within a minute."""
    outbox.send_waiting(by=system("exchange"))
