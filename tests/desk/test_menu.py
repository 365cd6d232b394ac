"""The menu of the desk: whatever stands in it opens for whoever sees it, post by post."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from minzheng.config.management.commands._cast import ACCOUNTS
from minzheng.desk.frame import menu
from minzheng.kernel import catalogue
from tests.factories.company import HERE, knock, staff_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]


def _posts() -> list[str]:
    return sorted(catalogue.current().roles)


@pytest.mark.parametrize("role", _posts())
def test_every_room_in_the_menu_of_a_post_opens(role: str) -> None:
    who = staff_at(role, HERE, catalogue.current().roles[role].item.at, name="某岗")
    browser = knock(who)
    rooms = menu(who, at="/desk/")
    assert rooms
    shut = {one["label"]: found.status_code for one in rooms
            if (found := browser.get(one["url"], follow=True)).status_code != 200}  # fmt: skip
    assert shut == {}


TOUR = Path(__file__).parents[2] / "docs" / "tour.md"


def _sections() -> list[tuple[str, str]]:
    return re.findall(r"^## (.+?)$(.+?)(?=^## |\Z)", TOUR.read_text(encoding="utf-8"), re.M | re.S)


def _words(browser: Client, url: str) -> str:
    return re.sub(r"<[^>]+>|\s", "", browser.get(url, follow=True).content.decode())


def _said_to(username: str) -> str:
    """Everything that the account's rooms say, and the steps that wait in its lists."""
    posts = next(one.posts for one in ACCOUNTS if one.username == username)
    found = [step.label for one in catalogue.current().services.values() for step in one.item.steps]
    for role, _ in posts:
        who = staff_at(role, HERE, catalogue.current().roles[role].item.at, name="某人")
        browser = knock(who)
        found += [_words(browser, one["url"]) for one in menu(who, at="/desk/")]
    return "".join(found)


@pytest.mark.parametrize(("heading", "section"), _sections(), ids=lambda text: text.strip()[:12])
def test_what_the_tour_names_is_there_for_whom_it_names(client: Client, heading: str, section: str) -> None:
    known = {one.username for one in ACCOUNTS}
    accounts = [one for one in dict.fromkeys(re.findall(r"`(\w+)`", heading + section)) if one in known]
    said = "".join(map(_said_to, accounts)) if accounts else _words(client, "/")
    named = re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", section)
    assert named
    assert [one for one in named if one.replace(" ", "") not in said] == []
