"""A snapshot is computed by the divisions of its day, filled up with what was given, and sealed under its hash."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from cryptography.hazmat.primitives import hashes
from django.db import connection

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import NotAllowed, Refused

from .computing import PLAN_BEGINS, compute_all, declared, of_the_province
from .counting import Window
from .models import Frozen, FrozenSeries, Series
from .packing import packed

__all__ = ["Given", "digest", "freeze"]

_COPIED = """
INSERT INTO indicators_frozenseries (frozen_id, path, indicator, width, numerators, denominators, source)
SELECT %s, path, indicator, width, numerators, denominators, 'computed'
FROM indicators_series WHERE computation_id = %s"""


@dataclass(frozen=True)
class Given:
    """What is known of an indicator without a register: by month of the window, nothing where nothing was given."""

    indicator: str
    path: str
    numerators: Sequence[int | None]
    denominators: Sequence[int | None] | None = None


@verb("indicators.freeze", label="封存指标快照")
def freeze(
    *, label: str, as_of: date, given: Iterable[Given] = (), by: Actor, key: str | None = None
) -> Frozen:
    """The figures at the end of a month, by the divisions of that day, kept as they are for a report."""
    if not of_the_province(by):
        raise NotAllowed("not_the_province", "快照由省级民政部门封存，您不能封存。")
    month = clock.Month.of(as_of)
    if as_of != month.last or as_of > clock.today():
        raise Refused("freeze_month_end", "快照以已经过去的月末为准，例如 2023-06-30。", field="as_of")
    window = Window(PLAN_BEGINS, month.months_since(PLAN_BEGINS) + 1)
    run = compute_all(declared(), window, on=as_of, by=by)
    made = Frozen.objects.create(
        label=label, as_of=as_of, divisions_on=as_of, first=run.first, months=run.months, created_at=clock.now(),
        created_by=by.id, created_by_name=by.name,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_COPIED, [made.pk, run.pk])
    FrozenSeries.objects.bulk_create(_given(made, one) for one in given)
    Series.objects.filter(computation=run)._raw_delete(Series.objects.db)
    run.delete()
    made.rows, made.sha = made.series.count(), digest(made)
    made.sealed_at = clock.now()
    made.save(update_fields=["rows", "sha", "sealed_at"])
    audit.note(about=made, path="22/", after={"as_of": str(as_of), "rows": made.rows, "sha": made.sha})
    return made


def _given(made: Frozen, one: Given) -> FrozenSeries:
    above, below = packed(one.numerators), None if one.denominators is None else packed(one.denominators)
    return FrozenSeries(
        frozen=made, path=one.path, indicator=one.indicator, width=8, numerators=above, denominators=below,
        source=FrozenSeries.Source.GIVEN,
    )  # fmt: skip


def digest(of: Frozen) -> str:
    """SM3 over the head and every row in order; reckoned anew it tells whether anything was touched."""
    found = hashes.Hash(hashes.SM3())
    found.update(json.dumps([of.label, str(of.as_of), str(of.first), of.months], ensure_ascii=False).encode())
    rows = of.series.order_by("indicator", "path", "source").values_list(
        "indicator", "path", "source", "numerators", "denominators"
    )
    for code, path, source, above, below in rows.iterator(chunk_size=5000):
        found.update(f"{code} {path} {source} {len(above)} ".encode() + bytes(above) + bytes(below or b""))
    return found.finalize().hex()
