"""Decide every household of a country or a province on Spark: files in, files out.

    spark-submit scripts/decide_on_spark.py --statements DIR --facts DIR --results DIR

``statements`` is what ``run.py manage law_sql`` writes; ``facts`` holds households and persons, as CSV or
Parquet.  Nothing of the platform is imported: a cluster needs Spark and these files alone.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

OPTIONS = {
    # Whole numbers that overflow stop the statement instead of being cut.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    # Steps stay steps: written into each other they would grow without end.
    "spark.sql.optimizer.excludedRules": "org.apache.spark.sql.catalyst.optimizer.CollapseProject",
    "spark.sql.analyzer.maxIterations": "1000",
    "spark.sql.optimizer.maxIterations": "1000",
}


def main() -> int:
    """Tables before, answers of households and of members, tables after."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("statements", "facts", "results"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    asked = parser.parse_args()
    builder = SparkSession.builder.appName("law")
    for name, value in OPTIONS.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    told = json.loads((asked.statements / "statements.json").read_text(encoding="utf-8"))
    for name, columns in told["facts"].items():
        _facts(session, asked.facts / name, columns).createOrReplaceTempView(name)
    places = told["places"]
    session.createDataFrame(
        [tuple(row) for row in places["rows"]], places["columns"]
    ).createOrReplaceTempView("places")
    for name, statement in told["first"].items():
        session.sql(f"DROP TABLE IF EXISTS {name}")
        session.sql(statement)
    for name in ("households", "members"):
        if told[name]:
            _write(session, told[name], asked.results / name)
    for name in told["first"]:
        session.sql(f"DROP TABLE IF EXISTS {name}")
    found = session.read.parquet(str(asked.results / "households"))
    left = found.where("again").select("household_id")
    left.write.mode("overwrite").csv(str(asked.results / "again"))
    sys.stdout.write(f"{found.count()} households, {left.count()} of them to be decided alone\n")
    session.stop()
    return 0


def _facts(session: Any, stem: Path, columns: str) -> Any:
    """``households.parquet``, or ``households.csv`` as the office writes it."""
    table = stem.with_suffix(".csv")
    if table.exists():
        return session.read.csv(str(table), schema=columns, header=True)
    return session.read.parquet(str(stem.with_suffix(".parquet")))


def _write(session: Any, statement: str, target: Path) -> None:
    session.sql(statement).write.mode("overwrite").parquet(str(target))


if __name__ == "__main__":
    sys.exit(main())
