"""The cast on a day of 2026, and a toy that reacts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from minzheng.kernel import clock
from tests.factories.cast import cast
from tests.factories.toy_reactions import TODAY, Toy, reacting


@pytest.fixture
def people() -> Iterator[Any]:
    with clock.frozen(TODAY):
        yield cast()


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Toy:
    return reacting(monkeypatch)
