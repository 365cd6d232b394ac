"""Passwords: long enough, of several kinds, not everybody's, not one's own name, not one used lately; and their age."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator, UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError

from minzheng.kernel import clock
from minzheng.kernel.access.models import SignedIn, UsedPassword, User
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.errors import NotAllowed, Refused

from .rules import home_of, number, number_for
from .sessions import end_all

__all__ = ["change_password", "keep", "must_change", "problems", "rules_in_words"]

LONGEST = 128


def rules_in_words(user: User) -> str:
    """What a new password must be, for the page that asks for one."""
    length, kinds = number_for(user, "password.length"), number_for(user, "password.kinds")
    return (
        f"至少 {length} 位，含大写字母、小写字母、数字、符号中的 {kinds} 类；"
        f"不用常见密码、账号名和姓名，不与最近 {_history(user)} 次用过的相同。"
    )


def problems(user: User, password: str) -> list[str]:
    """Everything that is wrong with a new password, each in a sentence."""
    found = []
    length, kinds = number_for(user, "password.length"), number_for(user, "password.kinds")
    if len(password) < length:
        found.append(f"密码太短，至少要 {length} 位。")
    if len(password) > LONGEST:
        found.append(f"密码太长，最多 {LONGEST} 位。")
    if _kinds(password) < kinds:
        found.append(f"大写字母、小写字母、数字、符号中至少要有 {kinds} 类。")
    if _fails(CommonPasswordValidator(), password, user):
        found.append("这是很多人使用的密码，容易被猜到。")
    if _fails(UserAttributeSimilarityValidator(("username", "name", "staff_number")), password, user):
        found.append("密码与账号名、姓名或工号太相似。")
    if not found and _used_lately(user, password):
        found.append(f"这个密码最近用过。请换一个最近 {_history(user)} 次没有用过的。")
    return found


def must_change(user: User) -> str:
    """Why the account has to set another password before anything else; empty if it need not."""
    if user.must_change_password:
        return "first"
    # A password that no verb set (made-up accounts of the demonstration) has no age.
    if user.person_id is not None or user.password_set_at is None:
        return ""
    until = user.password_set_at + timedelta(days=number("password.days", path=home_of(user)))
    return "old" if clock.now() >= until else ""


@verb("access.change_password", label="修改密码")
def change_password(*, user: User, current: str, wanted: str, by: Actor, keeps: str = "") -> User:
    """The account's own wish: the password so far, then the new one; every other session ends."""
    if by.user_id != user.pk:
        raise NotAllowed("not_your_account", "密码由本人修改。忘记密码的，由系统管理员重置。")
    if not user.check_password(current):
        raise Refused("password_wrong", "现在的密码不对，请重新输入。", field="current")
    if found := problems(user, wanted):
        raise Refused("password_weak", "".join(found), field="wanted")
    keep(user, wanted, must_change=False)
    end_all(user, SignedIn.Ended.CHANGED, but=keeps)
    note(about=user, path=user.path, after={"by": "self"})
    return user


def keep(user: User, password: str, *, must_change: bool) -> None:
    """Set a password, remember it among those used, and note whether it is only for the first time."""
    user.set_password(password)
    user.password_set_at, user.must_change_password = clock.now(), must_change
    user.save(update_fields=["password", "password_set_at", "must_change_password"])
    UsedPassword.objects.create(user=user, digest=user.password, at=user.password_set_at)
    kept = UsedPassword.objects.filter(user=user).order_by("-id").values("id")[: max(_history(user), 1)]
    UsedPassword.objects.filter(user=user).exclude(pk__in=kept).delete()


def _history(user: User) -> int:
    """How many of the last passwords are not taken again: one number for everybody of a place."""
    return number("password.history", path=home_of(user))


def _kinds(password: str) -> int:
    tests = (str.isupper, str.islower, str.isdigit, lambda c: not c.isalnum() or not c.isascii())
    return sum(any(test(c) for c in password) for test in tests)


def _fails(
    validator: CommonPasswordValidator | UserAttributeSimilarityValidator, text: str, user: User
) -> bool:
    try:
        validator.validate(text, user)
    except ValidationError:
        return True
    return False


def _used_lately(user: User, password: str) -> bool:
    recent = UsedPassword.objects.filter(user=user).order_by("-id")[: _history(user)]
    digests = [user.password, *(one.digest for one in recent)]
    return any(check_password(password, digest) for digest in dict.fromkeys(digests) if digest)
