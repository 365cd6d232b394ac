"""统一身份认证: a real OpenID Connect server says who somebody is; only an account opened here before is let in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from minzheng.kernel.access.models import StaffIdentity, User
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.signin import administering, codes
from tests.doors.knocking import administrator, latest, ruled, worker
from tests.factories import NONGAN
from tests.factories.identity_centre import Centre, running

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:No directory at")]


@pytest.fixture(scope="module")
def process() -> Iterator[Centre]:
    with running() as centre:
        yield centre


@pytest.fixture
def centre(process: Centre, settings: Any) -> Iterator[Centre]:
    settings.MINZHENG_OIDC = {
        "issuer": process.address, "client_id": "minzheng", "secret": "a secret of the tests", "claim": "staff_number",
    }  # fmt: skip
    process.go_wrong("")
    yield process
    process.go_wrong("")


@pytest.fixture
def officer() -> User:
    user = worker(at=NONGAN.township)
    user.staff_number = "JL-0017"
    user.save()
    return user


def test_a_member_of_staff_comes_in_by_the_staff_number(centre: Centre, officer: User) -> None:
    centre.knows("s-17", staff_number="JL-0017")
    client = Client()
    assert "统一身份认证" in client.get("/login/").content.decode()
    assert centre.sign_in(client, "s-17", wanted="/desk/cases/")["Location"] == "/desk/cases/"
    assert client.get("/desk/").status_code == 200
    assert StaffIdentity.objects.get(user=officer).subject == "s-17"
    assert latest("access.sign_in").after["how"] == "unified"
    assert latest("access.link_identity").subject == f"access.user:{officer.pk}"
    assert centre.sign_in(Client(), "s-17")["Location"] == "/desk/"
    assert Entry.objects.filter(verb="access.link_identity").count() == 1


def test_the_request_carries_state_nonce_and_a_challenge(centre: Centre) -> None:
    away = urlsplit(Client().get("/login/unified/")["Location"])
    asked = parse_qs(away.query)
    assert f"{away.scheme}://{away.netloc}" == centre.address
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://127.0.0.1:8000/login/unified/return/"]
    assert min(len(asked[name][0]) for name in ("state", "nonce", "code_challenge")) >= 20
    assert "a secret" not in away.query


def test_an_account_is_never_made_in_silence(centre: Centre, officer: User) -> None:
    before = User.objects.count()
    centre.knows("nobody", staff_number="JL-9999")
    centre.knows("blank")
    for subject in ("nobody", "blank"):
        client = Client()
        answer = centre.sign_in(client, subject)
        assert answer.status_code == 403
        assert "没有与之关联的平台账号" in answer.content.decode()
        assert client.get("/desk/")["Location"].startswith("/login/")
    assert User.objects.count() == before
    assert latest("access.sign_in").outcome == "refused"


def test_a_number_given_to_another_person_opens_nothing(centre: Centre, officer: User) -> None:
    """The link is to the person of the centre, not to a number that may be handed on."""
    centre.knows("first", staff_number="JL-0017")
    centre.knows("heir", staff_number="JL-0017")
    assert centre.sign_in(Client(), "first").status_code == 302
    assert centre.sign_in(Client(), "heir").status_code == 403
    centre.knows("first", staff_number="JL-0018")
    assert centre.sign_in(Client(), "first").status_code == 403, "the centre no longer says it is this number"
    boss = actor_of(administrator(NONGAN.county))
    officer.refresh_from_db()
    administering.link_staff_number(user=officer, staff_number="JL-0017", by=boss)
    assert centre.sign_in(Client(), "heir").status_code == 302, "registered anew by an administrator"


def test_a_closed_account_stays_closed(centre: Centre, officer: User) -> None:
    centre.knows("s-17", staff_number="JL-0017")
    administering.close_account(user=officer, reason="调离", by=actor_of(administrator(NONGAN.county)))
    assert centre.sign_in(Client(), "s-17").status_code == 403


@pytest.mark.parametrize("how", ["signature", "unsigned", "issuer", "expired", "nonce", "audience"])
def test_a_token_that_is_not_right_is_not_believed(centre: Centre, officer: User, how: str) -> None:
    centre.knows("s-17", staff_number="JL-0017")
    centre.go_wrong(how)
    client = Client()
    answer = centre.sign_in(client, "s-17")
    assert answer.status_code == 401
    assert "没有通过" in answer.content.decode()
    assert client.get("/desk/")["Location"].startswith("/login/")
    assert not StaffIdentity.objects.exists()
    assert latest("access.sign_in").reason == "统一身份认证未通过"


def test_an_answer_is_taken_once_by_the_browser_that_asked(centre: Centre, officer: User) -> None:
    centre.knows("s-17", staff_number="JL-0017")
    client, thief = Client(), Client()
    back = centre.agree(client.get("/login/unified/")["Location"], "s-17")
    assert thief.get(back).status_code == 401, "another browser has no such state"
    thief.get("/login/unified/")
    assert thief.get(back).status_code == 401
    assert client.get(back).status_code == 302
    assert Client().get(back).status_code == 401
    assert client.get("/login/unified/return/").status_code == 401
    assert client.get("/login/unified/return/?error=access_denied&state=x").status_code == 401


def test_a_code_without_its_own_verifier_is_worth_nothing(centre: Centre, officer: User) -> None:
    """A stolen code put beside another request's state: the centre itself refuses it, by PKCE."""
    centre.knows("s-17", staff_number="JL-0017")
    victim, thief = Client(), Client()
    stolen = parse_qs(urlsplit(centre.agree(victim.get("/login/unified/")["Location"], "s-17")).query)[
        "code"
    ][0]
    state = parse_qs(urlsplit(thief.get("/login/unified/")["Location"]).query)["state"][0]
    assert thief.get("/login/unified/return/", {"code": stolen, "state": state}).status_code == 401


def test_a_second_factor_is_asked_for_unless_the_centre_has_seen_one(centre: Centre, officer: User) -> None:
    ruled("second_factor", "staff", unit="code")
    centre.knows("s-17", staff_number="JL-0017")
    client = Client()
    centre.sign_in(client, "s-17")
    assert client.get("/desk/")["Location"] == "/account/codes/"
    kept = codes.prepare(user=officer, by=actor_of(officer))
    type(kept).objects.filter(pk=kept.pk).update(confirmed_at="2026-01-01T00:00:00+08:00")
    assert centre.sign_in(Client(), "s-17")["Location"] == "/login/code/"
    centre.knows("s-17", staff_number="JL-0017", amr=["pwd", "otp"])
    client = Client()
    assert centre.sign_in(client, "s-17")["Location"] == "/desk/"
    assert client.get("/desk/").status_code == 200


def test_leaving_here_leaves_the_centre_as_well(centre: Centre, officer: User) -> None:
    centre.knows("s-17", staff_number="JL-0017")
    client = Client()
    centre.sign_in(client, "s-17")
    away = urlsplit(client.post("/logout/")["Location"])
    asked = parse_qs(away.query)
    assert f"{away.scheme}://{away.netloc}" == centre.address
    assert asked["post_logout_redirect_uri"] == ["http://127.0.0.1:8000/"]
    assert asked["id_token_hint"][0].count(".") == 2
    assert client.get("/desk/")["Location"].startswith("/login/")


def test_without_a_centre_it_is_not_offered_and_one_that_is_away_is_told(settings: Any) -> None:
    assert "统一身份认证登录" not in Client().get("/login/").content.decode()
    assert Client().get("/login/unified/").status_code == 404
    settings.MINZHENG_OIDC = {"issuer": "http://127.0.0.1:9", "client_id": "m", "secret": "", "claim": "n"}
    answer = Client().get("/login/unified/")
    assert answer.status_code == 401
    assert "暂时连不上" in answer.content.decode()
