"""Two workers side by side, as ``run.py`` starts them: each a process with a connection of its own."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Barrier

__all__ = ["workers"]

WORKERS = 2


@contextmanager
def workers() -> Iterator[Callable[[int], None]]:
    """What carries a run on to its end, by workers that were started and connected before."""
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(WORKERS + 1)
    with context.Pool(WORKERS, _begin, (ready,)) as pool:
        ready.wait(timeout=120)
        yield lambda run_id: pool.map(_carry, [run_id] * WORKERS, chunksize=1) and None


def _begin(ready: Barrier) -> None:
    import django

    django.setup()
    from django.db import connection

    connection.ensure_connection()
    ready.wait(timeout=120)


def _carry(run_id: int) -> None:
    from bench.exchange.province import DAY
    from minzheng.kernel import clock
    from minzheng.kernel.exchange import actions

    with clock.frozen(DAY):
        actions.carry_on(run_id)
