"""Whose session it is: the account together with the posts it holds today, in one look."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend

from minzheng.kernel.access.models import User
from minzheng.kernel.access.queries import account
from minzheng.kernel.audit import viewing

__all__ = ["BACKEND", "Accounts"]


class Accounts(ModelBackend):
    """The accounts of the platform; an account that was switched off is nobody's at its next request."""

    def get_user(self, user_id: int) -> User | None:
        """The account of a session, if it may still come in."""
        with viewing.door("sign_in"):
            user = account(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


BACKEND = f"{Accounts.__module__}.{Accounts.__qualname__}"
