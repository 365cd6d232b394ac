"""Twenty made-up registers and a hundred measures over them: stocks, flows, shares, and units that comply."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection, models

from minzheng.kernel import declare
from minzheng.kernel.areas.models import Placed

__all__ = ["REGISTERS", "fill", "measures"]

REGISTERS = 20

_ROWS = """
INSERT INTO {table} (path, kind, grade, since, until, happened, amount)
SELECT v.path, d.kind, d.grade, d.since, CASE WHEN d.ends < 0.3 THEN d.since + d.lasts END, d.happened, d.amount
FROM (SELECT (random() * {places} + 0.5)::int AS n, DATE '2015-01-01' + (random() * 4000)::int AS since,
        (random() * 5)::int AS kind, (random() * 5)::int AS grade, random() AS ends, (random() * 1200)::int AS lasts,
        DATE '2021-01-01' + (random() * 1820)::int AS happened, (random() * 100000)::bigint AS amount
      FROM generate_series(1, {rows})) d
JOIN bench_place v ON v.n = greatest(least(d.n, {places}), 1)"""


def _model(number: int) -> type[models.Model]:
    """A register as domains keep theirs: placed rows with days, a kind and an amount."""
    fields: dict[str, Any] = {
        "__module__": __name__,
        "kind": models.SmallIntegerField(), "grade": models.SmallIntegerField(), "since": models.DateField(),
        "until": models.DateField(null=True), "happened": models.DateField(), "amount": models.BigIntegerField(),
        "Meta": type("Meta", (), {"app_label": "indicators", "db_table": f"bench_register_{number}"}),
    }  # fmt: skip
    return type(f"BenchRegister{number}", (Placed,), fields)


MODELS = [_model(number) for number in range(REGISTERS)]


def fill(rows: int) -> int:
    """The same rows each time, spread over villages and townships.

    Everything is drawn before the places are joined: what is drawn behind a join follows whatever order the planner
    chose that day.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.5)")
        cursor.execute(
            "CREATE TABLE bench_place AS SELECT row_number() OVER (ORDER BY path) AS n, path"
            " FROM areas_division WHERE level >= 4 AND valid_until IS NULL"
        )
        cursor.execute("SELECT count(*) FROM bench_place")
        (places,) = cursor.fetchone()
        for model in MODELS:
            with connection.schema_editor() as editor:
                editor.create_model(model)
            cursor.execute(_ROWS.format(table=model._meta.db_table, rows=rows, places=places))
        cursor.execute("VACUUM ANALYZE")
        cursor.execute(" UNION ALL ".join(f"SELECT count(*) FROM {m._meta.db_table}" for m in MODELS))
        return sum(count for (count,) in cursor.fetchall())


def measures() -> dict[str, declare.Indicator]:
    """Five over each register."""
    found = [one for number in range(REGISTERS) for one in _of(number)]
    return {f"bench.{one.code}": one for one in found}


def _of(number: int) -> Iterator[declare.Indicator]:
    model = f"indicators.BenchRegister{number}"

    def stock(label: str, **where: Any) -> declare.Tally:
        return declare.Tally(model, label, where=where, since="since", until="until")

    def flow(label: str, over: Any, **more: Any) -> declare.Tally:
        return declare.Tally(model, label, on="happened", over=over, **more)

    villages, townships = (
        declare.Units(declare.VILLAGE, "村（社区）"),
        declare.Units(declare.TOWNSHIP, "乡镇（街道）"),
    )
    good = stock("达标", grade__gte=3)
    yield declare.Indicator(f"share_{number}", "达标率", "%", good, stock("全部"))
    yield declare.Indicator(f"stock_{number}", "存量", "个", stock("一类", kind=1))
    yield declare.Indicator(f"flow_{number}", "规划期累计", "元", flow("金额", "plan", amount="amount"))
    yield declare.Indicator(
        f"each_{number}", "村村有", "%", declare.PerUnit(villages, good, "有的村"), villages
    )
    yield declare.Indicator(
        f"year_{number}", "年内覆盖", "%",
        declare.PerUnit(townships, flow("年内", "year", where={"kind": 2}), "有的乡镇", at_least=2), townships,
    )  # fmt: skip
