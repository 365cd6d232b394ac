"""`manage law_sql`: the statement reads the profiles where they lie and says what the columns say."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from minzheng.domains.assistance import demo
from minzheng.domains.assistance.models import PROFILES
from minzheng.kernel import catalogue
from minzheng.kernel.areas import loading
from minzheng.kernel.law.engines.bulk import BulkEngine
from minzheng.kernel.people import population
from minzheng.kernel.profiles.reading import read

pytestmark = pytest.mark.django_db
RULES = ("dibao_eligible", "dibao_amount", "edge_eligible", "tier")
ON = date(2026, 11, 1)


@pytest.fixture
def _province(db: None) -> None:
    loading.load()
    population.populate(households=400, sinks=demo.SINKS, tables=demo.TABLES)


def written(into: Path, dialect: str, *words: str) -> dict[str, Any]:
    call_command(
        "law_sql", "assistance", *words, rules=",".join(RULES), dialect=dialect, on=ON, into=into, verbosity=0
    )
    return json.loads((into / "statements.json").read_text(encoding="utf-8"))


def in_columns() -> list[tuple[Any, ...]]:
    rules, parameters = [PROFILES.entity.rules[name] for name in RULES], catalogue.current().parameters()
    engine, rows = BulkEngine(PROFILES.entity, rules), []
    for batch in read(PROFILES, rules=rules, parameters=parameters):
        found = engine.decide(batch.table, parameters, on=ON)
        rows += [
            (home, *(found[rule][at] for rule in rules)) for at, home in enumerate(batch.households.tolist())
        ]
    return sorted(rows)


@pytest.mark.usefixtures("_province")
def test_postgresql_decides_everyone_on_file_where_they_lie(tmp_path: Path) -> None:
    told = written(tmp_path, "postgresql")
    marks = ", ".join(["%s"] * len(told["places"]["rows"][0]))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE places ({told['places']['columns'].replace('STRING', 'TEXT')})")
        cursor.executemany(f"INSERT INTO places VALUES ({marks})", told["places"]["rows"])
        cursor.execute(told["households"])
        rows = sorted(cursor.fetchall())
    assert not any(row[-1] for row in rows)
    assert [row[:-1] for row in rows] == in_columns()
    assert len({row[1:] for row in rows}) > 3


@pytest.mark.usefixtures("_province")
def test_the_facts_that_are_needed_are_written_beside_the_statement(tmp_path: Path) -> None:
    told = written(tmp_path, "spark", "--facts")
    for name, count in (("households", 400), ("persons", PROFILES.person_model._default_manager.count())):
        with (tmp_path / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        assert head == [column.split()[0] for column in told["facts"][name].split(", ")]
        assert len(rows) == count
    assert (tmp_path / "households.sql").read_text(encoding="utf-8") == told["households"]


@pytest.mark.parametrize(("domain", "rules"), [("nothing", "dibao_amount"), ("assistance", "no_such_rule")])
def test_a_slip_is_answered_with_what_there_is(domain: str, rules: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="可选"):
        call_command("law_sql", domain, rules=rules, into=tmp_path)
