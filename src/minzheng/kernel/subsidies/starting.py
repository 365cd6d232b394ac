"""Whether a list may be drawn up for a month: by an index that counts there, or by a measure in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import Refused

from .models import IndexRow, Measure

__all__ = ["Figures", "checked_start", "given"]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was published, year on year, in hundredths of a percent; None where none is published."""

    cpi: int
    food_cpi: int
    scpi: int | None = None


def given(row: IndexRow | Figures) -> Mapping[str, Any]:
    """The same as the law reads it: exact shares."""
    known: dict[str, Any] = {
        "cpi": Fraction(row.cpi, 10000), "food_cpi": Fraction(row.food_cpi, 10000),
        "scpi_published": row.scpi is not None,
    }  # fmt: skip
    return known if row.scpi is None else known | {"scpi": Fraction(row.scpi, 10000)}


def checked_start(
    found: catalogue.Declared[declare.Subsidy], path: str, month: Month, start: IndexRow | Measure | None
) -> Mapping[str, Any]:
    """The figures the law reads, if what starts the list holds for this place and month."""
    if level_of(path) is not Level.COUNTY:
        raise Refused("place_unknown", "名单按县（市、区）生成。请重新选择地区。", field="path")
    if month > Month.of(clock.today()):
        raise Refused("month_not_begun", f"{month} 尚未到来，不能生成名单。请核对月份。", field="month")
    if start is None:
        if found.item.started_by != "month":
            raise Refused("start_missing", "这项补贴须由指数或应急措施启动，不能直接生成名单。")
        return {}
    if isinstance(start, IndexRow):
        return _by_index(found, path, month, start)
    return _by_measure(found, path, month, start)


def _by_index(
    found: catalogue.Declared[declare.Subsidy], path: str, month: Month, row: IndexRow
) -> Mapping[str, Any]:
    now = IndexRow.objects.get(pk=row.pk)
    if now.subsidy != found.code or now.state != IndexRow.State.CHECKED:
        raise Refused("index_not_checked", "该指数尚未复核，或已更正，不能据以生成名单。请刷新页面。")
    if now.month != month.first or not path.startswith(now.path):
        raise Refused("index_elsewhere", "该指数不是这个地区、这个月份的。请重新选择。")
    return given(now)


def _by_measure(
    found: catalogue.Declared[declare.Subsidy], path: str, month: Month, row: Measure
) -> Mapping[str, Any]:
    now = Measure.objects.select_related("emergency").get(pk=row.pk)
    right = now.code == Measure.Code.LIVING_SUBSIDY and found.item.started_by == "emergency"
    if not right or now.emergency.domain != found.domain.code or not path.startswith(now.emergency.path):
        raise Refused("measure_elsewhere", "该应急措施不是这个地区的发放措施。请重新选择。")
    begun = now.from_on <= month.last
    if not begun or (now.until_on is not None and now.until_on <= month.first):
        raise Refused("measure_over", f"{month} 不在该应急措施的期限内，不能生成名单。", field="month")
    return {"amount": now.value}
