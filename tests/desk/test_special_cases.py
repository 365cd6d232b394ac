"""What the approver is shown before deciding, and how a hard case is given its longer limit at the desk."""

from __future__ import annotations

from datetime import timedelta

import pytest

from minzheng.kernel import clock
from tests.desk.pages import officer
from tests.factories.walk import Walk

pytestmark = pytest.mark.django_db


def test_warnings_stand_by_the_next_step_and_where_the_decision_is_made(walk: Walk) -> None:
    case = walk.apply()
    walk.accept()
    walk.investigate(together_confirmed="no")
    warned = "共同生活成员与申报不一致"
    page = f"/desk/cases/{case.pk}/"
    assert warned in officer(walk.who.county_approver).open(page)
    walk.verify()
    walk.assess()
    walk.panel()
    last = walk.post()
    with clock.frozen(last + timedelta(days=1)):
        walk.take_down()
        task = walk.task("confirm")
        assert warned in officer(walk.who.county_approver).open(f"{page}tasks/{task.pk}/")


def test_the_approver_extends_at_the_desk_and_nobody_else_is_offered_it(walk: Walk) -> None:
    case = walk.apply()
    walk.accept()
    before = walk.fresh().due_on
    page = f"/desk/cases/{case.pk}/"
    assert 'id="sheet-extend"' not in officer(walk.who.clerk).open(page)
    county = officer(walk.who.county_approver)
    assert county.send(page, "extend", why="away").status_code == 400
    county.do(page, "extend", why="away", reason="户主常年在外省务工")
    assert 'id="sheet-extend"' not in county.open(page)
    after = walk.fresh().due_on
    assert before is not None
    assert after is not None
    assert after > before
