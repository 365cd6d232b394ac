"""The deed of indicators: a month counted anew."""

from __future__ import annotations

from collections.abc import Iterator

from minzheng.kernel import clock
from minzheng.kernel.indicators import actions as indicators
from tests.factories.ground import DAY

from .deed import Deed, of_the_county

__all__ = ["counting"]


def counting() -> Iterator[Deed]:
    yield Deed(
        "indicators: count_month", lambda g: {},
        lambda g, ids, by: indicators.count_month(clock.Month.of(DAY), by=by),
        of_the_county(), told=True, anywhere=True,
    )  # fmt: skip
