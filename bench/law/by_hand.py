"""The same law by hand in numpy, over parts that stay near the processor; everything in whole numbers.

A yearly standard times members is compared with a yearly income, so nothing is divided before it is rounded.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.law.facts import CHILD, PARENT, SELF, SPOUSE, Population
from bench.law.standards import BEFORE_1970, Standards, ages, standards

__all__ = ["ByHand"]

PART = 32_768
Found = dict[str, NDArray[Any]]


class ByHand:
    """All results for all households."""

    def __init__(self) -> None:
        self.standards = standards()
        self.ages = ages(np.int16)

    def decide(self, population: Population) -> Found:
        """Part by part into whole columns."""
        parts = [
            _decided(population.part(first, min(first + PART, len(population))), self.standards, self.ages)
            for first in range(0, len(population), PART)
        ]
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _decided(population: Population, given: Standards, age_at: NDArray[np.int16]) -> Found:
    home, person, place = population.household, population.persons, population.place
    first = population.starts[:-1]
    of = np.repeat(np.arange(len(first), dtype=np.int32), np.diff(population.starts))

    def summed(values: NDArray[Any]) -> NDArray[np.int64]:
        return np.add.reduceat(values, first, dtype=np.int64)

    age = age_at[person["birth"] + BEFORE_1970]
    minor, grade = age < 18, person["grade"]
    severe = (grade >= 1) & (grade <= 2)
    counts = _counting(person, minor)
    members = summed(counts)
    own = person["wage"] + np.maximum(person["business"], 0) + person["transfer"]
    gross = summed(np.where(counts, own, 0))
    national = given.national
    income = np.maximum(gross - np.minimum(home["rigid"], national["income.deduction.cap"]), 0)
    standard12 = given.standard12[place, home["class_ur"]]
    need = standard12 * members
    incapable = summed(counts & ((age >= 60) | (age < 16) | severe))
    eligible = (
        (members >= 1)
        & (12 * home["deposits"].astype(np.int64) <= national["asset.deposit_months"] * need)
        & (home["vehicles"] <= national["asset.vehicles"])
        & (home["houses"] <= national["asset.houses"])
    )
    tekun = eligible & (gross == 0) & (incapable == members)
    dibao = eligible & (income < need) & ~tekun
    edge = eligible & (100 * income < national["edge.multiple"] * need) & ~dibao & ~tekun
    topup, sharing = _shares(person, counts, age, minor, severe, national)
    found: Found = {
        "members": members,
        "dibao_eligible": dibao,
        "dibao_amount": _amount(
            dibao, need - income, summed(sharing), summed(topup), members, standard12, national
        ),
        "edge_eligible": edge,
    }
    places = place[of]
    in_tekun = counts & tekun[of]
    basic = given.tekun[place, home["class_ur"]][of]
    found["tekun_amount"] = summed(np.where(in_tekun, basic + given.care[places, person["care"]], 0))
    poor = counts & (dibao | edge)[of]
    own_payments = _payments(person, age, minor, severe, poor, in_tekun, given, places)
    found |= {name: summed(column) for name, column in own_payments.items()}
    found["total"] = found["dibao_amount"] + found["tekun_amount"]
    for name in own_payments:
        found["total"] += found[name]
    found["allowances"] = sum(own_payments.values(), start=np.zeros(len(of), np.int64))
    return found


def _counting(person: Any, minor: NDArray[np.bool_]) -> NDArray[np.bool_]:
    relation, together = person["relation"], person["lives_together"]
    child = (relation == CHILD) & (together | person["student"] | minor)
    close = (relation == SELF) | (relation == SPOUSE) | child | ((relation == PARENT) & together)
    return (person["absence"] == 0) & close


def _shares(
    person: Any, counts: Any, age: Any, minor: Any, severe: Any, national: dict[str, int]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Who shares, and the top-up of each in hundredths."""
    old = np.where(age >= national["topup.elder_age"], national["topup.elder"], 0)
    rate = np.maximum(old, np.where(minor, national["topup.minor"], 0))
    rate = np.maximum(rate, np.where(severe, national["topup.disability"], 0))
    rate = np.maximum(rate, np.where(person["illness"] == 2, national["topup.illness"], 0))
    refuses = (person["refused_jobs"] >= national["jobs.refusals"]) & (person["work_capacity"] != 2)
    shares = counts & ~refuses
    return np.where(shares, rate, 0), shares


def _amount(
    dibao: Any, gap: Any, sharing: Any, topup: Any, members: Any, standard12: Any, national: dict[str, int]
) -> NDArray[np.int64]:
    """Over 1200 for each member, rounded half up to the unit."""
    unit = national["money.unit"]
    above = np.maximum(gap, 0) * sharing * 100 + standard12 * topup * members
    below = 1200 * np.maximum(members, 1) * unit
    return np.where(dibao, (2 * above + below) // (2 * below) * unit, 0)


def _payments(
    person: Any, age: Any, minor: Any, severe: Any, poor: Any, in_tekun: Any, given: Standards, places: Any
) -> Found:
    grade = person["grade"]
    band = (age >= 80).astype(np.int8) + (age >= 90) + (age >= 100)
    return {
        "elder": given.elder[places, band],
        "living": np.where(poor, given.living[places, grade], 0),
        "nursing": np.where(severe & ~in_tekun, given.nursing[places, grade], 0),
        "orphan_care": np.where(person["orphan"] & minor, given.orphan[places], 0),
    }
