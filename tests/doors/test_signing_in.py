"""Name and password: what is kept of it, how a wrong answer sounds, when a name is closed, which password is taken."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from unittest.mock import patch

import pytest
from django.db import connections
from django.test import Client

from minzheng.kernel import clock
from minzheng.kernel.access.models import Guessing, User
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.audit.models import Entry, Write
from minzheng.kernel.signin import administering, passwords
from tests.doors.knocking import GOOD, administrator, knock, latest, ruled, security, worker
from tests.factories import NONGAN, person, resident_of, user_of
from tests.factories.cast import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:No directory at")]
NOON = datetime(2026, 3, 3, 12, 0, 20, tzinfo=clock.SHANGHAI)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


def said(response: object) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", response.content.decode())  # type: ignore[attr-defined]


def test_each_sign_in_refusal_and_sign_out_is_kept_without_what_was_typed() -> None:
    user, client = worker(at=NONGAN.township), Client()
    assert knock(user.username, "falsch-Wort1").status_code == 401
    assert knock("niemand-hier", "falsch-Wort2").status_code == 401
    assert knock(user.username, client=client)["Location"] == "/desk/"
    client.post("/logout/")
    rows = list(Entry.objects.filter(verb__startswith="access.sign").order_by("id"))
    assert [(one.verb, one.outcome, one.actor) for one in rows] == [
        ("access.sign_in", "refused", "system:door"),
        ("access.sign_in", "refused", "system:door"),
        ("access.sign_in", "done", f"user:{user.pk}"),
        ("access.sign_out", "done", f"user:{user.pk}"),
    ]
    assert rows[0].subject == f"access.user:{user.pk}"
    assert (rows[1].subject, rows[1].after["username"]) == ("", None)
    assert rows[2].after["address"] == "127.0.0.1"
    kept = json.dumps([[one.after, one.reason, one.subject] for one in rows], ensure_ascii=False)
    for typed in ("falsch", "niemand", PASSWORD):
        assert typed not in kept


@pytest.mark.django_db(transaction=True)
def test_nothing_at_the_door_is_written_without_a_name() -> None:
    """What the database finds written outside every verb is a hand at the database, never a sign-in."""
    user, client = worker(at=NONGAN.township), Client()
    before = Write.objects.count()
    assert before, "the test's own hand is found"
    knock(user.username, "falsch")
    knock(user.username, client=client)
    client.post("/account/everywhere/")
    client.post("/logout/")
    assert list(Write.objects.order_by("id")[before:].values_list("statement", flat=True)) == []


def test_a_wrong_name_and_a_wrong_password_sound_the_same_until_and_after_the_lock() -> None:
    user = worker(at=NONGAN.township)
    for turn in range(1, 8):
        real, none = knock(user.username, "x"), knock("t-gibtesnicht", "x")
        assert real.status_code == none.status_code == (401 if turn < 5 else 429), turn
        assert said(real).replace(user.username, "N") == said(none).replace("t-gibtesnicht", "N")
    assert "已暂时锁定，请在 12:15 以后再试" in said(knock(user.username, "x"))
    assert knock(user.username).status_code == 429, (
        "the right password opens nothing while the name is closed"
    )
    assert latest("access.lock").after["username"] is None


def test_guesses_cost_the_same_work_whether_or_not_the_account_exists() -> None:
    """What takes the time is the hashing: once for each attempt, for names that exist and for names that do not."""
    user = worker(at=NONGAN.township)
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    for name in (user.username, "t-gibtesnicht", "T-GIBTESNICHT2"):
        with patch.object(PBKDF2PasswordHasher, "encode", autospec=True, return_value="x") as hashing:
            knock(name, "falsch")
        assert hashing.call_count == 1, name


def test_time_or_an_administrator_unlocks_and_both_are_kept() -> None:
    user, boss = worker(at=NONGAN.township), administrator(NONGAN.county)
    for _ in range(5):
        knock(user.username, "x")
    with clock.frozen(NOON + timedelta(minutes=16)):
        assert knock(user.username).status_code == 302
    for _ in range(5):
        knock(user.username, "x")
    assert knock(user.username).status_code == 429
    administering.unlock_account(user=user, reason="本人来电核实", by=actor_of(boss))
    assert knock(user.username).status_code == 302
    assert latest("access.unlock_account").reason == "本人来电核实"
    assert Entry.objects.filter(verb="access.lock").count() == 2


def test_a_right_answer_wipes_the_slate() -> None:
    user = worker(at=NONGAN.township)
    for _ in range(4):
        knock(user.username, "x")
    assert knock(user.username).status_code == 302
    assert [knock(user.username, "x").status_code for _ in range(4)] == [401] * 4


def test_an_address_that_guesses_at_many_names_is_slowed() -> None:
    ruled("brake.guesses", "6", unit="times")
    user = worker(at=NONGAN.township)
    statuses = [knock(f"n{n}", "x").status_code for n in range(9)]
    assert statuses[:6] == [401] * 6
    assert set(statuses[7:]) == {429}
    slowed = knock(user.username)
    assert slowed.status_code == 429
    assert int(slowed["Retry-After"]) >= 1
    assert knock(user.username, REMOTE_ADDR="10.0.0.9").status_code == 302, "another address is not slowed"
    with clock.frozen(NOON + timedelta(minutes=10)):
        assert knock(user.username).status_code == 302


def test_the_address_is_that_of_our_own_proxy_only(settings: object) -> None:
    user = worker(at=NONGAN.township)
    knock(user.username, "x", HTTP_X_FORWARDED_FOR="1.2.3.4, 10.1.1.1")
    assert latest("access.sign_in").after["address"] == "127.0.0.1"
    settings.MINZHENG_PROXIES = 1  # type: ignore[attr-defined]
    knock(user.username, "x", HTTP_X_FORWARDED_FOR="6.6.6.6, 10.1.1.1")
    assert latest("access.sign_in").after["address"] == "10.1.1.1"


def test_a_door_at_which_anybody_may_knock_is_knocked_at_only_so_often() -> None:
    ruled("rate.verify", "3", unit="times")
    ruled("rate.api_open", "2", unit="times")
    ruled("rate.api", "3", unit="times")
    ruled("rate.door", "2", unit="times")
    client, user = Client(), worker(at=NONGAN.township)
    assert [client.get("/verify/ABCDEFGH1234/").status_code for _ in range(4)] == [404, 404, 404, 429]
    told = client.get("/verify/ABCDEFGH1234/")
    assert told["Retry-After"] == "40"
    assert "请求太频繁，请等 40 秒再试。" in told.content.decode()
    assert [client.get("/api/services").status_code for _ in range(3)] == [200, 200, 429]
    assert client.get("/api/services").json()["code"] == "hurried"
    client.force_login(user)
    assert [client.get("/api/tasks").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert [knock(f"n{n}", "x").status_code for n in range(3)] == [401, 401, 429]
    with clock.frozen(NOON + timedelta(minutes=1)):
        assert client.get("/api/tasks").status_code == 200


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("Ab1-", "至少要 10 位"),
        ("abcdefghijkl", "3 类"),
        ("Password123", "很多人使用"),
        ("Zhangsan-2026", "太相似"),
        ("A1-" + "x" * 200, "最多 128 位"),
    ],
)
def test_a_weak_password_is_refused_in_words(password: str, why: str) -> None:
    user = worker(at=NONGAN.township)
    user.username = "zhangsan2026"
    assert why in "".join(passwords.problems(user, password))
    assert passwords.problems(user, GOOD) == []


def test_residents_may_have_a_shorter_one() -> None:
    user = user_of(resident_of(person(path=NONGAN.village)))
    assert passwords.problems(user, "chunfen8") == []
    assert "至少要 8 位" in "".join(passwords.problems(user, "chun8"))


def change(client: Client, current: str, wanted: str, again: str | None = None) -> object:
    return client.post("/account/password/", {"current": current, "wanted": wanted, "again": again or wanted})


def test_a_first_password_is_changed_before_anything_else() -> None:
    boss = administrator(NONGAN.county)
    from tests.factories.cast import office

    opened, first = administering.open_account(
        username="xinren", name="新同事", office=office(NONGAN.township), staff_number="", by=actor_of(boss)
    )
    administering.give_post(
        user=opened, office=office(NONGAN.township), role="assistance.clerk", from_on=date(2026, 1, 1),
        by=actor_of(security(NONGAN.county)),
    )  # fmt: skip
    client = Client()
    assert knock("xinren", first, client=client).status_code == 302
    for url in ("/desk/", "/my/", "/account/", "/desk/cases/"):
        assert client.get(url)["Location"] == "/account/password/", url
    assert client.get("/api/tasks").status_code == 403
    assert client.get("/account/password/").status_code == 200
    assert "不一样" in said(change(client, first, GOOD, GOOD + "x"))
    assert "账号或密码不对" in said(change(client, "falsch", GOOD))
    assert "这个密码最近用过" in said(change(client, first, first))
    assert change(client, first, GOOD)["Location"] == "/account/"  # type: ignore[index]
    assert client.get("/desk/").status_code == 200
    assert knock("xinren", first).status_code == 401
    assert knock("xinren", GOOD).status_code == 302


def test_the_last_five_passwords_are_not_taken_again() -> None:
    user, client = worker(at=NONGAN.township), Client()
    knock(user.username, client=client)
    used = [PASSWORD]
    for turn in range(6):
        wanted = f"{GOOD}-{turn}"
        assert change(client, used[-1], wanted).status_code == 302  # type: ignore[attr-defined]
        used.append(wanted)
    assert change(client, used[-1], used[2]).status_code == 400  # type: ignore[attr-defined]
    assert change(client, used[-1], used[1]).status_code == 302  # type: ignore[attr-defined]


def test_a_password_of_staff_grows_old_and_one_of_a_resident_does_not() -> None:
    user, resident = worker(at=NONGAN.township), user_of(resident_of(person(path=NONGAN.village)))
    for one in (user, resident):
        one.password_set_at = NOON - timedelta(days=90)
        one.save()
    client = Client()
    knock(user.username, client=client)
    assert client.get("/desk/")["Location"] == "/account/password/"
    assert "密码已到期" in client.get("/account/password/").content.decode()
    client = Client()
    assert knock(resident.username, client=client)["Location"] == "/my/"
    assert client.get("/my/").status_code == 200


def test_a_closed_account_is_out_and_stays_out() -> None:
    user, boss, client = worker(at=NONGAN.township), administrator(NONGAN.county), Client()
    knock(user.username, client=client)
    administering.close_account(user=user, reason="调离", by=actor_of(boss))
    assert client.get("/desk/")["Location"].startswith("/login/")
    assert "账号或密码不对" in said(knock(user.username))
    user.refresh_from_db()
    administering.reopen_account(user=user, reason="调回", by=actor_of(boss))
    assert knock(user.username).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_many_guesses_at_once_are_counted_one_by_one() -> None:
    user = worker(at=NONGAN.township)

    def guess(n: int) -> int:
        try:
            return knock(user.username, f"x{n}").status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(guess, range(12)))
    assert Guessing.objects.get(kind="name").locked_until is not None
    assert knock(user.username).status_code == 429
    assert User.objects.get(pk=user.pk).last_login is None
