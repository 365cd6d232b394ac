"""Our rules as SQL in Spark, on the processors of this machine; run in an environment of its own.

Facts are read from Parquet files and results written to Parquet files each time; the platform is not imported, the
statements come as text.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from pyspark.sql import SparkSession

__all__ = ["main"]

COLLAPSE = "org.apache.spark.sql.catalyst.optimizer.CollapseProject"
TABLES = ("households", "persons", "places")


def main(folder: Path, repeat: int) -> dict[str, object]:
    """The best of several runs after the first; memory is that of the virtual machine."""
    session = (
        SparkSession.builder.master("local[2]")
        .appName("law")
        .config("spark.driver.memory", "4g")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.sql.session.timeZone", "UTC")
        # Steps written into each other grow without end; each stays a step of its own.
        .config("spark.sql.optimizer.excludedRules", COLLAPSE)
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    statements = json.loads((folder / "statements.json").read_text(encoding="utf-8"))
    for name in TABLES:
        session.read.parquet(str(folder / f"{name}.parquet")).createOrReplaceTempView(name)
    times = []
    for _ in range(repeat + 1):
        started = time.perf_counter()
        for name, text in statements.items():
            session.sql(text).write.mode("overwrite").parquet(str(folder / f"found_{name}"))
        times.append(time.perf_counter() - started)
    peak = _peak_mb(session)
    session.stop()
    best = min(times[1:])
    return {
        "first_seconds": times[0],
        "seconds": best,
        "whole_seconds": best,
        "repeat": repeat,
        "peak_mb": peak,
    }


def _peak_mb(session: SparkSession) -> int:
    machine = session._jvm.java.lang.ProcessHandle.current().pid()
    lines = Path(f"/proc/{machine}/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) // 1024


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]))) + "\n")
