"""What the platform does by itself, at its hours; each is one verb by a named part of the platform."""

from __future__ import annotations

from procrastinate.contrib.django import app

from minzheng.domains.assistance import actions as assistance
from minzheng.kernel import clock
from minzheng.kernel.audit import anchoring, linking, proving, system
from minzheng.kernel.casework import accepting, supervising
from minzheng.kernel.counter import answering
from minzheng.kernel.documents import store
from minzheng.kernel.exchange import actions as exchange
from minzheng.kernel.indicators import computing
from minzheng.kernel.indicators.actions import count_month, never_counted
from minzheng.kernel.people import refiling, shelves
from minzheng.kernel.signin import counting

__all__ = [
    "anchor_audit",
    "compute_indicators",
    "count_indicators",
    "end_exits",
    "expire_reports",
    "lapse_corrections",
    "link_audit",
    "press_overdue",
    "prove_audit",
    "sweep_counts",
    "sweep_files",
]


@app.periodic(cron="* * * * *")
@app.task(queue="audit", queueing_lock="link_audit", pass_context=False)
def link_audit(timestamp: int) -> None:
    """Within a minute what was written stands in the chain."""
    linking.link()


@app.periodic(cron="50 23 * * *")
@app.task(queue="audit", queueing_lock="anchor_audit", pass_context=False)
def anchor_audit(timestamp: int) -> None:
    """Every day the head of the chain goes to a file outside the database."""
    linking.link()
    anchoring.anchor(clock.today())


@app.periodic(cron="30 3 * * *")
@app.task(queue="audit", queueing_lock="prove_audit", pass_context=False)
def prove_audit(timestamp: int) -> None:
    """Every night, and when an auditor asks, the whole chain is proved; the outcome is a row of the audit."""
    linking.link()
    proving.prove_chain(by=proving.PROVER)


@app.periodic(cron="15 1 * * *")
@app.task(queue="nightly", queueing_lock="count_indicators", pass_context=False)
def count_indicators(timestamp: int) -> None:
    """Every night the month that runs and the one before are counted anew; once those of a year that never were."""
    month = clock.Month.of(clock.today())
    for one in dict.fromkeys((*never_counted(), month.previous, month)):
        count_month(one, by=system("nightly"))


@app.periodic(cron="45 1 * * *")
@app.task(queue="nightly", queueing_lock="compute_indicators", pass_context=False)
def compute_indicators(timestamp: int) -> None:
    """Every night all measures are counted anew for every division and month of the plan."""
    computing.compute(beside=True, by=system("nightly"))


@app.periodic(cron="5 0 * * *")
@app.task(queue="nightly", queueing_lock="expire_reports", pass_context=False)
def expire_reports(timestamp: int) -> None:
    """A verification report past its validity no longer supports a decision."""
    exchange.expire(on=clock.today(), by=system("nightly"))


@app.periodic(cron="10 0 * * *")
@app.task(queue="nightly", queueing_lock="lapse_corrections", pass_context=False)
def lapse_corrections(timestamp: int) -> None:
    """What was asked for once and not supplied in time is treated as taken back."""
    accepting.lapse_corrections(on=clock.today(), by=system("nightly"))


@app.periodic(cron="20 0 * * *")
@app.task(queue="nightly", queueing_lock="end_exits", pass_context=False)
def end_exits(timestamp: int) -> None:
    """Households whose months of grace are over leave the register, and so do tekun persons who have died."""
    assistance.end_exits(on=clock.today(), by=system("nightly"))
    assistance.end_for_the_dead(on=clock.today(), by=system("nightly"))


@app.periodic(cron="45 2 * * *")
@app.task(queue="nightly", queueing_lock="sweep_files", pass_context=False)
def sweep_files(timestamp: int) -> None:
    """Files whose transaction never came to an end are removed; what lies in clear from before is sealed."""
    store.sweep_orphans()
    shelves.sweep_left()
    refiling.refile_all(by=system("nightly"))


@app.periodic(cron="25 * * * *")
@app.task(queue="nightly", queueing_lock="sweep_counts", pass_context=False)
def sweep_counts(timestamp: int) -> None:
    """How often somebody came an hour ago is forgotten."""
    counting.sweep()


@app.periodic(cron="30 7 * * *")
@app.task(queue="nightly", queueing_lock="press_overdue", pass_context=False)
def press_overdue(timestamp: int) -> None:
    """Before the offices open, what has become overdue is urged, and the counties are told of it."""
    supervising.press_overdue(on=clock.today(), by=system("nightly"))
    supervising.remind_paused(on=clock.today(), by=system("nightly"))
    answering.report_late(on=clock.today(), by=system("nightly"))
