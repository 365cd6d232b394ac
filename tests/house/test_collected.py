"""Every test that is written is run."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import ROOT

TESTS = ROOT / "tests"


def written(folder: Path) -> set[str]:
    """The test functions in the files of a folder, as ``file::function``."""
    found = set()
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                found.add(f"{path.relative_to(folder).as_posix()}::{node.name}")
    return found


def collected(*folders: Path, root: Path, options: tuple[str, ...] = ()) -> set[str]:
    """What pytest finds there."""
    words = [
        sys.executable,
        "-m",
        "pytest",
        "--collect-only",
        "-q",
        "-p",
        "no:cacheprovider",
        f"--rootdir={root}",
    ]
    done = subprocess.run(
        [*words, *options, *map(str, folders)], cwd=root, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode in (0, 5), done.stdout[-3000:] + done.stderr[-3000:]
    named = [line.split("[")[0] for line in done.stdout.splitlines() if "::" in line]
    return {f"{name.split('::')[0]}::{name.split('::')[-1]}" for name in named}


def test_every_test_is_collected() -> None:
    found = collected(TESTS, root=ROOT)
    expected = {f"tests/{name}" for name in written(TESTS) if not name.startswith("browser/")}
    assert expected - found == set(), "these are written but never run"


def test_every_browser_test_is_collected() -> None:
    folder = TESTS / "browser"
    if not any(folder.glob("**/*.py")):
        pytest.skip("no page is walked in a real browser yet")
    found = collected(folder, root=ROOT, options=("-o", "addopts=--strict-markers"))
    assert {f"tests/browser/{name}" for name in written(folder)} - found == set()


def test_a_test_outside_a_test_file_is_missed_and_seen(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text("def test_one(): pass\n", encoding="utf-8")
    (tmp_path / "b.py").write_text("def test_two(): pass\n", encoding="utf-8")
    (tmp_path / "test_c.py").write_text("class Walk:\n    def test_three(self): pass\n", encoding="utf-8")
    options = ("-c", "/dev/null", "-p", "no:django")
    assert written(tmp_path) - collected(tmp_path, root=tmp_path, options=options) == {
        "b.py::test_two",
        "test_c.py::test_three",
    }
