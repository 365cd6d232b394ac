"""The ground every test stands on: a real PostgreSQL, blocked sockets, a clock that can be stopped."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

if "DATABASE_URL" not in os.environ:
    from launch import database

    os.environ["DATABASE_URL"] = database.start(test=True)


@pytest.fixture(autouse=True)
def _only_loopback() -> None:
    """Sockets beyond this machine are blocked; PostgreSQL and the other departments' process are on it."""
    from pytest_socket import socket_allow_hosts

    socket_allow_hosts(["127.0.0.1", "localhost", "::1"], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def _documents_in_a_folder_of_their_own(tmp_path: Path, settings: object) -> None:
    settings.MEDIA_ROOT = tmp_path / "documents"  # type: ignore[attr-defined]
