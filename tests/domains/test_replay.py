"""Decisions of past years, kept as they were taken: the rules of today come to the same on their facts.

Each file holds the facts as they were given, the day, the place, and the whole determination.  A file is
never made anew: where a change of the law is right, it has a new date, and the old day still decides so.
Wording may improve; what was decided, on which article and by which values, may not change.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from minzheng.domains.assistance import rules
from minzheng.kernel.law.facts import Facts
from minzheng.kernel.law.findings import Explanation, Finding
from minzheng.kernel.law.language import Entity
from minzheng.kernel.law.units import from_json, to_json, unit_of

STORED = sorted((Path(__file__).parent / "replay").glob("*.json"))
SEED = rules.seed_parameters()
DECIDED = (
    "scheme", "on", "path", "rule_set", "reasons", "amount", "members", "counted", "sharing", "per_head",
    "standard", "review_months",
)  # fmt: skip


def kept(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def row_of(row: Mapping[str, Any], entity: Entity) -> dict[str, Any]:
    return {name: from_json(value, unit_of(entity.facts[name].unit)) for name, value in row.items()}


def decided_again(stored: Mapping[str, Any], *, parameters: Any = SEED) -> dict[str, Any]:
    home = row_of(stored["facts"]["household"], rules.household)
    persons = [row_of(row, rules.person) for row in stored["facts"]["persons"]]
    given = rules.from_form(Facts(home, persons))
    on = date.fromisoformat(stored["on"])
    return rules.determine(stored["scheme"], given, parameters, path=stored["path"], on=on).to_json()


def said(finding: Mapping[str, Any]) -> dict[str, Any]:
    """What a finding decides: not how it is worded."""
    missing = [one["fact"] for one in finding["missing"]]
    return {name: finding[name] for name in ("rule", "outcome", "article")} | {"missing": missing}


def decision(trace: Mapping[str, Any]) -> dict[str, Any]:
    return {name: trace[name] for name in DECIDED} | {
        "eligible": said(trace["eligible"]),
        "findings": [said(one) for one in trace["findings"]],
        "figures": {one["name"]: one["value"] for one in trace["figures"]},
        "score": (trace["score"]["points"], trace["score"]["tier"]),
    }


@pytest.mark.parametrize("file", STORED, ids=lambda file: file.stem)
def test_a_past_decision_is_taken_again_alike(file: Path) -> None:
    stored = kept(file)
    assert decision(decided_again(stored)) == decision(stored["determination"])


@pytest.mark.parametrize("file", STORED, ids=lambda file: file.stem)
def test_the_values_it_rested_on_still_stand_for_that_day(file: Path) -> None:
    stored = kept(file)
    on = date.fromisoformat(stored["on"])
    for row in stored["determination"]["parameters"]:
        value = SEED.get(row["key"], path=stored["path"], on=on)
        now = (value.place, value.from_.isoformat(), to_json(value.value), value.unit)
        assert now == (row["place"], row["from"], row["value"], row["unit"]), row["key"]


@pytest.mark.parametrize("file", STORED, ids=lambda file: file.stem)
def test_what_was_stored_can_be_read_and_defended(file: Path) -> None:
    trace = kept(file)["determination"]
    assert Finding.from_json(trace["eligible"]).outcome.value == trace["eligible"]["outcome"]
    lines = [line for row in trace["explanation"] for _, line in Explanation.from_json(row).walk()]
    assert len(lines) > 10
    assert trace["parameters_digest"]


def test_there_are_decisions_of_three_years_and_of_both_rule_sets() -> None:
    stored = [kept(file) for file in STORED]
    assert {one["on"][:4] for one in stored} >= {"2022", "2025", "2026"}
    assert {one["determination"]["rule_set"] for one in stored} == {"SA-2014", "SA-2026"}
    assert {one["scheme"] for one in stored} >= {"dibao", "edge", "single", "tekun", "rigid", "temporary"}


def test_a_value_changed_under_a_past_day_would_be_seen() -> None:
    stored = next(kept(file) for file in STORED if "dibao-t-sa-01" in file.stem)
    (old,) = [value for value in SEED if value.key == "dibao.standard.urban"]
    raised = SEED.overridden(
        [type(old)(**{name: getattr(old, name) for name in old.__slots__} | {"value": 1})]
    )
    again = decided_again(stored, parameters=raised)
    assert decision(again) != decision(stored["determination"])
