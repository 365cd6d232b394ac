"""The shape of households in an ageing north-eastern province: who lives with whom, how old, of which sex.

The shares are ours, set so that the whole resembles the 2020 census of the province (2.3 to a household, a
quarter aged 60 and over, one in eight under 15); they are not statistics.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["SLOTS", "Shape", "shape"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

HEAD, SPOUSE, CHILD, SECOND, ELDER = range(5)
SLOTS = 5

# kind: share in town, in the country, age of the head from–to, and who is there beside the head
KINDS: tuple[tuple[float, float, int, int, tuple[int, ...]], ...] = (
    (0.13, 0.07, 24, 60, ()),  # one adult
    (0.11, 0.12, 60, 92, ()),  # one elder
    (0.19, 0.19, 30, 60, (SPOUSE,)),  # couple whose children have left, or have none
    (0.16, 0.20, 60, 86, (SPOUSE,)),  # old couple
    (0.28, 0.18, 27, 56, (SPOUSE, CHILD)),
    (0.03, 0.05, 28, 48, (SPOUSE, CHILD, SECOND)),
    (0.05, 0.11, 32, 56, (SPOUSE, CHILD, ELDER)),
    (0.045, 0.03, 28, 54, (CHILD,)),  # one parent
    (0.005, 0.05, 56, 76, (SPOUSE, CHILD)),  # grandparents with a grandchild
)
GRANDPARENTS = len(KINDS) - 1


@dataclass(frozen=True)
class Shape:
    """One block: a row for each household, a column for each place in it."""

    kind: Ints
    present: Bools
    age: Floats
    male: Bools
    relation: Ints  # GB/T 4761


def shape(rng: np.random.Generator, urban: Bools) -> Shape:
    """Draw the households of a block."""
    n = len(urban)
    kind = _kinds(rng, urban)
    low = np.array([k[2] for k in KINDS])[kind]
    high = np.array([k[3] for k in KINDS])[kind]
    present = np.zeros((n, SLOTS), dtype=bool)
    present[:, HEAD] = True
    for number, (_, _, _, _, others) in enumerate(KINDS):
        for slot in others:
            present[kind == number, slot] = True
    return Shape(kind, present, _ages(rng, kind, low, high), *_sexes(rng, kind, present))


def _kinds(rng: np.random.Generator, urban: Bools) -> Ints:
    uniform = rng.random(len(urban))
    town = np.cumsum([k[0] for k in KINDS])
    country = np.cumsum([k[1] for k in KINDS])
    drawn: Ints = np.where(
        urban,
        np.searchsorted(town, uniform * town[-1], side="right"),
        np.searchsorted(country, uniform * country[-1], side="right"),
    ).astype(np.int64)
    return drawn


def _ages(rng: np.random.Generator, kind: Ints, low: Ints, high: Ints) -> Floats:
    """Years and parts of years; heads of middle age are more often near the upper end, the old nearer 60."""
    n = len(kind)
    age = np.zeros((n, SLOTS))
    uniform = rng.random(n)
    old = low >= 56
    age[:, HEAD] = low + (high - low) * np.where(old, uniform**1.8, uniform**0.75)
    age[:, SPOUSE] = np.clip(age[:, HEAD] + rng.normal(-1, 2.5, n), 20.5, 97)
    gap = np.clip(rng.normal(26.5, 3.5, n), 19, 42)
    younger = np.minimum(age[:, HEAD], age[:, SPOUSE])
    age[:, CHILD] = np.clip(younger - gap, rng.random(n), 30)
    raised = kind == GRANDPARENTS
    age[raised, CHILD] = rng.uniform(1, 16, int(raised.sum()))
    age[:, SECOND] = np.clip(age[:, CHILD] - rng.uniform(1.2, 8, n), rng.random(n), None)
    age[:, ELDER] = np.clip(age[:, HEAD] + np.clip(rng.normal(26, 3.5, n), 18, 40), 50, 99)
    return age


def _sexes(rng: np.random.Generator, kind: Ints, present: Bools) -> tuple[Bools, Ints]:
    """Most heads of couples are men, most elders living alone or with their children are women."""
    n = len(kind)
    head_is_man = np.array([0.62, 0.38, 0.72, 0.80, 0.72, 0.74, 0.76, 0.30, 0.82])[kind]
    male = rng.random((n, SLOTS)) < np.array([0.0, 0.0, 0.523, 0.53, 0.33])
    male[:, HEAD] = rng.random(n) < head_is_man
    male[:, SPOUSE] = ~male[:, HEAD]
    relation = np.empty((n, SLOTS), dtype=np.int64)
    relation[:, HEAD] = 2
    relation[:, SPOUSE] = 10
    for slot in (CHILD, SECOND):
        relation[:, slot] = np.where(male[:, slot], 20, 30)
    raised = kind == GRANDPARENTS
    relation[raised, CHILD] = np.where(male[raised, CHILD], 41, 42)
    relation[:, ELDER] = np.where(male[:, ELDER], 51, 52)
    return male, relation
