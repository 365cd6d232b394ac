"""The divisions of the province as the National Bureau of Statistics lists them, and who runs each.

The list (30 June 2023) gives statistical codes.  Beside it stand two small tables of ours: units the list
does not know (the 长白山 management board; 公主岭市 before it came to 长春), and units that another office
runs than the one their code lies under.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.db import connection

from .levels import Level
from .models import Division
from .spelling import spell

__all__ = ["Unit", "load", "units"]

DATA = Path(__file__).with_name("data")
SOURCE = "国家统计局统计用区划代码（2023年6月30日）"
# 公主岭 came to 长春 in June 2020; since then the list of counties has not changed.
COUNTIES_SINCE = date(2020, 6, 19)
# The first day by which the platform decides: 社会救助暂行办法 came into force.
FIRST_DAY = date(2014, 5, 1)
ZONES = frozenset({"220171", "220172", "220173", "220174", "220271", "220272", "220273", "220771", "220871"})
_LENGTHS = {2: Level.PROVINCE, 4: Level.CITY, 6: Level.COUNTY, 9: Level.TOWNSHIP, 12: Level.VILLAGE}


@dataclass(frozen=True)
class Unit:
    """One unit over one stretch of time, as the files give it."""

    uid: str
    code: str
    name: str
    level: Level
    kind: str
    statistical_parent: str
    path: str
    valid_from: date
    valid_until: date | None
    source: str

    def row(self) -> Division:
        """The unit as a row, with its spelling."""
        pinyin, initials = spell(self.name)
        return Division(**vars(self) | {"level": int(self.level)}, pinyin=pinyin, initials=initials)


@cache
def units() -> tuple[Unit, ...]:
    """Every unit and every earlier version of one, parents first."""
    names = {_uid(row["code"]): row["name"] for row in _rows("jilin_2023.csv")}
    run_by = {row["uid"]: row["run_by"] for row in _rows("run_by.csv")}
    own = [_own(row) for row in _rows("units.csv")]
    paths = {unit.uid: unit.path for unit in own if unit.valid_until is None}
    listed = [_listed(uid, names[uid], run_by, paths) for uid in sorted(names, key=lambda u: (len(u), u))]
    return (*listed[:1], *own, *listed[1:])


def load() -> int:
    """Add the units that the table does not hold yet; what the office has changed since stays as it is."""
    known = set(Division.objects.values_list("uid", flat=True).distinct())
    missing = [unit for unit in units() if unit.uid not in known]
    if missing:
        _copy(unit.row() for unit in missing)
    return len(missing)


def _listed(uid: str, name: str, run_by: dict[str, str], paths: dict[str, str]) -> Unit:
    """A line of the statistical list; remembers the path for the units beneath it."""
    level = _LENGTHS[len(uid)]
    parent = _parent(uid)
    above = run_by.get(uid, parent)
    paths[uid] = f"{paths[above]}{uid}/" if above else f"{uid}/"
    return Unit(
        uid=uid,
        code=uid.ljust(12, "0"),
        name=name,
        level=level,
        kind=Division.Kind.ZONE if uid in ZONES else Division.Kind.ORDINARY,
        statistical_parent=parent.ljust(12, "0") if parent else "",
        path=paths[uid],
        valid_from=FIRST_DAY if level <= Level.CITY else COUNTIES_SINCE,
        valid_until=None,
        source=SOURCE,
    )


def _own(row: dict[str, str]) -> Unit:
    """A line of the table of units that the statistical list does not know."""
    until = row["valid_until"]
    return Unit(
        uid=row["uid"],
        code=row["code"],
        name=row["name"],
        level=Level(int(row["level"])),
        kind=row["kind"],
        statistical_parent=row["statistical_parent"],
        path=row["path"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_until=date.fromisoformat(until) if until else None,
        source=row["source"],
    )


def _uid(code: str) -> str:
    """The shortest form of a statistical code: 220102001000 → 220102001."""
    for length in (2, 4, 6, 9):
        if set(code[length:]) <= {"0"}:
            return code[:length]
    return code


def _parent(uid: str) -> str:
    """The unit a statistical code lies under; nothing above the province."""
    shorter = [length for length in _LENGTHS if length < len(uid)]
    return uid[: max(shorter)] if shorter else ""


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _copy(rows: Iterable[Division]) -> None:
    """Stream rows into the table."""
    fields = [field for field in Division._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    connection.ensure_connection()
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {Division._meta.db_table} ({columns}) FROM STDIN") as out,
    ):
        for record in _records(rows, [field.attname for field in fields]):
            out.write_row(record)


def _records(rows: Iterable[Division], names: list[str]) -> Iterator[list[object]]:
    for row in rows:
        yield [getattr(row, name) for name in names]
