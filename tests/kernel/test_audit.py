"""Audit: no user means no, one verb is one row, a key is carried out once, and nothing is ever changed."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from minzheng.kernel.access.models import Office
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import Actor, note, part, read, system, verb
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.errors import NotAllowed, Refused, Stale
from tests.factories import person, place

pytestmark = pytest.mark.django_db
BY = system("test")


@verb("test.open", label="设立机构")
def open_office(code: str, *, by: Actor, after: float = 0) -> Office:
    """A small verb to try the decorator on."""
    office = Office.objects.create(code=code, name=code, path="22/", level=int(Level.PROVINCE))
    note(about=office, path="22/", article="测试规定第1条", reason="试验", after={"code": code})
    time.sleep(after)
    return office


@verb("test.refuse", label="试拒绝")
def refuse(*, by: Actor) -> None:
    Office.objects.create(code="lost", name="lost", path="22/", level=1)
    note(path="22/")
    raise Refused("test_refused", "材料不齐。请补交。")


@verb("test.outer", label="试合并")
def outer(*, by: Actor) -> Office:
    office = open_office("inner", by=by)
    part("test.elsewhere", count=2)
    return office


@pytest.mark.parametrize("by", [None, "user:1", object()])
def test_without_an_actor_nothing_happens(by: Any) -> None:
    with pytest.raises(NotAllowed, match="请先登录"):
        open_office("a", by=by)
    assert not Office.objects.exists()
    with pytest.raises(TypeError):
        open_office("a")  # type: ignore[call-arg]


def test_a_verb_leaves_one_row_that_says_who_what_where_and_why() -> None:
    office = open_office("a", by=BY)
    entry = Entry.objects.get()
    assert (entry.actor, entry.verb, entry.label, entry.outcome) == (
        "system:test",
        "test.open",
        "设立机构",
        "done",
    )
    assert (entry.subject, entry.path) == (f"access.office:{office.pk}", "22/")
    assert (entry.article, entry.reason, entry.after) == ("测试规定第1条", "试验", {"code": "a"})


def test_a_verb_within_a_verb_is_a_part_of_the_same_row() -> None:
    outer(by=BY)
    entry = Entry.objects.get()
    assert entry.verb == "test.outer"
    assert entry.parts == [{"verb": "test.open"}, {"verb": "test.elsewhere", "count": 2}]


def test_a_refused_attempt_is_kept_and_nothing_of_it_is_done() -> None:
    with pytest.raises(Refused):
        refuse(by=BY)
    entry = Entry.objects.get()
    assert (entry.outcome, entry.after, entry.reason) == (
        "refused",
        {"error": "test_refused"},
        "材料不齐。请补交。",
    )
    assert not Office.objects.exists()


def test_a_program_error_leaves_neither_row_nor_deed() -> None:
    @verb("test.break")
    def fail(*, by: Actor) -> None:
        Office.objects.create(code="x", name="x", path="22/", level=1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail(by=BY)
    assert not Entry.objects.exists()
    assert not Office.objects.exists()


def test_a_write_outside_any_verb_is_a_mistake() -> None:
    with pytest.raises(RuntimeError, match="@verb"):
        note(reason="x")


def test_a_second_call_with_the_same_key_answers_with_the_first_result() -> None:
    first = open_office("a", by=BY, key="k1")
    again = open_office("a", by=BY, key="k1")
    assert first.pk == again.pk
    assert Office.objects.count() == Entry.objects.count() == 1
    open_office("b", by=BY, key="k2")
    open_office("c", by=system("another"), key="k1")
    assert Office.objects.count() == 3


def test_a_refused_attempt_does_not_use_up_its_key() -> None:
    tries: list[int] = []

    @verb("test.second_time_lucky")
    def sometimes(*, by: Actor) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise Stale("test_stale", "别人刚改过。请刷新。")

    with pytest.raises(Stale):
        sometimes(by=BY, key="k")
    sometimes(by=BY, key="k")
    assert list(Entry.objects.order_by("id").values_list("outcome", flat=True)) == ["refused", "done"]


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_do_the_deed_once() -> None:
    answers: list[int] = []
    ready = threading.Barrier(2)

    def click(n: int) -> None:
        ready.wait()
        try:
            # Two codes, so that only the key of the audit row can keep the second from being done.
            answers.append(open_office(f"double-{n}", by=BY, key="one-form", after=0.2).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 2
    assert len(set(answers)) == 1
    assert Office.objects.count() == 1
    assert Entry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_later_of_two_clicks_is_answered_even_if_the_first_changed_what_it_needs() -> None:
    office = Office.objects.create(code="door", name="open", path="22/", level=1)
    answers: list[object] = []

    @verb("test.close")
    def close(*, by: Actor) -> Office:
        row = Office.objects.select_for_update().get(pk=office.pk)
        if row.name != "open":
            raise Stale("test_closed", "已经关闭。")
        time.sleep(0.2)
        row.name = "closed"
        row.save()
        return row

    def click() -> None:
        try:
            answers.append(close(by=BY, key="k").pk)
        except Stale as error:
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [office.pk, office.pk]
    assert list(Entry.objects.values_list("outcome", flat=True)) == ["done"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET reason = 'changed'",
        "DELETE FROM audit_entry",
    ],
)
def test_an_audit_row_can_be_neither_changed_nor_deleted_even_by_raw_sql(statement: str) -> None:
    open_office("a", by=BY)
    with (
        pytest.raises(ProgrammingError, match="Cannot"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Entry.objects.get().reason == "试验"


def test_a_look_at_personal_data_is_kept() -> None:
    someone = person(path=place("220122101210"))
    read("people.file", by=BY, about=someone, path=someone.path, reason="核对")
    entry = Entry.objects.get()
    assert (entry.outcome, entry.verb, entry.subject) == (
        "read",
        "people.file",
        f"people.person:{someone.pk}",
    )
    assert entry.path == someone.path
