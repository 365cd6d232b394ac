"""A department's file against the people on file: seconds until the links are kept, and how right they are."""

from __future__ import annotations

import resource
import sys
from collections import Counter
from datetime import date
from typing import Any

import numpy as np

from bench.exchange.incoming import PERSONS_IN_A_HOUSEHOLD, Incoming
from minzheng.kernel import clock
from minzheng.kernel.audit import system
from minzheng.kernel.linkage import frames
from minzheng.kernel.linkage.incoming import link_file
from minzheng.kernel.linkage.models import IncomingLink
from minzheng.kernel.people.models import Person
from minzheng.kernel.people.population import populate

__all__ = ["measured"]

DAY, SEED = date(2026, 11, 2), 1


def measured(subjects: int) -> dict[str, Any]:
    """Half as many people on file as rows come in; the file is made before the clock is started."""
    made, households = Incoming(subjects, SEED), int(subjects / 2 / PERSONS_IN_A_HOUSEHOLD)
    populate(households=households, seed=SEED, sinks=(made.on_file,))
    made.fill(households)
    rows, truth = made.mixed()
    made.rows.clear()
    made.truth.clear()
    table = frames.told(rows)
    del rows
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with clock.frozen(DAY):
        done = link_file(source="测", purpose="测", subjects=table, path="22/", by=system("bench"))
    return {
        "linkage_subjects": len(truth), "linkage_people": Person.objects.count(),
        "linkage_seconds": done.milliseconds / 1000, "linkage_memory_mb": _peak(),
        "linkage_memory_before_mb": before // 1024,
        **_right(truth),
    }  # fmt: skip


def _right(truth: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Precision: of the links made so many are right.  Recall: of the people in both files so many were linked."""
    links = IncomingLink.objects.exclude(how=IncomingLink.How.UNSURE).values_list("row", "linked_id", "how")
    right, wrong = Counter[int](), Counter[int]()
    for row, person, how in links.iterator(chunk_size=50_000):
        (right if truth[row] == person else wrong)[how] += 1
    unsure = IncomingLink.objects.filter(how=IncomingLink.How.UNSURE).values_list("row", "linked_id")
    helped = sum(bool(truth[row] == person) for row, person in unsure.iterator(chunk_size=50_000))
    made, there = right.total() + wrong.total(), int((truth > 0).sum())
    return {
        "linkage_precision": round(right.total() / max(made, 1), 5),
        "linkage_recall": round(right.total() / max(there, 1), 5),
        "linkage_in_both": there, "linkage_by_number": right[1] + wrong[1], "linkage_by_number_wrong": wrong[1],
        "linkage_by_score": right[2] + wrong[2], "linkage_by_score_wrong": wrong[2],
        "linkage_unsure": unsure.count(), "linkage_unsure_right": helped,
    }  # fmt: skip


def _peak() -> int:
    """The most memory this process has held, in MB."""
    kept = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kept // 1024 if sys.platform != "darwin" else kept // 1024**2
