"""How a target is said: its light as shape and word, its value cut and never rounded up, where the value comes from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from minzheng.desk.registers.picking import offered
from minzheng.kernel import catalogue, clock
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import Refused
from minzheng.kernel.indicators.figures import Figure
from minzheng.kernel.law.progress import Light
from minzheng.kernel.plans.letters import COLOURS, wanted_of
from minzheng.kernel.plans.models import Reported
from minzheng.kernel.plans.standing import Standing, measure_of, said
from minzheng.ui.shown import NOTHING, badge, yuan

__all__ = [
    "COLOUR_KINDS",
    "ROOM",
    "SOURCES",
    "day_of",
    "figure_words",
    "light_badge",
    "number",
    "place_bar",
    "sides",
    "source_words",
    "value_words",
    "wanted_words",
]

ROOM = ("规划监测", "/desk/plans/")
SOURCES = {"computed": "台账计算", "given": "填报核实", "none": "尚无数据来源"}
COLOUR_KINDS = {
    "blue": "good", "green": "good", "yellow": "warn", "red": "bad", "violet": "info", "grey": "neutral",
}  # fmt: skip


def light_badge(of: Light) -> SafeString:
    """The light as shape, word and colour; data that do not suffice are said beside it."""
    shown = badge(COLOURS[of.colour], COLOUR_KINDS[of.colour])
    return format_html("{} <small>数据不足</small>", shown) if of.hatched else shown


def number(value: Fraction | None) -> str:
    """Whole numbers as they are, others with two decimals."""
    return said(value) or NOTHING


def value_words(of: Standing) -> str:
    """The value with its unit; of a target that fell due also what it was then, for that is what is judged."""
    unit, then = of.target.unit, of.at_due
    now = NOTHING if of.value is None else f"{said(of.value, of.target)}{unit}"
    if then is None or then == of.value or of.target.kind in ("K", "X", "Y"):
        return now
    return f"{now}（到期时 {said(then, of.target)}{unit}）"


def sides(target: str, of: Figure | None) -> tuple[Any, Any]:
    """Numerator and denominator; where the register counts fen, in yuan."""
    if of is None:
        return None, None
    found = catalogue.current().indicators.get(measure_of(target))
    told = (
        [getattr(side, "label", "") for side in (found.item.count, found.item.out_of)] if found else ["", ""]
    )
    above, below = (
        f"{yuan(number)} 元" if number is not None and "（分）" in label else number
        for number, label in zip((of.numerator, of.denominator), told, strict=True)
    )
    return above, below


def wanted_words(of: Standing) -> str:
    """The target as the plan puts it."""
    target = of.target
    if target.value is None and not target.relative:
        return "定性" if target.is_target else NOTHING
    each = f"，每个单位 ≥{number(target.each)}" if target.each is not None else ""
    mark = "（已调整）" if of.adjusted else ""
    return f"{wanted_of(target)}{'' if target.relative else target.unit}{each}{mark}"


def source_words(of: Standing) -> str:
    """Where the value comes from, with its month, and on how many counties it rests where some are lacking."""
    if of.source == "none" or of.figure is None:
        return SOURCES["none"]
    few = f"（{of.cover.known}/{of.cover.of} 个县）" if of.cover and of.cover.known < of.cover.of else ""
    return f"{SOURCES[of.source]} {of.month}{few}"


def figure_words(of: Reported) -> str:
    """A given figure, both sides where it has two."""
    return f"{of.numerator:,}" + (f" / {of.denominator:,}" if of.denominator is not None else "")


def place_bar(
    by: Actor, under: str, *, month: str = "", chapter: tuple[str, Sequence[tuple[str, str]]] | None = None
) -> list[dict[str, Any]]:
    """Choosing a place down to the county, and where a page asks for them a month and a chapter."""
    places = [(path, name) for path, name in offered(by.scope, under) if level_of(path) <= Level.COUNTY]
    bar: list[dict[str, Any]] = [
        {"name": "under", "label": "地区", "kind": "pick", "value": under, "options": places},
    ]
    if month:
        bar.append({"name": "month", "label": "月份", "kind": "month", "value": month})
    if chapter:
        bar.append(
            {
                "name": "chapter",
                "label": "章",
                "kind": "choice",
                "value": chapter[0],
                "options": list(chapter[1]),
            }
        )
    return bar


def day_of(text: str) -> date:
    """The last day of the month asked for; of the running month, today."""
    month = clock.Month.parse(text) if text else clock.Month.of(clock.today())
    if month > clock.Month.of(clock.today()):
        raise Refused("month_to_come", "这个月还没有到。请选择本月或以前的月份。", field="month")
    return min(month.last, clock.today())
