"""The values as the other engines want them: one array for each local figure, whole numbers for the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.law.values import LOCAL, NATIONAL, ON, local

__all__ = ["FIRST_BIRTHDAY", "Standards", "ages", "standards"]

FIRST_BIRTHDAY = date(1900, 1, 1)
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Standards:
    """``local[key]`` by county, ``standard12[county, class]`` a year, ``tekun[county, class]`` a month, ``national``.

    A ratio below is a share of 100 (``topup.*``) or a fraction (``edge.multiple``).
    """

    local: dict[str, NDArray[np.int64]]
    standard12: NDArray[np.int64]
    tekun: NDArray[np.int64]
    national: dict[str, int]
    edge: Fraction


def standards() -> Standards:
    """Reckoned once: multiples of the standard are the same for everyone in a county and class."""
    by_county = {key: np.array(local(key), dtype=np.int64) for key in LOCAL}
    standard12 = np.stack([12 * by_county["standard.urban"], by_county["standard.rural"]], axis=1)
    national = {key: int(value) for key, (unit, value) in NATIONAL.items() if unit != "ratio"}
    national |= {
        key: int(100 * Fraction(value)) for key, (_, value) in NATIONAL.items() if key not in national
    }
    step, multiple = national["money.unit"], national["tekun.multiple"]
    above, below = multiple * standard12, 1200 * step
    tekun = (2 * above + below) // (2 * below) * step
    return Standards(by_county, standard12, tekun, national, Fraction(NATIONAL["edge.multiple"][1]))


def ages(dtype: Any = np.int64) -> NDArray[Any]:
    """Full years on the day of the bench for each birthday from 1900; 29 February counts on the 28th."""
    days = (ON - FIRST_BIRTHDAY).days + 1
    return np.array([_age(FIRST_BIRTHDAY + timedelta(day)) for day in range(days)], dtype=dtype)


def _age(birth: date) -> int:
    day = 28 if (birth.month, birth.day) == (2, 29) and ON.year % 4 else birth.day
    return ON.year - birth.year - ((ON.month, ON.day) < (birth.month, day))


BEFORE_1970 = (EPOCH - FIRST_BIRTHDAY).days
"""Where the birthday of day 0 stands among :func:`ages`."""
