"""One-time codes: enrolled by a first code, each taken once, spare codes for a lost telephone, reset from above."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pyotp
import pytest
from django.test import Client

from minzheng.kernel import clock
from minzheng.kernel.access.models import RecoveryCode, SecondFactor, User
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.errors import Mistake, NotAllowed
from minzheng.kernel.signin import administering, codes
from tests.doors.knocking import administrator, knock, latest, ruled, worker
from tests.factories import NONGAN, person, resident_of, user_of

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:No directory at")]
NOON = datetime(2026, 3, 3, 12, 0, 20, tzinfo=clock.SHANGHAI)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


def seed_on(page: str) -> str:
    """What a person without a camera types into the telephone."""
    found = re.search(r'class="mz-seed">([A-Z2-7 ]+)<', page)
    assert found
    return found[1].replace(" ", "")


def code(seed: str, at: datetime = NOON) -> str:
    return pyotp.TOTP(seed).at(at)


def enrol(user: User, client: Client) -> tuple[str, list[str]]:
    """Bind a telephone over HTTP: its seed, and the spare codes as shown."""
    seed = seed_on(client.get("/account/codes/").content.decode())
    shown = client.post("/account/codes/", {"code": code(seed)})
    assert shown.status_code == 200
    return seed, re.findall(r"<li>([0-9A-Z]{5}-[0-9A-Z]{5})</li>", shown.content.decode())


def half_in(user: User) -> Client:
    """Somebody who has given the right password and now sees the second question."""
    client = Client()
    assert knock(user.username, client=client)["Location"] == "/login/code/"
    return client


def give(client: Client, text: str) -> Any:
    return client.post("/login/code/", {"code": text})


def test_a_telephone_is_bound_and_then_asked_for() -> None:
    user, client = worker(at=NONGAN.township), Client()
    knock(user.username, client=client)
    page = client.get("/account/codes/").content.decode()
    assert re.search(r"<svg[^>]* viewBox=", page), "the picture grows and shrinks whole"
    assert "otpauth" not in page, "the address stands in the picture only"
    assert client.post("/account/codes/", {"code": "000000"}).status_code == 400
    assert not codes.enrolled(user)
    before = client.session.session_key
    _, spare = enrol(user, client)
    assert len(set(spare)) == 10
    assert client.session.session_key != before, "a new session number at a weighty deed"
    second = half_in(user)
    assert second.get("/desk/")["Location"].startswith("/login/"), "the password alone opens nothing"
    assert second.get("/api/tasks").status_code == 403
    assert latest("access.confirm_codes").actor == f"user:{user.pk}"


def test_a_code_is_never_taken_twice_nor_one_before_it() -> None:
    user, client = worker(at=NONGAN.township), Client()
    knock(user.username, client=client)
    seed, _ = enrol(user, client)
    assert give(half_in(user), code(seed)).status_code == 401, "the code that enrolled is used up"
    later = NOON + timedelta(seconds=60)
    with clock.frozen(later):
        assert give(half_in(user), code(seed, NOON + timedelta(seconds=30))).status_code == 302, (
            "half a minute off"
        )
        assert give(half_in(user), code(seed, NOON + timedelta(seconds=30))).status_code == 401
        assert give(half_in(user), code(seed, later)).status_code == 302
        assert give(half_in(user), code(seed, NOON + timedelta(seconds=30))).status_code == 401
        assert give(half_in(user), code(seed, later - timedelta(minutes=5))).status_code == 401
    assert latest("access.second_factor").outcome == "refused"
    done = Entry.objects.filter(verb="access.sign_in", outcome="done").latest("id")
    assert done.after["how"] == "two"


def test_wrong_codes_are_counted_and_the_password_is_not_enough_to_go_on_guessing() -> None:
    user, client = worker(at=NONGAN.township), Client()
    knock(user.username, client=client)
    seed, _ = enrol(user, client)
    with clock.frozen(NOON + timedelta(minutes=1)):
        statuses = [give(half_in(user), f"00000{n}").status_code for n in range(6)]
        assert statuses[-1] == 429
        assert give(half_in(user), code(seed, clock.now())).status_code == 429
    with clock.frozen(NOON + timedelta(minutes=30)):
        assert give(half_in(user), code(seed, clock.now())).status_code == 302


def test_a_spare_code_stands_in_once_and_is_kept_as_a_digest() -> None:
    user, client = worker(at=NONGAN.township), Client()
    knock(user.username, client=client)
    _, spare = enrol(user, client)
    assert give(half_in(user), spare[0].lower().replace("-", " ")).status_code == 302
    assert give(half_in(user), spare[0]).status_code == 401
    assert latest("access.spare_code").after["left"] == 9
    assert not RecoveryCode.objects.filter(digest__contains=spare[1][:5]).exists()
    fresh = client.post("/account/spare-codes/").content.decode()
    assert give(half_in(user), spare[1]).status_code == 401, "the old ones are worth nothing any more"
    assert give(half_in(user), re.findall(r"<li>([0-9A-Z-]{11})</li>", fresh)[0]).status_code == 302


def test_the_second_question_waits_five_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    user, client = worker(at=NONGAN.township), Client()
    knock(user.username, client=client)
    _, spare = enrol(user, client)
    waiting = half_in(user)
    from minzheng.config.signin import entering, keeping

    late = keeping.seconds() + 301
    monkeypatch.setattr(entering, "seconds", lambda: late)
    assert give(waiting, spare[0])["Location"] == "/login/"
    assert Client().get("/login/code/")["Location"] == "/login/"


def test_the_seed_is_sealed_for_its_account() -> None:
    user, other = worker(at=NONGAN.township), worker(at=NONGAN.township, name="李调查")
    kept = codes.prepare(user=user, by=actor_of(user))
    seed = codes.seed_of(kept)
    assert seed.encode() not in bytes(kept.sealed)
    SecondFactor.objects.filter(pk=kept.pk).update(user=other)
    with pytest.raises(Mistake, match="打不开"):
        codes.seed_of(SecondFactor.objects.get(pk=kept.pk))
    with pytest.raises(NotAllowed):
        codes.prepare(user=user, by=actor_of(other))


def test_a_place_may_ask_it_of_all_staff_of_some_posts_or_of_nobody() -> None:
    clerk, verifier = worker(at=NONGAN.township), worker("verifier", at=NONGAN.county, name="冯核对")
    stranger = worker("verifier", at="22/2201/220183/", name="何邻县")
    resident = user_of(resident_of(person(path=NONGAN.village)))

    def asked() -> list[bool]:
        found = []
        for user in (clerk, verifier, stranger, resident):
            client = Client()
            knock(user.username, client=client)
            answer = client.get("/my/" if user is resident else "/desk/")
            found.append(answer.get("Location") == "/account/codes/")
        return found

    assert asked() == [False] * 4
    ruled("second_factor", "assistance.verifier,assistance.payer", at=NONGAN.county, unit="code")
    assert asked() == [False, True, False, False]
    ruled("second_factor", "staff", unit="code")
    assert asked() == [False, True, True, False], "the county's own value goes before the province's"


def test_whoever_has_to_have_it_binds_it_before_anything_else() -> None:
    ruled("second_factor", "staff", unit="code")
    user, client = worker(at=NONGAN.township), Client()
    knock(user.username, client=client)
    for url in ("/desk/", "/account/", "/desk/cases/"):
        assert client.get(url)["Location"] == "/account/codes/", url
    assert client.get("/api/tasks").status_code == 403
    assert client.post("/account/everywhere/")["Location"] == "/account/codes/"
    assert client.get("/account/codes/").status_code == 200
    enrol(user, client)
    assert client.get("/desk/").status_code == 200


def test_only_an_administrator_of_a_higher_office_resets_it_and_with_a_reason() -> None:
    officer = worker("county_approver", at=NONGAN.county, name="赵审批")
    client = Client()
    knock(officer.username, client=client)
    enrol(officer, client)
    county, city = administrator(NONGAN.county), administrator(NONGAN.city, name="市管理")
    with pytest.raises(NotAllowed, match="上一级"):
        administering.reset_second_factor(user=officer, reason="丢失", by=actor_of(county))
    with pytest.raises(Exception, match="原因"):
        administering.reset_second_factor(user=officer, reason=" ", by=actor_of(city))
    administering.reset_second_factor(user=officer, reason="手机丢失，已当面核实", by=actor_of(city))
    assert client.get("/desk/")["Location"].startswith("/login/"), "whoever was in is out"
    assert knock(officer.username)["Location"] == "/desk/"
    assert latest("access.reset_second_factor").reason == "手机丢失，已当面核实"
