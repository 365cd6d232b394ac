"""Link a department's file to the people on file on Spark: files in, links out.

    spark-submit --jars SIMILARITY.jar scripts/link_on_spark.py --files DIR --results DIR

``files`` is what ``run.py manage link_file … --into DIR`` writes.  Nothing of the platform is imported: a cluster
needs Spark, Splink and these files alone; the jar is Splink's own (``splink.backends.spark.similarity_jar_location``).
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from pyspark import StorageLevel
from pyspark.sql import SparkSession

OPTIONS = {"spark.sql.session.timeZone": "UTC", "spark.sql.ansi.enabled": "true"}


def main() -> int:
    """The links, one for each line about which something was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("files", "results"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    asked = parser.parse_args()
    builder = SparkSession.builder.appName("linkage")
    for name, value in OPTIONS.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    found = linked(session, asked.files)
    found.write.mode("overwrite").parquet(str(asked.results))
    sys.stdout.write(f"{session.read.parquet(str(asked.results)).count()} lines are linked or unsure\n")
    session.stop()
    return 0


def linked(session: Any, files: Path) -> Any:
    """By number, then what is left by weight of evidence: the statements of the folder in their turn."""
    told = json.loads((files / "statements.json").read_text(encoding="utf-8"))
    for name in ("subjects", "people", "aliases"):
        session.read.parquet(str(files / name)).createOrReplaceTempView(name)
    for name, statement in told["before"]:
        _view(session, name, statement)
    scored = score(session, told, records="records")
    session.sql(told["kept"].format(scored=scored)).createOrReplaceTempView("scored")
    _view(session, "by_score", told["best"])
    return session.sql(told["links"])


def score(session: Any, told: dict[str, Any], *, records: str) -> str:
    """The view in which Splink leaves every blocked pair that is worth as much as ``least``."""
    from splink import Linker
    from splink.backends.spark import SparkAPI

    api = SparkAPI(spark_session=session, break_lineage_method="persist")
    linker = Linker(api.register(records), told["settings"], log_level=None)
    session.sql(told["blocked"]).createOrReplaceTempView("blocked")
    linker.table_management.register_term_frequency_lookup(api.register("name_shares"), "name")
    linker.table_management.register_blocked_pairs_for_predict(api.register("blocked"))
    found = linker.inference.predict(threshold_match_weight=told["least"], warning_mode="never")
    return str(found.physical_name)


def _view(session: Any, name: str, statement: str) -> None:
    """Reckoned once, kept in memory or on the disk of the machines while the job runs."""
    session.sql(statement).persist(StorageLevel.MEMORY_AND_DISK).createOrReplaceTempView(name)


if __name__ == "__main__":
    sys.exit(main())
