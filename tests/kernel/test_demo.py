"""The demonstration: two commands that can be run again, and accounts that can sign in."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

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

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_the_owner(settings: Any) -> None:
    """The demonstration is laid out by the owner of the database, at the command line."""
    settings.MINZHENG_APP_ROLE = ""


@pytest.fixture(autouse=True)
def _own_departments(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.VAR = tmp_path
    monkeypatch.delenv("MINZHENG_DEMO_PASSWORD", raising=False)


def run(*words: str, **options: Any) -> str:
    out = StringIO()
    call_command(*words, stdout=out, **options)
    return out.getvalue()


def test_reference_data_are_loaded_once() -> None:
    assert "新增 13016 条" in run("load_reference")
    entries = Entry.objects.count()
    assert "新增 0 条" in run("load_reference")
    assert Entry.objects.count() == entries
    assert Division.objects.count() == 13016
    assert CalendarDay.objects.filter(year=2022).exists()


def test_the_demo_makes_people_offices_and_accounts_and_can_be_run_again() -> None:
    said = run("demo", households=200)
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


def test_every_account_signs_in_with_the_printed_password_and_holds_its_post(client: Any) -> None:
    run("demo", households=50)
    table = run("demo_accounts")
    for account in _cast.ACCOUNTS:
        assert account.username in table
        user = User.objects.get(username=account.username)
        assert {(p.role, p.path) for p in (*actor_of(user).posts, *actor_of(user).charges)} == set(
            account.posts
        )
    assert "minzheng-demo" in table
    assert client.login(username="clerk", password="minzheng-demo")
    assert client.login(username="resident", password="minzheng-demo")
    assert not client.login(username="clerk", password="wrong")


def test_the_password_of_the_demo_can_be_chosen(monkeypatch: pytest.MonkeyPatch, client: Any) -> None:
    monkeypatch.setenv("MINZHENG_DEMO_PASSWORD", "another-word")
    run("demo", households=20)
    assert client.login(username="county", password="another-word")


def test_the_resident_is_the_head_of_the_family_and_other_departments_know_them() -> None:
    run("demo", households=20)
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


def test_without_a_demo_the_table_says_what_to_run() -> None:
    assert "请先运行 demo" in run("demo_accounts")
