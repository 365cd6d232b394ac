"""Scope: what an officer may see is measured by the path of the office, never by a code's prefix."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from minzheng.kernel import clock
from minzheng.kernel.access.models import Posting, User
from minzheng.kernel.access.queries import actor_of, in_scope
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import system
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.people.models import Person
from minzheng.kernel.signin.accounts import Accounts
from tests.factories import NEXT_COUNTY, NONGAN, cast, person, place, resident_of, staff, user_of

pytestmark = pytest.mark.django_db


def names(by: object) -> set[str]:
    return set(in_scope(Person.objects.all(), by).values_list("name", flat=True))  # type: ignore[arg-type]


def test_everyone_of_the_cast_holds_the_post_of_their_part() -> None:
    who = cast()
    assert who.resident.kind is Kind.RESIDENT
    assert who.resident.person_id is not None
    assert who.clerk.roles == {"assistance.clerk"}
    assert who.clerk.posts[0].level is Level.TOWNSHIP
    assert who.investigator.id != who.second_investigator.id
    assert who.payment_reviewer.id != who.second_payment_reviewer.id
    assert who.stranger.roles == {"assistance.clerk", "assistance.county_approver"}
    assert not who.stranger.covers(NONGAN.village)
    assert who.county_approver.covers(NONGAN.village)


def test_an_officer_sees_the_own_place_and_what_lies_beneath_it() -> None:
    who = cast()
    person(name="同村", path=NONGAN.village)
    person(name="邻县", path=NEXT_COUNTY.village)
    assert "同村" in names(who.coordinator)
    assert "同村" in names(who.county_approver)
    assert "邻县" not in names(who.county_approver)
    assert {"同村", "邻县"} <= names(who.sampler)
    assert names(who.stranger) == {"邻县"}


def test_a_village_code_that_only_begins_alike_is_not_in_scope() -> None:
    officer = staff("clerk", at=place("220122101"))
    # A path without the closing stroke would let 220122101 cover a sibling such as 2201221012.
    assert not officer.covers("22/2201/220122/2201221012/")


def test_meihekou_is_seen_by_the_province_and_not_by_tonghua() -> None:
    person(name="梅河口人", path=place("220581100"))
    person(name="通化人", path=place("220502"))
    assert names(staff("sampler", at=place("2205"))) == {"通化人"}
    assert names(staff("provincial_officer", at=place("22"))) == {"梅河口人", "通化人"}
    assert names(staff("county_approver", at=place("220581"))) == {"梅河口人"}


def test_the_townships_of_changbaishan_are_seen_by_their_board_and_not_by_fusong() -> None:
    person(name="池西人", path=place("220621120"))
    assert names(staff("county_approver", at=place("220621"))) == set()
    assert names(staff("sampler", at=place("2206"))) == set()
    assert names(staff("county_approver", at=place("22CBS"))) == {"池西人"}
    assert names(staff("provincial_officer", at=place("22"))) == {"池西人"}


def test_a_resident_has_no_scope_at_all_and_the_platform_has_all_of_it() -> None:
    someone = person(name="某人", path=place("220122101210"))
    assert names(resident_of(someone)) == set()
    assert names(system("nightly")) == {"某人"}


def test_a_post_counts_from_its_first_day_until_the_day_it_ends() -> None:
    officer = staff("clerk", at=place("220122101"), since=date(2022, 1, 1))
    user = user_of(officer)
    Posting.objects.filter(user=user).update(until_on=date(2022, 7, 1))
    assert actor_of(user, on=date(2021, 12, 31)).posts == ()
    assert actor_of(user, on=date(2022, 1, 1)).roles == {"assistance.clerk"}
    assert actor_of(user, on=date(2022, 6, 30)).roles == {"assistance.clerk"}
    assert actor_of(user, on=date(2022, 7, 1)).posts == ()


def test_two_posts_widen_the_scope_and_the_wider_swallows_the_narrower() -> None:
    officer = staff("clerk", "sampler", at=(place("220122101"), place("2201")))
    assert officer.scope == ("22/2201/",)
    assert officer.post_for("assistance.clerk", path=NONGAN.village) is not None
    assert officer.post_for("assistance.clerk", path=NEXT_COUNTY.village) is None


def test_an_account_read_with_its_posts_is_the_same_actor_and_no_post_outlives_its_day() -> None:
    officer = staff("clerk", "sampler", at=(place("220122101"), place("2201")), since=date(2022, 1, 1))
    user = user_of(officer)
    assert user is not None
    for day, roles in ((date(2022, 6, 30), 2), (date(2022, 7, 1), 1)):
        Posting.objects.filter(user=user, role="assistance.sampler").update(until_on=date(2022, 7, 1))
        with clock.frozen(day), CaptureQueriesContext(connection) as taken:
            found = Accounts().get_user(user.pk)
            assert found is not None
            together = actor_of(found, held=found.posts_held)
        assert len(taken) == 1
        assert together == actor_of(user, on=day)
        assert len(together.roles) == roles
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert Accounts().get_user(user.pk) is None


def test_the_cast_can_sign_in(client: object) -> None:
    from tests.factories.cast import PASSWORD

    who = cast()
    assert client.login(username=user_of(who.clerk).username, password=PASSWORD)  # type: ignore[attr-defined]
