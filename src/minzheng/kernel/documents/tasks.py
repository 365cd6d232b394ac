"""What the worker does for papers: reads by which words they are found, and makes what is printed together."""

from __future__ import annotations

from procrastinate.contrib.django import app

from minzheng.kernel.audit import system

from . import bundling, words

__all__ = ["make_bundle", "read_words", "resume_bundles"]


@app.periodic(cron="* * * * *")
@app.task(queue="documents", queueing_lock="read_words", pass_context=False)
def read_words(timestamp: int) -> None:
    """Within a minute a paper is found by its words."""
    while words.waiting() and words.read_waiting(by=system("documents")):
        pass


@app.task(queue="documents", pass_context=False)
def make_bundle(bundle_id: int) -> None:
    """Make one file for the printer."""
    bundling.make(bundle_id)


@app.periodic(cron="*/10 * * * *")
@app.task(queue="documents", queueing_lock="resume_bundles", pass_context=False)
def resume_bundles(timestamp: int) -> None:
    """What a stopped worker left undone is begun anew; what has expired is removed."""
    bundling.sweep()
    for bundle_id in bundling.unfinished():
        bundling.make(bundle_id)
