"""System administrators (系统管理员) open, close, unlock and reset the accounts of their place, never their own."""

from __future__ import annotations

import secrets
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from minzheng.kernel import catalogue, clock
from minzheng.kernel.access import actions as access
from minzheng.kernel.access.models import (
    Kind,
    Office,
    Posting,
    ServiceAccount,
    SignedIn,
    StaffIdentity,
    User,
)
from minzheng.kernel.access.queries import CHARGES, EVALUATOR, actor_of
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.errors import NotAllowed, NotFound, Refused

from . import codes, guessing
from .duties import ADMINISTRATOR, KEEPERS, SECURITY, apart, charges, stands_over
from .passwords import keep
from .sessions import end_all

__all__ = [
    "account_in_charge", "accounts_in_charge", "close_account", "end_post", "first_password",
    "give_post", "link_staff_number", "offices_in_charge", "open_account", "open_service", "reopen_account",
    "reset_password", "reset_second_factor", "sign_out_everywhere", "unlock_account",
]  # fmt: skip

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ"


def accounts_in_charge(by: Actor) -> QuerySet[User]:
    """The accounts of staff and systems opened, or working, in the actor's place."""
    reach = Q(pk__in=[])
    for place in charges(by, *KEEPERS):
        working = Posting.objects.filter(office__path__startswith=place).values("user_id")
        reach |= Q(path__startswith=place) | Q(pk__in=working)
    return User.objects.filter(reach, person_id=None)


def account_in_charge(
    by: Actor, pk: int, *, kind: Kind | None = None, charge: tuple[str, ...] = KEEPERS
) -> User:
    """One of them; whoever works for a wider place as well is out of reach."""
    stands_over(by, None, *charge)
    found = accounts_in_charge(by).filter(pk=pk)
    user = (found.filter(kind=kind) if kind else found).first()
    if user is None or not _wholly_in_charge(by, user, charge):
        raise NotFound("account_unknown", "没有这个账号，或不在您的管辖范围内。")
    return user


def offices_in_charge(by: Actor) -> QuerySet[Office]:
    """The offices of the actor's place."""
    reach = Q(pk__in=[])
    for place in charges(by, *KEEPERS):
        reach |= Q(path__startswith=place)
    return Office.objects.filter(reach).order_by("path", "code")


@verb("access.open_staff_account", label="开立工作人员账号")
def open_account(
    *, username: str, name: str, office: Office, staff_number: str, by: Actor
) -> tuple[User, str]:
    """An account with a first password, told once to whoever opened it, and changed at the first sign-in."""
    stands_over(by, office.path, ADMINISTRATOR)
    user = access.open_account(username=username, name=name, by=by)
    first = first_password()
    user.path, user.staff_number = office.path, staff_number or None
    _save_number(user, "path", "staff_number")
    keep(user, first, must_change=True)
    note(about=user, path=office.path, after={"username": username, "office": office.code})
    return user, first


@verb("access.open_service_account", label="开立系统账号")
def open_service(
    *, username: str, name: str, office: Office, role: str, purpose: str, contact: str, by: Actor
) -> ServiceAccount:
    """An account of another system: no password, one post, keys of its own."""
    stands_over(by, office.path, ADMINISTRATOR)
    _fit_role(role, office)
    if role in CHARGES:
        raise NotAllowed("service_charge", "系统账号不能管理账号。请选择业务岗位。")
    user = access.open_account(username=username, name=name, by=by)
    user.kind, user.path = Kind.SERVICE, office.path
    user.save(update_fields=["kind", "path"])
    access.give_post(user=user, office=office, role=role, from_on=clock.today(), by=by)
    kept = ServiceAccount.objects.create(user=user, path=office.path, purpose=purpose, contact=contact)
    note(about=user, path=office.path, after={"username": username, "role": role, "purpose": purpose})
    return kept


@verb("access.give_post_in_charge", label="任职")
def give_post(*, user: User, office: Office, role: str, from_on: date, by: Actor) -> Posting:
    """A post in an office of the security administrator's place; a charge is given from above only."""
    _reach(by, user, SECURITY)
    stands_over(by, office.path, SECURITY)
    apart(user, role, from_on)
    _fit_role(role, office)
    if role in CHARGES:
        _require_higher(by, office.path, Level(office.level), SECURITY)
    return access.give_post(user=user, office=office, role=role, from_on=from_on, by=by)


@verb("access.end_post_in_charge", label="离任")
def end_post(*, user: User, posting_id: int, until_on: date, by: Actor) -> Posting:
    """From that day on the post is no longer held."""
    _reach(by, user, SECURITY)
    post = (
        Posting.objects.select_related("office", "user")
        .filter(pk=posting_id, user=user, until_on=None)
        .first()
    )
    if post is None:
        raise NotFound("post_unknown", "没有这项任职，或已经离任。")
    stands_over(by, post.office.path, SECURITY)
    return access.end_post(post=post, until_on=until_on, by=by)


@verb("access.close_account", label="停用账号")
def close_account(*, user: User, reason: str, by: Actor) -> User:
    """Nobody signs in with it any more, and whoever is in is out; what was done under it stands."""
    _reach(by, user)
    _reasoned(reason)
    if not user.is_active:
        raise Refused("account_closed", "这个账号已经停用。")
    user.is_active = False
    user.save(update_fields=["is_active"])
    ended = end_all(user, SignedIn.Ended.CHANGED)
    note(about=user, path=user.path, reason=reason, after={"active": False, "sessions_ended": ended})
    return user


@verb("access.reopen_account", label="启用账号")
def reopen_account(*, user: User, reason: str, by: Actor) -> User:
    """The account may sign in again."""
    _reach(by, user)
    _reasoned(reason)
    if user.is_active:
        raise Refused("account_open", "这个账号没有停用。")
    user.is_active = True
    user.save(update_fields=["is_active"])
    note(about=user, path=user.path, reason=reason, after={"active": True})
    return user


@verb("access.unlock_account", label="解锁账号")
def unlock_account(*, user: User, reason: str, by: Actor) -> User:
    """Wrong guesses are forgotten before their time is over."""
    _reach(by, user)
    _reasoned(reason)
    forgotten = [guessing.forget(key) for key in (guessing.name_key(user.username), guessing.code_key(user))]
    if not any(forgotten):
        raise Refused("account_not_locked", "这个账号没有锁定。请刷新页面。")
    note(about=user, path=user.path, reason=reason)
    return user


@verb("access.reset_password", label="重置密码")
def reset_password(*, user: User, reason: str, by: Actor) -> str:
    """A new first password, told once; every session ends."""
    _reach(by, user)
    _reasoned(reason)
    _person(user)
    if actor_of(user).charges:
        # Else whoever opens accounts could come in as whoever gives rights.
        _require_higher(
            by, user.path or _widest(actor_of(user)), min(p.level for p in actor_of(user).charges)
        )
    first = first_password()
    keep(user, first, must_change=True)
    end_all(user, SignedIn.Ended.CHANGED)
    guessing.forget(guessing.name_key(user.username))
    note(about=user, path=user.path, reason=reason)
    return first


@verb("access.reset_second_factor", label="重置动态口令")
def reset_second_factor(*, user: User, reason: str, by: Actor) -> User:
    """The telephone is lost: an administrator of a higher office takes the seed away; it is enrolled anew."""
    _reach(by, user)
    _reasoned(reason)
    held = actor_of(user)
    levels = [post.level for post in (*held.posts, *held.charges)]
    _require_higher(by, user.path or _widest(held), min(levels, default=Level.VILLAGE))
    if not codes.drop(user):
        raise Refused("codes_not_kept", "这个账号没有绑定动态口令。")
    guessing.forget(guessing.code_key(user))
    note(about=user, path=user.path, reason=reason)
    return user


@verb("access.link_staff_number", label="登记工号")
def link_staff_number(*, user: User, staff_number: str, by: Actor) -> User:
    """Under which number the unified sign-in knows this member of staff; another number is another link."""
    _reach(by, user)
    _person(user)
    before, user.staff_number = user.staff_number, staff_number.strip() or None
    _save_number(user, "staff_number")
    StaffIdentity.objects.filter(user=user).delete()
    note(
        about=user, path=user.path, before={"staff_number": before}, after={"staff_number": user.staff_number}
    )
    return user


@verb("access.sign_out_everywhere", label="全部退出")
def sign_out_everywhere(*, user: User, by: Actor, keeps: str = "") -> int:
    """One's own sessions elsewhere, or for an administrator every session of the account."""
    if by.user_id != user.pk:
        _reach(by, user)
    ended = end_all(user, SignedIn.Ended.EVERYWHERE, but=keeps)
    note(about=user, path=user.path, after={"sessions_ended": ended})
    return ended


def _reach(by: Actor, user: User, charge: str = ADMINISTRATOR) -> None:
    """The account is the actor's to look after, and not the actor's own."""
    if by.user_id == user.pk:
        raise NotAllowed("own_account", "自己的账号由其他管理员管理。")
    account_in_charge(by, user.pk, charge=(charge,))


def _wholly_in_charge(by: Actor, user: User, charge: tuple[str, ...]) -> bool:
    """No post of the account lies outside the actor's place: a county cannot reset whom the province employs."""
    held = actor_of(user)
    paths = [post.path for post in (*held.posts, *held.charges)] or [user.path]
    return all(any(path.startswith(place) for place in charges(by, *charge)) for path in paths)


def _require_higher(by: Actor, path: str, level: Level, charge: str = ADMINISTRATOR) -> None:
    """An administrator of a level above; at the top, another administrator of the province."""
    over = [post.level for post in by.charges if post.role == charge and path.startswith(post.path)]
    if not any(one < level or one is Level.PROVINCE for one in over):
        raise NotAllowed("higher_office", "这一项由上一级的管理员办理。请联系上级单位。")


def _fit_role(role: str, office: Office) -> None:
    """The role exists and is held at the level of this office."""
    if role in CHARGES:
        lowest = Level.PROVINCE if role == EVALUATOR else Level.COUNTY
        if office.level > lowest:
            where = "省级机构" if role == EVALUATOR else "县级以上机构"
            raise Refused("role_level", f"{CHARGES[role]}设在{where}。请选择{where}。", field="office")
        return
    declared = catalogue.current().roles.get(role)
    if declared is None:
        raise NotFound("role_unknown", "没有这个岗位。请从列表中选择。")
    if declared.item.at != office.level:
        raise Refused(
            "role_level",
            f"“{declared.item.label}”设在{declared.item.at.label}机构。请换一个机构。",
            field="office",
        )


def _person(user: User) -> None:
    if user.kind == Kind.SERVICE:
        raise Refused("service_account", "系统账号没有密码和工号，用接口密钥登录。")


def _reasoned(reason: str) -> None:
    if not reason.strip():
        raise Refused("reason_missing", "请写明原因。", field="reason")


def _save_number(user: User, *fields: str) -> None:
    try:
        with transaction.atomic():
            user.save(update_fields=fields)
    except IntegrityError:
        message = "这个工号已登记在另一个账号下。请核对工号，或先从另一个账号取消。"
        raise Refused("number_taken", message, field="staff_number") from None


def _widest(held: Actor) -> str:
    return min((post.path for post in (*held.posts, *held.charges)), key=len, default="")


def first_password() -> str:
    """Random, of three kinds, without signs that are mistaken for each other."""
    kinds = "".join(secrets.choice(kind) for kind in ("23456789", "ABCDEFGH", "abcdefgh"))
    return "".join(secrets.choice(_ALPHABET) for _ in range(9)) + "-" + kinds
