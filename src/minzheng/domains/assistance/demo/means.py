"""What made-up households live on and own, as if each had once been asked; a few things nobody found out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minzheng.kernel import clock
from minzheng.kernel.law.engines.columns import Column, Table
from minzheng.kernel.law.language import Entity
from minzheng.kernel.law.plan import Space, plan_of
from minzheng.kernel.people.population import Work
from minzheng.kernel.profiles.loading import load, with_blanks
from minzheng.kernel.profiles.reading import Batch

from ..models import PROFILES
from ..rules import dibao, edge, scoring
from .books import FROM, on_dibao

__all__ = ["profiles"]

SOURCE = "演示：低收入人口动态监测"
# What dibao and its edge ask; what only another benefit asks stays unknown until somebody applies for it.
ASKED = plan_of(PROFILES.entity, (dibao.dibao_amount, dibao.review_months, edge.edge_eligible, scoring.score))
ADULT, PENSION_AGE = 18, 60
SEVERE = 2
# GB/T 4761 in the words of the rules.
RELATIONS = {2: "self", 10: "spouse", 20: "child", 30: "child", 51: "parent", 52: "parent"}


def profiles(chunk: Any, cursor: Any) -> int:
    """Every household of a piece of the population gets a profile; on dibao everything needed is known."""
    rng = np.random.Generator(np.random.Philox(key=np.array([chunk.first, 7], dtype=np.uint64)))
    homes, people = chunk.households, chunk.persons
    sure = on_dibao(chunk)
    starts = np.append(0, np.cumsum(np.bincount(chunk.household, minlength=homes)))
    household = with_blanks(_household(chunk, rng, sure), ASKED.facts(Space.HOUSEHOLD), homes)
    persons = with_blanks(_persons(chunk, rng, sure[chunk.household]), ASKED.facts(Space.MEMBER), people)
    places = tuple(chunk.places.paths)
    batch = Batch(
        chunk.first_household_id + np.arange(homes),
        Table(household, persons, starts, places, chunk.village.astype(np.int32)),
    )
    ids = chunk.first_person_id + np.arange(people)
    return load(cursor, PROFILES, batch, persons=ids, as_of=FROM, source=SOURCE, at=clock.now())


def _household(chunk: Any, rng: np.random.Generator, sure: NDArray[np.bool_]) -> dict[str, Column]:
    means, homes = chunk.means, chunk.households
    ill = rng.random(homes)
    spending = np.where(ill < 0.2, rng.integers(500, 40_000, homes) * 100, 0)
    owners = rng.random(homes) < 0.01
    housing = np.where(means.houses > 0, np.where(ill > 0.985, 2, 0), np.where(ill > 0.5, 1, 3))
    return {
        "class_ur": _code(PROFILES.entity, "class_ur", ("rural", "urban"), chunk.urban.astype(int)),
        "deposits": _perhaps(means.deposits, rng, 0.04, sure),
        "vehicles": _perhaps(means.vehicles, rng, 0.02, sure),
        "houses": _perhaps(means.houses, rng, 0.01, sure),
        "company_capital": Column(np.where(owners & ~sure, rng.integers(1, 200, homes) * 1_000_000, 0)),
        "housing": _code(PROFILES.entity, "housing", ("own", "rent", "unsafe", "none"), housing),
        "rigid_spending": Column(spending),
    }


def _persons(chunk: Any, rng: np.random.Generator, sure: NDArray[np.bool_]) -> dict[str, Column]:
    means, people = chunk.means, chunk.persons
    ill = rng.random(people) * np.where(chunk.age >= PENSION_AGE, 1, 4)
    serious, chronic = ill < 0.015, ill < 0.3
    states = ("none", "chronic", "serious")
    illness = _code(PROFILES.person, "illness", states, np.select([serious, chronic], [2, 1], 0))
    return _who(chunk) | {
        "illness": _perhaps(illness.values, rng, 0.02, sure),
        "wage": _perhaps(12 * means.wage, rng, 0.02, sure),
        "work_cost": Column(np.where(means.wage > 0, rng.integers(0, 25, people) * 12_000, 0)),
        "business": Column(12 * means.farming),
        "transfer": _perhaps(12 * (means.pension + means.transfers), rng, 0.01, sure),
        "illness_cost": Column(np.where(serious, rng.integers(10, 300, people) * 10_000, 0)),
        "employed": Column(means.work == Work.EMPLOYED),
    }


def _who(chunk: Any) -> dict[str, Column]:
    """What is on file of everyone: kin, age, sex, certificates, and what follows from them."""
    work, grown = chunk.means.work, chunk.age >= ADULT
    kin = ("other", "self", "spouse", "child", "parent")
    relation = np.zeros(100, dtype=np.int64)
    for code, word in RELATIONS.items():
        relation[code] = kin.index(word)
    unable = ~grown | (chunk.age >= PENSION_AGE) | (work == Work.UNABLE)
    capacity = np.where(unable, 2, np.where(chunk.grade > 0, 1, 0))
    return {
        "relation": _code(PROFILES.person, "relation", kin, relation[chunk.relation]),
        "birth": Column(chunk.birth.astype("M8[D]")),
        "sex": _code(PROFILES.person, "sex", ("female", "male"), chunk.male.astype(int)),
        "student": Column(grown & (work == Work.PUPIL)),
        "dependent": Column(grown & (work == Work.UNABLE) & (chunk.grade <= SEVERE)),
        "work_capacity": _code(PROFILES.person, "work_capacity", ("full", "partial", "none"), capacity),
        "disability_category": Column(chunk.category),
        "disability_grade": Column(chunk.grade),
    }


def _perhaps(values: NDArray[Any], rng: np.random.Generator, share: float, sure: NDArray[np.bool_]) -> Column:
    """Known, but for a share of those who were not asked closely."""
    return Column(values, sure | (rng.random(len(values)) >= share))


def _code(entity: Entity, name: str, words: Sequence[str], which: NDArray[Any]) -> Column:
    """A code for each, as its position among the options of the fact."""
    options = list(entity.facts[name].options)
    return Column(np.array([options.index(word) for word in words], dtype=np.int16)[which])
