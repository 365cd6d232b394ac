"""The one cast: a resident, the officers of every level in one county, a stranger from the next county."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date

from minzheng.kernel.access.models import Office, Posting, User
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.areas.paths import level_of, uid_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.people.models import Person

from .people import household, person
from .places import NEXT_COUNTY, NONGAN, Seat, place

_accounts = itertools.count(1)
PASSWORD = "minzheng-test"
SINCE = date(2014, 5, 1)


@dataclass(frozen=True)
class Cast:
    """Everyone who plays, by part; ``seat`` says where."""

    seat: Seat
    resident: Actor
    coordinator: Actor
    clerk: Actor
    investigator: Actor
    second_investigator: Actor
    panel_secretary: Actor
    township_approver: Actor
    verifier: Actor
    county_approver: Actor
    payer: Actor
    payment_reviewer: Actor
    second_payment_reviewer: Actor
    purchaser: Actor
    sampler: Actor
    provincial_officer: Actor
    reviewer: Actor
    stranger: Actor


def cast(*, seat: Seat = NONGAN, stranger_seat: Seat = NEXT_COUNTY) -> Cast:
    """The whole cast, with accounts and posts on real divisions."""
    place(uid_of(seat.village))
    place(uid_of(stranger_seat.village))
    town, county = seat.township, seat.county
    home = person(path=seat.village, name="林小满", birth=date(1975, 5, 21), sex="2")
    household(home, path=seat.village)
    return Cast(
        seat=seat,
        resident=resident_of(home),
        coordinator=staff("coordinator", at=seat.village, name="陈协理"),
        clerk=staff("clerk", at=town, name="王受理"),
        investigator=staff("investigator", at=town, name="李调查"),
        second_investigator=staff("investigator", at=town, name="孙调查"),
        panel_secretary=staff("panel_secretary", at=town, name="吴秘书"),
        township_approver=staff("township_approver", at=town, name="郑审批"),
        verifier=staff("verifier", at=county, name="冯核对"),
        county_approver=staff("county_approver", at=county, name="赵审批"),
        payer=staff("payer", at=county, name="钱经办"),
        payment_reviewer=staff("payment_reviewer", at=county, name="周复核"),
        second_payment_reviewer=staff("payment_reviewer", at=county, name="韩复核"),
        purchaser=staff("purchaser", at=county, name="蒋购买"),
        sampler=staff("sampler", at=seat.city, name="杨抽查"),
        provincial_officer=staff("provincial_officer", at=seat.province, name="沈省厅"),
        reviewer=staff("reviewer", at=county, name="许复议"),
        stranger=staff(
            "clerk", "county_approver", at=(stranger_seat.township, stranger_seat.county), name="何邻县"
        ),
    )


def staff(
    *roles: str,
    at: str | tuple[str, ...],
    name: str = "某工作人员",
    domain: str = "assistance",
    since: date = SINCE,
) -> Actor:
    """A member of staff who holds these roles at these places (one place for all, or one for each)."""
    places = (at,) * len(roles) if isinstance(at, str) else at
    user = account(name=name)
    for role, path in zip(roles, places, strict=True):
        code = role if "." in role else f"{domain}.{role}"
        Posting.objects.create(user=user, office=office(path), role=code, from_on=since)
    return actor_of(user)


def resident_of(who: Person) -> Actor:
    """The resident that this person is when signed in."""
    return actor_of(account(name=who.name, person_id=who.pk))


def actor(user: User, *, on: date | None = None) -> Actor:
    """The actor an account is on a day."""
    return actor_of(user, on=on)


def user_of(who: Actor) -> User:
    """The account behind an actor, to sign in with ``client.force_login`` or by ``PASSWORD``."""
    return User.objects.get(pk=who.user_id)


def account(*, name: str, person_id: int | None = None) -> User:
    """An account with the cast's password; hashed cheaply, for tests sign in often."""
    user = User(username=f"t{next(_accounts)}", name=name, person_id=person_id)
    user.password = _hashed()
    user.save()
    return user


def office(path: str) -> Office:
    """The office that acts for a place."""
    place(uid_of(path))
    return Office.objects.get_or_create(
        code=f"T{uid_of(path)}",
        defaults={"name": f"{uid_of(path)}办公室", "level": int(level_of(path)), "path": path},
    )[0]


def _hashed() -> str:
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    return PBKDF2PasswordHasher().encode(PASSWORD, salt="cast", iterations=1)
