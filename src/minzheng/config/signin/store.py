"""The sessions of the site as Django keeps them in the database, looked up in words that are put together once."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session

__all__ = ["SessionStore"]

_LIVE = f"SELECT * FROM {Session._meta.db_table} WHERE session_key = %s AND expire_date > now()"


class SessionStore(db.SessionStore):
    """A session is read at every request."""

    def _get_session_from_db(self) -> Session | None:
        for found in Session.objects.raw(_LIVE, [self.session_key]):
            return found
        self._session_key = None
        return None
