"""One block of made-up households: the same for the same seed and index, however many are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from minzheng.kernel.errors import Refused

from .means import Circumstances, Work, circumstances
from .names import Names, draw_surnames
from .numbers import BLOCKS, citizen_numbers, settle_birthdays
from .places import HAN, KOREAN, MANCHU, MONGOL, Places
from .shape import SLOTS, Shape, shape

__all__ = ["BLOCK", "MOST", "Chunk", "chunks"]

BLOCK = 10_000
MOST = BLOCK * BLOCKS
EPOCH = date(1970, 1, 1)
HEAD, SPOUSE = 2, 1  # GB/T 4761; of a spouse the first digit
OWNED = ("deposits", "vehicles", "houses")
CATEGORY = (0.15, 0.22, 0.02, 0.40, 0.07, 0.08, 0.06)  # GB/T 26341, 1 sight … 7 multiple
GRADE = (0.13, 0.20, 0.30, 0.37)


Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Chunk:
    """Households and persons as columns; ``household`` says to which row of the households a person belongs.

    The identifiers of the first household and the first person are given when the chunk is written; the
    others follow in order.  ``means`` is not kept in the master file: other departments and domains have it.
    """

    first: int  # index of the first household in the whole population
    village: npt.NDArray[np.int64]  # by household: index into ``places.paths``
    hukou: npt.NDArray[np.int64]
    urban: npt.NDArray[np.bool_]
    household: npt.NDArray[np.int64]  # by person, from here on
    relation: npt.NDArray[np.int64]
    male: npt.NDArray[np.bool_]
    birth: npt.NDArray[np.int64]  # days since 1970
    age: npt.NDArray[np.float64]
    ethnic: list[str]
    name: list[str]
    initials: list[str]
    id_number: list[str]
    category: npt.NDArray[np.int64]  # 0: no certificate
    grade: npt.NDArray[np.int64]
    means: Circumstances
    places: Places
    first_household_id: int = 0
    first_person_id: int = 0

    @property
    def households(self) -> int:
        return len(self.village)

    @property
    def persons(self) -> int:
        return len(self.household)

    @property
    def numbers(self) -> list[str]:
        """The citizen number of each person."""
        return self.id_number

    @property
    def paths(self) -> list[str]:
        """The jurisdiction path of each household."""
        return [self.places.paths[village] for village in self.village.tolist()]

    @property
    def circumstances(self) -> dict[str, Any]:
        """By person, as other departments have it on file: what a household owns is in its head's name."""
        head, spouse = self.relation == HEAD, self.relation // 10 == SPOUSE
        paired = np.zeros(self.households, dtype=bool)
        paired[self.household[spouse]] = True
        owned = {name: getattr(self.means, name)[self.household] * head for name in OWNED}
        hukou = self.hukou[self.household].tolist()
        return owned | {
            "wage": self.means.wage,
            "months": np.where(self.means.work == Work.EMPLOYED, 12, np.where(self.means.wage > 0, 5, 0)),
            "pension": self.means.pension,
            "married": (head | spouse) & paired[self.household],
            "category": self.category,
            "grade": self.grade,
            "inflow": 12 * (self.means.wage + self.means.farming + self.means.pension + self.means.transfers),
            "hukou": [self.places.county_uids[village] for village in hukou],
        }


def chunks(
    *, households: int, seed: int, places: Places, as_of: date, by_place: bool = False
) -> Iterator[Chunk]:
    """The population, a block at a time; a last block that is not wholly asked for is made whole and cut.

    ``by_place``: village after village, as registers are taken over, instead of strewn over the province.
    """
    if not 0 < households <= MOST:
        raise Refused("households_out_of_range", f"户数要在1到{MOST}之间。请改正 --households。")
    names = Names()
    for block in range((households + BLOCK - 1) // BLOCK):
        wanted = min(BLOCK, households - block * BLOCK)
        rng = np.random.Generator(np.random.Philox(key=np.array([seed, block], dtype=np.uint64)))
        along = (np.arange(BLOCK) + block * BLOCK + 0.5) / households if by_place else rng.random(BLOCK)
        whole = _block(block, rng, places.draw(along), places, names, as_of)
        yield whole if wanted == BLOCK else _cut(whole, wanted)


def _block(
    block: int, rng: np.random.Generator, village: Indices, places: Places, names: Names, as_of: date
) -> Chunk:
    urban = places.urban[village]
    made = shape(rng, urban)
    household, slot = np.nonzero(made.present)
    male, age = made.male[made.present], made.age[made.present]
    today = (as_of - EPOCH).days
    birth, ranks = settle_birthdays(today - (age * 365.2425).astype(np.int64), male, today)
    group = _groups(rng, places.ethnic[village])
    surname = _surnames(rng, made, group == 1)
    written, initials = names.write(
        rng, surname[household, slot], male, birth.astype("M8[D]").astype("M8[Y]").astype(np.int64) + 1970
    )
    category, grade = _disabilities(rng, age)
    codes = (HAN, KOREAN, MANCHU, MONGOL)
    return Chunk(
        first=block * BLOCK,
        village=village,
        hukou=_hukou(rng, village, places),
        urban=urban,
        household=household.astype(np.int64),
        relation=made.relation[made.present],
        male=male,
        birth=birth,
        age=age,
        ethnic=[codes[g] for g in group[household].tolist()],
        name=written,
        initials=initials,
        id_number=citizen_numbers(birth, male, ranks, block),
        category=category,
        grade=grade,
        means=circumstances(
            rng, age=age, urban=urban[household], grade=grade, household=household, households=BLOCK
        ),
        places=places,
    )


def _groups(rng: np.random.Generator, shares: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """0 Han, 1 Korean, 2 Manchu, 3 Mongol: one for a household."""
    uniform = rng.random(len(shares))[:, None]
    passed = (uniform >= shares).sum(axis=1)
    return np.where(passed == 3, 0, passed + 1)


def _surnames(rng: np.random.Generator, made: Shape, korean: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Children have their father's; husband and wife each their own; an old father the head's."""
    drawn = np.stack([draw_surnames(rng, korean) for _ in range(SLOTS)], axis=1)
    head, spouse = drawn[:, 0], drawn[:, 1]
    father = np.where(made.male[:, 0] | ~made.present[:, 1], head, spouse)
    drawn[:, 2] = drawn[:, 3] = father
    drawn[:, 4] = np.where(made.male[:, 4], head, drawn[:, 4])
    return drawn


def _hukou(rng: np.random.Generator, village: npt.NDArray[np.int64], places: Places) -> npt.NDArray[np.int64]:
    """Where they are registered: one in nine elsewhere in the province, some town dwellers in a village."""
    uniform = rng.random(len(village))
    elsewhere = places.draw(rng.random(len(village)))
    return np.select([uniform < 0.06, uniform < 0.11], [elsewhere, places.seat[village]], village)


def _disabilities(
    rng: np.random.Generator, age: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Holders of a certificate, more among the old."""
    share = np.select([age < 18, age < 60], [0.008, 0.026], 0.056)
    held = rng.random(len(age)) < share
    category = np.searchsorted(np.cumsum(CATEGORY), rng.random(len(age)), side="right").clip(0, 6) + 1
    grade = np.searchsorted(np.cumsum(GRADE), rng.random(len(age)), side="right").clip(0, 3) + 1
    return np.where(held, category, 0), np.where(held, grade, 0)


def _cut(whole: Chunk, wanted: int) -> Chunk:
    """The first households of a block, with their persons."""
    persons = int(np.searchsorted(whole.household, wanted))
    by_person = {
        name: getattr(whole, name)[:persons]
        for name in (
            "household", "relation", "male", "birth", "age", "ethnic", "name", "initials", "id_number",
            "category", "grade",
        )
    }  # fmt: skip
    c = whole.means
    kept = Circumstances(
        **{n: getattr(c, n)[:persons] for n in ("work", "wage", "farming", "pension", "transfers")},
        **{n: getattr(c, n)[:wanted] for n in ("deposits", "vehicles", "houses")},
    )
    return Chunk(
        first=whole.first,
        village=whole.village[:wanted],
        hukou=whole.hukou[:wanted],
        urban=whole.urban[:wanted],
        means=kept,
        places=whole.places,
        **by_person,
    )
