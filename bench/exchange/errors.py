"""How another department's file errs about people: each error with its share, drawn from a seed, the truth known.

The shares are assumptions about registers of a province, published in ``docs/linkage.md``; none was measured.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from minzheng.kernel.areas.spelling import spell
from minzheng.kernel.linkage.folding import variants
from minzheng.kernel.linkage.lunar import lunar_day
from minzheng.kernel.people.identity import citizen_check_digit
from minzheng.kernel.people.population.names import GIVEN

__all__ = ["SHARES", "Spoiler", "relatives"]

Row = tuple[str | None, str, str, str, str]  # number, name, sex, birth, path
SHARES = {
    "number_missing": 0.10, "number_digit": 0.02, "number_swapped": 0.015, "number_old": 0.02,
    "name_variant": 0.02, "name_homophone": 0.02, "name_other": 0.005,
    "birth_missing": 0.02, "birth_year_only": 0.02, "birth_swapped": 0.007, "birth_digit": 0.01, "birth_lunar": 0.01,
    "place_missing": 0.02, "place_county_only": 0.10, "place_village": 0.05, "place_moved": 0.03,
    "sex_missing": 0.03, "sex_wrong": 0.003,
}  # fmt: skip
# Beside a stranger, in so many of a hundred, stands a relative who is easily taken for somebody on file.
TWIN, NAMESAKE = 0.02, 0.02
OTHER_NAME_CHARACTERS = (
    "芝之智志知枝支芳方房放莉丽立利力静敬晶京燕艳彦雁军君均俊钧娟捐涛桃陶辉惠慧会红洪宏虹鸿梅美眉明名铭"
)


class Spoiler:
    """Rows of a department made from rows that are right, some of them spoiled in one way, some in several."""

    def __init__(self, seed: int, paths: Sequence[str]) -> None:
        self.rng = np.random.Generator(np.random.Philox(key=np.array([seed, 7], dtype=np.uint64)))
        self.paths = list(paths)
        self.by_town: dict[str, list[str]] = defaultdict(list)
        for path in self.paths:
            self.by_town[path[:-13]].append(path)
        self.older = {kept: variant for variant, kept in reversed(variants().items())}
        self.alike: dict[str, list[str]] = defaultdict(list)
        for char in dict.fromkeys("".join(a + b for a, b in GIVEN) + OTHER_NAME_CHARACTERS):
            self.alike[spell(char)[0]].append(char)
        self.given = "".join(a + b for a, b in GIVEN)

    def spoiled(self, rows: Sequence[Row]) -> Iterator[Row]:
        """Each row as the department has it; every error falls independently of the others."""
        drawn = {name: self.rng.random(len(rows)) < share for name, share in SHARES.items()}
        marks = [
            [name for name, column in drawn.items() if column[i]]
            for i in np.flatnonzero(_any(drawn)).tolist()
        ]
        where = dict(zip(np.flatnonzero(_any(drawn)).tolist(), marks, strict=True))
        for i, row in enumerate(rows):
            for name in where.get(i, ()):
                row = _ERRORS[name](self, row)
            yield row

    def pick(self, among: Sequence[Any]) -> Any:
        """One of them."""
        return among[int(self.rng.integers(len(among)))]


def _any(drawn: dict[str, Any]) -> Any:
    return np.logical_or.reduce(list(drawn.values()))


def relatives(rows: Sequence[Row], rng: np.random.Generator) -> list[Row]:
    """Twins of people on file, and sons who bear their father's name: real persons, with numbers of their own."""
    draw, found = rng.random(len(rows)), []
    for chance, (number, name, sex, birth, path) in zip(draw.tolist(), rows, strict=True):
        if number is None or chance >= TWIN + NAMESAKE:
            continue
        if chance < TWIN:
            serial = (int(number[14:17]) + 2) % 1000
            other = name[:-1] + GIVEN[0][1][int(chance * 1e6) % 15]
            if other != name:
                found.append((_numbered(number[:14], serial), other, sex, birth, path))
        elif birth < "19900101":
            born = f"{int(birth[:4]) + 26}{birth[4:6]}{min(int(birth[6:]) % 28 + 1, 28):02d}"
            found.append((_numbered(number[:6] + born, int(number[14:17])), name, sex, born, path))
    return found


def _numbered(head: str, serial: int) -> str:
    first17 = f"{head}{serial:03d}"
    return first17 + citizen_check_digit(first17)


def _digit(s: Spoiler, text: str) -> str:
    at = int(s.rng.integers(len(text) - 1))
    return text[:at] + str((int(text[at]) + int(s.rng.integers(1, 10))) % 10) + text[at + 1 :]


def _number_digit(s: Spoiler, row: Row) -> Row:
    return (_digit(s, row[0]), *row[1:]) if row[0] else row


def _number_swapped(s: Spoiler, row: Row) -> Row:
    number = row[0]
    if not number:
        return row
    at = int(s.rng.integers(16))
    return (number[:at] + number[at + 1] + number[at] + number[at + 2 :], *row[1:])


def _number_old(s: Spoiler, row: Row) -> Row:
    number = row[0]
    if not number or number[6:8] != "19" or number[14:17] >= "996":
        return row
    return (number[:6] + number[8:17], *row[1:])


def _renamed(find: Callable[[Spoiler, str], str | None]) -> Callable[[Spoiler, Row], Row]:
    def change(s: Spoiler, row: Row) -> Row:
        places = [at for at in range(len(row[1])) if find(s, row[1][at])]
        if not places:
            return row
        at = s.pick(places)
        return (row[0], row[1][:at] + (find(s, row[1][at]) or "") + row[1][at + 1 :], *row[2:])

    return change


def _homophone(s: Spoiler, char: str) -> str | None:
    others = [one for one in s.alike.get(spell(char)[0], ()) if one != char]
    return s.pick(others) if others else None


def _other_name(s: Spoiler, row: Row) -> Row:
    return (row[0], row[1][:-1] + s.pick(s.given), *row[2:])


def _birth(change: Callable[[Spoiler, str], str]) -> Callable[[Spoiler, Row], Row]:
    return lambda s, row: (*row[:3], change(s, row[3]), row[4]) if len(row[3]) == 8 else row


def _birth_digit(s: Spoiler, birth: str) -> str:
    day = _day(birth)
    return f"{day + timedelta(days=int(s.pick((-10, -1, 1, 10)))):%Y%m%d}" if day else birth


def _birth_swapped(s: Spoiler, birth: str) -> str:
    return birth[:4] + birth[6:] + birth[4:6] if birth[6:] <= "12" else birth


def _birth_lunar(s: Spoiler, birth: str) -> str:
    day = _day(birth)
    return (lunar_day(day) if day else None) or birth


def _day(birth: str) -> date | None:
    try:
        return date(int(birth[:4]), int(birth[4:6]), int(birth[6:]))
    except ValueError:
        return None


def _place(change: Callable[[Spoiler, str], str]) -> Callable[[Spoiler, Row], Row]:
    return lambda s, row: (*row[:4], change(s, row[4])) if row[4] else row


_ERRORS: dict[str, Callable[[Spoiler, Row], Row]] = {
    "number_missing": lambda s, row: (None, *row[1:]),
    "number_digit": _number_digit,
    "number_swapped": _number_swapped,
    "number_old": _number_old,
    "name_variant": _renamed(lambda s, char: s.older.get(char)),
    "name_homophone": _renamed(_homophone),
    "name_other": _other_name,
    "birth_missing": _birth(lambda s, birth: ""),
    "birth_year_only": _birth(lambda s, birth: f"{birth[:4]}0000"),
    "birth_swapped": _birth(_birth_swapped),
    "birth_digit": _birth(_birth_digit),
    "birth_lunar": _birth(_birth_lunar),
    "place_missing": _place(lambda s, path: ""),
    "place_county_only": _place(lambda s, path: path[: path.find("/", 8) + 1] or path),
    "place_village": _place(lambda s, path: s.pick(s.by_town.get(path[:-13]) or [path])),
    "place_moved": _place(lambda s, path: s.pick(s.paths)),
    "sex_missing": lambda s, row: (*row[:2], "", *row[3:]),
    "sex_wrong": lambda s, row: (*row[:2], {"1": "2", "2": "1"}.get(row[2], ""), *row[3:]),
}
