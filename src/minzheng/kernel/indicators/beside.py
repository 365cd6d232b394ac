"""Counting goes ahead on a connection of its own while what was counted is written; both see one state of data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context

from django.db import connection, transaction

from minzheng.kernel import declare

from .counting import Window
from .ground import Ground
from .measuring import Measured, measured
from .reading import Registers, placed, register_of, tallies_of

__all__ = ["in_turn", "one_ahead"]

Counting = Iterator[tuple[str, Measured]]


def in_turn(indicators: Mapping[str, declare.Indicator], window: Window, land: Ground) -> Counting:
    """One after the other, those of one register together, on the connection that also writes."""
    registers = Registers(indicators, window.last, land)
    with placed(land):
        for code in sorted(indicators, key=lambda code: (_registers_of(indicators[code]), code)):
            yield code, measured(indicators[code], window, registers)


def _registers_of(one: declare.Indicator) -> list[tuple[str, str]]:
    return [register_of(tally) for tally in tallies_of(one)]


def one_ahead(indicators: Mapping[str, declare.Indicator], window: Window, land: Ground) -> Counting:
    """The next is counted while this one is written; both see what was committed when it began."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
    # The reader looks with the same eyes: for whom the database is asked goes along (``kernel.audit.viewing``).
    same = copy_context()
    with ThreadPoolExecutor(1) as reader:
        counting = reader.submit(same.run, _open, snapshot, indicators, window, land).result()
        try:
            ahead: Future[tuple[str, Measured] | None] = reader.submit(same.run, _following, counting)
            while (found := ahead.result()) is not None:
                ahead = reader.submit(same.run, _following, counting)
                yield found
        finally:
            reader.submit(same.run, _closed, counting).result()


def _open(
    snapshot: str, indicators: Mapping[str, declare.Indicator], window: Window, land: Ground
) -> Counting:
    """The reader's own transaction over the same state."""

    def counting() -> Counting:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                cursor.execute("SET TRANSACTION SNAPSHOT %s", [snapshot])
            yield from in_turn(indicators, window, land)

    return counting()


def _following(counting: Counting) -> tuple[str, Measured] | None:
    return next(counting, None)


def _closed(counting: Counting) -> None:
    counting.close()  # type: ignore[attr-defined]
    connection.close()
