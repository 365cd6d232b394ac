"""The same law by hand as one compiled loop over households, on all processors: about as fast as it can be.

Everything of a household and its members is reckoned in one visit; nothing in between is written anywhere.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from bench.law.facts import Population
from bench.law.standards import BEFORE_1970, ages, standards

__all__ = ["Fused"]

NATIONAL = (
    "income.deduction.cap", "asset.deposit_months", "asset.vehicles", "asset.houses", "topup.elder_age",
    "topup.elder", "topup.minor", "topup.disability", "topup.illness", "jobs.refusals", "money.unit",
    "edge.multiple",
)  # fmt: skip
HOME = ("class_ur", "deposits", "vehicles", "houses", "rigid")
PERSON = (
    "birth", "relation", "lives_together", "student", "absence", "grade", "illness", "work_capacity",
    "refused_jobs", "orphan", "care", "wage", "business", "transfer",
)  # fmt: skip
MONEY = ("members", "dibao_amount", "tekun_amount", "elder", "living", "nursing", "orphan_care", "total")
TRUTH = ("dibao_eligible", "edge_eligible")


class Fused:
    """All results for all households."""

    def __init__(self) -> None:
        given = standards()
        self._local = (
            given.standard12, given.tekun, given.care, given.elder, given.living, given.nursing, given.orphan
        )  # fmt: skip
        self._national = tuple(given.national[key] for key in NATIONAL)
        self._ages = ages(np.uint8)

    def decide(self, population: Population) -> dict[str, NDArray[Any]]:
        """Results as columns of the types the other engines write."""
        households, persons = len(population), int(population.starts[-1])
        money = np.empty((len(MONEY), households), np.int64)
        truth = np.empty((len(TRUTH), households), np.bool_)
        allowances = np.empty(persons, np.int64)
        _kernel(
            population.starts,
            population.place,
            tuple(population.household[name] for name in HOME),
            tuple(population.persons[name] for name in PERSON),
            self._ages,
            self._local,
            self._national,
            money,
            truth,
            allowances,
        )
        found = dict(zip(MONEY, money, strict=True)) | dict(zip(TRUTH, truth, strict=True))
        return {**found, "allowances": allowances}


@numba.njit(parallel=True, cache=True)
def _kernel(
    starts: Any, place: Any, home: Any, person: Any, age_at: Any, local: Any, national: Any,
    money: Any, truth: Any, allowances: Any,
) -> None:  # fmt: skip
    class_ur, deposits, vehicles, houses, rigid = home
    standard12, tekun_basic, care_of, elder_of, living_of, nursing_of, orphan_of = local
    (
        birth, relation, together, student, absence, grade, illness, work, refused, is_orphan, care,
        wage, business, transfer,
    ) = person  # fmt: skip
    cap, months, most_vehicles, most_houses, old_age, old, young, ill_1, ill_2, refusals, unit, edge = (
        national
    )
    for h in numba.prange(len(place)):
        first, end = starts[h], starts[h + 1]
        members, sharing, incapable, rates, gross = 0, 0, 0, 0, 0
        for p in range(first, end):
            age = age_at[birth[p] + BEFORE_1970]
            kin = relation[p]
            counts = absence[p] == 0 and (
                kin <= 1
                or (kin == 2 and (together[p] or student[p] or age < 18))
                or (kin == 3 and together[p])
            )
            if not counts:
                continue
            members += 1
            severe = 1 <= grade[p] <= 2
            gross += wage[p] + max(business[p], 0) + transfer[p]
            if age >= 60 or age < 16 or severe:
                incapable += 1
            if refused[p] < refusals or work[p] == 2:
                sharing += 1
                rate = 0
                if age >= old_age:
                    rate = old
                if age < 18:
                    rate = max(rate, young)
                if severe:
                    rate = max(rate, ill_1)
                if illness[p] == 2:
                    rate = max(rate, ill_2)
                rates += rate
        at = place[h]
        standard = standard12[at, class_ur[h]]
        need = standard * members
        income = max(gross - min(rigid[h], cap), 0)
        able = (
            members >= 1
            and 12 * np.int64(deposits[h]) <= months * need
            and vehicles[h] <= most_vehicles
            and houses[h] <= most_houses
        )
        tekun = able and gross == 0 and incapable == members
        dibao = able and not tekun and income < need
        edge_case = able and not tekun and not dibao and 100 * income < edge * need
        amount = 0
        if dibao:
            above = (need - income) * sharing * 100 + standard * rates * members
            below = 1200 * members * unit
            amount = (2 * above + below) // (2 * below) * unit
        basic = tekun_basic[at, class_ur[h]]
        in_tekun, elder, living, nursing, orphan = 0, 0, 0, 0, 0
        for p in range(first, end):
            age = age_at[birth[p] + BEFORE_1970]
            mine = 0
            if age >= 80:
                mine = elder_of[at, 3 if age >= 100 else 2 if age >= 90 else 1]
                elder += mine
            g = grade[p]
            if g >= 1 or tekun:
                kin = relation[p]
                counts = absence[p] == 0 and (
                    kin <= 1
                    or (kin == 2 and (together[p] or student[p] or age < 18))
                    or (kin == 3 and together[p])
                )
                if tekun and counts:
                    in_tekun += basic + care_of[at, care[p]]
                if g >= 1 and counts and (dibao or edge_case):
                    paid = living_of[at, g]
                    living += paid
                    mine += paid
                if 1 <= g <= 2 and not (counts and tekun):
                    paid = nursing_of[at, g]
                    nursing += paid
                    mine += paid
            if is_orphan[p] and age < 18:
                orphan += orphan_of[at]
                mine += orphan_of[at]
            allowances[p] = mine
        money[0, h] = members
        money[1, h] = amount
        money[2, h] = in_tekun
        money[3, h] = elder
        money[4, h] = living
        money[5, h] = nursing
        money[6, h] = orphan
        money[7, h] = amount + in_tekun + elder + living + nursing + orphan
        truth[0, h] = dibao
        truth[1, h] = edge_case
