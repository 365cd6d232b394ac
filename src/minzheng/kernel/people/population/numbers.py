"""Citizen numbers for people who do not exist: valid by GB 11643, and never any living person's.

How that is ensured.  The first six figures of a citizen number are the county of first registration.  Every
number made here begins 2221, the prefecture 四平地区, which was abolished in 1983; the first citizen numbers in
the country were issued in 1984.  So no number beginning 2221 was ever given to anyone, and none can be, for a
retired code is never used again.

How they are unique without keeping a list.  A birthday and a sex leave 500 serials under each region code, and
forty codes are used: 20,000 places.  Households are made in blocks, each block owns ten of these places for
every birthday and sex, and hands them out in order; an eleventh of the same day is born the next day.  The
places are then strewn by a fixed permutation, so that neighbours do not get neighbouring serials.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt

from ..identity import citizen_check_digit

__all__ = ["BLOCKS", "citizen_numbers", "free_number", "settle_birthdays"]

Ints = npt.NDArray[np.int64]

FIRST_REGION, REGIONS = 222101, 40
FREE_REGION = 222150  # never drawn from: for people made by hand
SERIALS = 500
PER_BLOCK = 10
PLACES = REGIONS * SERIALS
BLOCKS = PLACES // PER_BLOCK
# Prime and no divisor of PLACES: stepping by it visits every place once.
STEP = 7919
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = np.array(list("10X98765432"))


def settle_birthdays(days: Ints, male: npt.NDArray[np.bool_], latest: int) -> tuple[Ints, Ints]:
    """Birthdays (days since 1970) of which no more than ten of a sex agree, and each one's rank among them."""
    days = days.copy()
    while True:
        ranks = _ranks(days * 2 + male)
        over = ranks >= PER_BLOCK
        if not over.any():
            return days, ranks
        # A newborn of the last day has no tomorrow yet: the crowd moves back instead.
        days[over] += np.where(days[over] >= latest, -1 - ranks[over], 1)


def citizen_numbers(days: Ints, male: npt.NDArray[np.bool_], ranks: Ints, block: int) -> list[str]:
    """The numbers of one block of people."""
    place = (block * PER_BLOCK + ranks) * STEP + days * 613
    place %= PLACES
    region = FIRST_REGION + place // SERIALS
    serial = place % SERIALS * 2 + male
    first17 = (region * 100_000_000 + _eight_figures(days)) * 1000 + serial
    total = np.zeros_like(first17)
    rest = first17.copy()
    for weight in reversed(WEIGHTS):
        rest, digit = np.divmod(rest, 10)
        total += digit * weight
    return [f"{n}{c}" for n, c in zip(first17.tolist(), CHECK[total % 11].tolist(), strict=True)]


def free_number(*, birth: date, male: bool, serial: int) -> str:
    """A number outside what the generator gives, for a person made by hand."""
    first17 = f"{FREE_REGION}{birth:%Y%m%d}{serial * 2 + male:03d}"
    return first17 + citizen_check_digit(first17)


def _eight_figures(days: Ints) -> Ints:
    """19700101 for day 0."""
    day = days.astype("M8[D]")
    month = day.astype("M8[M]")
    year = day.astype("M8[Y]").astype(np.int64) + 1970
    in_year = month.astype(np.int64) % 12 + 1
    in_month = (day - month).astype(np.int64) + 1
    figures: Ints = year * 10_000 + in_year * 100 + in_month
    return figures


def _ranks(keys: Ints) -> Ints:
    """How many equal keys stand before each."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.r_[True, ordered[1:] != ordered[:-1]]
    first = np.maximum.accumulate(np.where(starts, np.arange(len(keys)), 0))
    ranks = np.empty(len(keys), dtype=np.int64)
    ranks[order] = np.arange(len(keys)) - first
    return ranks
