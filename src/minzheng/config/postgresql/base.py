"""Django's PostgreSQL, which is told before each statement for whom it is carried out.

The view (``kernel.audit.viewing``) becomes settings of the connection, and row security decides by them.  What is
rolled back takes the settings back as well: to a savepoint, to what was told when it was set; a whole transaction, so
that they are told anew.
"""

from __future__ import annotations

from collections.abc import Callable
from time import time_ns
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base
from psycopg import pq

from minzheng.config.walls.proving import proof
from minzheng.kernel.audit.viewing import CLOSED, View, current

__all__ = ["DatabaseWrapper"]

_TELL = (
    "SELECT minzheng_tell(%(door)s, %(places)s, %(writes)s, %(wide)s, %(person)s, %(user)s, %(rooms)s, %(turn)s,"
    " %(proof)s), set_config('role', %(role)s, false)"
)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that speaks for one viewer at a time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._told: tuple[View | None] | None = None
        # Each time something is told is a turn of its own, after every one before it.
        self._turn = 0
        # What the database had been told when each open savepoint was set, and at which turn.
        self._told_at: dict[str, tuple[tuple[View | None] | None, int]] = {}
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
        self._turn = max(self._turn + 1, time_ns())
        told = {
            "door": said.door, "places": _words(said.places), "writes": _words(said.writes), "wide": said.wide,
            "person": "" if said.person is None else str(said.person), "user": said.user,
            "rooms": _words(said.rooms),
        }  # fmt: skip
        proven = proof(self.connection.info.backend_pid, self._turn, list(told.values()))
        role = (settings.MINZHENG_APP_ROLE if view else "") or "none"
        with self.connection.cursor() as raw:
            raw.execute(_TELL, {**told, "turn": self._turn, "proof": proven, "role": role})
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
        self._told_at[sid] = self._told, self._turn

    def _savepoint_rollback(self, sid: str) -> None:
        """Nothing is told on the way back, for it would be taken back; what was told since is told anew."""
        self._going_back = True
        try:
            super()._savepoint_rollback(sid)
        finally:
            self._going_back = False
        told, turn = self._told_at.get(sid, (None, -1))
        self._told = told if turn == self._turn else None

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
