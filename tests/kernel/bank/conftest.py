"""The bank's process, once for all who leave it in order, and one of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from minzheng.config.bank.faults import KINDS, Fault
from tests.factories.bank import Bank, running


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    """One bank for all who look only at their own files."""
    with running(tmp_path_factory.mktemp("bank")) as process:
        yield process


@pytest.fixture
def bank(shared: Bank) -> Iterator[Bank]:
    """The same, for who makes it go wrong: afterwards it is in order again."""
    yield shared
    for kind in KINDS:
        shared.books.set_fault(Fault(kind, percent=0))


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Bank]:
    """A bank of one's own."""
    with running(tmp_path) as process:
        yield process
