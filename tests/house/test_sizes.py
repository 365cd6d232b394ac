"""Modules and functions stay small; the exceptions stand in one file that only shrinks."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.sources import ROOT, Source, of_the_house

BASELINE = ROOT / "tests" / "house" / "baseline.txt"
MODULE, MODULE_HARD, DOMAIN, FUNCTION, FUNCTION_HARD = 300, 500, 150, 30, 60


def oversized(source: Source) -> Iterator[tuple[str, int, int]]:
    """What is longer than it should be: its name, its lines, and the length that no exception allows."""
    lines = len(source.text.splitlines())
    if lines > (DOMAIN if source.name.endswith("/domain.py") else MODULE):
        yield source.name, lines, MODULE_HARD
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION:
                yield f"{source.name}::{node.name}", length, FUNCTION_HARD


def allowed() -> dict[str, int]:
    """The exceptions, by name, with the lines each may have."""
    rows = [
        line.split() for line in BASELINE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    return {name: int(lines) for lines, name in rows}


def complaints(sources: tuple[Source, ...], exceptions: dict[str, int]) -> list[str]:
    """Where the house has grown, and which exceptions are no longer needed."""
    found = [one for source in sources for one in oversized(source)]
    told = [
        f"{name} has {lines} lines; split it by what it is about"
        for name, lines, hard in found
        if lines > min(exceptions.get(name, 0), hard)
    ]
    present = {name: lines for name, lines, _ in found}
    for name, lines in exceptions.items():
        if present.get(name, 0) < lines:
            told.append(f"{name} has shrunk: write {present.get(name, 'nothing')} in {BASELINE.name}")
    return told


def test_modules_and_functions_stay_small() -> None:
    found = complaints(of_the_house(), allowed())
    assert not found, "\n" + "\n".join(found)


def a_function(lines: int) -> Source:
    body = "\n".join(f"    x = {number}" for number in range(lines - 1))
    return Source("src/minzheng/kernel/sample.py", f"def work():\n{body}\n")


def test_the_measure_sees_growth_and_the_exceptions_only_shrink() -> None:
    name = "src/minzheng/kernel/sample.py::work"
    assert complaints((a_function(30),), {}) == []
    assert "has 31 lines" in complaints((a_function(31),), {})[0]
    assert complaints((a_function(40),), {name: 40}) == []
    assert "has 41 lines" in complaints((a_function(41),), {name: 40})[0]
    assert "has shrunk: write 39" in complaints((a_function(39),), {name: 40})[0]
    assert "has shrunk: write nothing" in complaints((a_function(20),), {name: 40})[0]
    assert "has 61 lines" in complaints((a_function(61),), {name: 61})[0]


def test_a_declaration_fits_on_three_pages() -> None:
    page = Source("src/minzheng/domains/sample/domain.py", "x = 1\n" * 151)
    assert [name for name, _, _ in oversized(page)] == [page.name]
    assert [*oversized(Source(page.name, "x = 1\n" * 150))] == []
