"""What of the national system is kept here: by its key, as it was said last, and back as it was if a file is undone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from minzheng.kernel import clock
from minzheng.kernel.areas.queries import in_force
from minzheng.kernel.declare import LooseRecord
from minzheng.kernel.people.models import Person

from ..models import NationalRecord

__all__ = ["bind", "loose", "put_back", "stands", "take"]

_CHUNK = 2000
_KEPT = (
    "path", "person", "row", "low_income_class", "name", "id_number", "from_on", "until_on", "taken_from",
    "recorded_at",
)  # fmt: skip
Row = Mapping[str, Any]


def stands(keys: Sequence[str]) -> Mapping[str, Row]:
    """The rows now kept under these keys."""
    return dict(NationalRecord.objects.filter(key__in=keys).values_list("key", "row"))


def take(rows: Sequence[Row], number: str) -> None:
    """Keep each row under its key, in the place that it names, with the person it is about if we know one."""
    NationalRecord.objects.bulk_create(
        _records(rows, number), batch_size=_CHUNK, update_conflicts=True, unique_fields=["key"],
        update_fields=list(_KEPT),
    )  # fmt: skip


def _records(rows: Sequence[Row], number: str) -> Iterator[NationalRecord]:
    people = {
        one.id_number: one for one in Person.objects.filter(id_number__in=[row["id_number"] for row in rows])
    }
    areas = dict(in_force().filter(code__in={row["area"] for row in rows}).values_list("code", "path"))
    now = clock.now()
    for row in rows:
        yield NationalRecord(
            key=row["key"], path=areas[row["area"]], person=people.get(row["id_number"]), row=dict(row),
            low_income_class=row["class"], name=row["name"], id_number=row["id_number"], from_on=row["from_on"],
            until_on=row["until_on"], taken_from=number, recorded_at=now,
        )  # fmt: skip


def put_back(rows: Mapping[str, Row | None]) -> None:
    """What stood before stands again; what did not stand is gone from here (its history stays)."""
    NationalRecord.objects.filter(key__in=[key for key, row in rows.items() if row is None]).delete()
    take([row for row in rows.values() if row is not None], "撤销后恢复")


def loose() -> Iterator[LooseRecord]:
    """Records whose number nobody on file bears."""
    for one in NationalRecord.objects.filter(person=None).iterator(chunk_size=_CHUNK):
        born = one.row["birth"].replace("-", "")
        yield LooseRecord(one.key, one.id_number, one.name, one.row["sex"], born, one.path, one.recorded_at)


def bind(key: str, person: int | None, was: int | None) -> bool:
    """The record is about this person, or loose again; not if it names somebody else by now."""
    return NationalRecord.objects.filter(key=key, person_id=was).update(person_id=person) == 1
