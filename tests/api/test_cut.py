"""The database goes away under people at work: what was acknowledged is kept, each other is told to look again."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import close_old_connections, connection, connections
from django.test import Client

from minzheng.kernel import clock
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework.models import Case
from tests.factories.cast import Cast, cast, user_of
from tests.factories.departments import Departments
from tests.factories.people import household, person
from tests.factories.walk import Walk

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:No directory at"),
]
CLERKS, DEEDS = 8, 12
_CUT = """
SELECT count(pg_terminate_backend(pid)) FROM (
  SELECT pid FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
  ORDER BY random() LIMIT 1
) AS somebody
"""
_FULL = """
CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
CREATE TRIGGER disk_is_full BEFORE UPDATE ON casework_case FOR EACH ROW EXECUTE FUNCTION disk_is_full();
"""


@pytest.fixture(autouse=True)
def _a_working_tuesday(office_calendar: None) -> Iterator[None]:
    with clock.frozen(date(2026, 3, 3)):
        yield


@pytest.fixture
def who() -> Cast:
    return cast()


def drafts(who: Cast, departments: Departments, many: int) -> list[int]:
    """So many families whose applications the coordinator fills in."""
    found = []
    for n in range(many):
        applicant = person(path=who.seat.village, name=f"测{n}", birth=date(1968, 4, 4))
        walk = Walk(
            who,
            departments,
            applicant,
            household(applicant, path=who.seat.village),
            form={"class_ur": "rural"},
        )
        found.append(walk.draft().pk)
    return found


def browser(who: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user_of(who))
    return client


def as_a_server() -> None:
    """What the server does before each request and the test's client does not: a dead connection is replaced."""
    close_old_connections()


def typed(client: Client, case: int, word: str) -> tuple[int, dict[str, Any]]:
    as_a_server()
    answer = client.generic(
        "PATCH",
        f"/api/cases/{case}",
        json.dumps({"answers": {"need": word}}),
        content_type="application/json",
    )
    return answer.status_code, answer.json()


def test_connections_cut_under_clerks_at_work_lose_nothing_that_was_told_to_be_kept(
    who: Cast, departments: Departments, told: Any
) -> None:
    cases = drafts(who, departments, CLERKS)
    clients = [browser(who.coordinator) for _ in cases]
    assert {one.get("/healthz").status_code for one in clients} == {
        200
    }  # each has its doors before they run together
    begun = {pk: (Case.objects.get(pk=pk).version, saved(pk)) for pk in cases}
    answers: list[Counter[int]] = [Counter() for _ in cases]
    last: dict[int, int] = dict.fromkeys(cases, -1)
    odd: list[Any] = []

    def work(hand: int) -> None:
        try:
            with clock.frozen(date(2026, 3, 3)):
                for n in range(DEEDS):
                    status, said = typed(clients[hand], cases[hand], f"第{n}次")
                    answers[hand][status] += 1
                    if status == 200:
                        last[cases[hand]] = n
                    elif status != 503 or "核对" not in said["message"]:
                        odd.append((status, said))
        finally:
            connections.close_all()

    hands = [threading.Thread(target=work, args=(hand,)) for hand in range(CLERKS)]
    for one in hands:
        one.start()
    cut = 0
    while any(one.is_alive() for one in hands):
        time.sleep(0.15)
        with connection.cursor() as cursor:
            cursor.execute(_CUT)
            cut += int(cursor.fetchone()[0])
    every = sum(answers, Counter())
    told(kept=every[200], told_to_look=every[503], connections_cut=cut)
    assert not odd, odd[:3]
    assert every[200] + every[503] == CLERKS * DEEDS
    assert cut > 3
    assert every[200] > 0
    for pk, n in last.items():
        kept = Case.objects.get(pk=pk)
        # What was acknowledged stands, or something later that was kept though its answer was lost.
        assert n == -1 or int(kept.form["need"].strip("第次")) >= n, (pk, n, kept.form["need"])
        version, rows = begun[pk]
        assert kept.version - version == saved(pk) - rows >= answers[cases.index(pk)][200], (
            "one audit row for each deed"
        )
    assert typed(clients[0], cases[0], "再来")[0] == 200, "and it goes on"


def saved(case: int) -> int:
    """How many deeds on the draft the audit holds."""
    return Entry.objects.filter(verb="casework.save_draft", case_id=case, outcome="done").count()


def test_a_full_disk_is_told_in_words_and_leaves_nothing_half_done(
    who: Cast, departments: Departments
) -> None:
    (case,) = drafts(who, departments, 1)
    client = browser(who.coordinator)
    before = (Case.objects.get(pk=case).version, Entry.objects.count())
    with connection.cursor() as cursor:
        cursor.execute(_FULL)
    try:
        status, said = typed(client, case, "满了")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER disk_is_full ON casework_case; DROP FUNCTION disk_is_full()")
    assert (status, said["code"]) == (503, "disk_full")
    assert "存储空间已满" in said["message"]
    assert Case.objects.get(pk=case).version == before[0]
    assert Case.objects.get(pk=case).form["need"] != "满了"
    assert Entry.objects.filter(outcome="done").count() <= before[1]
    assert typed(client, case, "有了")[0] == 200


def test_whoever_reads_while_the_database_is_away_is_told_to_wait(who: Cast) -> None:
    client = browser(who.clerk)
    assert client.get("/desk/").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ((pid,),) = cursor.fetchall()
    killer = connections.create_connection("default")
    try:
        with killer.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    finally:
        killer.close()
    answer = client.get("/desk/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "刷新" in answer.content.decode()
    as_a_server()
    assert client.get("/desk/").status_code == 200
