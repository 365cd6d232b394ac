"""What the platform is measured beside: installed only when asked for, and never in the way."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from launch import benching, beside, packages, places, setup
from launch.say import Stop


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was made ready and run, in order."""
    done: list[str] = []

    @contextlib.contextmanager
    def address() -> Iterator[str]:
        done.append("database")
        yield "postgresql://somewhere/else"

    monkeypatch.setattr(setup, "parts", lambda **_: done.append("parts"))
    monkeypatch.setattr(setup, "address", address)
    monkeypatch.setattr(setup, "fill", lambda *_, **__: done.append("tables"))
    monkeypatch.setattr(beside, "ready", done.append)
    monkeypatch.setattr(benching.shutil, "which", lambda _: "/usr/bin/java")
    return done


def measured(asked: list[str], *words: str) -> list[str]:
    """The same with the command that was run at the end."""

    def run(command: list[str], *_: object) -> int:
        asked.append(" ".join(command[1:]))
        return 0

    assert benching.law(words, run) == 0
    return asked


def test_everything_is_made_ready_unless_something_is_named(asked: list[str]) -> None:
    done = measured(asked, "--households", "5")
    assert done == ["parts", "bench", "spark", "database", "tables", "-m bench.law --households 5"]


def test_only_what_is_named_is_made_ready(asked: list[str]) -> None:
    assert measured(asked, "--only", "bulk,openfisca") == [
        "parts",
        "bench",
        "-m bench.law --only bulk,openfisca",
    ]


def test_without_java_spark_is_not_fetched(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benching.shutil, "which", lambda _: None)
    assert "spark" not in measured(asked)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A work tree with nothing in it but a lock file."""
    monkeypatch.setattr(places, "ROOT", tmp_path)
    monkeypatch.setattr(places, "REQUIREMENTS", tmp_path)
    (tmp_path / "bench.lock").write_text("nothing==1\n")
    return tmp_path


def test_an_environment_is_made_once(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled: list[Path] = []
    monkeypatch.setattr(packages, "install", lambda _lock, *, venv: filled.append(venv))
    assert beside.ready("bench")
    assert beside.ready("bench")
    assert filled == [elsewhere / ".venv-bench"]
    (elsewhere / "bench.lock").write_text("nothing==2\n")
    assert beside.ready("bench")
    assert len(filled) == 2


def test_what_cannot_be_installed_is_told_and_stops_nothing(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuses(*_: object, **__: object) -> None:
        raise Stop("连不上软件源。", "The index is out of reach.")

    monkeypatch.setattr(packages, "install", refuses)
    assert not beside.ready("bench")
    assert "连不上软件源" in capsys.readouterr().out
    assert not (elsewhere / ".venv-bench" / ".stamp").exists()
