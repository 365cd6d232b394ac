"""A real browser, a served platform, and a stage on which both play."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from minzheng.kernel.audit import Actor
from tests.browser.clock import playing
from tests.browser.driving import Driver
from tests.browser.looking import Eyes, Seen
from tests.factories.departments import Departments
from tests.journeys.scenario_1 import DAYS
from tests.journeys.stage import Stage, stage_for

# The browser is driven from a loop in this very thread; the test asks the database between its steps.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a browser."""
    for one in items:
        if "tests/browser/" in str(one.path):
            one.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site(django_db_setup: None) -> Iterator[str]:
    """The platform on a free port, its clock stopped by the stage that plays."""
    from django.conf import settings

    settings.MIDDLEWARE = [
        "tests.browser.clock.Stopped",
        *(one for one in settings.MIDDLEWARE if "whitenoise" not in one),
    ]
    server = LiveServer("127.0.0.1")
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of the machine."""
    where = os.environ.get("MINZHENG_CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=where, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """The kinds of pages already looked at, in whichever journey came to them first."""
    mine = tmp_path_factory.getbasetemp()
    folder = (mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine) / "seen"
    folder.mkdir(exist_ok=True)
    return Seen(folder)


@pytest.fixture
def eyes(seen: Seen) -> Eyes:
    """What is wrong with the pages of this test."""
    return Eyes(seen)


@pytest.fixture
def stage(
    transactional_db: None, office_calendar: None, departments: Departments, settings: Any, site: str,
    chromium: Browser, eyes: Eyes,
) -> Iterator[Stage]:  # fmt: skip
    """The family's stage, with a browser of their own for everyone who enters."""
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
    made = stage_for(departments, day=DAYS["visit"])
    tabs: list[Page] = []

    def door(stage: Stage, who: Actor | None) -> Driver:
        context = chromium.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
        context.set_default_timeout(10_000)
        tabs.append(context.new_page())
        return Driver(stage, who, tabs[-1], base=site, eyes=eyes)

    made.door = door
    playing.append(made)
    yield made
    for tab in tabs:
        tab.context.close()
    playing.remove(made)
