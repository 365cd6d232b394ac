"""New and changed files are searched for doubles, against the whole file, every night; never everything again.

A trace says what of a file was compared.  Whatever changed since leaves a past state in the history that the database
keeps by itself, so that no change escapes, by whichever way it was made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pghistory.models
from django.apps import apps
from django.db import connection
from django.db.models import Model, Q
from django.utils.crypto import salted_hmac

from minzheng.kernel.areas.paths import county_of, uid_of
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.people.models import FormerNumber, Person

from . import finding
from .folding import fold, spelled, surname_sound
from .models import Pair, Trace

__all__ = ["BATCH", "Scanned", "forget", "scan", "waiting"]

BATCH = 5_000
Numbers = list[int]


@dataclass(frozen=True)
class Scanned:
    """How many files were searched, how many pairs were compared, how many stand in the queue because of it."""

    files: int
    compared: int
    pairs: int


@verb("linkage.scan", label="查找疑似重复的人员档案")
def scan(*, by: Actor, most: int = BATCH, only: Sequence[int] | None = None) -> Scanned:
    """One batch: the traces of new and changed files, whoever is like them, and the pairs put before stewards.

    ``only`` names the files, where the night is not waited for.
    """
    fresh = _retraced(waiting(most) if only is None else only)
    compared, pairs = finding.find(fresh, _candidates(fresh)) if fresh else (0, 0)
    note(after={"files": len(fresh), "compared": compared, "pairs": pairs})
    return Scanned(len(fresh), compared, pairs)


def forget(person: Person) -> None:
    """A file that is taken away again leaves nothing to compare, and no question that nobody has answered yet."""
    Pair.objects.filter(Q(first=person) | Q(second=person), state=Pair.State.OPEN).delete()
    Trace.objects.filter(person=person).delete()


def waiting(most: int) -> Numbers:
    """Files without a trace, and those of which a past state was kept since theirs was taken."""
    # A change that began before the trace was taken may have been committed after it: an hour is looked back on.
    statement = f"""
        SELECT p.id FROM people_person p LEFT JOIN linkage_trace t ON t.person_id = p.id
        WHERE p.merged_into_id IS NULL AND (t.person_id IS NULL OR EXISTS (
          SELECT 1 FROM {_history()._meta.db_table} e
          WHERE e.pgh_obj_id = p.id AND e.pgh_created_at > t.taken_at - interval '1 hour'))
        ORDER BY t.taken_at NULLS FIRST, p.id LIMIT %s"""
    with connection.cursor() as cursor:
        cursor.execute(statement, [most])
        return [row[0] for row in cursor.fetchall()]


def _history() -> type[Model]:
    """The table in which past states of persons are kept."""
    (found,) = (
        one for one in apps.get_models()
        if issubclass(one, pghistory.models.Event) and one._meta.label_lower.startswith("people.person")
    )  # fmt: skip
    return found


def _retraced(numbers: Sequence[int]) -> Numbers:
    """New traces; the numbers of those files of which anything that is compared has changed."""
    before = dict(Trace.objects.filter(person__in=numbers).values_list("person_id", "digest"))
    rows = [_trace(one) for one in Person.objects.filter(pk__in=numbers)]
    Trace.objects.bulk_create(
        rows, batch_size=1000, update_conflicts=True, unique_fields=["person"],
        update_fields=["path", "name", "sound", "surname", "born", "county", "digest"],
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("UPDATE linkage_trace SET taken_at = now() WHERE person_id = ANY(%s)", [list(numbers)])
    return [row.person_id for row in rows if before.get(row.person_id) != row.digest]


def _trace(one: Person) -> Trace:
    name = fold(one.name)
    compared = (one.id_number, name, one.sex, one.birth, one.path, one.phone, one.died_on)
    return Trace(
        person_id=one.pk, path=one.path, name=name, sound=spelled(name)[:200], surname=surname_sound(name)[:12],
        born=f"{one.birth:%Y%m%d}" if one.birth else "", county=uid_of(county_of(one.path) or ""),
        digest=salted_hmac("linkage.trace", "|".join(map(str, compared)), algorithm="sha256").hexdigest(),
    )  # fmt: skip


# The same blocks as for a department's file (blocking.RULES), as far as they need no number.
_BLOCKS = (
    "a.born = b.born AND a.surname = b.surname AND a.born <> ''",
    "a.born = b.born AND a.county = b.county AND a.born <> ''",
    "a.sound = b.sound AND left(a.born, 4) = left(b.born, 4)",
    "a.sound = b.sound AND a.county = b.county",
)


def _candidates(fresh: Sequence[int]) -> list[tuple[int, int]]:
    """Pairs worth comparing, the smaller number first, each once."""
    each = " UNION ".join(
        "SELECT least(a.person_id, b.person_id), greatest(a.person_id, b.person_id) FROM linkage_trace a "
        f"JOIN linkage_trace b ON {block} AND a.person_id <> b.person_id WHERE a.person_id = ANY(%(fresh)s)"
        for block in _BLOCKS
    )
    with connection.cursor() as cursor:
        cursor.execute(each, {"fresh": list(fresh)})
        found = {(row[0], row[1]) for row in cursor.fetchall()}
    return sorted(found | set(_by_sealed(fresh)))


def _by_sealed(fresh: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Who shares a phone, or bears a number under which the other was on file before: compared whole, never by part."""
    people = {one.pk: one for one in Person.objects.filter(pk__in=fresh)}
    phones = [one.phone for one in people.values() if one.phone]
    by_phone: dict[str, Numbers] = {}
    for pk, phone in Person.objects.filter(phone__in=phones, merged_into=None).values_list("pk", "phone"):
        by_phone.setdefault(phone, []).append(pk)
    for one in people.values():
        others = by_phone.get(one.phone, []) if one.phone else []
        if len(others) <= _CROWD:
            yield from ((min(one.pk, pk), max(one.pk, pk)) for pk in others if pk != one.pk)
    yield from finding.by_former_number(FormerNumber.objects.filter(
        Q(person__in=fresh) | Q(number__in=[one.id_number for one in people.values() if one.id_number])
    ))  # fmt: skip


_CROWD = 20  # a phone that more than so many give is an office's, not a person's
