"""manage law_sql domain: the rules of a domain as SQL over its profiles, written into a folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from psycopg import sql

from minzheng.kernel import catalogue, clock
from minzheng.kernel.law.engines.figures import Given
from minzheng.kernel.law.engines.lowering import lowered
from minzheng.kernel.law.engines.places import Moment
from minzheng.kernel.law.engines.sql import BELOW, DIALECTS, SqlText, Tables, sql_of
from minzheng.kernel.law.engines.sql_connections import declared, python_rows
from minzheng.kernel.law.engines.sql_engine import place_columns
from minzheng.kernel.law.engines.writer import EXACT
from minzheng.kernel.law.language import Rule
from minzheng.kernel.law.plan import Space, plan_of
from minzheng.kernel.law.units import Kind
from minzheng.kernel.profiles.words import Profiles


class Command(BaseCommand):
    """Places and values are those of the office today; households are read where the statement runs."""

    help = "把业务规则写成 SQL（DuckDB、PostgreSQL、Spark），用于在数据库或集群上整体计算"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """What is reckoned, as of when, for which database."""
        parser.add_argument("domain", help="业务编码，如 assistance")
        parser.add_argument("--rules", required=True, help="规则，用逗号分隔，如 dibao_eligible,dibao_amount")
        parser.add_argument("--dialect", choices=DIALECTS, default="spark", help="数据库（spark）")
        parser.add_argument("--on", type=date.fromisoformat, default=None, help="法定日期 YYYY-MM-DD（今天）")
        parser.add_argument("--into", type=Path, required=True, help="写入的目录")
        parser.add_argument("--facts", action="store_true", help="同时写出家庭档案中所需的事项（CSV）")

    def handle(self, *_: Any, domain: str, rules: str, dialect: str, into: Path, **options: Any) -> None:
        """The statements as one file for programs and as files to read."""
        profiles = catalogue.current().profiles.get(domain)
        if profiles is None:
            raise CommandError(
                f"业务“{domain}”没有家庭档案。可选：{'、'.join(catalogue.current().profiles)}。"
            )
        asked = [_rule(profiles, name) for name in rules.split(",")]
        text = _text(profiles, asked, dialect=dialect, on=options["on"] or clock.today())
        if text is None:
            raise CommandError(
                "不能证明这些规则的数值不越界，或各地都缺少参数，因此没有写出。请减少规则后再试。"
            )
        _write(text, into)
        for name, table in zip(("households", "persons"), profiles.tables, strict=True):
            if options["facts"]:
                _copy(text, name, table, into / f"{name}.csv")
        self.stdout.write(f"已写入 {into}：{len(asked)} 条规则，{len(text.places['path'])} 个地方。")


_KEYS = {
    "households": (Space.HOUSEHOLD, [("household_id", "BIGINT"), ("path", "STRING")]),
    "persons": (Space.MEMBER, [("profile_id", "BIGINT"), ("position", "BIGINT")]),
}
_TYPES = {Kind.BOOLEAN: "BOOLEAN", Kind.DATE: "DATE", Kind.CODE: "STRING"}


def _rule(profiles: Profiles, name: str) -> Rule:
    for entity in (profiles.entity, profiles.person):
        if name in entity.rules:
            return entity.rules[name]
    raise CommandError(f"没有名为“{name}”的规则。可选：{'、'.join(profiles.entity.rules)}。")


def _text(profiles: Profiles, asked: Sequence[Rule], *, dialect: str, on: date) -> SqlText | None:
    plan, moment = plan_of(profiles.entity, asked), Moment(catalogue.current().parameters(), on)
    spaces = (Space.HOUSEHOLD, Space.MEMBER)
    nullable = frozenset((space, fact.name) for space in spaces for fact in plan.facts(space))
    paths = (
        profiles.household_model._default_manager.order_by("path").values_list("path", flat=True).distinct()
    )
    homes, people = ("households", "persons") if dialect != "postgresql" else profiles.tables
    tables = Tables(households=homes, persons=people, of_household="profile_id")
    lowering = lowered(plan, Given(nullable=nullable))
    return sql_of(lowering, DIALECTS[dialect], {path: (moment, path) for path in paths}, tables=tables)


def _write(text: SqlText, into: Path) -> None:
    into.mkdir(parents=True, exist_ok=True)
    columns = place_columns(text)
    places = {"columns": declared(text.dialect, columns, "STRING"), "rows": python_rows(columns)}
    statements = {"households": text.households, "members": text.members}
    facts = {name: ", ".join(f"{one} {kind}" for one, kind in _columns(text, name)) for name in _KEYS}
    content = {"dialect": text.dialect.name, "facts": facts, "places": places, "first": text.first}
    content |= statements
    (into / "statements.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    for name, statement in statements.items():
        if statement:
            (into / f"{name}.sql").write_text(statement, encoding="utf-8")


def _columns(text: SqlText, name: str) -> list[tuple[str, str]]:
    """The columns a statement reads of a table, with their types."""
    space, keys = _KEYS[name]
    read = {op.payload for op in text.program.program.ops if op.name in ("fact", "known")}
    found = list(keys)
    for fact in text.program.plan.facts(space):
        if (space, fact.name) in read:
            found.append((fact.name, _TYPES.get(fact.kind, "BIGINT")))
            found += [(fact.name + BELOW, "BIGINT")] if fact.kind in EXACT else []
    return found


def _copy(text: SqlText, name: str, table: str, into: Path) -> None:
    """The facts of everyone on file; truths as true and false, which every reader understands."""
    listed = [
        sql.SQL("{}::text").format(sql.Identifier(one)) if kind == "BOOLEAN" else sql.Identifier(one)
        for one, kind in _columns(text, name)
    ]
    wanted = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT (FORMAT csv, HEADER)").format(
        sql.SQL(", ").join(listed), sql.Identifier(table)
    )
    with connection.cursor() as cursor, into.open("wb") as file, cursor.copy(wanted) as rows:
        for piece in rows:
            file.write(piece)
