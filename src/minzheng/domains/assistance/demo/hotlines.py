"""Hotlines of the demonstration: live in all counties but two, one entered and not tested, one that nobody answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from minzheng.kernel import clock
from minzheng.kernel.areas.queries import counties
from minzheng.kernel.audit import Actor

from .. import actions

__all__ = ["hotlines"]


def hotlines(actors: Mapping[str, Actor]) -> None:
    """Entered by the province in the order in which counties were linked, three or four a month."""
    by = actors["province"]
    for at, one in enumerate(counties("22/")):
        entered = date(2022 + at // 20, 1 + (at % 20) // 2, 12)
        with clock.frozen(entered):
            route = actions.enter_hotline(
                path=one.path, number=f"0430-{8800000 + at * 37}", answered_by=f"{one.name}社会救助服务中心",
                hours="每天 8:00-20:00", by=by,
            )  # fmt: skip
        if at == 17:
            continue
        with clock.frozen(entered.replace(day=24)):
            actions.try_hotline(
                route=route, through=at != 41, tested_on=clock.today(), by=by,
                note="三次呼叫无人接听，转接线路未开通" if at == 41 else "",
            )  # fmt: skip
