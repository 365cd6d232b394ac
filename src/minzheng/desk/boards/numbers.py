"""A place's numbers with those of last month and last year, the same of its parts, and money by scheme."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.utils.html import format_html
from django.utils.safestring import SafeString

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.areas.models import Division
from minzheng.kernel.audit import Actor
from minzheng.kernel.boards.queries import Figures, Number
from minzheng.kernel.clock import Month
from minzheng.kernel.registers.reach import readable, register_over
from minzheng.ui.shown import NOTHING
from minzheng.ui.tables import Head, Row

from .kinds import KINDS, kind_of, shown
from .lists import LISTED
from .then import STOOD

__all__ = ["behind_url", "entry_stats", "money", "opens", "parts", "stats"]

_OF_PARTS = (
    "cases.open", "risk.red", "risk.yellow", "cases.on_time", "service.good", "warnings.open", "warnings.late",
)  # fmt: skip


def behind_url(code: str, path: str, month: Month) -> str:
    """The list behind a number: entries in their register, everything else on a page of the boards.

    Nothing where what stood in a month that is over cannot be listed any more.
    """
    family, _, rest = code.partition(":")
    over = month != Month.of(clock.today())
    if family in ("entries", "indicator"):
        measure = catalogue.current().indicators[rest]
        if measure.item.register and not over:
            asked = urlencode({"path": path, **measure.item.where}, safe="/!")
            return f"/desk/registers/{measure.domain.code}.{measure.item.register}/?{asked}"
        if measure.item.rows is None:
            return ""
        code = f"indicator:{rest}"
    elif over and kind_of(code).now and code not in STOOD:
        return ""
    return "/desk/boards/behind/?" + urlencode({"code": code, "under": path, "month": str(month)})


def opens(measure: catalogue.Declared[declare.Indicator], by: Actor) -> bool:
    """Whether the reader finds a list behind an indicator: a register of his, or rows of the ledger and of cases."""
    item = measure.item
    if item.rows is None:
        return f"{measure.domain.code}.{item.register}" in {one.code for one in readable(by)}
    rows = item.rows(Month.of(clock.today()))
    return rows.model in LISTED or bool(register_over(rows.model, by=by))


def stats(
    found: Figures, path: str, month: Month, codes: Sequence[str] = tuple(KINDS)
) -> list[dict[str, Any]]:
    """One place: each number, beside it what it was, and the way to its list."""
    return [_stat(found, path, month, code) for code in codes]


def entry_stats(found: Figures, path: str, month: Month, readable: set[str]) -> list[dict[str, Any]]:
    """How many entries the registers hold, for whoever may read them."""
    shown_here = []
    for code in found.codes("entries:"):
        measure = catalogue.current().indicators.get(code.partition(":")[2])
        if measure is not None and f"{measure.domain.code}.{measure.item.register}" in readable:
            shown_here.append(_stat(found, path, month, code))
    return shown_here


def _stat(found: Figures, path: str, month: Month, code: str) -> dict[str, Any]:
    kind, number = kind_of(code), found.of(path, month, code)
    value, unit = shown(code, number, short=True)
    bare = value == NOTHING and kind.unit == "%"
    return {
        "label": kind.label, "value": "0" if number is None and kind.unit != "%" else value,
        "unit": "" if bare else unit or kind.unit, "url": _url(number, path, month, code),
        "was": [_before(found, path, month.previous, code, "上月"), _before(found, path, month - 12, code, "去年同月")],
    }  # fmt: skip


def _before(found: Figures, path: str, month: Month, code: str, called: str) -> tuple[str, str]:
    """What it was in a month before, and the way to the list of then."""
    number = _was(found, path, month, code)
    return f"{called} {''.join(shown(code, number, short=True))}", _url(number, path, month, code)


def _url(number: Number | None, path: str, month: Month, code: str) -> str:
    there = number is not None and (number[1] if kind_of(code).unit == "%" else number[0])
    return behind_url(code, path, month) if there else ""


def _was(found: Figures, path: str, month: Month, code: str) -> Number | None:
    """What happened in a month that was counted is known, if it was nothing; what stood then may not be."""
    kind, number = kind_of(code), found.of(path, month, code)
    nothing = number is None and not kind.now and kind.unit != "%" and found.counted(month)
    return (0, None) if nothing else number


def parts(
    found: Figures, places: Sequence[Division], month: Month, link: Callable[[Division], str],
    codes: Sequence[str] = _OF_PARTS,
) -> tuple[tuple[Head, ...], list[Row]]:  # fmt: skip
    """The parts of a place beside each other, the most overdue first; each number leads to its list."""
    heads = (
        Head("地区"),
        *(Head(f"{KINDS[code].label}（{KINDS[code].unit}）", "number") for code in codes),
    )

    def weight(one: Division) -> tuple[int, str]:
        red = found.of(one.path, month, "risk.red")
        return -(red[0] if red else 0), one.path

    rows = [
        Row([one.name, *(_cell(found, one.path, month, code) for code in codes)], url=link(one))
        for one in sorted(places, key=weight)
    ]  # fmt: skip
    return heads, rows


def _cell(found: Figures, path: str, month: Month, code: str) -> str | SafeString:
    number = found.of(path, month, code)
    share = kind_of(code).unit == "%"
    if number is None:
        return NOTHING if share else shown(code, (0, None))[0]
    text, url = shown(code, number)[0], _url(number, path, month, code)
    return format_html('<a href="{}">{}</a>', url, text) if url else text


def money(found: Figures, path: str, month: Month) -> tuple[tuple[Head, ...], list[Row]]:
    """What was paid in each scheme, to how many, last month and last year; the sum of all beneath."""
    heads = (
        Head("项目"), Head("本月（元）", "number"), Head("本月（笔）", "number"), Head("上月（元）", "number"),
        Head("去年同月（元）", "number"),
    )  # fmt: skip
    rows, sums = [], [0, 0, 0, 0]
    for code in found.codes("money:"):
        now, last, year = (found.of(path, one, code) or (0, 0) for one in (month, month.previous, month - 12))
        if not (now[0] or last[0] or year[0]):
            continue
        for at, value in enumerate((now[0], now[1] or 0, last[0], year[0])):
            sums[at] += value
        cells = [_cell(found, path, one, code) for one in (month, month.previous, month - 12)]
        rows.append(Row([kind_of(code).label, cells[0], f"{now[1] or 0:,}", *cells[1:]]))
    if rows:
        total = [shown("money:", (value, None))[0] for value in sums]
        rows.append(Row(["合计", total[0], f"{sums[1]:,}", total[2], total[3]], mark="total"))
    return heads, rows
