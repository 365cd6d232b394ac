"""What the worker does at night for one person having one file: files searched for doubles, records for people."""

from __future__ import annotations

from procrastinate.contrib.django import app

from minzheng.kernel import catalogue
from minzheng.kernel.audit import system

from . import records, scanning

__all__ = ["find_doubles", "link_records"]

MOST_BATCHES = 400


@app.periodic(cron="20 2 * * *")
@app.task(queue="nightly", queueing_lock="find_doubles", pass_context=False)
def find_doubles(timestamp: int) -> None:
    """Batch after batch, each a transaction of its own; what is left over waits for the next night."""
    for _ in range(MOST_BATCHES):
        if not scanning.scan(by=system("nightly")).files:
            return


@app.periodic(cron="50 2 * * *")
@app.task(queue="nightly", queueing_lock="link_records", pass_context=False)
def link_records(timestamp: int) -> None:
    """Each agreed file whose records find people without their number, in a transaction of its own."""
    for code, declared in catalogue.current().extracts.items():
        if declared.item.linking is not None:
            records.link_records(extract=code, by=system("nightly"))
