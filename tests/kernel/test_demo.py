"""The demonstration: two commands that can be run again, and accounts that can sign in."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings

from minzheng.config.departments import records
from minzheng.config.management.commands import _cast, _residents
from minzheng.kernel.access.models import Office, User
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.models import Division
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.people import queries
from minzheng.kernel.people.models import Household
from minzheng.kernel.standards.models import CalendarDay

CHOSEN = "another-word"


@pytest.fixture(scope="module")
def db(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """One demonstration for all tests of this module, undone at its end; each test has its own part of it.

    It is laid out by the owner of the database, at the command line, under a password that was chosen.
    """
    with (
        django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic(),
        override_settings(MINZHENG_APP_ROLE="", VAR=tmp_path_factory.mktemp("demo")),
    ):  # fmt: skip
        patch.setenv("MINZHENG_DEMO_PASSWORD", CHOSEN)
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _its_own_part(db: None) -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def said(db: None) -> str:
    """What the command said when it made the demonstration."""
    assert "请先运行 demo" in run("demo_accounts"), "without a demonstration the table says what to run"
    return run("demo", households=200)


def run(*words: str, **options: Any) -> str:
    out = StringIO()
    call_command(*words, stdout=out, **options)
    return out.getvalue()


def test_reference_data_are_loaded_once(said: str) -> None:
    assert "新增 13016 条" in said
    entries = Entry.objects.count()
    assert "新增 0 条" in run("load_reference")
    assert Entry.objects.count() == entries
    assert Division.objects.count() == 13016
    assert CalendarDay.objects.filter(year=2022).exists()


def test_the_demo_makes_people_offices_and_accounts_and_can_be_run_again(said: str) -> None:
    assert "200 户" in said
    assert "每秒" in said
    county = Office.objects.filter(path__startswith=_cast.COUNTY)
    assert county.filter(level=int(Level.TOWNSHIP)).count() == 26
    assert county.filter(level=int(Level.VILLAGE)).count() == 384
    again = run("demo", households=200, if_empty=True)
    assert "不再生成" in again
    assert "机构新增 0 个，账号新增 0 个" in again
    assert Household.objects.count() == 201
    with pytest.raises(CommandError, match="已有演示人口"):
        run("demo", households=200)


def test_every_account_signs_in_with_the_printed_password_and_holds_its_post(said: str, client: Any) -> None:
    table = run("demo_accounts")
    for account in _cast.ACCOUNTS:
        assert account.username in table
        user = User.objects.get(username=account.username)
        assert {(p.role, p.path) for p in (*actor_of(user).posts, *actor_of(user).charges)} == set(
            account.posts
        )
    assert CHOSEN in table
    assert client.login(username="clerk", password=CHOSEN)
    assert client.login(username="resident", password=CHOSEN)
    assert not client.login(username="clerk", password="minzheng-demo")


def test_the_resident_is_the_head_of_the_family_and_other_departments_know_them(said: str) -> None:
    resident = actor_of(User.objects.get(username="resident"))
    home = _residents.family_household()
    assert home is not None
    everyone = queries.members(home)
    assert everyone[0].person.pk == resident.person_id
    assert [m.person.name for m in everyone] == [
        kin.name for kin in sorted(_residents.FAMILY, key=lambda k: k.relation)
    ]
    assert all(records.find("police", kin.number) for kin in _residents.FAMILY)
    hidden = [kin.name for kin in _residents.FAMILY if records.find("vehicles", kin.number)]
    assert hidden == ["周立冬"], "the tour finds a vehicle that the family has not declared"
