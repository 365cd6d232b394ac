"""Pairs are scored by Splink in DuckDB, with a trained model: how many bits of evidence speak for one person.

The model is a file with a date and a digest (``data/models.yaml``); a decision says which one advised it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any

import duckdb
import yaml

from minzheng.kernel.errors import Mistake

from .folding import DATA

__all__ = ["BLOCKED", "Model", "chosen", "kept", "model_on", "score"]

BLOCKED = "SELECT '0' AS match_key, l AS join_key_l, r AS join_key_r FROM {pairs}"
"""Pairs in the columns in which Splink takes those that were blocked elsewhere."""


@dataclass(frozen=True)
class Model:
    """A trained model: its name, from when it holds, and what it says."""

    code: str
    since: date
    sha256: str
    settings: dict[str, Any]


@lru_cache(maxsize=8)
def _models() -> tuple[Model, ...]:
    kept = yaml.safe_load((DATA / "models.yaml").read_text(encoding="utf-8"))
    return tuple(_read(code, one) for code, one in kept.items())


def _read(code: str, kept: dict[str, Any]) -> Model:
    body = (DATA / f"{code}.json").read_bytes()
    if (found := sha256(body).hexdigest()) != kept["sha256"]:
        raise Mistake(
            "linkage_model_changed", f"比对模型 {code} 与登记的摘要不符，已停用。请恢复原文件。", sha256=found
        )
    return Model(code, kept["from"], kept["sha256"], json.loads(body))


def model_on(day: date) -> Model:
    """The model that holds on a day."""
    held = [one for one in _models() if one.since <= day]
    if not held:
        raise Mistake("linkage_model_missing", f"{day.isoformat()}没有可用的比对模型。请联系平台管理员。")
    return max(held, key=lambda one: one.since)


def score(
    con: duckdb.DuckDBPyConnection,
    settings: dict[str, Any],
    *,
    records: str,
    pairs: str,
    into: str,
    least: int,
    evidence: bool = False,
    frequencies: str,
) -> None:
    """A table ``l, r, weight`` and the level of each field, for every blocked pair that is worth as much.

    ``frequencies`` is the table of how common each name is (``name``, ``tf_name``).
    """
    from splink import DuckDBAPI, Linker

    con.execute(f"CREATE OR REPLACE TABLE blocked AS {BLOCKED.format(pairs=pairs)}")
    api = DuckDBAPI(con)
    linker = Linker(api.register(records), chosen(settings, evidence=evidence), log_level=None)
    linker.table_management.register_term_frequency_lookup(api.register(frequencies), "name")
    linker.table_management.register_blocked_pairs_for_predict(api.register("blocked"))
    scored = linker.inference.predict(threshold_match_weight=least, warning_mode="never").physical_name
    con.execute(
        f"CREATE OR REPLACE TABLE {into} AS {kept(settings, evidence=evidence).format(scored=scored)}"
    )
    con.execute(f"DROP TABLE {scored}")
    con.execute("DROP TABLE blocked")


def chosen(settings: dict[str, Any], *, evidence: bool) -> dict[str, Any]:
    """Both sides stand in one table; Splink gives the levels of the fields only together with their values."""
    return settings | {
        "link_type": "dedupe_only", "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": evidence,
    }  # fmt: skip


def kept(settings: dict[str, Any], *, evidence: bool = False) -> str:
    """The statement that takes of what Splink gave (``{scored}``) what is needed; the rest is dropped."""
    fields = ", ".join(_fields(settings, evidence))
    return f"SELECT unique_id_l AS l, unique_id_r AS r, match_weight AS weight, {fields} FROM {{scored}}"


def _fields(settings: dict[str, Any], evidence: bool) -> list[str]:
    """The level of each field; with evidence also its worth in bits."""
    found = []
    for comparison in settings["comparisons"]:
        name = comparison["output_column_name"]
        found.append(f"gamma_{name} AS {name}")
        if evidence:
            more = f" + mw_tf_adj_{name}" if name == "name" else ""
            found.append(f"mw_{name}{more} AS {name}_bits")
    return found
