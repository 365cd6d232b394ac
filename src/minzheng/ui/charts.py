"""A chart always stands on a table: the table is the truth, the chart its picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from minzheng.kernel.errors import Mistake
from minzheng.ui.tables import Head, Row

__all__ = ["MAP_NOTE", "MAP_REVIEW", "Chart", "Series"]

MAP_REVIEW = "审图号 GS(2024)0650号"
MAP_NOTE = "示意图，不作为划界依据"


@dataclass(frozen=True)
class Series:
    """One line, one set of bars, or the values of a map; None is "no figure", never zero."""

    label: str
    values: Sequence[int | float | None]


@dataclass(frozen=True)
class Chart:
    """What is drawn: names along the axis (or places by code) and one or more series of the same length.

    ``codes`` are the six-digit division codes of a map, in the order of ``names``; ``map_url`` is the
    address of the outlines.  ``urls`` lead on from each row of the table.
    """

    code: str
    title: str
    kind: Literal["bar", "line", "map"]
    names: Sequence[str]
    series: Sequence[Series]
    unit: str = ""
    codes: Sequence[str] = ()
    map_url: str = ""
    summary: str = ""
    axis: str = "地区"
    urls: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if any(len(one.values) != len(self.names) for one in self.series):
            raise Mistake("chart_length", f"chart {self.code!r}: every series needs {len(self.names)} values")
        if self.kind == "map" and len(self.codes) != len(self.names):
            raise Mistake("chart_codes", f"chart {self.code!r}: a map needs one division code for each name")

    @property
    def drawable(self) -> bool:
        """A map without outlines is a table."""
        return bool(self.names) and (self.kind != "map" or bool(self.map_url))

    def as_json(self) -> dict[str, Any]:
        """What the page's script reads."""
        return {
            "kind": self.kind,
            "title": self.title,
            "unit": self.unit,
            "names": list(self.names),
            "codes": list(self.codes),
            "series": [{"label": one.label, "values": list(one.values)} for one in self.series],
            "map": self.map_url,
            "summary": self.summary,
            "links": [self.urls.get(name, "") for name in self.names],
        }

    @property
    def columns(self) -> list[Head]:
        """The heads of the table beneath."""
        unit = f"（{self.unit}）" if self.unit else ""
        return [Head(self.axis), *(Head(f"{one.label}{unit}", "number") for one in self.series)]

    @property
    def rows(self) -> list[Row]:
        """The rows of the table beneath."""
        values = [one.values for one in self.series]
        return [
            Row([name, *(column[place] for column in values)], url=self.urls.get(name, ""))
            for place, name in enumerate(self.names)
        ]
