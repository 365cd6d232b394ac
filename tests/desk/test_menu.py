"""The menu of the desk: whatever stands in it opens for whoever sees it, post by post."""

from __future__ import annotations

import pytest

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
