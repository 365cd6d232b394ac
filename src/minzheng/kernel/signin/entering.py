"""Who stands at the door: a name and a password; whatever is wrong, the answer is the same."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth import authenticate
from django.http import HttpRequest

from minzheng.kernel.access.models import Guessing, User
from minzheng.kernel.audit import announced, viewing
from minzheng.kernel.clock import SHANGHAI
from minzheng.kernel.errors import Hurried, NotAllowed

from . import counting, guessing
from .telling import tell

__all__ = ["known_by_password"]

_WRONG = "请核对后重新输入。连续输错会暂时锁定。忘记密码的，请联系本单位系统管理员，或带身份证到窗口重置。"


def known_by_password(request: HttpRequest, *, name: str, password: str, address: str) -> User:
    """The account behind name and password; each attempt is counted before it is looked at."""
    counting.knock("door", address)
    guessing.slow_down(address)
    key = guessing.name_key(name)
    counting.knock("account", key)
    with viewing.door("sign_in"):
        named = User.objects.filter(username=name).first()
    if (until := guessing.closed_until(key)) is not None:
        raise _closed(named, until, address)
    open_still = guessing.take(key, Guessing.Kind.NAME)
    with announced("access.sign_in"):
        # A right password may be hashed anew on the way in, as hashing grows stronger.
        user = authenticate(request, username=name, password=password)
    if open_still and isinstance(user, User):
        guessing.forget(key)
        return user
    guessing.wrong_from(address)
    until = guessing.lock(key) or guessing.closed_until(key)
    why = "账号已停用" if named is not None and not named.is_active else "账号或密码不对"
    tell("access.sign_in", "登录", user=named, done=False, reason=why, address=address)
    if until is not None:
        tell("access.lock", "锁定账号", user=named, done=False, reason="连续输错密码", until=until)
        raise _closed(None, until, address, told=True)
    raise NotAllowed("sign_in_wrong", f"账号或密码不对。{_WRONG}")


def _closed(named: User | None, until: datetime, address: str, *, told: bool = False) -> Hurried:
    """The name is closed for now, whether it belongs to somebody or not."""
    if not told:
        tell("access.sign_in", "登录", user=named, done=False, reason="账号已锁定", address=address)
    at = until.astimezone(SHANGHAI)
    message = (
        f"这个账号名连续输错密码，已暂时锁定，请在 {at:%H:%M} 以后再试。急用的，请联系本单位系统管理员解锁。"
    )
    return Hurried("sign_in_locked", message, until=until.isoformat())
