"""Where made-up households live: every village of the province, weighted by the size of its county."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.models import Division
from minzheng.kernel.areas.paths import county_of, uid_of
from minzheng.kernel.errors import Refused

__all__ = ["Places", "places"]

DATA = Path(__file__).with_name("data") / "counties.csv"
HAN, KOREAN, MANCHU, MONGOL = "01", "10", "11", "02"  # GB/T 3304


@dataclass(frozen=True)
class Places:
    """Villages as columns: path, county, town or country, and the cumulative weight of each."""

    paths: list[str]
    county_uids: list[str]
    urban: npt.NDArray[np.bool_]
    cumulative: npt.NDArray[np.float64]
    ethnic: npt.NDArray[np.float64]  # of each village: cumulative shares of Korean, Manchu, Mongol
    seat: npt.NDArray[np.int64]  # a country village of the same county, where town dwellers may be registered

    def draw(self, uniform: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        """A village for each number between 0 and 1."""
        found = np.searchsorted(self.cumulative, uniform * self.cumulative[-1], side="right")
        drawn: npt.NDArray[np.int64] = np.minimum(found, len(self.paths) - 1).astype(np.int64)
        return drawn


def places() -> Places:
    """The villages of today with their weights, in the order of their paths."""
    rows = Division.objects.filter(level=int(Level.VILLAGE), valid_until=None).order_by("path")
    villages = list(rows.values_list("path", "name"))
    if not villages:
        raise Refused("divisions_missing", "还没有行政区划数据。请先运行 load_reference。")
    with DATA.open(encoding="utf-8", newline="") as file:
        counties = {row["uid"]: row for row in csv.DictReader(file)}
    county = [uid_of(county_of(path) or "") for path, _ in villages]
    urban = np.array([_in_town(path, name) for path, name in villages])
    weights = np.zeros(len(villages))
    ethnic = np.zeros((len(villages), 3))
    seat = np.arange(len(villages))
    index = np.array(county)
    for uid, row in counties.items():
        here = index == uid
        _weigh(
            weights, here & urban, here & ~urban, float(row["persons_thousand"]), float(row["urban_percent"])
        )
        shares = [float(row[f"{people}_percent"]) / 100 for people in ("korean", "manchu", "mongol")]
        ethnic[here] = np.cumsum(shares)
        if (country := np.flatnonzero(here & ~urban)).size:
            seat[here] = country[np.arange(here.sum()) % country.size]
    return Places([path for path, _ in villages], county, urban, np.cumsum(weights), ethnic, seat)


def _in_town(path: str, name: str) -> bool:
    """A residents' committee or community is town; a village committee is country."""
    return "社区" in name or "居委会" in name or "居民委员会" in name


def _weigh(
    weights: npt.NDArray[np.float64],
    town: npt.NDArray[np.bool_],
    country: npt.NDArray[np.bool_],
    persons: float,
    percent: float,
) -> None:
    """Spread a county's people evenly over its communities and over its villages."""
    share = percent / 100
    if not town.any():
        share = 0.0
    elif not country.any():
        share = 1.0
    if town.any():
        weights[town] = persons * share / town.sum()
    if country.any():
        weights[country] = persons * (1 - share) / country.sum()
