"""The books under attack: raw SQL, tampering with the guards taken off, and what the proof then names."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from minzheng.kernel import clock
from minzheng.kernel.ledger import actions
from minzheng.kernel.ledger.models import Batch, Instruction, Journal, Payment
from minzheng.kernel.ledger.proof import verify
from tests.factories import cast
from tests.factories.money import answered, approved, drafted, entitled

pytestmark = pytest.mark.django_db


@contextmanager
def guards_taken_off():
    """The owner of the tables sets their triggers aside; the test's own transaction puts them back."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in connection.introspection.table_names(cursor):
            if table.startswith("ledger_"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor


@pytest.fixture
def people():
    with clock.frozen(date(2022, 4, 20)):
        yield cast()


@pytest.fixture
def paid(people):
    """A batch of two, one paid and one failed."""
    rows = [entitled(people.county_approver, amount=amount) for amount in (38400, 100)]
    batch = approved(people)
    answered(batch, actions.send(batch=batch, by=people.payer), people, rows[1].account)
    return batch


def run(statement: str) -> None:
    """Raw SQL in a transaction of its own, deferred checks included."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


_NEW_JOURNAL = (
    'WITH j AS (INSERT INTO ledger_journal (path, kind, reference, batch_id, "on", at, by, memo, total,'
    " line_count)"
    " SELECT path, 'settlement', 'forged', id, '2022-04-30', now(), 'user:1', '', {total}, {count}"
    " FROM ledger_batch RETURNING id)"
)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_journal SET total = total + 1",
        "UPDATE ledger_journal SET memo = 'x'",
        "DELETE FROM ledger_journal",
        "UPDATE ledger_line SET debit = debit + 1 WHERE debit > 0",
        "DELETE FROM ledger_line",
        "UPDATE ledger_account SET fund = 'city'",
        "INSERT INTO ledger_line (journal_id, account_id, debit, credit)"
        " SELECT min(journal_id), max(account_id), 5, 0 FROM ledger_line",
        _NEW_JOURNAL.format(total=5, count=2) + " SELECT id FROM j",
        _NEW_JOURNAL.format(total=5, count=2)
        + " INSERT INTO ledger_line (journal_id, account_id, debit, credit)"
        " SELECT j.id, a.id, CASE a.kind WHEN 'cash' THEN 5 ELSE 0 END,"
        " CASE a.kind WHEN 'cash' THEN 0 ELSE 4 END"
        " FROM j, ledger_account a WHERE a.kind IN ('cash', 'transit')",
        "UPDATE ledger_payment SET amount = amount + 1",
        "DELETE FROM ledger_payment",
        "INSERT INTO ledger_payment (batch_id, path, scheme, entitlement_id, household_id, month, amount,"
        " payee_name, account, account_owner) SELECT batch_id, path, scheme, entitlement_id, household_id,"
        " '2022-03-01', amount, payee_name, account, account_owner FROM ledger_payment",
        "UPDATE ledger_batch SET total = total + 1",
        "UPDATE ledger_batch SET content_sha = 'x'",
        "UPDATE ledger_batch SET state = 'draft', first_by = NULL, second_by = NULL",
        "UPDATE ledger_batch SET second_by = first_by",
        "DELETE FROM ledger_batch",
        "UPDATE ledger_instruction SET account = '1'",
        "UPDATE ledger_instruction SET state = 'sent'",
        "UPDATE ledger_instruction SET state = 'failed' WHERE state = 'paid'",
        "DELETE FROM ledger_instruction",
        "INSERT INTO ledger_instruction (path, payment_id, batch_id, amount, attempt,"
        " reference, account, account_owner, state,"
        " failure) SELECT path, payment_id, batch_id, amount, 2, 'again', account, account_owner, 'pending', ''"
        " FROM ledger_instruction WHERE state = 'paid'",
        "UPDATE ledger_returnrow SET paid = NOT paid",
        "DELETE FROM ledger_returnrow",
        "UPDATE ledger_bankfile SET sha = 'x'",
        "DELETE FROM ledger_bankfile",
    ],
)
def test_the_database_refuses_raw_sql(paid, statement):
    with pytest.raises(DatabaseError):
        run(statement)
    assert verify() == ()


@pytest.mark.parametrize(
    "table",
    [
        "account", "journal", "line", "entitlement", "covered", "batch", "payment", "instruction",
        "bankfile", "returnrow",
    ],
)  # fmt: skip
def test_no_table_of_the_ledger_can_be_emptied(paid, table):
    with pytest.raises(DatabaseError):
        run(
            f"ALTER TABLE ledger_{table} ENABLE TRIGGER ledger_{table}_not_emptied;"
            f"TRUNCATE ledger_{table} CASCADE"
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_batch SET first_by = prepared_by, state = 'first_reviewed'",
        "UPDATE ledger_batch SET state = 'approved'",
        "UPDATE ledger_batch SET state = 'sent', first_by = 'a', second_by = 'b'",
        "UPDATE ledger_payment SET amount = 1",
        "INSERT INTO ledger_payment (batch_id, path, scheme, entitlement_id, household_id, month, amount,"
        " payee_name, account, account_owner) SELECT batch_id, path, scheme, entitlement_id, household_id,"
        " month, amount, payee_name, account, account_owner FROM ledger_payment",
        "INSERT INTO ledger_batch (path, scheme, month, run, number, fund, state, content_sha, count, total,"
        " payer_role, reviewer_role, prepared_by, prepared_at, version) SELECT path, scheme, '2022-04-02', 9,"
        " 'x',"
        " fund, state, '', 0, 0, '', '', 'a', now(), 1 FROM ledger_batch",
    ],
)
def test_the_database_keeps_duties_and_months_apart_in_a_draft(people, statement):
    entitled(people.county_approver)
    drafted(people)
    with pytest.raises(DatabaseError):
        run(statement)
    assert Batch.objects.get().state == "draft"


def test_two_reviewers_must_differ_even_in_raw_sql(people):
    entitled(people.county_approver)
    batch = drafted(people)
    actions.review(batch=batch, seen=batch.content_sha, by=people.payment_reviewer)
    with pytest.raises(DatabaseError):
        run("UPDATE ledger_batch SET state = 'approved', second_by = first_by")


@pytest.mark.parametrize(
    ("statement", "codes"),
    [
        ("UPDATE ledger_line SET debit = debit + 1 WHERE debit = 38500", {"journal_unbalanced"}),
        (
            "UPDATE ledger_payment SET amount = 38401, regular = 38401 WHERE amount = 38400",
            {"batch_total", "content_altered"},
        ),
        (
            "UPDATE ledger_payment SET account = overlay(account placing 'AAAA' from 50) WHERE amount = 100",
            {"content_altered"},
        ),
        ("DELETE FROM ledger_instruction WHERE state = 'failed'", {"payment_without_order", "file_differs"}),
        (
            "UPDATE ledger_instruction SET amount = 101 WHERE amount = 100",
            {"order_differs", "return_differs"},
        ),
        ("UPDATE ledger_instruction SET state = 'paid'", {"settlement_differs", "answer_missing"}),
        ("DELETE FROM ledger_returnrow WHERE paid", {"answer_missing"}),
        ("UPDATE ledger_entitlement SET until_month = '2022-04-01'", {"not_entitled"}),
        ("DELETE FROM ledger_line WHERE debit = 100", {"journal_unbalanced", "return_differs"}),
    ],
)
def test_the_proof_names_what_a_tamperer_did(paid, statement, codes):
    """The guards are taken off, as only the owner of the database could."""
    with guards_taken_off() as cursor:
        cursor.execute(statement)
    found = {problem.code for problem in verify()}
    assert codes <= found


def test_a_step_that_is_not_in_the_books_is_named(paid):
    with guards_taken_off() as cursor:
        cursor.execute("DELETE FROM ledger_line WHERE journal_id IN (SELECT id FROM ledger_journal"
                       " WHERE kind = 'obligation')")  # fmt: skip
        cursor.execute("DELETE FROM ledger_journal WHERE kind = 'obligation'")
    assert {"obligation_differs", "budget_differs"} == {problem.code for problem in verify()}


def test_money_is_posted_once_for_each_step(paid):
    assert Journal.objects.exclude(kind="allotment").count() == 4
    assert Payment.objects.count() == 2
    assert Instruction.objects.count() == 2
