"""Pairs are scored, and those that are alike enough where they live are put before a steward, with the reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import pyarrow as pa
from django.db import connection
from django.db.models import Q, QuerySet

from minzheng.kernel import clock
from minzheng.kernel.people.models import FormerNumber, Person

from . import comparing, duties, engine, frames
from .models import Pair, Trace
from .parameters_of import number_at

__all__ = ["Found", "by_former_number", "find", "row_of", "shares", "told"]

FIELDS = ("id", "id_number", "name", "sex", "birth", "path", "phone")
CERTAIN = 40  # bits: the one's number is one that the other bore
# Below this nothing is ever put before anybody, whatever a place has set.
LEAST = -4


@dataclass
class Found:
    """Two files that are alike: how much, and by what."""

    weight: int
    evidence: list[dict[str, Any]] = field(default_factory=list)


def find(fresh: Sequence[int], candidates: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Compare the candidates, keep what is alike enough, close what no longer is: how many compared, how many kept."""
    people = _people({pk for pair in candidates for pk in pair})
    pairs = [pair for pair in candidates if pair[0] in people and pair[1] in people]
    found = _scored(people, pairs)
    for pair in by_former_number(
        FormerNumber.objects.filter(Q(person__in=fresh) | Q(number__in=_numbers(people, fresh)))
    ):
        if pair in found or (pair[0] in people and pair[1] in people):
            found[pair] = _certain(found.get(pair))
    kept = _keep(found, people)
    _close(fresh, {pair for pair, _ in kept})
    return len(pairs), len(kept)


def by_former_number(rows: QuerySet[FormerNumber]) -> Iterator[tuple[int, int]]:
    """Whoever bears today a number under which somebody else was on file."""
    former = list(rows.values_list("person_id", "number"))
    bearers = Person.objects.filter(id_number__in=[number for _, number in former], merged_into=None)
    now = dict(bearers.values_list("id_number", "pk"))
    for person, number in former:
        if (other := now.get(number)) is not None and other != person:
            yield min(person, other), max(person, other)


def _numbers(people: dict[int, Person], fresh: Iterable[int]) -> list[str]:
    return [one.id_number for pk in fresh if (one := people.get(pk)) is not None and one.id_number]


def _people(numbers: set[int]) -> dict[int, Person]:
    rows = Person.objects.filter(pk__in=numbers, merged_into=None).only(*FIELDS, "died_on")
    return {one.pk: one for one in rows.iterator(chunk_size=5_000)}


def _scored(people: dict[int, Person], pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Found]:
    if not pairs:
        return {}
    model = engine.model_on(clock.today())
    con = frames.connect(memory_mb=600, threads=1)
    try:
        frames.prepare(con, "records", frames.told(row_of(one) for one in people.values()))
        con.register("pair_rows", pa.table({"l": [a for a, _ in pairs], "r": [b for _, b in pairs]}))
        con.execute("CREATE TABLE pairs AS SELECT * FROM pair_rows")
        con.register("name_shares", shares(one.name for one in people.values()))
        engine.score(
            con, model.settings, records="records", pairs="pairs", into="scored", least=LEAST, evidence=True,
            frequencies="name_shares",
        )  # fmt: skip
        return dict(told(con.execute("SELECT * FROM scored"), model.settings))
    finally:
        con.close()


def row_of(one: Person) -> tuple[Any, ...]:
    """A file as a row of ``frames.RAW``."""
    born = f"{one.birth:%Y%m%d}" if one.birth else ""
    return one.pk, one.id_number, one.name, one.sex, born, one.path, one.phone


def shares(of: Iterable[str]) -> pa.Table:
    """How common each name is among everyone on file, not among those who are compared tonight."""
    from .folding import fold

    names = sorted({fold(name) for name in of})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, count(*)::float8 / greatest((SELECT count(*) FROM linkage_trace), 20000) FROM linkage_trace "
            "WHERE name = ANY(%s) GROUP BY name",
            [names],
        )
        rows = cursor.fetchall()
    return pa.table({
        "name": pa.array([row[0] for row in rows], pa.string()),
        "tf_name": pa.array([row[1] for row in rows], pa.float64()),
    })  # fmt: skip


def told(scored: Any, settings: dict[str, Any]) -> Iterator[tuple[tuple[int, int], Found]]:
    """Each pair with the reasons in words; what is silent on one side is no reason."""
    columns = [column[0] for column in scored.description]
    words = {c["output_column_name"]: _words(c["comparison_levels"]) for c in settings["comparisons"]}
    for values in scored.fetchall():
        row = dict(zip(columns, values, strict=True))
        evidence = [
            {"field": code, "words": words[code][row[code]], "bits": round(row[f"{code}_bits"])}
            for code in comparing.FIELDS
            if row[code] >= 0
        ]
        yield (min(row["l"], row["r"]), max(row["l"], row["r"])), Found(round(row["weight"]), evidence)


def _words(levels: Sequence[dict[str, Any]]) -> dict[int, str]:
    """Levels are numbered from the weakest, 0, up; the one that is silent is -1."""
    spoken = [level["label_for_charts"] for level in levels if not level.get("is_null_level")]
    return dict(enumerate(reversed(spoken)))


def _certain(found: Found | None) -> Found:
    evidence = [one for one in (found.evidence if found else []) if one["field"] != "number"]
    mine = {"field": "number", "words": "一方的号码是另一方的曾用号码", "bits": CERTAIN}
    return Found(max(CERTAIN, found.weight if found else 0), [mine, *evidence])


def _keep(
    found: dict[tuple[int, int], Found], people: dict[int, Person]
) -> list[tuple[tuple[int, int], Found]]:
    """Into the queue; what was decided stays decided unless a file has changed since."""
    today, code = clock.today(), engine.model_on(clock.today()).code
    every = [
        (pair, duties.common(people[pair[0]].path, people[pair[1]].path), one) for pair, one in found.items()
    ]
    least = {
        path: number_at("linkage.review_from", path=path or "22/", on=today)
        for path in {p for _, p, _ in every}
    }
    kept = [(pair, path, one) for pair, path, one in every if one.weight >= least[path]]
    known = _known([pair for pair, _, _ in kept])
    digests = _digests({pk for pair, _, _ in kept for pk in pair})
    for pair, path, one in kept:
        digest = sha256(f"{digests[pair[0]]}{digests[pair[1]]}".encode()).hexdigest()
        row = known.get(pair) or Pair(first_id=pair[0], second_id=pair[1])
        _ask(row, path, one, digest, code)
    return [(pair, one) for pair, _, one in kept]


def _ask(row: Pair, path: str, one: Found, digest: str, code: str) -> None:
    """Put a pair before the stewards, if it is new to them."""
    answered = row.pk is not None and row.state in (Pair.State.DIFFERENT, Pair.State.LATER)
    if answered and row.digest in ("", digest):
        if not row.digest:  # decided on the files as they are, not on what was compared before
            row.digest = digest
            row.save(update_fields=["digest"])
        return
    if row.pk is None or row.state != Pair.State.OPEN:
        row.state, row.found_at, row.ask_on, row.reason = Pair.State.OPEN, clock.now(), None, ""
        row.decided_at, row.decided_by, row.decided_by_name = None, "", ""
    row.path, row.weight, row.evidence = path, min(one.weight, 999), one.evidence
    row.digest, row.model, row.version = digest, code, row.version + (row.pk is not None)
    row.save()


def _known(pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Pair]:
    rows = Pair.objects.filter(first__in={a for a, _ in pairs}, second__in={b for _, b in pairs})
    return {(one.first_id, one.second_id): one for one in rows}


def _digests(numbers: set[int]) -> dict[int, str]:
    return dict(Trace.objects.filter(person__in=numbers).values_list("person_id", "digest"))


def _close(fresh: Sequence[int], kept: set[tuple[int, int]]) -> None:
    """What was likened before a file changed, and is not any more."""
    asked = Pair.objects.filter(
        Q(first__in=fresh) | Q(second__in=fresh), state__in=(Pair.State.OPEN, Pair.State.LATER)
    )
    gone = [one.pk for one in asked if (one.first_id, one.second_id) not in kept]
    Pair.objects.filter(pk__in=gone).update(state=Pair.State.GONE)
