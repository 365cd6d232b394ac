"""Made-up standards of 69 counties and the values of the nation: plain numbers that every engine reads.

Money is whole fen; a ratio is written as text.  A rural standard is set for the year, and most of them do not
divide by twelve.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

__all__ = ["COUNTIES", "LOCAL", "NATIONAL", "ON", "PLACES", "RESULTS", "local"]

ON = date(2026, 11, 1)
COUNTIES = 69
PLACES = tuple(f"99/99{1 + n // 10:02}/99{1 + n // 10:02}{1 + n % 10:02}/" for n in range(COUNTIES))

NATIONAL: Mapping[str, tuple[str, int | str]] = {
    "asset.deposit_months": ("months", 24),
    "asset.houses": ("houses", 2),
    "asset.vehicles": ("vehicles", 0),
    "edge.multiple": ("ratio", "3/2"),
    "income.deduction.cap": ("fen_per_year", 1_200_000),
    "jobs.refusals": ("times", 3),
    "money.unit": ("count", 100),
    "tekun.multiple": ("ratio", "1.3"),
    "topup.disability": ("ratio", "0.30"),
    "topup.elder": ("ratio", "0.20"),
    "topup.elder_age": ("years", 70),
    "topup.illness": ("ratio", "0.30"),
    "topup.minor": ("ratio", "0.20"),
}

LOCAL: Mapping[str, tuple[str, int, int, int]] = {
    # key: unit, the value of the first county, the step to the next, after how many it begins again
    "care.half": ("fen_per_month", 32_000, 1_100, 13),
    "care.total": ("fen_per_month", 88_000, 2_300, 11),
    "elder.80": ("fen_per_month", 5_000, 500, 7),
    "elder.90": ("fen_per_month", 10_000, 1_000, 9),
    "elder.100": ("fen_per_month", 30_000, 5_000, 8),
    "living.light": ("fen_per_month", 4_000, 300, 10),
    "living.severe": ("fen_per_month", 8_000, 500, 12),
    "nursing.first": ("fen_per_month", 9_500, 500, 12),
    "nursing.second": ("fen_per_month", 8_000, 400, 9),
    "orphan": ("fen_per_month", 120_000, 3_500, 14),
    "standard.rural": ("fen_per_year", 520_030, 7_019, 17),
    "standard.urban": ("fen_per_month", 62_000, 610, 23),
}

RESULTS = (
    "members",
    "dibao_eligible",
    "dibao_amount",
    "edge_eligible",
    "tekun_amount",
    "elder",
    "living",
    "nursing",
    "orphan_care",
    "total",
    "allowances",
)
"""What every engine writes, in the order of the digest; the last is one value for each person."""


def local(key: str) -> list[int]:
    """The value of each county."""
    _, first, step, period = LOCAL[key]
    return [first + step * (county % period) for county in range(COUNTIES)]
