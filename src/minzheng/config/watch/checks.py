"""Each thing that must be there before the platform takes work, as a check that says yes or no and nothing else.

What cannot be looked at counts as not there.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from functools import cache
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pkgutil import iter_modules

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from minzheng.kernel.audit import viewing
from minzheng.kernel.documents import malware
from minzheng.kernel.errors import MinzhengError
from minzheng.kernel.people import keyring

__all__ = ["AUDIT_LAG", "CHECKS", "WORKER_SEEN", "holds"]

log = logging.getLogger("minzheng.watch")
_WORKER_AWAY = 60  # seconds; a worker says every ten that it is there
_AUDIT_LATE = 600  # seconds; rows are linked every minute
_MEGABYTE = 1024 * 1024

WORKER_SEEN = "SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers"
AUDIT_LAG = """
SELECT coalesce(extract(epoch FROM now() - r.at), 0) FROM audit_unlinked u JOIN audit_entry r ON r.id = u.row_id
WHERE u.book <> 'w' ORDER BY u.id LIMIT 1"""


def _number(statement: str) -> float | None:
    with viewing.door("watch"), connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    return None if row is None or row[0] is None else float(row[0])


def _database() -> bool:
    return _number("SELECT 1") == 1


@cache
def _wanted() -> frozenset[tuple[str, str]]:
    """Every migration of the program, by the names of the files: nothing of them is carried out."""
    labels = [config.label for config in apps.get_app_configs()]
    named = {label: MigrationLoader.migrations_module(label)[0] for label in labels}
    rooms = {label: _room(name) for label, name in named.items() if name}
    return frozenset(
        (label, one.name)
        for label, room in rooms.items()
        if room is not None
        for one in iter_modules(room.submodule_search_locations or ())
        if not one.ispkg and one.name[0] not in "_~"
    )


def _room(name: str) -> ModuleSpec | None:
    try:
        return find_spec(name)
    except ModuleNotFoundError:
        return None


def _migrations() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return _wanted() <= {(app, name) for app, name in cursor.fetchall()}


def _worker() -> bool:
    seen = _number(WORKER_SEEN)
    return seen is not None and seen < _WORKER_AWAY


def _disk() -> bool:
    return shutil.disk_usage(settings.VAR).free >= settings.MINZHENG_LEAST_ROOM * _MEGABYTE


def _keys() -> bool:
    return bool(keyring.read_again().keys)


def _audit() -> bool:
    return (_number(AUDIT_LAG) or 0) < _AUDIT_LATE


CHECKS: dict[str, Callable[[], bool]] = {
    "database": _database,
    "migrations": _migrations,
    "worker": _worker,
    "disk": _disk,
    "keys": _keys,
    "audit": _audit,
    "malware": malware.stands,
}


# No database, no file, no key in it, or something else in it.
_CANNOT_SAY = (DatabaseError, OSError, MinzhengError, ValueError, KeyError)


def holds(name: str) -> bool:
    """Whether a check says yes; one that falls over says no."""
    try:
        return CHECKS[name]()
    except _CANNOT_SAY:
        log.warning("the check %s could not be made", name, exc_info=True)
        return False
