"""Three administrators, each apart: one opens accounts, one gives rights, one reads the audit (三员分立)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client

from minzheng.kernel import clock
from minzheng.kernel.access.models import Posting, User
from minzheng.kernel.access.queries import CHARGES, EVALUATOR, actor_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.signin import administering, keys
from tests.doors.knocking import administrator, knock, latest, security, worker
from tests.factories import NEXT_COUNTY, NONGAN
from tests.factories.cast import office

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:No directory at")]
DAY = date(2026, 3, 3)
HOMES = {"access.auditor": "/desk/accounts/audit/", EVALUATOR: "/desk/plans/third/"}
PAGES = {
    "/desk/plans/third/": {EVALUATOR},
    "/desk/accounts/new/": {"access.administrator"},
    "/desk/accounts/systems/new/": {"access.administrator"},
    "/desk/accounts/rights/": {"access.security"},
    "/desk/accounts/audit/": {"access.auditor"},
    "/desk/accounts/audit/chain/": {"access.auditor"},
    "/desk/accounts/": {"access.administrator", "access.security"},
    "/desk/accounts/systems/": {"access.administrator", "access.security"},
}


@pytest.fixture(autouse=True)
def _a_tuesday() -> Iterator[None]:
    with clock.frozen(DAY):
        yield


def desk_of(user: User) -> Client:
    client = Client()
    knock(user.username, client=client)
    return client


def deeds(user: User) -> dict[str, tuple[str, Callable[[Actor], Any]]]:
    """Every deed of the three, and whose it is."""
    seat = office(NONGAN.township)
    boss = actor_of(administrator(NONGAN.city))
    system = administering.open_service(
        username="sys", name="平台", office=seat, role="assistance.clerk", purpose="x", contact="x", by=boss
    )
    reads = ["cases.list_cases"]
    key = keys.make_key(
        account=system, wanted=reads, path=seat.path, days=3, by=actor_of(security(NONGAN.city))
    )[0]
    post = Posting.objects.filter(user=user).first()
    assert post is not None
    by_reason = ("close_account", "reset_password")
    found: dict[str, tuple[str, Callable[[Actor], Any]]] = {
        name: (
            "access.administrator",
            lambda by, name=name: getattr(administering, name)(user=user, reason="试", by=by),  # type: ignore[misc]
        )
        for name in by_reason
    }
    return found | {
        "open_account": ("access.administrator", lambda by: administering.open_account(
            username="neu", name="新", office=seat, staff_number="", by=by)),
        "open_service": ("access.administrator", lambda by: administering.open_service(
            username="s2", name="新", office=seat, role="assistance.clerk", purpose="x", contact="x", by=by)),
        "give_post": ("access.security", lambda by: administering.give_post(
            user=user, office=seat, role="assistance.investigator", from_on=DAY, by=by)),
        "end_post": ("access.security", lambda by: administering.end_post(
            user=user, posting_id=post.pk, until_on=DAY, by=by)),
        "make_key": ("access.security", lambda by: keys.make_key(
            account=system, wanted=reads, path=seat.path, days=3, by=by)),
        "rotate_key": ("access.security", lambda by: keys.rotate_key(old=key, days=3, by=by)),
        "revoke_key": ("access.security", lambda by: keys.revoke_key(old=key, reason="试", by=by)),
    }  # fmt: skip


def test_none_of_the_three_does_what_another_does() -> None:
    three = {
        code: actor_of(administrator(NONGAN.county, name=label, role=code)) for code, label in CHARGES.items()
    }
    assert len(three) == 4, (
        "and none of them does what whoever evaluates from outside does, or the other way round"
    )
    user = worker(at=NONGAN.township)
    for name, (whose, deed) in deeds(user).items():
        for code, by in three.items():
            if code != whose:
                with pytest.raises(NotAllowed):
                    deed(by)
        assert deed(three[whose]) is not None, name
        user.refresh_from_db()


def test_each_page_is_of_one_of_them_and_of_nobody_else() -> None:
    for code in (*CHARGES, ""):
        at = "22/" if code == EVALUATOR else NONGAN.county
        user = administrator(at, role=code) if code else worker("county_approver", at=NONGAN.county)
        client = desk_of(user)
        for url, whose in PAGES.items():
            assert client.get(url).status_code == (200 if code in whose else 403), (code, url)
        begins = HOMES.get(code, "/desk/accounts/")
        menu = client.get(begins).content.decode()
        if code:
            assert f'class="mz-brand" href="{begins}"' in menu
        for url, whose in PAGES.items():
            if not url.endswith(("new/", "chain/")):
                assert (f'href="{url}"' in menu) == (code in whose), (code, url)


@pytest.mark.parametrize("held", list(CHARGES))
def test_nobody_holds_two_of_them_nor_one_beside_a_post(held: str) -> None:
    above, user = actor_of(security(NONGAN.city)), administrator(NONGAN.county, role=held)
    user.path = NONGAN.county
    user.save()
    for other in {*CHARGES, "assistance.county_approver"} - {held}:
        with pytest.raises(Refused, match="只能担任其中一项"):
            administering.give_post(
                user=user, office=office(NONGAN.county), role=other, from_on=date(2027, 1, 1), by=above
            )
    # A hand at the database gives a second one all the same: neither opens anything.
    another = next(code for code in CHARGES if code != held)
    Posting.objects.create(user=user, office=office(NONGAN.county), role=another, from_on=DAY)
    assert actor_of(user).charges == ()


def test_who_opens_accounts_does_not_come_in_as_who_gives_rights() -> None:
    giver = security(NONGAN.county)
    with pytest.raises(NotAllowed, match="上一级"):
        administering.reset_password(user=giver, reason="忘记", by=actor_of(administrator(NONGAN.county)))
    assert administering.reset_password(user=giver, reason="忘记", by=actor_of(administrator(NONGAN.city)))


def test_the_auditor_reads_what_was_done_in_the_place_and_nothing_of_another() -> None:
    boss, far = administrator(NONGAN.county), administrator(NEXT_COUNTY.county, name="邻管理")
    here, there = worker(at=NONGAN.township, name="田本县"), worker(at=NEXT_COUNTY.township, name="何邻县")
    for user, path in ((here, NONGAN.township), (there, NEXT_COUNTY.township)):
        user.path = path
        user.save()
    administering.close_account(user=here, reason="调离 13812345678", by=actor_of(boss))
    administering.close_account(user=there, reason="调离", by=actor_of(far))
    client = desk_of(administrator(NONGAN.county, role="access.auditor"))
    page = client.get("/desk/accounts/audit/?what=停用").content.decode()
    assert "停用账号" in page
    assert "田本县" in page
    assert "何邻县" not in page
    assert "13812345678" not in page, "numbers in words are masked"
    assert "138****5678" in page
    assert "停用账号</td>" not in client.get("/desk/accounts/audit/?until=2026-03-02").content.decode()
    assert "停用账号" not in client.get("/desk/accounts/audit/?what=停用&outcome=refused").content.decode()
    assert latest("access.read_audit").outcome == Entry.Outcome.READ
    everywhere = desk_of(administrator("22/", role="access.auditor"))
    page = everywhere.get("/desk/accounts/audit/?what=停用").content.decode()
    assert "何邻县" in page


def test_the_page_of_rights_tells_who_holds_what_and_what_it_opens() -> None:
    worker(at=NONGAN.township, name="田本县")
    worker(at=NEXT_COUNTY.township, name="何邻县")
    gone = worker(at=NONGAN.township, name="离任者")
    Posting.objects.filter(user=gone).update(until_on=DAY)
    client = desk_of(security(NONGAN.county))
    page = client.get("/desk/accounts/rights/").content.decode()
    assert "田本县" in page
    assert "何邻县" not in page
    assert "离任者" not in page
    assert "离任者" in client.get("/desk/accounts/rights/?state=ended").content.decode()
