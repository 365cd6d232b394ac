"""The project's own files, as the house rules read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

__all__ = ["ROOT", "Source", "domains", "of_the_house", "of_the_tests", "room", "text_files"]

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "minzheng"
NOT_OURS = {"migrations", "static_vendor", "__pycache__", "node_modules"}
TEXT = {
    ".cfg", ".cjs", ".css", ".csv", ".html", ".in", ".js", ".json", ".lock", ".md", ".mjs", ".py", ".sh", ".sql",
    ".svg", ".toml", ".txt", ".typ", ".yaml", ".yml",
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """One Python file: where it stands and what it says."""

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.name)

    @property
    def module(self) -> str:
        """The dotted name under which it is imported."""
        return self.name.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def package(self) -> str:
        """The package that relative imports start from."""
        return self.module if self.name.endswith("/__init__.py") else self.module.rpartition(".")[0]


def room(module: str) -> str:
    """The part of the house a module belongs to: ``minzheng.kernel.law``, ``minzheng.desk``, ``launch``."""
    parts = module.split(".")
    deep = parts[:2] in (["minzheng", "kernel"], ["minzheng", "domains"])
    return ".".join(parts[: 3 if deep else 2])


def domains() -> list[str]:
    """The folders of the domains."""
    return sorted(one.parent.name for one in (PACKAGE / "domains").glob("*/domain.py"))


@cache
def of_the_house() -> tuple[Source, ...]:
    """Everything under ``src``, without migrations and other people's files."""
    return tuple(_sources(PACKAGE))


@cache
def of_the_tests() -> tuple[Source, ...]:
    """The tests and what they are made with, the programs around the platform, and what measures it."""
    folders = ("tests", "launch", "scripts", "bench")
    return tuple(one for folder in folders for one in _sources(ROOT / folder))


def _sources(folder: Path) -> Iterator[Source]:
    for path in sorted(folder.rglob("*.py")):
        if not NOT_OURS & set(path.parts):
            yield Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))


def text_files() -> Iterator[tuple[str, str]]:
    """Every text file that is part of the project, by its name."""
    folders = (".ci", "bench", "docs", "launch", "requirements", "scripts", "src", "tests")
    paths = [path for path in ROOT.iterdir() if path.is_file()]
    paths += [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    for path in sorted(paths):
        plain = path.suffix in TEXT or path.name in ("run", ".gitignore")
        if plain and not {"static_vendor", "__pycache__"} & set(path.parts):
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
