"""``python -m bench.exchange.training FILE``: the model is trained on a made-up province and written to a file.

Pairs that agree in number show how names, birthdays and places of one person differ; pairs that agree in name and
birthday show how numbers do.  The seed is another than that of the measure.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

SEED, HOUSEHOLDS = 41, 30_000
# What the made-up province cannot show is set by hand, m before u: it has no phones; two valid numbers never differ in
# one figure only, nor do two people bear one; and a name that is wholly another one is rare, but happens.
BY_HAND = {
    ("number", 0): (None, 1e-7), ("number", 1): (None, 1e-7), ("name", 4): (0.0005, None),
    ("phone", 0): (0.6, 5e-6), ("phone", 1): (0.4, 1 - 5e-6),
}  # fmt: skip


def main(target: Path) -> None:
    """Write the trained settings."""
    import django

    django.setup()
    from splink import DuckDBAPI, Linker, block_on

    from minzheng.kernel.linkage import comparing, frames

    con = frames.connect(memory_mb=1500, threads=2)
    _tables(con)
    api = DuckDBAPI(con)
    linker = Linker(
        [api.register("file"), api.register("incoming")], comparing.settings(evidence=False), log_level=None
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6)
    for keys in (("number",), ("name", "born")):
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(*keys), estimate_without_term_frequencies=True
        )
    body = linker.misc.save_model_to_json()
    target.write_text(json.dumps(_fixed(body), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _tables(con: Any) -> None:
    from bench.exchange.incoming import Incoming, rows_of
    from minzheng.kernel.linkage import frames
    from minzheng.kernel.people.population.chunks import chunks
    from minzheng.kernel.people.population.load import AS_OF
    from minzheng.kernel.people.population.places import places

    made, people = Incoming(10**9, SEED), []
    for chunk in chunks(households=HOUSEHOLDS, seed=SEED, places=places(), as_of=AS_OF):
        people += rows_of(chunk)
        made.on_file(chunk, None)
    frames.prepare(con, "file", frames.told((i, *row, None) for i, row in enumerate(people)))
    frames.prepare(con, "incoming", frames.told((i, *row, None) for i, row in enumerate(made.rows)))


def _fixed(body: dict[str, Any]) -> dict[str, Any]:
    """The trained settings with what is set by hand, and without what changes from one run to the next."""
    for (field, level), (m, u) in BY_HAND.items():
        (levels,) = (c["comparison_levels"] for c in body["comparisons"] if c["output_column_name"] == field)
        levels[level + 1] |= {k: v for k, v in (("m_probability", m), ("u_probability", u)) if v is not None}
    return {key: value for key, value in body.items() if key != "linker_uid"}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
