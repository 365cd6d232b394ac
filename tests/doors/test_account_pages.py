"""The pages on which accounts and systems are looked after: who may, what is shown once, what is out of reach."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from minzheng.kernel import clock
from minzheng.kernel.access.models import Posting, ServiceAccount, ServiceKey, User
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.signin import administering
from tests.doors.knocking import administrator, knock, latest, security, worker
from tests.factories import NEXT_COUNTY, NONGAN, person, resident_of, user_of
from tests.factories.cast import account, office

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:No directory at")]


@pytest.fixture(autouse=True)
def _a_tuesday() -> Iterator[None]:
    with clock.frozen(date(2026, 3, 3)):
        yield


@pytest.fixture
def boss() -> User:
    return administrator(NONGAN.county)


@pytest.fixture
def desk(boss: User) -> Client:
    client = Client()
    assert knock(boss.username, client=client)["Location"] == "/desk/accounts/"
    return client


@pytest.fixture
def rights() -> Client:
    """The desk of whoever gives rights."""
    client = Client()
    knock(security(NONGAN.county).username, client=client)
    return client


def send(client: Client, url: str, deed: str, key: str = "k1", **fields: str) -> Any:
    body = {f"{deed}-{name}": value for name, value in fields.items()}
    return client.post(url, {"deed": deed, "key": key, **body})


def secret_on(answer: Any) -> str:
    found = re.search(r'class="mz-secret">([^<]+)<', answer.content.decode())
    assert found, answer.content.decode()[-3000:]
    return found[1]


def test_an_account_is_opened_its_password_shown_once_and_the_post_given(
    desk: Client, rights: Client
) -> None:
    seat = office(NONGAN.township)
    fields = {"name": "新同事", "username": "xintongshi", "office": seat.code}
    shown = send(desk, "/desk/accounts/new/", "new", **fields)
    assert shown.status_code == 200
    assert "no-store" in shown["Cache-Control"]
    first = secret_on(shown)
    again = send(desk, "/desk/accounts/new/", "new", **fields)
    assert again.status_code == 400
    assert first not in again.content.decode()
    user = User.objects.get(username="xintongshi")
    url = f"/desk/accounts/{user.pk}/"
    given = send(rights, url, "post", role="assistance.clerk", office=seat.code, from_on="2026-03-03")
    assert given.status_code == 302
    assert "窗口受理" in desk.get(url).content.decode() or "受理" in desk.get(url).content.decode()
    client = Client()
    knock("xintongshi", first, client=client)
    assert client.get("/desk/")["Location"] == "/account/password/"
    audit = latest("access.open_staff_account")
    assert (audit.after["username"], audit.path) == ("xintongshi", NONGAN.township)
    assert first not in str(audit.after)


def test_locked_reset_closed_and_reopened_over_the_page(desk: Client) -> None:
    user = worker(at=NONGAN.township)
    url = f"/desk/accounts/{user.pk}/"
    for _ in range(5):
        knock(user.username, "x")
    assert "已锁定" in desk.get("/desk/accounts/?state=locked").content.decode()
    assert "已锁定" in desk.get(url).content.decode()
    assert send(desk, url, "unlock", reason="").status_code == 400
    assert send(desk, url, "unlock", reason="本人来电").status_code == 302
    assert knock(user.username).status_code == 302
    fresh = secret_on(send(desk, url, "reset", key="k2", reason="忘记密码"))
    assert knock(user.username).status_code == 401
    assert knock(user.username, fresh).status_code == 302
    assert send(desk, url, "close", key="k3", reason="调离").status_code == 302
    assert knock(user.username, fresh).status_code == 401
    assert "启用账号" in desk.get(url).content.decode()
    assert send(desk, url, "reopen", key="k4", reason="调回").status_code == 302
    assert send(desk, url, "number", key="k5", staff_number="JL-0017").status_code == 302
    user.refresh_from_db()
    assert (user.is_active, user.staff_number) == (True, "JL-0017")


def test_nobody_else_comes_in(boss: User) -> None:
    clerk, resident = worker(at=NONGAN.township), user_of(resident_of(person(path=NONGAN.village)))
    for who in (clerk, resident, worker("county_approver", at=NONGAN.county), administrator(NONGAN.township)):
        client = Client()
        knock(who.username, client=client)
        for url in ("/desk/accounts/", "/desk/accounts/new/", f"/desk/accounts/{clerk.pk}/", "/desk/accounts/systems/",
                    "/desk/accounts/systems/new/"):  # fmt: skip
            assert client.get(url).status_code == 403, (who, url)
            assert client.post(url, {"deed": "new"}).status_code in (403, 405)
    assert Client().get("/desk/accounts/")["Location"].startswith("/login/")


def test_an_administrator_sees_no_case_and_no_board(desk: Client, boss: User) -> None:
    """Looking after accounts and handling cases are kept apart."""
    menu = desk.get("/desk/accounts/").content.decode()
    assert "系统账号" in menu
    for room in ("/desk/cases/", "/desk/boards/", "/desk/money/", "/desk/registers/"):
        assert f'href="{room}"' not in menu
        assert desk.get(room).status_code == 403, room
    assert desk.get("/api/cases").json()["items"] == []
    assert actor_of(boss).scope == ()
    with pytest.raises(Refused, match="要分开"):
        administering.give_post(
            user=boss, office=office(NONGAN.township), role="assistance.clerk", from_on=date(2026, 3, 3),
            by=actor_of(security(NONGAN.city)),
        )  # fmt: skip


def test_accounts_of_another_place_or_of_a_higher_office_do_not_exist_here(desk: Client, boss: User) -> None:
    far = worker(at=NEXT_COUNTY.township, name="何邻县")
    above = worker("sampler", at=NONGAN.city, name="杨抽查")
    Posting.objects.create(
        user=above, office=office(NONGAN.township), role="assistance.clerk", from_on=date(2020, 1, 1)
    )
    resident = user_of(resident_of(person(path=NONGAN.village)))
    page = desk.get("/desk/accounts/").content.decode()
    assert far.name not in page
    for user in (far, above, resident, User(pk=999_999)):
        assert desk.get(f"/desk/accounts/{user.pk}/").status_code == 404
        assert send(desk, f"/desk/accounts/{user.pk}/", "reset", reason="x").status_code == 404
    by = actor_of(boss)
    deeds = (
        administering.close_account, administering.reopen_account, administering.unlock_account,
        administering.reset_password, administering.reset_second_factor,
    )  # fmt: skip
    for verb in deeds:
        with pytest.raises(NotFound):
            verb(user=far, reason="x", by=by)
        with pytest.raises(NotAllowed, match="自己的账号"):
            verb(user=boss, reason="x", by=by)
        with pytest.raises(NotAllowed):
            verb(user=far, reason="x", by=actor_of(worker(at=NONGAN.township)))


def test_the_charge_of_accounts_is_given_from_above(boss: User) -> None:
    other = account(name="新管理")
    other.path = NONGAN.county
    other.save()
    told = {
        "user": other,
        "office": office(NONGAN.county),
        "role": "access.administrator",
        "from_on": date(2026, 3, 3),
    }
    with pytest.raises(NotAllowed, match="上一级"):
        administering.give_post(**told, by=actor_of(security(NONGAN.county)))
    above = actor_of(security(NONGAN.city))
    given = administering.give_post(**told, by=above)
    assert (given.given_by, given.from_on) == (above.name, date(2026, 3, 3))


def test_whoever_evaluates_from_outside_is_charged_at_the_province() -> None:
    body = account(name="评估机构")
    body.path = "22/"
    body.save()
    told = {"user": body, "role": "access.evaluator", "from_on": date(2026, 3, 3)}
    with pytest.raises(Refused, match="省级机构"):
        administering.give_post(**told, office=office(NONGAN.county), by=actor_of(security("22/")))
    with pytest.raises(NotFound):
        administering.give_post(**told, office=office("22/"), by=actor_of(security(NONGAN.city)))
    administering.give_post(**told, office=office("22/"), by=actor_of(security("22/")))
    assert (actor_of(body).scope, actor_of(body).posts) == ((), ())


def test_a_post_fits_the_level_of_its_office_and_lies_in_the_place() -> None:
    user, by = worker(at=NONGAN.township), actor_of(security(NONGAN.county))
    told = {"user": user, "from_on": date(2026, 3, 3), "by": by}
    with pytest.raises(Refused, match="县级"):
        administering.give_post(office=office(NONGAN.township), role="assistance.county_approver", **told)
    with pytest.raises(NotAllowed):
        administering.give_post(office=office(NEXT_COUNTY.township), role="assistance.clerk", **told)
    with pytest.raises(NotFound):
        administering.give_post(office=office(NONGAN.township), role="x", **told)


def test_a_system_gets_its_key_on_the_page_once(desk: Client, rights: Client) -> None:
    seat = office(NONGAN.township)
    made = send(desk, "/desk/accounts/systems/new/", "system", name="政务平台", username="gov", office=seat.code,
                role="assistance.clerk", purpose="查询办件", contact="数据局 0431")  # fmt: skip
    system = ServiceAccount.objects.get()
    assert made["Location"] == f"/desk/accounts/systems/{system.pk}/"
    page, form = f"/desk/accounts/systems/{system.pk}/", f"/desk/accounts/systems/{system.pk}/key/"
    assert "还没有密钥" in desk.get(page).content.decode()
    assert "cases.read_case" in rights.get(form).content.decode()
    sent = {"key": "k1", "operations": ["cases.list_cases"], "path": system.path, "days": "30"}
    wrong = rights.post(form, sent | {"days": "9999"})
    assert wrong.status_code == 400
    assert 'value="cases.list_cases" checked' in wrong.content.decode()
    token = secret_on(rights.post(form, sent))
    assert rights.post(form, sent).status_code == 400, "a page sent twice makes one key"
    assert Client().get("/api/cases", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    shown = desk.get(page).content.decode()
    assert token not in shown
    assert "办件列表" in shown
    key = ServiceKey.objects.get()
    new = secret_on(send(rights, page, f"rotate{key.pk}", key="k2"))
    assert Client().get("/api/cases", headers={"Authorization": f"Bearer {new}"}).status_code == 200
    assert send(rights, page, f"revoke{key.pk}", key="k3", reason="泄露").status_code == 302
    assert Client().get("/api/cases", headers={"Authorization": f"Bearer {token}"}).status_code == 403
    far = Client()
    knock(administrator(NEXT_COUNTY.county).username, client=far)
    assert far.get(page).status_code == 404
    assert far.get(form).status_code == 404
    strange = Client()
    knock(security(NEXT_COUNTY.county).username, client=strange)
    assert strange.get(form).status_code == 404
    assert send(far, page, "switch", reason="x").status_code == 404


def test_the_list_asks_no_more_for_twenty_accounts_than_for_one(desk: Client) -> None:
    worker(at=NONGAN.township)
    desk.get("/desk/accounts/")
    with CaptureQueriesContext(connection) as few:
        desk.get("/desk/accounts/")
    for n in range(19):
        worker(at=NONGAN.township, name=f"第{n}人")
    with CaptureQueriesContext(connection) as many:
        desk.get("/desk/accounts/")
    assert len(many) == len(few)


def test_script_in_a_name_is_shown_as_text(desk: Client) -> None:
    nasty = "<script>alert(1)</script>"
    user = worker(at=NONGAN.township, name=nasty)
    client = Client(HTTP_USER_AGENT=nasty)
    knock(user.username, client=client)
    for browser, url in ((desk, "/desk/accounts/"), (desk, f"/desk/accounts/{user.pk}/"), (client, "/account/"),
                         (desk, f"/desk/accounts/?q={nasty}"), (Client(), f"/login/?next={nasty}")):  # fmt: skip
        assert nasty not in browser.get(url).content.decode(), url
    assert nasty not in knock(nasty, "x").content.decode()
