"""The pages that say what is secured point to code and tests that are there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.house.sources import ROOT

PAGES = ("docs/trust.md", "docs/level-3.md")
POINTER = re.compile(r"`((?:src|tests|launch|requirements)/[\w./-]+)(?:::(\w+))?`")


def gone(text: str) -> Iterator[str]:
    """Files that are not there, and tests that their file does not hold."""
    for path, test in POINTER.findall(text):
        if not (ROOT / path).exists():
            yield path
        elif test and f"def {test}(" not in (ROOT / path).read_text(encoding="utf-8"):
            yield f"{path}::{test}"


@pytest.mark.parametrize("page", PAGES)
def test_what_is_claimed_can_be_looked_up(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert len(POINTER.findall(text)) > 25
    assert list(gone(text)) == []
    # A line that says "met" names a test, or stands on the operator's side.
    rows = [
        line.split("|") for line in text.splitlines() if line.startswith("| ") and "requirement" not in line
    ]
    bare = [row[1] for row in rows if len(row) == 6 and row[2].strip() == "met" and "tests/" not in row[4]]
    assert bare == []


def test_a_pointer_that_leads_nowhere_is_seen() -> None:
    text = "`src/minzheng/no_such.py` `tests/house/test_pointers.py::test_nothing` `tests/house/test_pointers.py::gone`"
    assert list(gone(text)) == ["src/minzheng/no_such.py", "tests/house/test_pointers.py::test_nothing"]
