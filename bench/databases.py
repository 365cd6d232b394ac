"""A database of its own for a measurement: made beside the platform's on the same server, dropped afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg

__all__ = ["own_database"]


@contextmanager
def own_database(name: str) -> Iterator[str]:
    """The address of an empty database; what an earlier run left under the name is dropped first."""
    address = os.environ["DATABASE_URL"]
    with psycopg.connect(address, autocommit=True) as server:
        _drop(server, name)
        server.execute(f"CREATE DATABASE {name}")
    try:
        yield urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(address, autocommit=True) as server:
            _drop(server, name)


def _drop(server: psycopg.Connection, name: str) -> None:
    """Not by FORCE, which refuses when it meets the server's own vacuum; the plain drop sends it away."""
    server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user",
        [name],
    )
    server.execute(f"DROP DATABASE IF EXISTS {name}")
