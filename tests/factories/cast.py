"""The one cast: a resident, the officers of every level in one county, a stranger from the next county."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date
from functools import cache

from minzheng.kernel.access.models import Office, Posting, User
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of, uid_of
from minzheng.kernel.audit import Actor, Post
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.people.models import Person

from .people import household, person
from .places import NEXT_COUNTY, NONGAN, Seat, place

_accounts = itertools.count(1)
PASSWORD = "minzheng-test"
# A part, who plays it, and the posts with their places.
_Part = tuple[str, str, list[tuple[str, str]]]
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
    parts: list[_Part] = [
        ("coordinator", "陈协理", [("coordinator", seat.village)]),
        ("clerk", "王受理", [("clerk", town)]),
        ("investigator", "李调查", [("investigator", town)]),
        ("second_investigator", "孙调查", [("investigator", town)]),
        ("panel_secretary", "吴秘书", [("panel_secretary", town)]),
        ("township_approver", "郑审批", [("township_approver", town)]),
        ("verifier", "冯核对", [("verifier", county)]),
        ("county_approver", "赵审批", [("county_approver", county)]),
        ("payer", "钱经办", [("payer", county)]),
        ("payment_reviewer", "周复核", [("payment_reviewer", county)]),
        ("second_payment_reviewer", "韩复核", [("payment_reviewer", county)]),
        ("purchaser", "蒋购买", [("purchaser", county)]),
        ("sampler", "杨抽查", [("sampler", seat.city)]),
        ("provincial_officer", "沈省厅", [("provincial_officer", seat.province)]),
        ("reviewer", "许复议", [("reviewer", county)]),
        (
            "stranger",
            "何邻县",
            [("clerk", stranger_seat.township), ("county_approver", stranger_seat.county)],
        ),
    ]
    return Cast(seat=seat, resident=resident_of(home), **_company(parts))


def _company(parts: list[_Part]) -> dict[str, Actor]:
    """Accounts, offices and posts of all parts, in one statement each; every test that plays needs them."""
    offices = _offices({path for _, _, posts in parts for _, path in posts})
    users = User.objects.bulk_create([_account(name) for _, name, _ in parts])
    Posting.objects.bulk_create(
        Posting(user=user, office=offices[path], role=f"assistance.{role}", from_on=SINCE)
        for user, (_, _, posts) in zip(users, parts, strict=True)
        for role, path in posts
    )
    return {
        part: Actor(
            id=f"user:{user.pk}", name=name, kind=Kind.STAFF,
            posts=tuple(
                Post(f"assistance.{role}", path, Level(offices[path].level), offices[path].name) for role, path in posts
            ),
        )
        for user, (part, name, posts) in zip(users, parts, strict=True)
    }  # fmt: skip


def _offices(paths: set[str]) -> dict[str, Office]:
    """The offices of places that exist already, those that are missing made together."""
    by_code = {f"T{uid_of(path)}": path for path in sorted(paths)}
    found = {one.code: one for one in Office.objects.filter(code__in=by_code)}
    made = [_office(path) for code, path in by_code.items() if code not in found]
    found |= {one.code: one for one in Office.objects.bulk_create(made)}
    return {path: found[code] for code, path in by_code.items()}


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
    user = _account(name, person_id)
    user.save()
    return user


def _account(name: str, person_id: int | None = None) -> User:
    return User(username=f"t{next(_accounts)}", name=name, person_id=person_id, password=_hashed())


def office(path: str) -> Office:
    """The office that acts for a place."""
    if (there := Office.objects.filter(code=f"T{uid_of(path)}").first()) is not None:
        return there
    place(uid_of(path))
    made = _office(path)
    made.save()
    return made


def _office(path: str) -> Office:
    uid = uid_of(path)
    return Office(code=f"T{uid}", name=f"{uid}办公室", level=int(level_of(path)), path=path)


@cache
def _hashed() -> str:
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    return PBKDF2PasswordHasher().encode(PASSWORD, salt="cast", iterations=1)
