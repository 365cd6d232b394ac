"""What made-up people live on and own: kept by other departments, not by the master file.

All amounts are whole fen.  The levels are ours, rounded, and shaped so that a few households in a hundred fall
below an allowance standard; they are not statistics.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

__all__ = ["Circumstances", "Work", "circumstances"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Work(IntEnum):
    """What someone does for a living."""

    CHILD = 0
    PUPIL = 1
    EMPLOYED = 2
    FARMER = 3
    CASUAL = 4
    UNEMPLOYED = 5
    PENSIONER = 6
    RURAL_PENSIONER = 7
    UNABLE = 8


@dataclass(frozen=True)
class Circumstances:
    """Columns beside the chunk's persons (by month, in fen) and beside its households."""

    work: Ints
    wage: Ints
    farming: Ints
    pension: Ints
    transfers: Ints
    deposits: Ints  # by household, from here on
    vehicles: Ints
    houses: Ints

    def income(self, household: Ints) -> Ints:
        """Monthly income of each household, given each person's household (0, 1, 2 …)."""
        each = self.wage + self.farming + self.pension + self.transfers
        return np.bincount(household, weights=each, minlength=len(self.deposits)).astype(np.int64)


def circumstances(
    rng: np.random.Generator, *, age: Floats, urban: Bools, grade: Ints, household: Ints, households: int
) -> Circumstances:
    """Draw the means of a block; ``urban`` and the grade of disability (0: none) are by person."""
    work = _work(rng, age, urban, grade)
    wage = _fen(
        rng,
        np.select([work == Work.EMPLOYED, work == Work.CASUAL], [np.where(urban, 4200, 3300), 2300], 0),
        0.42,
    )
    farming = _fen(
        rng, np.select([work == Work.FARMER, (work == Work.RURAL_PENSIONER) & ~urban], [1650, 310], 0), 0.5
    )
    pension = _fen(
        rng, np.select([work == Work.PENSIONER, work == Work.RURAL_PENSIONER], [2950, 175], 0), 0.25
    )
    helped = (rng.random(len(age)) < 0.6) & np.isin(
        work, (Work.RURAL_PENSIONER, Work.UNABLE, Work.UNEMPLOYED)
    )
    transfers = _fen(rng, np.where(helped, 420, 0), 0.6)
    income = np.bincount(household, weights=wage + farming + pension + transfers, minlength=households)
    deposits = (income * 12 * rng.lognormal(-0.4, 1.0, households) / 100).astype(np.int64) * 100
    town = np.zeros(households, dtype=bool)
    town[household] = urban
    return Circumstances(
        work=work,
        wage=wage,
        farming=farming,
        pension=pension,
        transfers=transfers,
        deposits=deposits,
        vehicles=(rng.random(households) < np.clip(income / 1_600_000, 0, 0.75)).astype(np.int64),
        houses=1
        + (rng.random(households) < np.where(town, 0.16, 0.07)).astype(np.int64)
        - (rng.random(households) < 0.08).astype(np.int64),
    )


def _work(rng: np.random.Generator, age: Floats, urban: Bools, grade: Ints) -> Ints:
    """By age first, then town or country, then disability."""
    uniform = rng.random(len(age))
    grown = np.where(
        urban,
        np.select([uniform < 0.76, uniform < 0.92], [Work.EMPLOYED, Work.CASUAL], Work.UNEMPLOYED),
        np.select(
            [uniform < 0.16, uniform < 0.72, uniform < 0.95],
            [Work.EMPLOYED, Work.FARMER, Work.CASUAL],
            Work.UNEMPLOYED,
        ),
    )
    old = np.where(uniform < np.where(urban, 0.86, 0.10), Work.PENSIONER, Work.RURAL_PENSIONER)
    still_farming = (~urban) & (age < 70) & (uniform > 0.6)
    work = np.select(
        [age < 6, age < 18, (age < 22) & (uniform < 0.6), age < 60],
        [Work.CHILD, Work.PUPIL, Work.PUPIL, grown],
        np.where(still_farming, Work.FARMER, old),
    )
    # Grades 1 and 2 are severe; of the others of working age some find no work.
    severe = (grade > 0) & (grade <= 2) & (age >= 18) & (age < 60)
    return np.where(severe & (rng.random(len(age)) < 0.8), Work.UNABLE, work).astype(np.int64)


def _fen(rng: np.random.Generator, median_yuan: npt.ArrayLike, spread: float) -> Ints:
    """Log-normal around a median, in whole yuan kept as fen."""
    median = np.asarray(median_yuan, dtype=np.float64)
    return (median * rng.lognormal(0.0, spread, len(median))).astype(np.int64) * 100
