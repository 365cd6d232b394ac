"""A resident who cannot sign in is given a first password at the window, once, with a document in view."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from minzheng.kernel.access.models import User
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.signin import residents
from tests.factories.cast import cast, resident_of, user_of
from tests.factories.people import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]


def test_the_window_opens_an_account_and_resets_its_password_once() -> None:
    who = cast()
    old = person(path=who.seat.village, name="林大山", birth=date(1950, 1, 9))
    window = Client()
    window.force_login(user_of(who.clerk))
    url = f"/desk/cases/new/{old.pk}/account/"
    assert window.get(url).status_code == 302, "the clerk's own password is asked for first"
    session = window.session
    session["confirmed"] = 2**40
    session.save()
    assert "还没有账号" in window.get(url).content.decode()
    assert window.post(url, {"deed": "window", "key": "a"}).status_code == 400
    post = {"deed": "window", "key": "a", "window-seen": "id_card"}
    shown = window.post(url, post)
    assert "no-store" in shown["Cache-Control"]
    user = User.objects.get(person_id=old.pk)
    found = [
        word
        for word in re.findall(r"[0-9A-Za-z]{9}-[0-9A-Za-z]{3}", shown.content.decode())
        if user.check_password(word)
    ]
    assert found, "the password on the page opens the account"
    assert user.must_change_password
    assert window.post(url, post).status_code == 400, "a page sent again makes no second secret"
    entry = Entry.objects.get(verb="access.resident_at_window", outcome="done")
    assert entry.after == {"person": old.pk, "seen": "id_card", "username": user.username}
    assert found[0] not in str(entry.__dict__)
    neighbours = Client()
    neighbours.force_login(user_of(who.investigator))
    assert neighbours.get(url).status_code == 403


def test_nobody_else_sets_a_residents_password_and_staff_are_for_their_administrators() -> None:
    who = cast()
    old = person(path=who.seat.village, name="林大山", birth=date(1950, 1, 9))
    for other, error in (
        (who.stranger, NotFound),
        (who.coordinator, NotAllowed),
        (who.county_approver, NotAllowed),
    ):
        with pytest.raises(error):
            residents.at_window(person=old, seen="id_card", by=other)
    with pytest.raises(Refused, match="证件"):
        residents.at_window(person=old, seen="", by=who.clerk)
    works = user_of(who.investigator)
    works.person_id = old.pk
    works.save()
    with pytest.raises(Refused, match="系统管理员"):
        residents.at_window(person=old, seen="id_card", by=who.clerk)
    assert resident_of(person(path=who.seat.village, name="他人", birth=date(1980, 1, 2))).person_id
