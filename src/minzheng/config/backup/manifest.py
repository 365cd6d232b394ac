"""What a database holds, in numbers two databases can be compared by: rows, structure, accounts, proof, audit head."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from minzheng.kernel.ledger import proof

from . import server

__all__ = ["MAIN", "Verdict", "compare", "facts"]

# The tables an official asks after first; every other one is counted as well.
MAIN = {
    "people_person": "人员",
    "people_household": "家庭",
    "casework_case": "办件",
    "ledger_journal": "凭证",
    "ledger_payment": "发放",
    "audit_entry": "审计记录",
}
_TABLES = """SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY c.relname"""
_ROWS = "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text FROM {} t"
_ACCOUNTS = """SELECT a::text, coalesce(sum(l.debit), 0)::text, coalesce(sum(l.credit), 0)::text
    FROM ledger_account a LEFT JOIN ledger_line l ON l.account_id = a.id GROUP BY a.id, a::text ORDER BY a.id"""
_HEAD = "SELECT e.id, encode(sha256(convert_to(e::text, 'UTF8')), 'hex') FROM audit_entry e ORDER BY id DESC LIMIT 1"


class Verdict(NamedTuple):
    """One comparison: what, how it stands, and whether it is the same on both sides."""

    same: bool
    sentence: str


def facts() -> dict[str, Any]:
    """The database looked at now; within one transaction all of it is of one moment."""
    tables = {table: _rows(table) for (table,) in _asked(_TABLES)}
    fits = bool(tables) and _fits_the_program()
    return {
        "server": server.version() // 10_000,
        "tables": tables,
        "migrations": _migrations() if "django_migrations" in tables else [],
        "accounts": _digest(_asked(_ACCOUNTS)) if "ledger_account" in tables else {},
        # Older tables cannot be proved by a newer program: then the proof is left open.
        "proof": [f"{one.code} {one.subject}" for one in proof.verify()] if fits else None,
        "audit": (_asked(_HEAD) or [[0, ""]])[0] if "audit_entry" in tables else [0, ""],
    }


def _asked(statement: str | sql.Composed) -> list[list[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [list(row) for row in cursor.fetchall()]


def _rows(table: str) -> list[Any]:
    return _asked(sql.SQL(_ROWS).format(sql.Identifier(table)))[0]


def _fits_the_program() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _migrations() -> list[list[Any]]:
    return _asked("SELECT app, max(name) FROM django_migrations GROUP BY app ORDER BY app")


def _digest(accounts: list[list[Any]]) -> dict[str, Any]:
    """All accounts with their two sides under one digest, and the sum of each side for the eye."""
    made = hashlib.sha256(json.dumps(accounts, ensure_ascii=False).encode()).hexdigest()
    debit, credit = (str(sum(int(row[at]) for row in accounts)) for at in (1, 2))
    return {"count": len(accounts), "debit": debit, "credit": credit, "digest": made}


def compare(then: dict[str, Any], now: dict[str, Any]) -> Iterator[Verdict]:
    """Every fact of the backup beside the same fact of the restored database."""
    yield Verdict(
        then["migrations"] == now["migrations"], f"数据库结构：{len(now['migrations'])} 个部分的版本"
    )
    for table, word in MAIN.items():
        before, after = then["tables"].get(table, [0])[0], now["tables"].get(table, [0])[0]
        yield Verdict(before == after, f"{word}：备份时 {before} 行，恢复后 {after} 行")
    yield _rows_of_all(then["tables"], now["tables"])
    if then["server"] == now["server"]:  # another version may write the same value otherwise
        yield _contents(then["tables"], now["tables"])
    yield Verdict(
        then["accounts"] == now["accounts"],
        f"账户余额：{now['accounts'].get('count', 0)} 个账户，借方 {_yuan(now['accounts'])} 元，逐户借贷合计",
    )
    if then["proof"] is not None and now["proof"] is not None:
        yield Verdict(
            sorted(then["proof"]) == sorted(now["proof"]),
            f"账簿核验：备份时 {len(then['proof'])} 处不符，恢复后 {len(now['proof'])} 处",
        )
    yield Verdict(then["audit"] == now["audit"], f"审计末条：第 {now['audit'][0]} 号及其摘要")


def _yuan(accounts: dict[str, Any]) -> str:
    fen = int(accounts.get("debit", 0))
    return f"{fen // 100}.{fen % 100:02d}"


def _rows_of_all(then: dict[str, Any], now: dict[str, Any]) -> Verdict:
    other = sorted(
        table for table in {*then, *now} if then.get(table, [None])[0] != now.get(table, [None])[0]
    )
    return Verdict(
        not other, f"全部 {len(then)} 张表的行数" + (f"，不同的有：{'、'.join(other)}" if other else "")
    )


def _contents(then: dict[str, Any], now: dict[str, Any]) -> Verdict:
    other = sorted(table for table in {*then, *now} if then.get(table) != now.get(table))
    return Verdict(not other, "各表逐行内容的校验值" + (f"，不同的有：{'、'.join(other)}" if other else ""))
