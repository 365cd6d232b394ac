"""The page on writing rules says what is so: every example is executed, every word and every refusal stands on it."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

from minzheng.kernel.law import words
from tests.house.sources import ROOT

PAGE = ROOT / "docs" / "how-to" / "write-a-rule.md"
LAW = ROOT / "src" / "minzheng" / "kernel" / "law"
DECLARING = ("language.py", "words.py", "expressions.py", "units.py")


def example(text: str, name: str) -> doctest.DocTest:
    """The examples of a page, in their order; they build on one another."""
    bare = re.sub(r"^```.*$", "", text, flags=re.MULTILINE)
    return doctest.DocTestParser().get_doctest(bare, {}, name, name, 0)


def failures(text: str) -> int:
    """How many examples give something else than what is printed under them."""
    return doctest.DocTestRunner(verbose=False).run(example(text, "page")).failed


def test_every_example_gives_what_stands_under_it(capsys: pytest.CaptureFixture[str]) -> None:
    failed = failures(PAGE.read_text(encoding="utf-8"))
    assert failed == 0, capsys.readouterr().out


def test_an_example_that_gives_something_else_is_seen() -> None:
    assert failures("```pycon\n>>> 1 + 1\n3\n\n```\n") == 1
    assert failures("```pycon\n>>> 1 + 1\n2\n\n```\n") == 0


def test_every_word_of_the_language_has_an_example() -> None:
    examples = "\n".join(one.source for one in example(PAGE.read_text(encoding="utf-8"), "page").examples)
    assert [word for word in words.__all__ if not re.search(rf"\b{word}\b", examples)] == []
    methods = ("sum", "count", "any_", "household")
    assert [word for word in methods if f".{word}" not in examples] == []


def codes(path: Path) -> set[str]:
    """The codes of the mistakes that a file names."""
    return set(re.findall(r'Mistake\(\s*"(\w+)"', path.read_text(encoding="utf-8")))


def test_every_refusal_stands_on_the_page_with_its_cure() -> None:
    page = PAGE.read_text(encoding="utf-8")
    named = set().union(*(codes(LAW / name) for name in DECLARING))
    assert len(named) > 10
    assert {code for code in named if f"`{code}`" not in page or f"{code}: " not in page} == set()
