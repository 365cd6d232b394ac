"""Profiles of a made-up law, kept by the owner of the database on a Tuesday."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.factories import profile_toy


@pytest.fixture(autouse=True)
def _as_the_owner(settings: Any, working_tuesday: None) -> None:
    """Measuring makes tables, which only the owner of the database does; so do these toys."""
    settings.MINZHENG_APP_ROLE = ""


@pytest.fixture
def toy(db: None) -> Iterator[None]:
    with profile_toy.tables():
        yield
