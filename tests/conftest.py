"""The ground every test stands on: a real PostgreSQL, blocked sockets, a clock that can be stopped."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import dj_database_url
import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[1]

# What is read and laid out before the first test stays: nothing of it is garbage (`pytest_collection_finish`).
gc.disable()

if "DATABASE_URL" not in os.environ:
    from launch import database

    os.environ["DATABASE_URL"] = database.start(test=True)
    # pytest-django has read the settings by now; nothing has connected yet.
    settings.DATABASES["default"] |= dj_database_url.parse(
        os.environ["DATABASE_URL"], engine=settings.DATABASES["default"]["ENGINE"]
    )

from minzheng.config.warming import AT_ONCE  # noqa: E402
from minzheng.kernel import clock  # noqa: E402
from minzheng.kernel.people import keyring  # noqa: E402
from tests.factories.template import template  # noqa: E402

# One file of keys for every test and every process it starts, wherever a test keeps its other files.
os.environ.setdefault("MINZHENG_FIELD_KEYS_FILE", str(keyring.place()))
keyring.made_if_missing()

# Requests, verbs and jobs run as the platform's own role, which row security binds; what a test lays out or looks at
# by itself, it does as the owner.
settings.MINZHENG_APP_ROLE = "minzheng_app"

settings.DATABASES["default"]["TEST"] = {
    **settings.DATABASES["default"].get("TEST", {}),
    "TEMPLATE": template(os.environ["DATABASE_URL"]),
}

from hypothesis import HealthCheck  # noqa: E402
from hypothesis import settings as drawing  # noqa: E402
from hypothesis.internal.conjecture import providers  # noqa: E402

# A busy machine takes its time: no example fails because it was slow, and no draw because it was slow to be made.
drawing.register_profile(
    "unhurried", parent=drawing(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
drawing.load_profile("unhurried")

# Words of our own sources are not drawn: gathering them reads more than a thousand modules in each worker, and what a
# round draws would change with every docstring.
providers._get_local_constants = lambda: providers._local_constants

from tests.factories import doors, emptying  # noqa: E402
from tests.factories.departments import KEY, Departments, running  # noqa: E402

# What takes long in one piece comes first, so that the workers end together.
LONGEST = (
    "tests/browser/test_scenario_1.py",
    "tests/faults/test_killed.py",
    "tests/spark/test_on_spark.py",
    "tests/house/test_distribution_postgresql.py",
    "tests/faults/test_disk.py",
    "tests/properties/test_ledger_properties.py",
    # What it reached is counted over the whole file: at the front no other worker takes a part of it.
    "tests/api/test_openapi.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first; everything else in the order of its files."""
    order = {name: at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda one: order.get(one.nodeid.split("::")[0], len(order)))


def pytest_collection_finish() -> None:
    """What is laid out for all tests, the collector of garbage does not walk through again and again between them.

    As a process of the site does it (``config.warming``): a walk through all of it takes a fifth of a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*AT_ONCE)
    gc.enable()


def pytest_unconfigure() -> None:
    """At the end everything is let go of, that no library complains of what it still holds."""
    gc.unfreeze()


@pytest.fixture(autouse=True)
def _only_loopback() -> None:
    """Sockets beyond this machine are blocked; PostgreSQL and the other departments' process are on it."""
    from pytest_socket import socket_allow_hosts

    socket_allow_hosts(["127.0.0.1", "localhost", "::1"], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def _documents_in_a_folder_of_their_own(tmp_path: Path, settings: object) -> None:
    settings.MEDIA_ROOT = tmp_path / "documents"  # type: ignore[attr-defined]


@pytest.fixture
def told(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """The figures of a test, as docs/trust.md gives them: read with ``--junitxml=FILE``."""

    def tell(**figures: object) -> None:
        for name, value in figures.items():
            record_property(name, value)

    return tell


@pytest.fixture(scope="session", autouse=True)
def _emptied_quickly() -> Iterator[None]:
    """After a test with real transactions only tables that hold something are emptied, their guards standing aside."""
    from django.test import TransactionTestCase

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: emptying.empty())
        yield


@pytest.fixture(scope="session", autouse=True)
def _doors_are_hung_once() -> Iterator[None]:
    """Every browser of a test comes through the same chain, until a setting changes that its links have read."""
    with pytest.MonkeyPatch.context() as patch, doors.hung_once(patch):
        yield


@pytest.fixture(scope="session")
def departments_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Departments]:
    """The other departments' process, started once."""
    with running(tmp_path_factory.mktemp("departments")) as process:
        yield process


@pytest.fixture
def departments(departments_process: Departments, settings: Any) -> Iterator[Departments]:
    """The other departments, reachable by the platform in this test, and afterwards as they were before it."""
    settings.MINZHENG_DEPARTMENTS = departments_process.address
    settings.MINZHENG_EXCHANGE_KEY = KEY
    yield departments_process
    departments_process.put_right()


@pytest.fixture
def working_tuesday() -> Iterator[None]:
    """It is nine in the morning of Tuesday, 3 March 2026, until the test moves the clock."""
    with clock.frozen(date(2026, 3, 3)):
        yield


@pytest.fixture
def office_calendar(db: None) -> None:
    """The working-day calendar as the office keeps it, all published years."""
    from django.db import connection

    into = 'COPY standards_calendarday ("on", kind, year, source) FROM STDIN'
    with connection.cursor() as cursor, cursor.copy(into) as out:
        out.write(_calendar())


@cache
def _calendar() -> str:
    from minzheng.kernel.clock import seed

    return "".join(f"{row['day']}\t{row['kind']}\t{row['year']}\t{row['source']}\n" for row in seed.rows())
