"""Made-up households in columns, the same files for every engine; drawn by seed, block by block.

A column is as narrow as its values allow.  A code is its position among the options of the fact, a birthday the
days since 1970; the members of the first household come first, and ``starts`` says where each household's begin.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from bench.law.values import COUNTIES, ON

__all__ = ["Population", "load", "made", "pieces"]

BLOCK = 250_000
VERSION = "1"
SIZES = (0.25, 0.33, 0.22, 0.12, 0.06, 0.02)  # one member, two members, …: 2.47 on average
TODAY = (np.datetime64(ON) - np.datetime64("1970-01-01")).astype(int)
SELF, SPOUSE, CHILD, PARENT, OTHER = range(5)

Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Population:
    """The facts of all households and their members."""

    household: Mapping[str, NDArray[Any]]
    persons: Mapping[str, NDArray[Any]]
    starts: NDArray[np.int64]
    place: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.place)

    def part(self, first: int, end: int) -> Population:
        """The households from ``first`` up to ``end``, not copied but for ``starts``."""
        members = slice(int(self.starts[first]), int(self.starts[end]))
        return Population(
            {name: column[first:end] for name, column in self.household.items()},
            {name: column[members] for name, column in self.persons.items()},
            self.starts[first : end + 1] - self.starts[first],
            self.place[first:end],
        )


def load(folder: Path) -> Population:
    """All columns, in memory."""

    def columns(entity: str) -> Columns:
        return {path.stem: np.load(path) for path in sorted((folder / entity).glob("*.npy"))}

    rest = columns("rest")
    return Population(columns("household"), columns("person"), rest["starts"], rest["place"])


def made(folder: Path, *, households: int, seed: int = 7) -> Path:
    """The folder with that many households, drawn now unless they lie there already."""
    target = folder / f"{households}-{seed}-{VERSION}"
    if not (target / "ready").exists():
        _write(target, households, seed)
        (target / "ready").write_text("")
    return target


def _write(target: Path, households: int, seed: int) -> None:
    blocks = [
        (first, min(BLOCK, households - first), np.random.default_rng([seed, first]))
        for first in range(0, households, BLOCK)
    ]
    sizes = [rng.choice(np.arange(1, 7), count, p=SIZES) for _, count, rng in blocks]
    starts = np.concatenate([[0], *sizes]).cumsum(dtype=np.int64)
    files: Columns = {}
    for (first, count, rng), size in zip(blocks, sizes, strict=True):
        home, place = _households(rng, count), rng.integers(0, COUNTIES, count, dtype=np.uint8)
        parts = {f"household/{name}": (first, column) for name, column in home.items()}
        parts["rest/place"] = (first, place)
        at = int(starts[first])
        parts |= {f"person/{name}": (at, column) for name, column in _persons(rng, size).items()}
        for name, (row, column) in parts.items():
            if name not in files:
                rows = int(starts[-1]) if name.startswith("person/") else households
                files[name] = _file(target / f"{name}.npy", column.dtype, rows)
            files[name][row : row + len(column)] = column
    np.save(target / "rest" / "starts.npy", starts)


def _file(path: Path, dtype: np.dtype[Any], rows: int) -> NDArray[Any]:
    path.parent.mkdir(parents=True, exist_ok=True)
    return np.lib.format.open_memmap(path, mode="w+", dtype=dtype, shape=(rows,))


def _some(rng: np.random.Generator, rows: int, share: float) -> NDArray[np.bool_]:
    return rng.random(rows, dtype=np.float32) < share


def _code(rng: np.random.Generator, rows: int, *shares: float) -> NDArray[np.uint8]:
    """The second option, the third … by their shares; the first for everyone else."""
    later = np.searchsorted(np.cumsum(shares), rng.random(rows, dtype=np.float32), side="right")
    return ((later + 1) % (len(shares) + 1)).astype(np.uint8)


def _yuan(rng: np.random.Generator, rows: int, *, up_to: int, share: float) -> NDArray[np.int32]:
    """Fen, small sums oftener than great ones; nothing for the rest."""
    drawn = (rng.random(rows) ** 3 * up_to * 100).astype(np.int32)
    return np.where(_some(rng, rows, share), drawn, 0).astype(np.int32)


def _households(rng: np.random.Generator, rows: int) -> Columns:
    return {
        "class_ur": rng.integers(0, 2, rows, dtype=np.uint8),
        "deposits": _yuan(rng, rows, up_to=300_000, share=0.7),
        "vehicles": _some(rng, rows, 0.08).astype(np.int8),
        "houses": rng.integers(0, 4, rows, dtype=np.int8),
        "rigid": _yuan(rng, rows, up_to=40_000, share=0.4),
    }


def _persons(rng: np.random.Generator, sizes: NDArray[Any]) -> Columns:
    rows = int(sizes.sum())
    position = np.arange(rows) - np.repeat(sizes.cumsum() - sizes, sizes)
    relation = rng.choice([CHILD, CHILD, CHILD, CHILD, PARENT, PARENT, OTHER], rows)
    relation[(position == 1) & _some(rng, rows, 0.75)] = SPOUSE
    relation[position == 0] = SELF
    youngest = np.array([1, 20, 0, 50, 0])[relation]
    oldest = np.array([104, 96, 34, 104, 99])[relation]
    age = youngest + rng.random(rows) ** 1.2 * (oldest - youngest)
    birth = TODAY - (age * 365.2425).astype(np.int64) - 1
    earns = (age >= 16) & (age < 62) & _some(rng, rows, 0.62)
    return {
        "relation": relation.astype(np.uint8),
        "birth": birth.astype(np.int32),
        "lives_together": _some(rng, rows, 0.9),
        "student": (age > 6) & (age < 24) & _some(rng, rows, 0.7),
        "absence": _code(rng, rows, 0.01, 0.005),
        "grade": _code(rng, rows, 0.02, 0.03, 0.04, 0.05).astype(np.int8),
        "illness": _code(rng, rows, 0.2, 0.06),
        "work_capacity": np.where(age < 60, _code(rng, rows, 0.1, 0.15), _code(rng, rows, 0.3, 0.4)),
        "refused_jobs": _code(rng, rows, 0.04, 0.03, 0.02, 0.01).astype(np.int8),
        "orphan": (age < 20) & _some(rng, rows, 0.01),
        "care": _code(rng, rows, 0.06, 0.04),
        "wage": np.where(earns, _yuan(rng, rows, up_to=90_000, share=1.0), 0).astype(np.int32),
        "business": _yuan(rng, rows, up_to=50_000, share=0.15) - _yuan(rng, rows, up_to=9_000, share=0.1),
        "transfer": np.where(age >= 60, _yuan(rng, rows, up_to=30_000, share=0.6), 0).astype(np.int32),
    }


def pieces(folder: Path, *, rows: int) -> Iterator[Population]:
    """The same a piece at a time, read and forgotten: memory is that of one piece."""
    with ExitStack() as opened:

        def files(entity: str) -> dict[str, tuple[IO[bytes], np.dtype[Any]]]:
            return {path.stem: _opened(path, opened) for path in sorted((folder / entity).glob("*.npy"))}

        home, person, rest = files("household"), files("person"), files("rest")
        last = _read(rest["starts"], 1)
        while len(place := _read(rest["place"], rows)):
            starts = np.concatenate([last, _read(rest["starts"], len(place))])
            last, members = starts[-1:], int(starts[-1] - starts[0])
            yield Population(
                {name: _read(file, len(place)) for name, file in home.items()},
                {name: _read(file, members) for name, file in person.items()},
                starts - starts[0],
                place,
            )


def _opened(path: Path, opened: ExitStack) -> tuple[IO[bytes], np.dtype[Any]]:
    """A file at the start of its rows, and their type."""
    file = opened.enter_context(path.open("rb"))
    np.lib.format.read_magic(file)
    _, _, dtype = np.lib.format.read_array_header_1_0(file)
    return file, dtype


def _read(file: tuple[IO[bytes], np.dtype[Any]], rows: int) -> NDArray[Any]:
    return np.fromfile(file[0], file[1], rows)
