"""Rows become columns: what each division itself holds, added up by month."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from minzheng.kernel import clock, declare

from .ground import Matrix
from .reading import DAYS, EPOCH, NEVER, Read

__all__ = ["Window", "counted"]


class Window:
    """The months that are computed; the first is where what runs on over the plan begins."""

    def __init__(self, first: clock.Month, months: int) -> None:
        self.first, self.months = first, months
        self.last = first + (months - 1)

    @cached_property
    def month_of_day(self) -> NDArray[np.int64]:
        """For each day since the epoch its month in the window: negative before it, at its end or beyond after it."""
        days = np.datetime64(EPOCH, "D") + np.arange(DAYS)
        first = np.datetime64(f"{self.first.year:04d}-{self.first.month:02d}", "M")
        found = (days.astype("datetime64[M]") - first).astype(np.int64)
        found[NEVER] = self.months
        return np.clip(found, -1, self.months)


def counted(
    what: declare.Tally | declare.Spans, rows: Read, window: Window, divisions: int
) -> tuple[Matrix, int]:
    """What each division itself holds month by month, and how much belongs to no division of any day."""
    begins, ends = window.month_of_day[rows.begins], window.month_of_day[rows.ends]
    over = _over(what)
    # The column behind the last month takes what ends after the window, and what a flow had before it.
    if over:
        own = _added(rows, np.where(begins < 0, window.months, begins), window, divisions)
    else:
        own = _added(rows, np.maximum(begins, 0), window, divisions)
        own -= _added(rows, np.maximum(ends, 0), window, divisions)
    lost = rows.places >= divisions
    missed = lost.sum() if rows.weights is None else rows.weights[lost].sum()
    return _run_on(own[:-1, :-1], over, window), int(missed)


def _added(rows: Read, months: NDArray[np.int64], window: Window, divisions: int) -> Matrix:
    """The weights of the rows by place and month."""
    wide = window.months + 1
    cells, size = rows.places * wide + months, (divisions + 1) * wide
    if rows.weights is None:
        return np.bincount(cells, minlength=size).reshape(-1, wide)
    own = np.zeros(size, dtype=np.int64)
    np.add.at(own, cells, rows.weights)
    return own.reshape(-1, wide)


def _over(what: declare.Tally | declare.Spans) -> str:
    """Within what a flow adds up; empty for a stock."""
    return what.over if isinstance(what, declare.Spans) or what.on else ""


def _run_on(own: Matrix, over: str, window: Window) -> Matrix:
    """A stock carries on; a flow stands for its month, or adds up within the year or the plan."""
    if over in ("", "plan"):
        return np.cumsum(own, axis=1)
    if over == "year":
        starts = [0, *(at for at in range(1, window.months) if (window.first + at).month == 1), window.months]
        for begin, end in pairwise(starts):
            own[:, begin:end] = np.cumsum(own[:, begin:end], axis=1)
    return own
