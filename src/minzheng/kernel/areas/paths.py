"""What a jurisdiction path says by itself: its level, its county, what is above it.

``22/2201/220102/`` is a chain of unit identifiers; the length of the last one is its level.
"""

from __future__ import annotations

from minzheng.kernel.errors import Mistake

from .levels import Level

__all__ = ["COUNTY_OF", "county_of", "level_of", "parent", "township_of", "uid_of", "uids"]

# SQL: the part of a path that ``county_of`` keeps; nothing for a city or the province.
COUNTY_OF = "^(?:[^/]{2,4}/)*[^/]{5,6}/"
# 22CBS, the 长白山 management board, is a county-level unit without a statistical code.
_LEVELS = {
    2: Level.PROVINCE, 4: Level.CITY, 5: Level.COUNTY, 6: Level.COUNTY, 9: Level.TOWNSHIP, 12: Level.VILLAGE,
}  # fmt: skip


def uids(path: str) -> list[str]:
    """The units along a path, from the province down."""
    return [part for part in path.split("/") if part]


def uid_of(path: str) -> str:
    """The unit that a path ends at."""
    return uids(path)[-1] if path else ""


def level_of(path: str) -> Level:
    """The level of the unit that a path ends at."""
    try:
        return _LEVELS[len(uid_of(path))]
    except KeyError:
        raise Mistake("path_malformed", f"管辖路径“{path}”不合规则。请联系平台管理员。", path=path) from None


def parent(path: str) -> str | None:
    """The path one step up, by who runs the unit; the province has none."""
    above = uids(path)[:-1]
    return "/".join(above) + "/" if above else None


def county_of(path: str) -> str | None:
    """The path cut off at the county-level unit; nothing for a city or the province."""
    kept: list[str] = []
    for uid in uids(path):
        kept.append(uid)
        if _LEVELS.get(len(uid)) is Level.COUNTY:
            return "/".join(kept) + "/"
    return None


def township_of(path: str) -> str:
    """The path cut off at the township; what is above it stays as it is."""
    return "/".join([uid for uid in uids(path) if len(uid) <= 9]) + "/" if path else ""
