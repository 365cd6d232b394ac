"""Keys of other systems: shown once, kept as a digest, for some operations and one place, until a day."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver

from minzheng.kernel import clock
from minzheng.kernel.access.models import ServiceAccount, ServiceKey
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.audit import Actor, Deed, announced, note, verb
from minzheng.kernel.audit.deed import name_of
from minzheng.kernel.audit.outcomes import Outcome
from minzheng.kernel.errors import NotAllowed, NotFound, Refused

from .duties import SECURITY, stands_over
from .rules import number
from .sealing import digest, same

__all__ = [
    "actor_with",
    "called",
    "known_by_key",
    "make_key",
    "narrowed",
    "operations",
    "revoke_key",
    "rotate_key",
]

_TOKEN = re.compile(r"mzk_([0-9a-f]{16})_([A-Za-z0-9_-]{43})")
_REFUSED = ("key_refused", "接口密钥无效、已过期或已吊销。请核对密钥，或联系签发它的安全管理员。")


@verb("access.make_key", label="签发接口密钥")
def make_key(
    *, account: ServiceAccount, wanted: Sequence[str], path: str, days: int, by: Actor
) -> tuple[ServiceKey, str]:
    """A key for these operations in this place; the second value is the key itself, never to be seen again."""
    stands_over(by, account.path, SECURITY)
    _fit(account, wanted, path, days)
    kept, token = _made(account, wanted, path, days, by)
    note(
        about=kept, path=account.path, after={"operations": sorted(set(wanted)), "place": path, "days": days}
    )
    return kept, token


@verb("access.rotate_key", label="更换接口密钥")
def rotate_key(*, old: ServiceKey, days: int, by: Actor) -> tuple[ServiceKey, str]:
    """A new key for the same; the old one is good for some days more, so that nothing stops meanwhile."""
    stands_over(by, old.account.path, SECURITY)
    old = ServiceKey.objects.select_for_update().get(pk=old.pk)
    if old.revoked_at is not None or old.until_at <= clock.now():
        raise Refused("key_over", "这把密钥已经吊销或到期，不能更换。请重新签发。")
    _fit(old.account, old.operations, old.path, days)
    kept, token = _made(old.account, old.operations, old.path, days, by)
    old.until_at = min(
        old.until_at, clock.now() + timedelta(days=number("key.overlap", path=old.account.path))
    )
    old.save(update_fields=["until_at"])
    note(about=kept, path=old.account.path, before={"key": old.number, "until": old.until_at})
    return kept, token


@verb("access.revoke_key", label="吊销接口密钥")
def revoke_key(*, old: ServiceKey, reason: str, by: Actor) -> ServiceKey:
    """From now on the key opens nothing."""
    stands_over(by, old.account.path, SECURITY)
    if not reason.strip():
        raise Refused("reason_missing", "请写明吊销的原因。", field="reason")
    found = ServiceKey.objects.select_for_update().get(pk=old.pk)
    if found.revoked_at is not None:
        raise Refused("key_over", "这把密钥已经吊销。")
    found.revoked_at, found.revoked_why = clock.now(), reason.strip()[:200]
    found.save(update_fields=["revoked_at", "revoked_why"])
    note(about=found, path=found.account.path, reason=reason)
    return found


@cache
def operations() -> dict[str, str]:
    """Every operation of the machine door with its words, as the addresses tell them."""
    found: dict[str, str] = {}
    for pattern in _patterns(get_resolver()):
        found |= dict(getattr(pattern.callback, "operations", {}).values())
    return dict(sorted(found.items()))


def _patterns(inside: URLResolver) -> Iterator[URLPattern]:
    for one in inside.url_patterns:
        if isinstance(one, URLResolver):
            yield from _patterns(one)
        else:
            yield one


def known_by_key(token: str, *, address: str) -> ServiceKey:
    """The key behind a token; unknown, expired, revoked and closed all sound the same."""
    parts = _TOKEN.fullmatch(token.strip())
    wanted = parts[1] if parts else ""
    key = ServiceKey.objects.select_related("account__user").filter(number=wanted).first()
    given = digest("key", token.strip())
    now = clock.now()
    right = same(given, key.digest if key is not None else digest("key", ""))
    live = key is not None and key.revoked_at is None and key.from_at <= now < key.until_at
    if key is None or not right or not live or not key.account.user.is_active:
        raise NotAllowed(*_REFUSED)
    # Once a minute is exact enough, and spares a write for each call.
    if key.used_at is None or key.used_at < now - timedelta(minutes=1) or key.used_from != address:
        with announced("api.call"):
            ServiceKey.objects.filter(pk=key.pk).update(used_at=now, used_from=address)
    return key


def actor_with(key: ServiceKey, operation: str) -> Actor:
    """Who knocks with this key at this operation: the account with its posts, cut to the key's place."""
    by = narrowed(actor_of(key.account.user), key.path)
    if operation not in key.operations:
        raise NotAllowed("key_scope", f"这把接口密钥不包括“{operation}”接口。请联系签发它的安全管理员。")
    return by


def narrowed(by: Actor, path: str) -> Actor:
    """The same actor with each post cut to a place; a post that lies elsewhere is gone."""
    posts = [post for post in by.posts if post.path.startswith(path) or path.startswith(post.path)]
    cut = (post if post.path.startswith(path) else replace(post, path=path) for post in posts)
    return by.narrowed(cut)


def called(key: ServiceKey, *, operation: str, status: int, address: str) -> None:
    """Every call of another system is kept, with its name and how it ended."""
    Deed(
        verb="api.call", label="接口调用", by=actor_of(key.account.user), subject=name_of(key), path=key.account.path,
        after={"operation": operation, "status": status, "address": address, "key": key.number},
    ).append(Outcome.READ if status < 400 else Outcome.REFUSED)  # fmt: skip


def _made(
    account: ServiceAccount, wanted: Sequence[str], path: str, days: int, by: Actor
) -> tuple[ServiceKey, str]:
    shown, now = secrets.token_hex(8), clock.now()
    token = f"mzk_{shown}_{secrets.token_urlsafe(32)}"
    kept = ServiceKey.objects.create(
        account=account, number=shown, digest=digest("key", token), operations=sorted(set(wanted)), path=path,
        from_at=now, until_at=now + timedelta(days=days), made_by=by.id,
    )  # fmt: skip
    return kept, token


def _fit(account: ServiceAccount, wanted: Sequence[str], path: str, days: int) -> None:
    longest = number("key.days", path=account.path)
    if not 1 <= days <= longest:
        raise Refused("key_days", f"有效期应在 1 到 {longest} 天之间。", field="days")
    if not wanted or not set(wanted) <= set(operations()):
        raise Refused("key_operations", "请从列表中至少选择一个接口。", field="operations")
    if not path.startswith(account.path):
        raise NotFound("place_unknown", "没有这个地区，或不在系统账号的范围内。")
    if not account.user.is_active:
        raise Refused("account_closed", "这个系统账号已停用，不能签发密钥。请先启用。")
