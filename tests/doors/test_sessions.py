"""While somebody is in: idle and longest time, sessions at once, new numbers, cookies and headers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from django.test import Client

from minzheng.config.signin import keeping
from minzheng.kernel.access.models import SignedIn
from minzheng.kernel.audit.models import Entry
from tests.doors.knocking import administrator, knock, latest, ruled, worker
from tests.factories import NONGAN, person, resident_of, user_of
from tests.factories.cast import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:No directory at")]


@pytest.fixture
def after(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """The machine's clock, put forward by minutes."""
    begun = keeping.seconds()

    def forward(minutes: int) -> None:
        monkeypatch.setattr(keeping, "seconds", lambda: begun + minutes * 60)

    forward(0)
    return forward


def test_whoever_does_nothing_is_out_and_is_told_why(after: Callable[[int], None]) -> None:
    user, client = worker(at=NONGAN.township), Client()
    knock(user.username, client=client)
    for minute in (20, 45, 70):
        after(minute)
        assert client.get("/desk/").status_code == 200, "each page counts anew"
    key = client.session.session_key
    after(101)
    assert (
        client.get("/desk/cases/?state=open")["Location"]
        == "/login/?next=/desk/cases/%3Fstate%3Dopen&over=idle"
    )
    assert "较长时间没有操作" in client.get("/login/?over=idle").content.decode()
    assert SignedIn.objects.get(session_key=key).ended == "idle"
    assert latest("access.sign_out").after["why"] == "idle"
    again = knock(user.username, client=client)
    assert again.status_code == 302


def test_a_session_ends_after_a_working_day_however_busy(after: Callable[[int], None]) -> None:
    user, client = worker(at=NONGAN.township), Client()
    knock(user.username, client=client)
    for minute in range(25, 720, 25):
        after(minute)
        assert client.get("/account/").status_code == 200
    after(721)
    assert client.get("/account/")["Location"].endswith("over=expired")


def test_residents_have_longer_and_a_page_may_say_that_its_reader_is_there(
    after: Callable[[int], None],
) -> None:
    user, client = user_of(resident_of(person(path=NONGAN.village))), Client()
    knock(user.username, client=client)
    page = client.get("/my/").content.decode()
    assert 'data-idle="3600"' in page
    assert "data-idle-warning" in page
    after(50)
    assert client.get("/my/").status_code == 200
    after(105)
    assert client.post("/account/keep-on/", HTTP_ACCEPT="application/json").json() == {"idle": 3600}
    after(160)
    assert client.get("/my/").status_code == 200
    after(300)
    assert client.post("/account/keep-on/", HTTP_ACCEPT="application/json").status_code == 403
    assert "data-idle-warning" not in client.get("/login/").content.decode()


def test_no_more_than_two_at_once_and_the_oldest_goes() -> None:
    user, clients = worker(at=NONGAN.township), [Client() for _ in range(3)]
    for client in clients:
        knock(user.username, client=client)
    assert clients[0].get("/desk/")["Location"].startswith("/login/")
    assert [one.get("/desk/").status_code for one in clients[1:]] == [200, 200]
    assert SignedIn.objects.get(ended="crowded").user == user
    assert latest("access.sign_in").after["ended_others"] == 1


def test_out_everywhere_else() -> None:
    ruled("session.parallel", "3")
    user, clients = worker(at=NONGAN.township), [Client() for _ in range(3)]
    for client in clients:
        knock(user.username, client=client)
    assert "登录中的地方" in clients[2].get("/account/").content.decode()
    clients[2].post("/account/everywhere/")
    assert [one.get("/account/").status_code for one in clients] == [302, 302, 200]
    assert latest("access.sign_out_everywhere").after["sessions_ended"] == 2


def test_the_session_number_changes_at_sign_in_and_before_a_weighty_deed(
    after: Callable[[int], None],
) -> None:
    boss, client = administrator(NONGAN.county), Client()
    client.get("/?elder=1")
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    knock(boss.username, client=client)
    assert client.session.session_key != planted
    assert "planted" not in client.session
    assert client.get("/desk/accounts/").status_code == 200
    after(15)
    asked = client.get("/desk/accounts/?q=x")
    assert asked["Location"] == "/login/again/?next=/desk/accounts/%3Fq%3Dx"
    before = client.session.session_key
    assert client.post("/login/again/", {"password": "falsch"}).status_code == 401
    onward = client.post("/login/again/", {"password": PASSWORD, "next": "/desk/accounts/?q=x"})
    assert onward["Location"] == "/desk/accounts/?q=x"
    assert client.session.session_key != before
    assert client.get("/desk/accounts/").status_code == 200
    assert SignedIn.objects.get(user=boss).session_key == client.session.session_key


@pytest.mark.parametrize(
    "bad", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_nobody_is_led_to_another_site(bad: str) -> None:
    user = worker(at=NONGAN.township)
    client = Client()
    sent = {"username": user.username, "password": PASSWORD, "next": bad}
    assert client.post("/login/", sent)["Location"] == "/desk/"
    assert client.post("/login/again/", {"password": PASSWORD, "next": bad})["Location"] == "/account/"


def test_signing_in_and_out_takes_a_token_and_leaves_nothing_behind() -> None:
    user, client = worker(at=NONGAN.township), Client(enforce_csrf_checks=True)
    assert knock(user.username, client=client).status_code == 403
    client = Client()
    knock(user.username, client=client)
    key = client.session.session_key
    assert client.get("/logout/").status_code == 405
    client.post("/logout/")
    assert client.get("/desk/")["Location"].startswith("/login/")
    client.cookies["sessionid"] = key
    assert client.get("/desk/")["Location"].startswith("/login/"), "the old cookie opens nothing"
    assert Entry.objects.filter(verb="access.sign_out").count() == 1


def test_every_page_tells_the_browser_what_it_may_not_do() -> None:
    user, client = worker(at=NONGAN.township), Client()
    for path in ("/", "/login/", "/healthz", "/verify/", "/gibt-es-nicht/"):
        heads = client.get(path).headers
        policy = heads["Content-Security-Policy"]
        for rule in ("default-src 'self'", "script-src 'self'", "object-src 'none'", "frame-ancestors 'self'",
                     "base-uri 'self'", "form-action 'self'"):  # fmt: skip
            assert rule in policy, (path, rule)
        assert "unsafe-eval" not in policy
        assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
        assert heads["X-Content-Type-Options"] == "nosniff"
        assert heads["Referrer-Policy"] == "same-origin"
        assert "geolocation=(self)" in heads["Permissions-Policy"]
    knock(user.username, client=client)
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["max-age"], "gone when the browser closes"
    for path in ("/login/", "/account/", "/account/password/"):
        assert "no-store" in client.get(path).headers["Cache-Control"]


def test_over_tls_cookies_are_secure_and_browsers_come_by_tls_only() -> None:
    """Another process with MINZHENG_TLS=1: settings are read once."""
    told = """
import json, django
django.setup()
from django.test import Client
plain, tls = Client().get("/healthz"), Client().get("/login/", secure=True)
cookie = tls.cookies["csrftoken"]
from django.conf import settings
print(json.dumps([plain.status_code, plain.headers.get("Location"), tls.headers.get("Strict-Transport-Security"),
                  bool(cookie["secure"]), settings.SESSION_COOKIE_SECURE]))
"""
    env = os.environ | {
        "MINZHENG_TLS": "1",
        "DJANGO_SETTINGS_MODULE": "minzheng.config.settings",
        "PYTHONPATH": "src",
    }
    ran = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, env=env, check=True)
    status, where, hsts, secure, session = json.loads(ran.stdout.splitlines()[-1])
    assert (status, where) == (301, "https://testserver/healthz")
    assert hsts == "max-age=31536000; includeSubDomains"
    assert secure
    assert session
