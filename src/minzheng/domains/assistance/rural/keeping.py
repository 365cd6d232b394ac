"""The rural department's list as it is kept: by its keys, ended by date, and back as it was if a file is undone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef

from minzheng.kernel import clock
from minzheng.kernel.areas.queries import in_force
from minzheng.kernel.declare import LooseRecord
from minzheng.kernel.people.models import Membership, Person

from ..models import HouseholdProfile, RuralWatch

__all__ = ["bind", "close", "loose", "put_back", "reopen", "stands", "take"]

_CHUNK = 2000
_KEPT = (
    "path", "person", "household", "row", "kind", "state", "name", "id_number", "from_on", "until_on", "listed_on",
    "taken_from", "closed_by", "recorded_at",
)  # fmt: skip
Row = Mapping[str, Any]
State = RuralWatch.State


def stands(keys: Sequence[str]) -> Mapping[str, Row]:
    """The lines now kept under these keys; who has left the list stands no more, and may come again."""
    kept = RuralWatch.objects.filter(key__in=keys).exclude(state=State.LEFT)
    return dict(kept.values_list("key", "row"))


def take(rows: Sequence[Row], number: str) -> Mapping[str, Row]:
    """Keep each line under its key with the person and household we know; put aside is what stood, left or not."""
    kept = list(RuralWatch.objects.filter(key__in=[row["key"] for row in rows]))
    before = {one.key: _as_kept(one) for one in kept}
    _keep(_records(rows, number))
    _mark({one.household_id for one in kept if one.household_id})
    return before


def close(path: str, keys: Sequence[str], number: str) -> int:
    """Who of the place was watched and is not on the list has left it, from the day up to which the list tells."""
    named = RuralWatch.objects.filter(key__in=keys).order_by("-listed_on").values_list("listed_on", flat=True)
    if (day := named.first()) is None:
        return 0
    gone = RuralWatch.objects.filter(path__startswith=path, state=State.WATCHED, listed_on__lte=day)
    gone = gone.exclude(key__in=keys)
    homes = _homes(gone)
    ended = gone.update(state=State.LEFT, until_on=day, closed_by=number)
    _mark(homes)
    return ended


def reopen(number: str) -> None:
    """The list that no longer named them is taken back: they are watched as before."""
    gone = RuralWatch.objects.filter(closed_by=number)
    homes = _homes(gone)
    gone.update(state=State.WATCHED, until_on=None, closed_by="")
    _mark(homes)


def put_back(rows: Mapping[str, Row | None]) -> None:
    """What stood before stands again; what did not stand is gone from here (its history stays)."""
    new = RuralWatch.objects.filter(key__in=[key for key, row in rows.items() if row is None])
    homes = _homes(new)
    new.delete()
    former = [row for row in rows.values() if row is not None]
    _keep(_records([row["row"] for row in former], "撤销后恢复", {row["row"]["key"]: row for row in former}))
    _mark(homes)


def loose() -> Iterator[LooseRecord]:
    """Who is watched under a number that nobody on file bears; the list says sex and birthday by the number alone."""
    rows = RuralWatch.objects.filter(person=None).exclude(state=State.LEFT)
    for one in rows.iterator(chunk_size=_CHUNK):
        yield LooseRecord(
            one.key, one.id_number, one.name, "", one.id_number[6:14], one.path, one.recorded_at
        )


def bind(key: str, person: int | None, was: int | None) -> bool:
    """The line is about this person and the household where he lives, or loose again; both families are marked."""
    row = RuralWatch.objects.filter(key=key, person_id=was).first()
    if row is None:
        return False
    before = row.household_id
    home = (
        Membership.objects.filter(person_id=person, until_on=None).order_by("-id").first() if person else None
    )
    row.person_id, row.household_id = person, home.household_id if home else None
    row.save(update_fields=["person", "household"])
    _mark({one for one in (before, row.household_id) if one})
    return True


def _as_kept(one: RuralWatch) -> Row:
    return {"row": one.row, "left_on": one.until_on if one.closed_by else None, "closed_by": one.closed_by}


def _keep(records: Iterable[RuralWatch]) -> None:
    kept = RuralWatch.objects.bulk_create(
        records, batch_size=_CHUNK, update_conflicts=True, unique_fields=["key"], update_fields=list(_KEPT)
    )
    _mark({one.household_id for one in kept if one.household_id})


def _records(rows: Sequence[Row], number: str, left: Mapping[str, Row] | None = None) -> Iterator[RuralWatch]:
    people = {
        one.id_number: one for one in Person.objects.filter(id_number__in=[row["id_number"] for row in rows])
    }
    living = Membership.objects.filter(person__in=people.values(), until_on=None).order_by("-id")
    homes = dict(living.values_list("person_id", "household_id"))
    areas = dict(in_force().filter(code__in={row["area"] for row in rows}).values_list("code", "path"))
    now = clock.now()
    for row in rows:
        who, former = people.get(row["id_number"]), (left or {}).get(row["key"], {})
        yield RuralWatch(
            key=row["key"], path=areas[row["area"]], person=who, household_id=homes.get(who.pk) if who else None,
            row=dict(row), kind=row["kind"], name=row["name"], id_number=row["id_number"], from_on=row["from_on"],
            listed_on=row["listed_on"], taken_from=number, recorded_at=now, **_ended(row, former),
        )  # fmt: skip


def _ended(row: Row, former: Row) -> dict[str, Any]:
    if former.get("closed_by"):
        return {"state": State.LEFT, "until_on": former["left_on"], "closed_by": former["closed_by"]}
    state = State.REMOVED if row["until_on"] else State.WATCHED
    return {"state": state, "until_on": row["until_on"], "closed_by": ""}


def _homes(rows: Any) -> set[int]:
    return set(rows.exclude(household=None).values_list("household_id", flat=True))


def _mark(homes: Iterable[int]) -> None:
    """The file of a household says of itself whether it is watched: the law's class L5 rests on it."""
    watched = RuralWatch.objects.filter(household_id=OuterRef("household_id"), state=State.WATCHED)
    HouseholdProfile.objects.filter(household_id__in=list(homes)).update(monitored=Exists(watched))
