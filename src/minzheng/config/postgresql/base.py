"""Django's PostgreSQL, which is told before each statement for whom it is carried out.

The view (``kernel.audit.viewing``) becomes settings of the connection, and row security decides by them.  What is
rolled back takes the settings back as well: to a savepoint, to what was told when it was set; a whole transaction, so
that they are told anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base
from psycopg import pq

from minzheng.kernel.audit.viewing import CLOSED, View, current

__all__ = ["DatabaseWrapper"]

_TELL = (
    "SELECT set_config('minzheng.door', %(door)s, false), set_config('minzheng.places', %(places)s, false),"
    " set_config('minzheng.wide', %(wide)s, false), set_config('minzheng.person', %(person)s, false),"
    " set_config('minzheng.user', %(user)s, false), set_config('minzheng.homes', {homes}, false),"
    " set_config('minzheng.rooms', %(rooms)s, false), set_config('minzheng.writes', {writes}, false),"
    " set_config('role', %(role)s, false)"
)
_NOBODY = _TELL.format(homes="''", writes="%(writes)s")
# A resident sees the households they belong or have belonged to, and acts in the county of their file.
_SOMEBODY = _TELL.format(
    homes="minzheng_homes_of(%(person)s::bigint)",
    writes="concat_ws(',', nullif(%(writes)s, ''), minzheng_county_of(%(person)s::bigint))",
)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that speaks for one viewer at a time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._told: tuple[View | None] | None = None
        # What the database had been told when each open savepoint was set.
        self._told_at: dict[str, tuple[View | None] | None] = {}
        self._going_back = False
        self.execute_wrappers.append(self._telling)

    def _telling(self, execute: Callable[..., Any], *args: Any) -> Any:
        self._tell()
        return execute(*args)

    def _tell(self) -> None:
        view = current()
        if (
            self._told == (view,)
            or self.connection is None
            or self._going_back
            or _is_failed(self.connection)
        ):
            return
        self._told = None
        said = view or CLOSED
        words = {
            "door": said.door, "places": _words(said.places), "writes": _words(said.writes), "wide": said.wide,
            "person": "" if said.person is None else str(said.person), "user": said.user,
            "rooms": _words(said.rooms),
            "role": (settings.MINZHENG_APP_ROLE if view else "") or "none",
        }  # fmt: skip
        with self.connection.cursor() as raw:
            raw.execute(_NOBODY if said.person is None else _SOMEBODY, words)
        self._told = (view,)

    def create_cursor(self, name: str | None = None) -> Any:
        """Also what is copied through a cursor is carried out for the viewer."""
        self._tell()
        return super().create_cursor(name)

    def init_connection_state(self) -> None:
        """A new connection has been told nothing, and shows nothing."""
        self._told = (None,)
        super().init_connection_state()

    def _set_autocommit(self, autocommit: bool) -> None:
        """Told before a transaction begins, so that its first statement is its own."""
        if not autocommit:
            self._tell()
        super()._set_autocommit(autocommit)

    def _commit(self) -> None:
        super()._commit()
        self._told_at.clear()

    def _rollback(self) -> None:
        super()._rollback()
        self._told = None
        self._told_at.clear()

    def _savepoint(self, sid: str) -> None:
        super()._savepoint(sid)
        self._told_at[sid] = self._told

    def _savepoint_rollback(self, sid: str) -> None:
        """Nothing is told on the way back, for it would be taken back at once."""
        self._going_back = True
        try:
            super()._savepoint_rollback(sid)
        finally:
            self._going_back = False
        self._told = self._told_at.get(sid)

    def _savepoint_commit(self, sid: str) -> None:
        """To let go of a savepoint shows no row to anybody."""
        self._going_back = True
        try:
            super()._savepoint_commit(sid)
        finally:
            self._going_back = False
        self._told_at.pop(sid, None)

    def close(self) -> None:
        """What was told is gone with the connection."""
        self._told = None
        self._told_at.clear()
        super().close()


def _is_failed(connection: Any) -> bool:
    """A transaction that has met an error takes nothing but its end."""
    return bool(connection.info.transaction_status == pq.TransactionStatus.INERROR)


def _words(places: tuple[str, ...]) -> str:
    return ",".join(f"{place}%" for place in places)
