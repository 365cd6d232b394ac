"""The one command: what it makes ready, and the sentence each failure on the way ends in."""

from __future__ import annotations

import ast
import errno
import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from launch import cli, conditions, places, quality, say, serving
from launch.say import Stop
from tests.factories.stopped import says

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def run_py() -> ModuleType:
    spec = importlib.util.spec_from_file_location("run", ROOT / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def occupied_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


# ---- before anything starts ----


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 15), (3, 10, 13)])
def test_an_old_python_is_turned_away_with_one_sentence(run_py: ModuleType, version: tuple[int, ...]) -> None:
    sentence = run_py.too_old(version)
    assert "3.11" in sentence
    assert f"{version[0]}.{version[1]}" in sentence


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 13, 1), (4, 0, 0)])
def test_a_python_that_is_new_enough_is_welcome(run_py: ModuleType, version: tuple[int, ...]) -> None:
    assert run_py.too_old(version) == ""


def test_an_old_python_can_read_the_page_that_turns_it_away() -> None:
    source = (ROOT / "run.py").read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 4))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr | ast.AnnAssign)]
    assert source.startswith("# -*- coding: utf-8 -*-")  # without it Python 2 stops at the first character
    outside = {name.name for node in tree.body if isinstance(node, ast.Import) for name in node.names}
    assert outside == {"os", "sys"}


def test_launching_needs_nothing_but_the_standard_library() -> None:
    allowed = {*sys.stdlib_module_names, "launch", "django"}
    for path in (ROOT / "launch").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert name.split(".")[0] in allowed, f"{path.name} imports {name}"
                assert name.split(".")[0] != "django" or path.name == "inside.py"


def test_an_occupied_port_is_named_and_another_one_offered(occupied_port: int) -> None:
    with pytest.raises(Stop) as stop:
        conditions.free_port(occupied_port)
    says(stop, str(occupied_port), f"--port {occupied_port + 1}")


def test_the_command_itself_stops_at_an_occupied_port_without_a_traceback(occupied_port: int) -> None:
    done = subprocess.run(
        [sys.executable, "run.py", "--port", str(occupied_port)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 1
    assert str(occupied_port) in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert len(done.stderr.strip().splitlines()) == 2


def test_a_free_port_is_taken_as_it_is() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    conditions.free_port(port)


def test_a_full_disk_is_noticed_before_anything_is_downloaded(tmp_path: Path) -> None:
    def nearly_full(_folder: Path) -> SimpleNamespace:
        return SimpleNamespace(total=10_000_000_000, used=9_900_000_000, free=100_000_000)

    with pytest.raises(Stop) as stop:
        conditions.room_on_disk(tmp_path, needed=conditions.NEEDED_CLEAN, usage=nearly_full)
    says(stop, str(tmp_path), "0.1 GB", "2.5 GB")


def test_room_on_the_disk_is_measured_on_the_real_disk(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    conditions.room_on_disk(tmp_path, needed=free // 2, usage=shutil.disk_usage)
    with pytest.raises(Stop):
        conditions.room_on_disk(tmp_path, needed=free * 2, usage=shutil.disk_usage)


@pytest.mark.parametrize(
    ("refusal", "word"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/data/x"), "disk is full"),
        (PermissionError(errno.EACCES, "Permission denied", "/data/x"), "/data/x"),
        (OSError(errno.EROFS, "Read-only file system", "/data/x"), "Read-only"),
    ],
)
def test_a_refusal_of_the_system_becomes_a_sentence(refusal: OSError, word: str) -> None:
    assert word in str(conditions.told_by_the_system(refusal))


def test_an_unreachable_database_ends_in_a_sentence_that_says_what_to_check() -> None:
    with pytest.raises(Stop) as stop:
        conditions.outside_database("postgresql://u:p@127.0.0.1:1/x", python=Path(sys.executable))
    says(stop, "DATABASE_URL")
    assert "u:p" not in str(stop.value)


def test_a_database_that_answers_is_taken() -> None:
    conditions.outside_database(os.environ["DATABASE_URL"], python=Path(sys.executable))


def test_a_database_older_than_fifteen_is_refused() -> None:
    with pytest.raises(Stop) as stop:
        conditions.new_enough(140_011)
    says(stop, "14", "15")
    conditions.new_enough(150_000)
    conditions.new_enough(180_004)


@pytest.mark.parametrize(
    ("output", "reached", "word"),
    [
        ("error: error sending request for url", True, "out of reach"),
        ("ERROR: Could not find a version (from versions: none)", False, "out of reach"),
        ("OSError: [Errno 28] No space left on device", True, "disk is full"),
        ("x has no wheels with a matching Python ABI tag", True, "Python 3.11 to 3.13"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", True, "could not be installed"),
    ],
)
def test_a_failed_download_names_its_likely_reason(output: str, reached: bool, word: str) -> None:
    stop = conditions.why_download_failed(output, what="Python packages", log=Path("x.log"), reached=reached)
    assert word in stop.english


# ---- the verbs ----


def test_no_verb_means_serve() -> None:
    options = cli.understand([])
    assert (options.port, options.departments_port, options.no_demo) == (8000, 8100, False)
    assert (options.bank_port, options.no_bank) == (8200, False)
    assert (options.gateway_port, options.no_gateway) == (8300, False)
    assert cli.understand(["--port", "8001"]).port == 8001
    assert cli.understand(["serve", "--port", "8001"]).act is options.act


def test_every_verb_explains_itself_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["help"], ["-h"]):
        with pytest.raises(SystemExit) as end:
            cli.understand(words)
        assert end.value.code == 0
        told = capsys.readouterr().out
        for verb in cli.VERBS:
            assert verb.help in told
    for verb in cli.VERBS:
        with pytest.raises(SystemExit) as end:
            cli.understand([verb.name, "-h"])
        assert end.value.code == 0
        assert verb.help in capsys.readouterr().out


def test_the_readme_names_every_verb() -> None:
    _, _, told = (
        (ROOT / "README.md")
        .read_text(encoding="utf-8")
        .partition("`python3 run.py help` lists the other verbs: ")
    )
    listed = re.findall(r"`([a-z]+)`", told.partition(". `")[0])
    assert sorted([*listed, "serve", "test"]) == sorted(verb.name for verb in cli.VERBS)


def test_pytest_and_django_get_their_own_options_untouched() -> None:
    assert cli.understand(["test", "-k", "money", "-x"]).rest == ["-k", "money", "-x"]
    assert cli.understand(["manage", "migrate", "--plan"]).rest == ["migrate", "--plan"]
    assert cli.understand(["demo", "--households", "500"]).rest == ["--households", "500"]


@pytest.mark.parametrize(
    "words", [["nonsense"], ["serve", "--port", "0"], ["--port", "70000"], ["--port", "x"]]
)
def test_a_word_that_is_no_verb_and_a_port_that_is_none_are_refused(words: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.understand(words)
    assert end.value.code == 2


def test_serving_starts_the_site_its_worker_the_departments_the_bank_and_the_gateway() -> None:
    programs = serving._programs({}, port=8001, departments_port=8101, bank_port=8201, gateway_port=8301)
    names = ["site", "worker", "worker-2", "departments", "bank", "gateway"]
    assert [program.name for program in programs] == names
    assert {"8001", serving.SITE} <= set(programs[0].words)
    assert "8101" in programs[3].words
    assert "8201" in programs[4].words
    assert "8301" in programs[5].words
    alone = serving._programs({}, port=8001, departments_port=None, bank_port=None, gateway_port=None)
    assert [program.name for program in alone] == ["site", "worker", "worker-2"]


def test_check_tells_all_failures_at_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def three() -> dict[str, list[str]]:
        fail = [sys.executable, "-c", "raise SystemExit('what is wrong')"]
        return {"first": fail, "second": [sys.executable, "-c", ""], "third": fail}

    monkeypatch.setattr(quality, "_checks", three)
    assert quality.check(os.environ) == 1
    told = capsys.readouterr().out
    assert told.count("what is wrong") == 2
    assert told.rstrip().endswith("first, third")
    monkeypatch.setattr(quality, "_checks", lambda: {"second": three()["second"]})
    assert quality.check(os.environ) == 0


def test_a_step_is_skipped_until_what_it_reads_changes(tmp_path: Path) -> None:
    source = tmp_path / "lock"
    source.write_text("one")
    stamp = tmp_path / "stamps" / "lock"
    assert not places.is_stamped(stamp, places.digest([source]))
    places.put_stamp(stamp, places.digest([source]))
    assert places.is_stamped(stamp, places.digest([source]))
    source.write_text("two")
    assert not places.is_stamped(stamp, places.digest([source]))


def test_the_last_word_of_a_log_fits_into_a_sentence(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert say.last_line(log) == ""
    log.write_text("syntax.Error: at IS\nLINE 45: IS DISTINCT\n   ^\nDETAIL:  none\n")
    assert say.last_line(log) == "syntax.Error: at IS"
    log.write_text("nothing but words\n")
    assert say.last_line(log) == "nothing but words"
    log.write_text("Traceback\n  File\nValueError: " + "x" * 1000 + "\n\n")
    assert say.last_line(log).startswith("ValueError: x")
    assert len(say.last_line(log)) == 300
