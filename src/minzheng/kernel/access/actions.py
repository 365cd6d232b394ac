"""Opening offices and accounts, and giving posts: nobody acts before this was done for them."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction

from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.errors import Refused

from .models import Office, Posting, User

__all__ = ["end_post", "give_post", "open_account", "open_office"]


@verb("access.open_office", label="设立机构")
def open_office(*, code: str, name: str, path: str, by: Actor, level: Level | None = None) -> Office:
    """An office acts for a place from now on; the same code names the same office."""
    office, opened = Office.objects.get_or_create(
        code=code, defaults={"name": name, "path": path, "level": int(level or level_of(path))}
    )
    note(about=office, path=office.path, after={"name": office.name, "opened": opened})
    return office


@verb("access.open_account", label="开立账号")
def open_account(
    *, username: str, name: str, by: Actor, password: str | None = None, person_id: int | None = None
) -> User:
    """An account of a member of staff, or of the resident that this person is."""
    try:
        with transaction.atomic():
            user = User.objects.create_user(username, password, name=name, person_id=person_id)
    except IntegrityError:
        raise Refused(
            "account_taken", "该账号已被使用，或者该人员已有账号。请换一个账号名。", field="username"
        ) from None
    note(about=user, after={"username": username})
    return user


@verb("access.give_post", label="任职")
def give_post(*, user: User, office: Office, role: str, from_on: date, by: Actor) -> Posting:
    """The account holds a role in an office from a day on."""
    held = Posting.objects.filter(user=user, office=office, role=role, until_on=None).first()
    if held is not None:
        raise Refused("post_held", f"{user.name}已在{office.name}担任该岗位，不必重复登记。")
    giver = by.name if by.user_id else "平台"
    post = Posting.objects.create(user=user, office=office, role=role, from_on=from_on, given_by=giver)
    note(about=user, path=office.path, after={"role": role, "office": office.code, "from": from_on})
    return post


@verb("access.end_post", label="离任")
def end_post(*, post: Posting, until_on: date, by: Actor) -> Posting:
    """From this day on the role is no longer held; what was done under it stands."""
    if until_on < post.from_on:
        raise Refused("post_ends_early", "离任日期早于任职日期。请改正日期。", field="until_on")
    post.until_on = until_on
    post.save(update_fields=["until_on"])
    note(about=post.user, path=post.office.path, after={"role": post.role, "until": until_on})
    return post
