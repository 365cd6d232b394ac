"""What the month is held against: the same rows copied and nothing else, and the same work row by row in an ORM."""

from __future__ import annotations

import csv
import time
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from bench.run.office import MONTH, SCHEME, actors, counties
from minzheng.domains.assistance.models import PROFILES
from minzheng.kernel import catalogue, clock
from minzheng.kernel.clock import Month
from minzheng.kernel.law.engines.case import CaseEngine
from minzheng.kernel.ledger.models import BankFile, Batch, Entitlement, Fund, Instruction, Payment
from minzheng.kernel.monthly.reckoning import rule_of
from minzheng.kernel.profiles import reading

__all__ = ["copied", "row_by_row"]


def copied() -> float:
    """Seconds to COPY the month's payments and orders into tables without a key; reading them out is not counted."""
    seconds = 0.0
    with transaction.atomic(), connection.cursor() as cursor:
        for table in ("ledger_payment", "ledger_instruction"):
            month = "month = %s" if table == "ledger_payment" else (
                "payment_id IN (SELECT id FROM ledger_payment WHERE month = %s)")  # fmt: skip
            cursor.execute(f"CREATE TABLE bench_{table} (LIKE {table})")
            with cursor.copy(f"COPY (SELECT * FROM {table} WHERE {month}) TO STDOUT", [MONTH.first]) as rows:
                content = b"".join(bytes(data) for data in rows)
            started = time.perf_counter()
            with cursor.copy(f"COPY bench_{table} FROM STDIN") as out:
                out.write(content)
            seconds += time.perf_counter() - started
        transaction.set_rollback(True)
    return seconds


def row_by_row(households: int, folder: Path) -> tuple[int, float]:
    """Read, decide, compare, post and write so many households as objects, one after the other; households, seconds.

    What the tables refuse and keep is the same as for the run: the same guards, the same keys.
    """
    started, done = time.perf_counter(), 0
    with transaction.atomic():
        for place in counties():
            if done >= households:
                break
            done += _county(place, MONTH + 1, households - done, folder)
        transaction.set_rollback(True)
    return done, time.perf_counter() - started


def _county(place: str, month: Month, most: int, folder: Path) -> int:
    own = Entitlement.objects.filter(scheme=SCHEME, path__startswith=place, state="current").select_related(
        "payee"
    )
    rows = {row.household_id: row for row in own.order_by("household_id")[:most].iterator()}
    last = {
        p.household_id: p
        for p in Payment.objects.filter(scheme=SCHEME, month=MONTH.first, path__startswith=place)
    }
    due = _amounts(place, rows)
    batch = _batch(place, month)
    payments, told = [], []
    for home, row in rows.items():
        before = last.get(home)
        told.append("new" if before is None else "same" if before.regular == row.amount else "changed")
        if due.get(home) is not None and due[home] != row.amount:
            told[-1] += " otherwise"
        payments.append(
            Payment(
                batch=batch, path=row.path, scheme=row.scheme, entitlement=row, household_id=home, month=month.first,
                regular=row.amount, amount=row.amount, payee_name=row.payee.name, account=row.account,
                account_owner=row.account_owner,
            )
        )  # fmt: skip
    Payment.objects.bulk_create(payments, batch_size=1000)
    _approve(batch, payments)
    _order(batch, payments, folder)
    return len(rows)


def _amounts(place: str, rows: dict[Any, Entitlement]) -> dict[int, Any]:
    """The law, one household after the other."""
    rule = rule_of(SCHEME)
    assert rule is not None
    parameters = catalogue.current().parameters()
    engine = CaseEngine(PROFILES.entity, [rule])
    found: dict[int, Any] = {}
    for batch in reading.read(PROFILES, path=place, rules=[rule]):
        for at, home in enumerate(batch.households.tolist()):
            if home in rows:
                decide = engine.at(parameters, path=rows[home].path, on=MONTH.first)
                found[home] = decide(batch.table.facts(at, PROFILES.entity))[rule]
    return found


def _batch(place: str, month: Month) -> Batch:
    return Batch.objects.create(
        path=place, scheme=SCHEME, month=month.first, run=1, number=f"bench/{place}", fund=Fund.COUNTY,
        payer_role="x", reviewer_role="x", prepared_by=actors().payer.id, prepared_at=clock.now(),
    )  # fmt: skip


def _approve(batch: Batch, payments: list[Payment]) -> None:
    batch.count, batch.total = len(payments), sum(one.amount for one in payments)
    batch.content_sha, batch.state = "0" * 64, Batch.State.FIRST_REVIEWED
    batch.first_by, batch.first_at = actors().reviewer.id, clock.now()
    batch.save()
    batch.second_by, batch.second_at, batch.state = actors().second.id, clock.now(), Batch.State.APPROVED
    batch.save()


def _order(batch: Batch, payments: list[Payment], folder: Path) -> None:
    file = BankFile.objects.create(
        batch=batch, path=batch.path, number=1, sha="0" * 64, count=batch.count, total=batch.total, by="x",
        at=clock.now(),
    )  # fmt: skip
    orders = [
        Instruction(
            payment=one, batch=batch, amount=one.amount, path=one.path, attempt=1, state="sent", file=file,
            reference=f"MZ{batch.pk}-{one.pk}-1", account=one.account, account_owner=one.account_owner,
        )
        for one in payments
    ]  # fmt: skip
    Instruction.objects.bulk_create(orders, batch_size=1000)
    name = batch.path.strip("/").replace("/", "-")
    with (folder / f"orm-{name}.csv").open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        for one in orders:
            yuan = f"{one.amount // 100}.{one.amount % 100:02d}"
            writer.writerow([batch.number, one.reference, one.account_owner, one.account, yuan])
