"""The chain of the audit: whatever is changed, taken away or slipped in behind the platform's back is named."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection

from minzheng.kernel.access.models import Office
from minzheng.kernel.audit import anchoring, chain, linking, system, verb, verifying, watching
from minzheng.kernel.audit.models import Entry, Link, Unlinked, Write

DAY = date(2026, 3, 2)


@verb("test.open", label="设立机构")
def opened(code: str, *, by: Any) -> Office:
    """A small verb to fill the chain with."""
    return Office.objects.create(code=code, name=code, path="22/", level=1)


@contextmanager
def past_the_guards(table: str) -> Iterator[Any]:
    """What an administrator of the database can do: triggers off, the deed, triggers on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal"
            " AND tgname NOT LIKE '%%not\\_emptied%%'",
            [table],
        )
        triggers = [name for (name,) in cursor.fetchall()]
        for name in triggers:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        yield cursor
        for name in triggers:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {name}")


def proof(folder: Path | None = None) -> verifying.Proof:
    with connection.cursor() as cursor:
        return verifying.prove(cursor, anchoring.anchors(folder) if folder else ())


@pytest.fixture
def ten(db: None, settings: Any, tmp_path: Path) -> list[Entry]:
    """Ten rows in the chain, and the day's file."""
    settings.MINZHENG_ANCHORS = str(tmp_path / "anchors")
    for number in range(10):
        opened(f"o{number}", by=system("test"))
    linking.link()
    anchoring.anchor(DAY)
    return list(Entry.objects.order_by("id"))


def test_a_chain_nobody_touched_is_whole(ten: list[Entry], tmp_path: Path) -> None:
    found = proof(tmp_path / "anchors")
    assert (found.whole, found.links, found.waiting, found.anchors) == (True, 10, 0, 1)
    assert Link.objects.count() == 10
    assert bytes(Link.objects.get(position=10).hash) == found.head


def test_a_changed_row_is_named(ten: list[Entry]) -> None:
    with past_the_guards("audit_entry") as cursor:
        cursor.execute("UPDATE audit_entry SET actor_name = '另一人' WHERE id = %s", [ten[6].pk])
    assert proof().breaks == [f"第 7 环与审计记录 {ten[6].pk} 的内容不符：记录或链被改动"]


def test_a_row_taken_away_is_named(ten: list[Entry]) -> None:
    with past_the_guards("audit_entry") as cursor:
        cursor.execute("DELETE FROM audit_entry WHERE id = %s", [ten[6].pk])
    assert proof().breaks == [f"第 7 环所记的审计记录 {ten[6].pk} 已不存在"]


def test_a_row_taken_away_with_its_link_leaves_a_gap(ten: list[Entry]) -> None:
    with past_the_guards("audit_entry") as cursor:
        cursor.execute("DELETE FROM audit_entry WHERE id = %s", [ten[6].pk])
    with past_the_guards("audit_link") as cursor:
        cursor.execute("DELETE FROM audit_link WHERE position = 7")
    assert proof().breaks[0] == "第 7 环缺失：链在第 6 环之后断开"


def test_a_chain_made_anew_does_not_fit_the_file_of_the_day(ten: list[Entry], tmp_path: Path) -> None:
    with past_the_guards("audit_entry") as cursor:
        cursor.execute("UPDATE audit_entry SET actor_name = '另一人' WHERE id = %s", [ten[6].pk])
    with past_the_guards("audit_link") as cursor:
        cursor.execute("DELETE FROM audit_link")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_unlinked (book, row_id) SELECT 'a', id FROM audit_entry ORDER BY id"
        )
    linking.link()
    assert proof().whole, "without the file nobody could tell"
    (told,) = proof(tmp_path / "anchors").breaks
    assert "2026-03-02 的锚定文件不符" in told


def test_a_tail_cut_off_is_found_by_the_file_of_the_day(ten: list[Entry], tmp_path: Path) -> None:
    for table, where in (("audit_link", f"row_id >= {ten[8].pk}"), ("audit_entry", f"id >= {ten[8].pk}")):
        with past_the_guards(table) as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE {where}")
    assert proof().whole
    (told,) = proof(tmp_path / "anchors").breaks
    assert told.startswith("链只到第 8 环，2026-03-02 的锚定文件记到第 10 环")


def test_a_row_slipped_in_past_the_trigger_is_named(ten: list[Entry]) -> None:
    columns = ", ".join(c for c in chain.BOOKS["r"].columns if c not in ("id", "key"))
    with past_the_guards("audit_entry") as cursor:
        cursor.execute(
            f"INSERT INTO audit_entry ({columns}) SELECT {columns} FROM audit_entry WHERE id = %s RETURNING id",
            [ten[0].pk],
        )
        (made,) = cursor.fetchone()
    assert proof().breaks == [f"审计记录 {made} 不在链中，也没有等待入链：写入时绕过了触发器"]


def test_the_file_of_a_day_is_written_once_and_one_that_is_spoilt_is_told(
    ten: list[Entry], tmp_path: Path
) -> None:
    path = anchoring.anchor(DAY)
    assert path is not None
    before = path.read_text()
    opened("later", by=system("test"))
    linking.link()
    assert anchoring.anchor(DAY) == path
    assert path.read_text() == before
    path.chmod(0o644)
    path.write_text("{")
    assert proof(tmp_path / "anchors").breaks == ["锚定文件读不出：audit-2026-03-02.json"]


def test_what_waits_for_its_link_is_counted_and_no_break(ten: list[Entry]) -> None:
    opened("later", by=system("test"))
    assert (proof().whole, proof().waiting) == (True, 1)


@pytest.mark.parametrize("table", ["audit_link", "audit_write", "audit_entry"])
@pytest.mark.parametrize(
    "deed", ["DELETE FROM {table}", "TRUNCATE {table}", "UPDATE {table} SET {key} = {key}"]
)
def test_nothing_of_the_audit_is_taken_away(table: str, deed: str, ten: list[Entry]) -> None:
    with connection.cursor() as cursor:
        # Tests with real transactions empty the tables, and set a guard aside for it.
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute(
            "INSERT INTO audit_write (at, relation, operation, statement, login, program)"
            " VALUES (now(), 'x', 'x', '', '', '')"
        )
        linking.link()
        with pytest.raises(DatabaseError, match=r"Cannot update or delete|never changed"):
            cursor.execute(deed.format(table=table, key="position" if table == "audit_link" else "id"))


@pytest.mark.django_db(transaction=True)
def test_a_statement_outside_every_verb_leaves_a_row_and_one_within_does_not() -> None:
    opened("within", by=system("test"))
    assert not Write.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE access_office SET name = '110101199001011234' WHERE code = 'within'")
        with cursor.copy("COPY access_office (code, name, path, level, phone) FROM STDIN") as copy:
            copy.write("raw\traw\t22/\t1\t\n")
    written = list(Write.objects.order_by("id").values_list("relation", "operation", "statement"))
    assert written == [
        ("access_office", "UPDATE", "UPDATE access_office SET name = '*' WHERE code = '*'"),
        ("access_office", "INSERT", "COPY access_office (code, name, path, level, phone) FROM STDIN"),
    ]
    assert Write.objects.latest("id").login == connection.settings_dict["USER"]
    linking.link()
    assert Link.objects.filter(book="w").count() == 2


def test_every_table_of_the_platform_is_watched(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'written_outside_a_verb'"
        )
        assert sorted(table for (table,) in cursor.fetchall()) == watching.watched()
    assert {"people_person", "ledger_payment", "casework_case", "access_posting"} <= set(watching.watched())


@pytest.mark.django_db(transaction=True)
def test_two_who_link_at_once_link_each_row_once() -> None:
    for number in range(40):
        opened(f"o{number}", by=system("test"))
    done: list[int] = []

    def work() -> None:
        try:
            done.append(linking.link())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 40
    assert not Unlinked.objects.exists()
    assert (proof().whole, proof().links) == (True, 40)


def test_the_words_of_a_link_are_those_of_the_standard_hash() -> None:
    assert chain.linked(b"", "", []).hex() != chain.linked(chain.START, "", []).hex()
    assert (
        chain.linked(chain.START, "e", ["1", None]).hex()
        == chain.follow(chain.START, [("e", ["1", None])])[0].hex()
    )


def run(*words: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("audit", *words, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_the_command_names_the_first_break_and_ends_with_one(settings: Any, tmp_path: Path) -> None:
    settings.MINZHENG_ANCHORS = str(tmp_path)
    for number in range(3):
        opened(f"o{number}", by=system("test"))
    assert run("anchor")[1].startswith("新入链 3 条")
    code, said = run("verify")
    assert (code, "核对 3 环、1 个锚定文件" in said, "审计链完整" in said) == (0, True, True)
    first = Entry.objects.earliest("id")
    with past_the_guards("audit_entry") as cursor:
        cursor.execute("UPDATE audit_entry SET reason = '改' WHERE id = %s", [first.pk])
    code, said = run("verify")
    assert (code, f"断裂  第 1 环与审计记录 {first.pk} 的内容不符" in said) == (1, True)
    code, told = run("verify", "--json")
    assert (code, json.loads(told)["whole"], json.loads(told)["links"]) == (1, False, 3)
