"""The unified sign-in (统一身份认证) says who somebody is; it opens only an account that has that staff number here."""

from __future__ import annotations

from django.db import IntegrityError

from minzheng.kernel import clock
from minzheng.kernel.access.models import Kind, StaffIdentity, User
from minzheng.kernel.audit import announced
from minzheng.kernel.errors import NotAllowed

from .telling import tell

__all__ = ["known_by_claims"]


def known_by_claims(*, issuer: str, subject: str, staff_number: str, address: str) -> User:
    """The account with this staff number; at the first visit the identity is bound to it for good.

    Whoever has no account here gets none, and a number that was given to another person opens nothing.
    """
    bound = StaffIdentity.objects.select_related("user").filter(issuer=issuer, subject=subject).first()
    user = bound.user if bound else _first_visit(staff_number)
    if user is None or not user.is_active or (bound and user.staff_number != staff_number):
        tell(
            "access.sign_in", "登录", user=user, done=False, reason="统一身份认证未关联账号", address=address,
            how="unified",
        )  # fmt: skip
        raise NotAllowed(
            "not_linked", "统一身份认证已通过，但没有与之关联的平台账号。请联系本单位系统管理员登记工号。"
        )
    if bound is None:
        _bind(user, issuer, subject)
        tell("access.link_identity", "关联统一身份认证", user=user, done=True, address=address, issuer=issuer)
    return user


def _first_visit(staff_number: str) -> User | None:
    """The account registered under the number that no identity has taken yet."""
    if not staff_number:
        return None
    return User.objects.filter(
        staff_number=staff_number, person_id=None, kind=Kind.PERSON, identity=None
    ).first()


def _bind(user: User, issuer: str, subject: str) -> None:
    try:
        with announced("access.link_identity"):
            StaffIdentity.objects.create(user=user, issuer=issuer, subject=subject, bound_at=clock.now())
    except IntegrityError:
        raise NotAllowed(
            "not_linked", "这个账号刚刚关联了另一个身份。请联系本单位系统管理员核对工号。"
        ) from None
