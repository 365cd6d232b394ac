"""The projects of the demonstration: what was begun where, until when, and when it was accepted."""

from __future__ import annotations

from datetime import date

__all__ = ["PROJECTS"]

_PLACES = {
    "农安县": "22/2201/220122/", "德惠市": "22/2201/220183/", "榆树市": "22/2201/220182/", "舒兰市": "22/2202/220283/",
    "磐石市": "22/2202/220284/", "梨树县": "22/2203/220322/", "东丰县": "22/2204/220421/", "辉南县": "22/2205/220523/",
    "抚松县": "22/2206/220621/", "前郭县": "22/2207/220721/", "镇赉县": "22/2208/220821/", "敦化市": "22/2224/222403/",
    "梅河口市": "22/220581/",
}  # fmt: skip
_KINDS = (
    ("funeral_home_new", "新建殡仪馆", 5, 8), ("funeral_home_rebuilt", "殡仪馆改造", 11, 13),
    ("marriage_new", "婚姻登记处新建", 6, 8), ("marriage_rebuilt", "婚姻登记处改造", 10, 11),
    ("rescue_institution", "救助管理站改造", 5, 6), ("elder_town", "养老综合体", 7, 10),
    ("private_pilot", "民办养老机构标准化试点", 5, 5), ("child_model", "儿童福利机构示范单位", 2, 2),
    ("named_pilot", "标准化试点", 2, 2), ("psychiatric_centre", "精神卫生治疗中心", 1, 1),
)  # fmt: skip


def _projects() -> list[tuple[str, str, str, date, date, date | None]]:
    """So many of each kind in the counties in turn; those left over are still being built."""
    places, found = list(_PLACES.items()), []
    for kind, label, finished, every in _KINDS:
        for number in range(every):
            county, path = places[(number + len(kind)) % len(places)]
            year = 2022 + number % 4
            done = date(year, 11, 20) if number < finished else None
            found.append((kind, f"{county}{label}", path, date(2021, 9, 1), date(year, 10, 31), done))
    return found


PROJECTS = _projects()
