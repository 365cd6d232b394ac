"""How a department's file is linked, said once as statements; DuckDB runs them here, Spark the same on a cluster.

They read three tables: ``subjects``, the department's rows, numbered below zero; ``people``, everyone on file; and
``aliases``, former numbers with the person who bears them no more.  The statements are written in DuckDB's words;
``of_spark`` has them put into Spark's, conditions of the model included, so that there is one text of each rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import blocking, comparing

__all__ = ["BEFORE", "LINKS", "Limits", "best", "likely", "of_spark", "settings_of_spark"]


@dataclass(frozen=True)
class Limits:
    """In bits of evidence: linked from, the distance to the next best, kept as unsure from."""

    link: int
    margin: int
    unsure: int


# A number counts only together with a name that agrees in writing or sound, or but for one character of three.
_AGREES = (
    f"(s.name = p.name OR len(list_intersect(s.sounds, p.sounds)) > 0 OR {comparing.one_off('s.{}', 'p.{}')})"
)
# Each table in its turn, and which ones nobody reads after it.
BEFORE: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "by_number",
        "SELECT s.unique_id AS l, p.unique_id AS r, 1 AS how, NULL::DOUBLE AS weight "
        "FROM subjects s JOIN (SELECT number, unique_id FROM people UNION SELECT number, person FROM aliases) n "
        f"ON s.number = n.number JOIN people p ON p.unique_id = n.unique_id WHERE s.number_ok AND {_AGREES}",
        (),
    ),
    ("rest", "SELECT s.* FROM subjects s ANTI JOIN by_number f ON f.l = s.unique_id", ("subjects",)),
    ("pairs", blocking.pairs("rest", "people"), ()),
    # How common a name is among everyone on file: in a list of three it is nothing but the three who are compared.
    (
        "name_shares",
        "SELECT p.name, CAST(count(*) AS DOUBLE) / greatest(max(t.n), 20000) AS tf_name "
        "FROM people p CROSS JOIN (SELECT count(*) AS n FROM people) t WHERE p.name IS NOT NULL GROUP BY p.name",
        (),
    ),
    (
        "records",
        "SELECT * FROM rest UNION ALL SELECT p.* FROM people p SEMI JOIN pairs b ON b.r = p.unique_id",
        ("people", "rest"),
    ),
)
# Of two files under one number the older: whoever links is not who decides that they are doubles.
LINKS = """
SELECT -l - 1 AS line, min(r) AS person, min(how) AS how, CAST(round(max(weight)) AS INT) AS weight FROM (
  SELECT l, r, how, weight FROM by_number UNION ALL SELECT l, r, how, weight FROM by_score
) AS found GROUP BY l
"""


def best(limits: Limits) -> str:
    """Of whoever a row was scored against the best one, if it is good enough and stands alone; else unsure.

    Splink gives a level for each field, the highest the strongest, -1 where one side is silent.  A score alone is not
    enough: the name must agree in writing or sound (3, 4), or the number do so (2, 3) and at least the surname; and
    two numbers that are both valid and differ are two people, whatever else agrees.
    """
    return f"""
WITH sided AS (
  SELECT least(l, r) AS l, greatest(l, r) AS r, weight, name, number FROM scored
), ranked AS (
  SELECT *, row_number() OVER best AS place, lead(weight) OVER best AS second FROM sided
  WHERE number <> 0 OR weight >= {limits.link} WINDOW best AS (PARTITION BY l ORDER BY weight DESC, r)
)
SELECT l, r, CASE WHEN weight >= {limits.link} AND weight - coalesce(second, -99) >= {limits.margin}
                       AND (name >= 3 OR number >= 2 AND name >= 1) AND number <> 0 THEN 2 ELSE 3 END AS how, weight
FROM ranked WHERE place = 1 AND weight >= {limits.unsure}
"""


def likely(limits: Limits, *, most: int) -> str:
    """Of each unsure row whoever it may be about, the most alike first, at most so many."""
    return f"""
WITH sided AS (
  SELECT -least(l, r) - 1 AS line, greatest(l, r) AS person, weight FROM scored
  WHERE weight >= {limits.unsure} AND (number <> 0 OR weight >= {limits.link})
)
SELECT line, person FROM sided SEMI JOIN (SELECT line FROM links WHERE how = 3) u USING (line)
QUALIFY row_number() OVER (PARTITION BY line ORDER BY weight DESC, person) <= {most} ORDER BY line
"""


def of_spark(statement: str) -> str:
    """A statement, or a condition, in Spark's words."""
    import sqlglot
    from sqlglot import exp

    def spoken(node: exp.Expression) -> exp.Expression:
        """What two lists have in common: there the length of a list is its size, that of a text stays its length."""
        within = node.this if isinstance(node, exp.Length) else None
        if isinstance(within, exp.Anonymous) and within.name.lower() == "list_intersect":
            common = exp.Anonymous(this="ARRAY_INTERSECT", expressions=within.expressions)
            return exp.Anonymous(this="SIZE", expressions=[common])
        return node

    return sqlglot.parse_one(statement, read="duckdb").transform(spoken).sql(dialect="spark")


def settings_of_spark(settings: Mapping[str, Any]) -> dict[str, Any]:
    """A trained model as Splink takes it on Spark: the same levels and figures, the conditions in Spark's words."""
    said = {
        **settings, "sql_dialect": "spark",
        "blocking_rules_to_generate_predictions": [{"blocking_rule": "l.number = r.number", "sql_dialect": "spark"}],
    }  # fmt: skip
    said["comparisons"] = [
        {**one, "comparison_levels": [_level(level) for level in one["comparison_levels"]]}
        for one in settings["comparisons"]
    ]
    return said


def _level(level: Mapping[str, Any]) -> dict[str, Any]:
    condition = level["sql_condition"]
    return {**level, "sql_condition": condition if condition == "ELSE" else of_spark(condition)}
