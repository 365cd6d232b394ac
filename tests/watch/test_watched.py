"""What is seen of the platform by whoever watches it: it stands or not, it does so much, and no line names anybody."""

from __future__ import annotations

import io
import json
import logging
import re
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from minzheng.config.watch import checks, logs
from minzheng.kernel import clock
from minzheng.kernel.audit import linking
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.people.identity import citizen_check_digit, luhn_digit, luhn_passes
from minzheng.kernel.people.models import Person
from minzheng.kernel.registers.models import Export
from tests.doors.knocking import Quick, knock, worker
from tests.factories import NONGAN, cast, user_of
from tests.factories.people import a_number, person
from tests.factories.standings import standing
from tests.factories.waiting import worked

DAY = date(2026, 4, 10)
REGISTER = "/desk/registers/assistance.standings/"
RUNS = re.compile(r"[0-9][0-9Xx -]{9,24}")
# Drawn at random, a request's own number may happen to look like a telephone's.
DRAWN = re.compile(r"""(["'])request\1: \1[0-9a-f]{16}\1""")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything the platform's own handler writes, as it is set up for the site and the worker."""
    (handler,) = [one for one in logging.root.handlers if isinstance(one.formatter, logs.Lines)]
    before = handler.setStream(out := io.StringIO())
    levels = {name: logging.getLogger(name).level for name in ("procrastinate", "django")}
    for name in levels:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield out
    handler.setStream(before or sys.stderr)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def told(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


@contextmanager
def seen_by_a_worker() -> Iterator[int]:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        (number,) = cursor.fetchone()
        yield number
        cursor.execute("DELETE FROM procrastinate_workers WHERE id = %s", [number])


def nothing_checks(text: str) -> None:
    """No run of digits in a text is a number of a person or of a card."""
    for found in RUNS.findall(DRAWN.sub("", text)):
        digits = re.sub(r"[ -]", "", found).upper()
        for at in range(len(digits) - 17):
            one = digits[at : at + 18]
            if one[:17].isdigit() and one[6:8] in ("18", "19", "20"):
                assert one[17] != citizen_check_digit(one[:17]), found
        if digits.isdigit() and 15 < len(digits) < 20:
            assert not luhn_passes(digits), found
        assert not re.fullmatch(r"1[3-9]\d{9}", digits), found


@pytest.mark.django_db(transaction=True)
def test_pages_and_jobs_that_go_well_and_badly_leave_no_name_and_no_number_in_any_log(
    lines: io.StringIO, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    from launch import database

    server_log = database._CLUSTERS[True].server.log
    begun = server_log.stat().st_size if server_log.exists() else 0
    number, phone, name = a_number(), "13812345678", "欧阳测清明"
    card = "621700000000000001"
    card += luhn_digit(card)
    secret = {"q": f"{number} {name}", "phone": phone, "account": card}
    monkeypatch.setattr("minzheng.desk.registers.exports.AT_ONCE", 1)
    with clock.frozen(DAY):
        who = cast()
        head = person(path=who.seat.village, name=name, id_number=number, phone=phone)
        for serial in range(3):
            standing(path=NONGAN.village, name=f"{name}{serial}")
        desk = Client(raise_request_exception=False)
        desk.force_login(user_of(who.clerk))
        # Found, searched for in vain, misspelt, posted where nothing is posted, and an address that does not exist.
        assert name in desk.get(REGISTER, {"q": name}).content.decode()
        assert desk.post("/desk/search/", {"q": number}).status_code == 200
        for path in ("/desk/search/", f"/desk/{number}/", f"/verify/{phone}/"):
            desk.get(path, secret)
        desk.post("/api/cases", json.dumps(secret), content_type="application/json")
        desk.post("/login/", {"username": number, "password": card})
        asked = desk.post(f"{REGISTER}export/", {"q": name, "key": "k1"})
        assert asked.status_code == 302, asked.content

        def breaks(*_: Any, **__: Any) -> None:
            """What no test has foreseen: the database refuses a row and says which."""
            Person.objects.create(
                path=head.path,
                hukou_path=head.path,
                name=name,
                initials="x",
                sex="1",
                birth=DAY,
                id_number=number,
            )

        monkeypatch.setattr("minzheng.desk.finding.views.render", breaks)
        assert desk.post("/desk/search/", {"q": name}).status_code == 500
        worked("exports")
        assert Export.objects.get().state == "done"
        monkeypatch.setattr("minzheng.kernel.registers.exporting.make", breaks)
        desk.post(f"{REGISTER}export/", {"q": name, "key": "k2"})
        worked("exports")
        with pytest.raises(Exception, match="null value"), connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO people_person (name, phone) VALUES ('{name}', '{phone}')")
        # A line that somebody writes without thinking.
        logging.getLogger("minzheng.desk").warning("no file for %s, %s, %s", number, phone, card)

    text = lines.getvalue()
    server_text = server_log.read_bytes()[begun:].decode(errors="replace") if server_log.exists() else ""
    for kept in (text, server_text):
        assert "测清明" not in kept
        for one in (number, phone, card, number[:17]):
            assert one not in kept
        nothing_checks(kept)
    found = told(lines)
    assert {"desk/search/", "desk/registers/<str:code>/export/"} <= {one.get("route") for one in found}
    (broken,) = [one for one in found if one.get("status") == 500]
    (fallen,) = [
        one["exception"] for one in found if one.get("request") == broken["request"] and "exception" in one
    ]
    assert {one.get("constraint_name") for one in fallen} == {None, "person_one_file_per_number"}
    # One number leads from the page through the job to the audit.
    row = (
        Entry.objects.filter(verb="registers.ask_export").first() or Entry.objects.exclude(request="").first()
    )
    assert row is not None
    assert row.request == asked["X-Request-ID"]
    jobs = [one for one in found if one.get("task", "").endswith("tasks.make") and "outcome" in one]
    assert [one["outcome"] for one in jobs] == ["done", "failed"]
    assert jobs[0]["request"] == asked["X-Request-ID"]
    made = Entry.objects.filter(request=row.request).exclude(pk=row.pk)
    assert made.exists(), "the job's own deed bears the number of the page"


@pytest.mark.django_db
def test_it_takes_work_only_while_everything_is_there(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any
) -> None:
    client = Client()

    def said() -> dict[str, str]:
        answer = client.get("/readyz")
        assert answer.status_code == (200 if answer.json()["status"] == "up" else 503)
        return {name for name, state in answer.json().items() if state == "down"} - {"status"}

    assert said() == {"worker"}
    with seen_by_a_worker() as number, connection.cursor() as cursor:
        assert said() == set()
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'")
        assert said() == {"worker"}
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() WHERE id = %s", [number])
        settings.MINZHENG_LEAST_ROOM = 10**12
        assert said() == {"disk"}
        settings.MINZHENG_LEAST_ROOM = 1
        cursor.execute("DELETE FROM django_migrations WHERE app = 'audit' AND name LIKE '0003%%'")
        assert said() == {"migrations"}
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('audit', '0003_request', now())"
        )
        with monkeypatch.context() as away:
            away.setenv("MINZHENG_FIELD_KEYS_FILE", str(tmp_path / "lost"))
            assert said() == {"keys"}
        assert said() == set()
        with clock.frozen(DAY):  # months ago, and not linked since
            worker(at=NONGAN.township)
            knock("nobody")
        assert said() == {"audit"}
        linking.link()
        assert said() == set()
    monkeypatch.setitem(checks.CHECKS, "database", lambda: bool((tmp_path / "gone").stat()))
    assert "database" in said()


@pytest.mark.django_db
def test_the_measures_count_failed_sign_ins_and_are_read_from_allowed_addresses_only(settings: Any) -> None:
    settings.PASSWORD_HASHERS = [f"{Quick.__module__}.{Quick.__name__}"]
    client = Client()
    for more in (
        {"REMOTE_ADDR": "10.1.2.3"},
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},  # behind a proxy nobody declared
        {"REMOTE_ADDR": "not an address"},
    ):
        assert client.get("/metrics", **more).status_code == 404  # type: ignore[arg-type]
    settings.MINZHENG_WATCHERS = ["10.1.0.0/16"]
    assert client.get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 404

    def measured() -> dict[str, float]:
        text = client.get("/metrics", REMOTE_ADDR="10.1.2.3").content.decode()
        rows = [one.rpartition(" ") for one in text.splitlines() if not one.startswith("#")]
        return {name: float(value) for name, _, value in rows}

    refused = 'minzheng_deeds_total{outcome="refused",verb="access.sign_in"}'
    before = measured()
    token = secrets.token_hex(4)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES (%s, 'x') RETURNING id", [token]
        )
    began = time.perf_counter()
    assert knock("niemand").status_code == 401
    after = measured()
    assert after[refused] == before.get(refused, 0) + 1
    assert after[f'minzheng_jobs{{queue="{token}",state="todo"}}'] == 1
    assert 0 <= after[f'minzheng_job_wait_seconds{{queue="{token}"}}'] <= time.perf_counter() - began + 60
    key = 'minzheng_request_seconds_count{method="POST",route="login/"}'
    assert after[key] == before.get(key, 0) + 1
    assert after['minzheng_ready{check="database"}'] == 1
    nothing_checks("\n".join(after))
    assert not re.search(
        r"\d{4,}", re.sub(r'le="[^"]*"|python_[a-z_]*\{[^}]*\}', "", "\n".join(after)).replace(token, "")
    )
