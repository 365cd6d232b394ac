"""Every test that is written is run: a whole folder asked for is compared with the functions in its files."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

# Walked by a run of its own.
APART = "browser/"
WHOLE = ("tests", "browser")


def written(folder: Path) -> set[str]:
    """The test functions in the files of a folder, as ``file::function``."""
    found = set()
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                found.add(f"{path.relative_to(folder).as_posix()}::{node.name}")
    return found


def missed(folder: Path, session: pytest.Session) -> set[str]:
    """What is written in the folder and was not collected."""
    found = {f"{one.path.relative_to(folder).as_posix()}::{one.originalname}" for one in _functions(session)}  # type: ignore[attr-defined]
    return {one for one in written(folder) - found if folder.name == "browser" or not one.startswith(APART)}


def _functions(session: pytest.Session) -> list[pytest.Item]:
    return [one for one in session.items if isinstance(one, pytest.Function)]


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """A run of a whole folder, with nothing picked out of it, has all that is written there."""
    asked, folders = session.config, [Path(one).resolve() for one in session.config.args]
    picked = asked.option.keyword or asked.option.markexpr or getattr(asked.option, "lf", False)
    if not picked and len(folders) == 1 and folders[0].name in WHOLE and folders[0].is_dir():
        left = missed(folders[0], session)
        if left:
            raise pytest.UsageError(f"written but never run: {', '.join(sorted(left))}")
