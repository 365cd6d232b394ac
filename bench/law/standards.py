"""The values as the other engines want them: one array for each local figure, whole numbers for the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.law.values import COUNTIES, NATIONAL, ON, local

__all__ = ["FIRST_BIRTHDAY", "Standards", "ages", "standards"]

FIRST_BIRTHDAY = date(1900, 1, 1)
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Standards:
    """By county: ``standard12`` a year and ``tekun`` a month by class, ``care`` by level, ``elder`` by band of age
    (80, 90, 100), ``living`` and ``nursing`` by grade, ``orphan``; of the nation: ratios in hundredths, and the rest.
    """

    standard12: NDArray[np.int64]
    tekun: NDArray[np.int64]
    care: NDArray[np.int64]
    elder: NDArray[np.int64]
    living: NDArray[np.int64]
    nursing: NDArray[np.int64]
    orphan: NDArray[np.int64]
    national: dict[str, int]


def standards() -> Standards:
    """Reckoned once: a multiple of the standard is the same for everyone in a county and class."""
    national = {key: _whole(unit, value) for key, (unit, value) in NATIONAL.items()}
    standard12 = np.stack([12 * _local("standard.urban"), _local("standard.rural")], axis=1)
    step = national["money.unit"]
    above, below = national["tekun.multiple"] * standard12, 1200 * step
    none, light, severe = np.zeros(COUNTIES, np.int64), _local("living.light"), _local("living.severe")
    return Standards(
        standard12,
        tekun=(2 * above + below) // (2 * below) * step,
        care=np.stack([none, _local("care.half"), _local("care.total")], axis=1),
        elder=np.stack([none, _local("elder.80"), _local("elder.90"), _local("elder.100")], axis=1),
        living=np.stack([none, severe, severe, light, light], axis=1),
        nursing=np.stack([none, _local("nursing.first"), _local("nursing.second"), none, none], axis=1),
        orphan=_local("orphan"),
        national=national,
    )


def _local(key: str) -> NDArray[np.int64]:
    return np.array(local(key), dtype=np.int64)


def _whole(unit: str, value: int | str) -> int:
    return int(100 * Fraction(value)) if unit == "ratio" else int(value)


def ages(dtype: Any = np.int64) -> NDArray[Any]:
    """Full years on the day of the bench for each birthday from 1900; 29 February counts on the 28th."""
    days = (ON - FIRST_BIRTHDAY).days + 1
    return np.array([_age(FIRST_BIRTHDAY + timedelta(day)) for day in range(days)], dtype=dtype)


def _age(birth: date) -> int:
    day = 28 if (birth.month, birth.day) == (2, 29) and ON.year % 4 else birth.day
    return ON.year - birth.year - ((ON.month, ON.day) < (birth.month, day))


BEFORE_1970 = (EPOCH - FIRST_BIRTHDAY).days
"""Where the birthday of day 0 stands among :func:`ages`."""
