"""Lists are drawn in plain Python: rows drawn by a template take most of a list request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

from minzheng.ui.shown import NOTHING, cn_datetime, iso_day, yuan

__all__ = ["Head", "Heading", "Row", "table"]


class Heading(Protocol):
    """What a column needs to be drawn; ``declare.Column`` fits."""

    @property
    def label(self) -> str:
        """The words above."""

    @property
    def kind(self) -> str:
        """text, long (a number that may break), money, day, instant, number, choice, place or masked."""

    @property
    def secondary(self) -> bool:
        """Left out in large-font mode and on small tablets."""


@dataclass(frozen=True)
class Head:
    """A column of a page's own table."""

    label: str
    kind: str = "text"
    secondary: bool = False


@dataclass(frozen=True)
class Row:
    """One line; where it has an address, its first cell is the link."""

    cells: Sequence[Any]
    url: str = ""
    mark: str = ""


def _plain(value: Any) -> str:
    return NOTHING if value is None or value == "" else str(conditional_escape(value))


def _number(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else _plain(value)


_DRAWN = {"money": yuan, "day": iso_day, "instant": cn_datetime, "number": _number}
_RIGHT = {"money", "number"}
_WHOLE = {"day", "instant", "choice", "masked"}


def _classes(column: Heading, *, empty: bool = False) -> str:
    words = ["mz-none"] if empty else []
    words += ["mz-num"] if column.kind in _RIGHT else []
    words += ["mz-whole"] if column.kind in _WHOLE else []
    words += ["mz-long"] if column.kind == "long" else []
    words += ["mz-secondary"] if column.secondary else []
    return f' class="{" ".join(words)}"' if words else ""


def _drawer(column: Heading) -> tuple[Callable[[Any], str], str, str]:
    """How a value of a column becomes text, the attributes of its cell, and the whole cell where there is nothing."""
    attributes = f' data-label="{escape(column.label)}"{_classes(column)}'
    return _DRAWN.get(column.kind, _plain), attributes, f"<td{_classes(column, empty=True)}>{NOTHING}</td>"


def table(
    columns: Sequence[Heading], rows: Iterable[Row], *, caption: str, hide_caption: bool = True
) -> SafeString:
    """A list, on a phone stacked cards without what is empty.  Safe strings pass through; all else is escaped."""
    heads = "".join(f'<th scope="col"{_classes(c)}>{escape(c.label)}</th>' for c in columns)
    drawers = [_drawer(c) for c in columns]
    body = []
    for row in rows:
        cells = []
        for place, ((draw, attributes, nothing), value) in enumerate(zip(drawers, row.cells, strict=True)):
            text = draw(value)
            if place == 0:
                text = f'<a href="{escape(row.url)}">{text}</a>' if row.url else text
                cells.append(f'<th scope="row"{attributes}>{text}</th>')
            else:
                cells.append(nothing if text == NOTHING else f"<td{attributes}>{text}</td>")
        mark = f' class="mz-row-{escape(row.mark)}"' if row.mark else ""
        body.append(f"<tr{mark}>{''.join(cells)}</tr>")
    hidden = ' class="mz-sr"' if hide_caption else ""
    return mark_safe(
        f'<div class="mz-table-wrap" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f'<table class="mz-table table-mobile-md"><caption{hidden}>{escape(caption)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )
