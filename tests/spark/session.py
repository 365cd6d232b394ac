"""One Spark session on the processors of this machine: all that Spark is compared in, run in its own environment.

Started by ``test_on_spark`` with the folder of a file to be linked; says as JSON what was
compared, or fails with what differed.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

EXAMPLES = 8
RULES = ("dibao_eligible", "dibao_amount", "edge_eligible", "tier", "per_head", "sharing")
"""What the worked cases expect most; all rules at once take a cluster's driver minutes to plan."""
OPTIONS = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "2g",
    "spark.ui.enabled": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.analyzer.maxIterations": "1000",
    "spark.sql.optimizer.maxIterations": "1000",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.optimizer.excludedRules": "org.apache.spark.sql.catalyst.optimizer.CollapseProject",
}


def main(folder: Path) -> dict[str, Any]:
    """Worked cases first, then rules and households drawn at random, then who is who."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minzheng.config.settings")
    django.setup()
    from pyspark.sql import SparkSession
    from splink.backends.spark import similarity_jar_location

    builder = SparkSession.builder.master("local[2]").appName("law")
    mine = {"spark.sql.warehouse.dir": os.getcwd(), "spark.jars": similarity_jar_location()}
    for name, value in {**OPTIONS, **mine}.items():
        builder = builder.config(name, value)
    started = time.monotonic()
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    try:
        return {"start": time.monotonic() - started, **_compared(session), **_linked(session, folder)}
    finally:
        session.stop()


def _compared(session: Any) -> dict[str, Any]:
    from hypothesis import given, settings

    from minzheng.kernel.law.engines.sql_connections import Spark
    from tests.factories import law_random as drawn
    from tests.kernel import test_law_sql as worked
    from tests.properties import test_law_sql_properties as random

    connection, started, counted = Spark(session), time.monotonic(), {"households": 0}
    rules = tuple(rule for rule in worked.EVERY_RULE if rule.name in RULES)
    worked.compare_worked_cases(connection, rules)
    took = time.monotonic() - started
    worked.test_a_negative_division_rounds_down(connection)
    worked.test_what_is_not_proven_to_fit_into_64_bits_is_reckoned_wider(connection)
    worked.test_a_household_with_nobody_in_it_is_a_household_too(connection)

    @given(drawn.rule_sets(), drawn.towns())
    @settings(random.generated, max_examples=EXAMPLES, derandomize=True, database=None)
    def compare(rule_set: Any, homes: Any) -> None:
        random.agree(*rule_set, homes, connection)
        counted["households"] += len(homes)

    # Every example is another statement: compiling each would take most of the time.
    session.conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN")
    compare()
    whole = time.monotonic() - started
    return {
        "worked": len(worked.WORKED),
        "rules": len(rules),
        "worked_seconds": took,
        "seconds": whole,
        **counted,
    }


def _linked(session: Any, folder: Path) -> dict[str, Any]:
    """The file linked by the job itself; the scored pairs beside the links, to be compared one by one."""
    from scripts import link_on_spark

    started = time.monotonic()
    link_on_spark.linked(session, folder).write.parquet(str(folder / "results"))
    session.table("scored").write.parquet(str(folder / "scored"))
    return {"linked_seconds": time.monotonic() - started}


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(main(Path(sys.argv[1]))) + "\n")
