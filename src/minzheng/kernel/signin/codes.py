"""One-time codes (动态口令, RFC 6238): enrolled with a first code, each taken once; spare ones for a lost telephone."""

from __future__ import annotations

import hmac
import re
import secrets

import pyotp
from django.db import transaction

from minzheng.kernel import clock
from minzheng.kernel.access.models import Guessing, RecoveryCode, SecondFactor, SignedIn, User
from minzheng.kernel.audit import Actor, announced, note, verb
from minzheng.kernel.errors import Hurried, NotAllowed, Refused

from . import guessing
from .sealing import digest, opened, sealed
from .sessions import end_all
from .telling import tell

__all__ = [
    "address_of",
    "confirm",
    "enrolled",
    "new_spare_codes",
    "prepare",
    "prove",
    "seed_of",
    "spare_left",
]

ISSUER = "民政一体化平台"
# The clock of a telephone may be half a minute off.
DRIFT = (0, -1, 1)
SPARE = 10
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def enrolled(user: User) -> bool:
    """Whether the account has a confirmed second factor."""
    return SecondFactor.objects.filter(user=user).exclude(confirmed_at=None).exists()


@verb("access.prepare_codes", label="生成动态口令")
def prepare(*, user: User, by: Actor) -> SecondFactor:
    """A new seed for an account without a confirmed one; it is worth nothing until a first code has confirmed it."""
    _own(user, by)
    found = SecondFactor.objects.select_for_update().filter(user=user).first()
    if found is not None and found.confirmed_at is not None:
        raise Refused("codes_kept", "动态口令已经启用。换手机的，请上级系统管理员重置后再绑定。")
    seed = pyotp.random_base32().encode()
    kept, _ = SecondFactor.objects.update_or_create(
        user=user,
        defaults={"sealed": sealed(seed, bound_to=str(user.pk)), "made_at": clock.now(), "last_step": 0},
    )
    note(about=user, path=user.path)
    return kept


def seed_of(factor: SecondFactor) -> str:
    """The seed, to be shown once while it is not confirmed, and to reckon codes from."""
    return opened(bytes(factor.sealed), bound_to=str(factor.user_id)).decode()


def address_of(factor: SecondFactor) -> str:
    """What the QR code says to an authenticator."""
    return pyotp.TOTP(seed_of(factor)).provisioning_uri(name=factor.user.username, issuer_name=ISSUER)


@verb("access.confirm_codes", label="启用动态口令")
def confirm(*, user: User, code: str, by: Actor) -> list[str]:
    """A first code shows that the telephone has the seed; the spare codes are told this once."""
    _own(user, by)
    factor = SecondFactor.objects.select_for_update().filter(user=user, confirmed_at=None).first()
    if factor is None:
        raise Refused("codes_not_prepared", "没有待启用的动态口令。请重新打开绑定页面。")
    if not _right(factor, code):
        raise Refused("code_wrong", "动态口令不对。请核对手机时间，输入当前显示的 6 位数字。", field="code")
    factor.confirmed_at = clock.now()
    factor.save(update_fields=["confirmed_at"])
    note(about=user, path=user.path)
    return _spare_codes(factor)


@verb("access.new_spare_codes", label="重新生成备用码")
def new_spare_codes(*, user: User, by: Actor) -> list[str]:
    """Ten new spare codes; those before are worth nothing any more."""
    _own(user, by)
    factor = SecondFactor.objects.filter(user=user).exclude(confirmed_at=None).first()
    if factor is None:
        raise Refused("codes_not_kept", "还没有启用动态口令。")
    note(about=user, path=user.path)
    return _spare_codes(factor)


def spare_left(user: User) -> int:
    """How many spare codes are still good."""
    return RecoveryCode.objects.filter(factor__user=user, used_at=None).count()


def prove(user: User, text: str, *, address: str) -> None:
    """A code of the telephone, or a spare one; each is taken once, and wrong ones are counted."""
    key = guessing.code_key(user)
    if guessing.closed_until(key) is not None or not guessing.take(key, Guessing.Kind.CODE):
        guessing.lock(key)
        tell(
            "access.second_factor", "动态口令", user=user, done=False, reason="输错次数过多", address=address
        )
        raise Hurried("code_locked", "动态口令输错次数过多，已暂时锁定。请过一会儿再登录，或联系系统管理员。")
    factor = SecondFactor.objects.filter(user=user).exclude(confirmed_at=None).first()
    if factor is not None and (_right(factor, text) or _spare(factor, text, address)):
        guessing.forget(key)
        return
    guessing.lock(key)
    tell("access.second_factor", "动态口令", user=user, done=False, reason="动态口令不对", address=address)
    raise NotAllowed("code_wrong", "动态口令不对，或已经用过。请等手机上换出新的 6 位数字再输入。")


def drop(user: User) -> bool:
    """The seed and the spare codes are gone; whether there were any."""
    found = SecondFactor.objects.filter(user=user)
    if not found.exists():
        return False
    with transaction.atomic():
        found.delete()
        end_all(user, SignedIn.Ended.CHANGED)
    return True


def _own(user: User, by: Actor) -> None:
    if by.user_id != user.pk:
        raise NotAllowed("not_your_account", "动态口令由本人绑定。")


def _right(factor: SecondFactor, text: str) -> bool:
    """Whether it is the code of now or of half a minute around, and later than any taken before."""
    code = re.sub(r"\s", "", text)
    if not re.fullmatch(r"[0-9]{6}", code):
        return False
    totp, now = pyotp.TOTP(seed_of(factor)), int(clock.now().timestamp()) // 30
    for step in (now + drift for drift in DRIFT):
        if hmac.compare_digest(totp.generate_otp(step), code):
            # The row itself decides: of two who send the same code at once, one is too late.
            with announced("access.second_factor"):
                taken = SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step)
            return taken == 1
    return False


def _spare(factor: SecondFactor, text: str, address: str) -> bool:
    plain = re.sub(r"[\s-]", "", text).upper()
    unused = RecoveryCode.objects.filter(factor=factor, digest=_digest(factor, plain), used_at=None)
    with announced("access.spare_code"):
        if unused.update(used_at=clock.now()) != 1:
            return False
    left = spare_left(factor.user)
    tell("access.spare_code", "使用备用码", user=factor.user, done=True, address=address, left=left)
    return True


def _spare_codes(factor: SecondFactor) -> list[str]:
    plain = ["".join(secrets.choice(_ALPHABET) for _ in range(10)) for _ in range(SPARE)]
    RecoveryCode.objects.filter(factor=factor).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(factor=factor, digest=_digest(factor, one)) for one in plain
    )
    return [f"{one[:5]}-{one[5:]}" for one in plain]


def _digest(factor: SecondFactor, plain: str) -> str:
    return digest(f"spare {factor.user_id}", plain)
