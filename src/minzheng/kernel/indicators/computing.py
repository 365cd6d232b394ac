"""All declared measures of all divisions and months, counted anew from the registers in one go."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from django.db import connection

from minzheng.kernel import audit, catalogue, clock, declare
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import NotAllowed, Refused

from .beside import in_turn, one_ahead
from .counting import Window
from .ground import Ground, ground
from .measuring import Measured
from .models import Computation, Series
from .writing import HEAD, STATEMENT, TAIL, blocks

__all__ = ["PLAN_BEGINS", "compute", "compute_all", "declared", "of_the_province"]

# What runs on over the plan (规划期) begins here.
PLAN_BEGINS = clock.Month(2021, 1)


def declared() -> dict[str, declare.Indicator]:
    """The measures that are computed at once, by code."""
    every = catalogue.current().indicators.items()
    return {code: one.item for code, one in every if one.item.computed}


def of_the_province(by: Actor) -> bool:
    """The platform's own timed work, or a post of the province held at the province."""
    roles = catalogue.current().roles
    held = (post for post in by.posts if post.role in roles and post.level == Level.PROVINCE)
    return by.kind == "system" or any(roles[post.role].item.at == Level.PROVINCE for post in held)


@verb("indicators.compute", label="重新计算指标")
def compute(
    *, until: clock.Month | None = None, beside: bool = False, by: Actor, key: str | None = None
) -> Computation:
    """From the first month of the plan to the running one, by the divisions of today."""
    if not of_the_province(by):
        raise NotAllowed("not_the_province", "全省指标由省级民政部门统一计算，您不能发起计算。")
    last = until or clock.Month.of(clock.today())
    if last > clock.Month.of(clock.today()):
        raise Refused("month_to_come", "不能计算尚未开始的月份。")
    made = compute_all(declared(), _window(last), on=min(last.last, clock.today()), by=by, beside=beside)
    Series.objects.exclude(computation=made)._raw_delete(Series.objects.db)
    Computation.objects.exclude(pk=made.pk).delete()
    audit.note(about=made, path="22/", after={"indicators": made.indicators, "unplaced": made.unplaced})
    return made


def compute_all(
    indicators: Mapping[str, declare.Indicator], window: Window, *, on: date, by: Actor, beside: bool = False
) -> Computation:
    """These measures over the window by the divisions of a day; ``beside`` reads what is committed on a second core."""
    land = ground(on)
    made = Computation.objects.create(
        divisions_on=on, first=window.first.first, months=window.months, indicators=len(indicators),
        areas=len(land.paths), started_at=clock.now(), by=by.id,
    )  # fmt: skip
    unplaced = {}
    counting = one_ahead if beside else in_turn
    for code, found in counting(indicators, window, land):
        _write(made, code, land, found)
        if found.unplaced:
            unplaced[code] = found.unplaced
    made.unplaced, made.finished_at = unplaced, clock.now()
    made.save(update_fields=["unplaced", "finished_at"])
    return made


def _write(made: Computation, code: str, land: Ground, found: Measured) -> None:
    """While one block is on its way to the database, the next is made."""
    with (
        connection.cursor() as cursor,
        cursor.copy(STATEMENT) as out,
        ThreadPoolExecutor(1) as sender,
    ):
        out.write(HEAD)
        sent = None
        for block in blocks(made.pk, code, land.paths, found):
            if sent is not None:
                sent.result()
            sent = sender.submit(out.write, block)
        if sent is not None:
            sent.result()
        out.write(TAIL)


def _window(last: clock.Month) -> Window:
    return Window(PLAN_BEGINS, max(1, last.months_since(PLAN_BEGINS) + 1))
