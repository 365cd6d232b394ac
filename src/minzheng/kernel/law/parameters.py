"""Standards, limits and deciders are dated values by place, each with its source.

National and provincial values stand in YAML, local ones in rows that the office edits; both have the shape
of :class:`Value`.  A look-up walks from the most specific place to the nation.  A missing value stops the
operation: nothing is ever assumed in silence.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, cast, get_args

from minzheng.kernel.errors import Refused
from minzheng.kernel.law import reading
from minzheng.kernel.law.units import UNITS, Kind, Scalar, fits, in_words, to_json

__all__ = ["Confidence", "Parameters", "Value", "digest", "parse", "prefixes"]

Confidence = Literal["law", "common", "assumption", "plan"]


@lru_cache(maxsize=4096)
def prefixes(path: str) -> tuple[str, ...]:
    """The place and all that contain it, nearest first: county, prefecture, province, nation ("")."""
    parts = [part for part in path.split("/") if part]
    return (*("/".join(parts[:length]) + "/" for length in range(len(parts), 0, -1)), "")


def parse(raw: object, *, unit: str, where: str) -> Scalar:
    """A value as written in a file, a row or a form, made exact: a ratio is written "3/2" or "0.70"."""
    if unit not in UNITS:
        raise Refused("parameter_unit", f"{where}：没有“{unit}”这个单位。可用：{'、'.join(UNITS)}。")
    kind = UNITS[unit].kind
    value = _from_text(raw.strip(), kind) if isinstance(raw, str) else raw
    if not fits(value, kind):
        message = f"{where}：{raw!r} 不是单位 {unit} 的值。请写{_HINTS.get(kind, '与单位相符的值')}。"
        raise Refused("parameter_value", message, value=str(raw), unit=unit)
    return Fraction(cast(int, value)) if kind is Kind.RATIO else cast(Scalar, value)


_HINTS = {
    Kind.FEN: "整数分",
    Kind.COUNT: "整数",
    Kind.RATIO: '带引号的比例，如 "0.70" 或 "3/2"',
    Kind.BOOLEAN: "true 或 false",
}


def _from_text(text: str, kind: Kind) -> object:
    """Rows keep every value as text; digits are exact, so nothing is lost."""
    if kind is Kind.BOOLEAN:
        return {"true": True, "false": False}.get(text, text)
    if kind is Kind.CODE:
        return text or None
    try:
        return Fraction(text) if kind is Kind.RATIO else int(text)
    except (ValueError, ZeroDivisionError):
        return None


@dataclass(frozen=True, slots=True)
class Value:
    """One value of one parameter, in one place (a path prefix, "" for the nation), over [from_, until)."""

    key: str
    place: str
    from_: date
    until: date | None
    value: Scalar
    unit: str
    source: str
    confidence: Confidence
    title: str = ""
    # The Chinese words of a code; they are no part of the value itself.
    words: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        where = f"参数 {self.key}（{self.place or '全国'}，{self.from_} 起）"
        object.__setattr__(self, "value", parse(self.value, unit=self.unit, where=where))
        if self.place and not self.place.endswith("/"):
            raise Refused("parameter_place", f"{where}：地方要写成以 / 结尾的路径，如 22/2201/。")
        if self.until is not None and self.until <= self.from_:
            raise Refused("parameter_dates", f"{where}：截止日 {self.until} 不在起始日之后。请改正日期。")
        if self.confidence not in get_args(Confidence):
            raise Refused(
                "parameter_confidence", f"{where}：可信度只能是 {'、'.join(get_args(Confidence))}。"
            )
        if not self.source.strip():
            raise Refused("parameter_source", f"{where}：没有写明依据。请填写文件名称和文号。")

    def covers(self, on: date) -> bool:
        """Whether the value is in force on that day."""
        return self.from_ <= on and (self.until is None or on < self.until)

    def in_words(self) -> str:
        """The value as a resident reads it."""
        return in_words(self.value, UNITS[self.unit], self.words)

    def to_json(self) -> dict[str, Any]:
        """The value with its place, dates and source, as a decision keeps it."""
        return {
            "key": self.key,
            "title": self.title,
            "place": self.place,
            "from": self.from_.isoformat(),
            "until": self.until.isoformat() if self.until else None,
            "value": to_json(self.value),
            "unit": self.unit,
            "source": self.source,
            "confidence": self.confidence,
        }


class Parameters:
    """All values known, found by key, place and day."""

    def __init__(self, values: Iterable[Value] = ()) -> None:
        self._values = tuple(_titled(values))
        self._index: dict[str, dict[str, list[Value]]] = {}
        for value in self._values:
            self._index.setdefault(value.key, {}).setdefault(value.place, []).append(value)
        self._places = frozenset(value.place for value in self._values)
        for key, places in self._index.items():
            _one_unit(key, places)
            for same in places.values():
                same.sort(key=lambda one: one.from_)
                _no_overlap(same)

    def __iter__(self) -> Iterator[Value]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, key: str) -> bool:
        return key in self._index

    def find(self, key: str, *, path: str, on: date) -> Value | None:
        """The value in force there on that day, or none."""
        places = self._index.get(key)
        if places is None:
            return None
        for place in prefixes(path):
            same = places.get(place)
            if same is None:
                continue
            at = bisect_right(same, on, key=lambda one: one.from_) - 1
            if at >= 0 and same[at].covers(on):
                return same[at]
        return None

    def nearest(self, path: str) -> str:
        """The smallest place that holds the path and has a value of its own: all look-ups agree there."""
        return next((place for place in prefixes(path) if place in self._places), "")

    def get(self, key: str, *, path: str, on: date) -> Value:
        """The value in force there on that day; a missing one stops the operation."""
        value = self.find(key, path=path, on=on)
        if value is None:
            title = self.title(key)
            name = f"“{title}”（{key}）" if title else f"“{key}”"
            message = (
                f"参数{name}在 {path or '全国'} 于 {on:%Y-%m-%d} 没有有效值，计算已停止。"
                "请民政部门在“标准与参数”中登记该日适用的值及其依据后再办理。"
            )
            raise Refused("parameter_missing", message, key=key, path=path, on=on.isoformat())
        return value

    def title(self, key: str) -> str:
        """The Chinese name of a parameter, empty if none is known."""
        same = self._index.get(key, {})
        return next((value.title for values in same.values() for value in values if value.title), "")

    def words(self, key: str) -> Mapping[str, str]:
        """The Chinese words of a code parameter, empty for any other."""
        same = self._index.get(key, {})
        return next((value.words for values in same.values() for value in values if value.words), {})

    def unit(self, key: str) -> str:
        """The unit of a parameter that has at least one value."""
        for values in self._index.get(key, {}).values():
            return values[0].unit
        raise Refused("parameter_missing", f"没有名为“{key}”的参数。请核对名称。", key=key)

    def combined(self, other: Parameters) -> Parameters:
        """Both sets as one; the same key, place and day in both is refused like any overlap."""
        return Parameters([*self._values, *other._values])

    def overridden(self, values: Iterable[Value]) -> Parameters:
        """These values instead of all others of the same key and place: for a worked case or a simulation."""
        values = list(values)
        taken = {(value.key, value.place) for value in values}
        return Parameters([*(v for v in self._values if (v.key, v.place) not in taken), *values])

    @classmethod
    def from_yaml(cls, *paths: Path) -> Parameters:
        """The values of one or more parameter files."""
        return cls(value for path in paths for value in _read_file(path))


def _titled(values: Iterable[Value]) -> Iterator[Value]:
    """A local row keeps no Chinese name of its own: it takes that of the written parameter, and its words."""
    values = tuple(values)
    titles = {value.key: (value.title, value.words) for value in values if value.title}
    for value in values:
        title, words = titles.get(value.key, ("", {}))
        yield value if value.title or not title else replace(value, title=title, words=words)


def digest(values: Iterable[Value]) -> str:
    """A fingerprint of the values a decision used, independent of their order."""
    rows = sorted(json.dumps(value.to_json(), ensure_ascii=False, sort_keys=True) for value in set(values))
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def _one_unit(key: str, places: dict[str, list[Value]]) -> None:
    units = sorted({value.unit for same in places.values() for value in same})
    if len(units) > 1:
        message = f"参数 {key} 在不同的行使用了不同单位：{'、'.join(units)}。请统一单位。"
        raise Refused("parameter_unit", message, key=key)


def _no_overlap(same: list[Value]) -> None:
    """Two values of one parameter in one place on one day would make the law a matter of luck."""
    for earlier, later in pairwise(same):
        if earlier.until is None or earlier.until > later.from_:
            until = earlier.until or "无截止"
            message = (
                f"参数 {later.key} 在 {later.place or '全国'} 的有效期重叠："
                f"{earlier.from_} 起（至 {until}）与 {later.from_} 起两行。"
                f"请把前一行的截止日改为 {later.from_} 或更早。"
            )
            raise Refused("parameter_overlap", message, key=later.key, place=later.place)


def _read_file(path: Path) -> Iterator[Value]:
    content = reading.read_file(path)
    if not isinstance(content, dict):
        raise Refused("yaml_shape", f"{path.name}：每个参数写成“键: 内容”的形式。")
    for key, entry in content.items():
        where = f"{path.name} 参数 {key}"
        entry = reading.only_keys(
            entry, required=["title", "unit", "values"], optional=["words"], where=where
        )
        if not isinstance(entry["values"], list) or not entry["values"]:
            raise Refused("yaml_shape", f"{where}：values 至少要有一行。")
        for row in entry["values"]:
            yield _value(key, entry, row, where=where)


def _value(key: str, entry: Any, row: object, *, where: str) -> Value:
    required = ["from", "value", "source", "confidence"]
    row = reading.only_keys(row, required=required, optional=["until", "place"], where=where)
    place, from_, until = row.get("place", ""), row["from"], row.get("until")
    if not isinstance(place, str):
        raise Refused("parameter_place", f'{where}：地方编码要加引号，如 "22/"。')
    if type(from_) is not date or not (until is None or type(until) is date):
        raise Refused("parameter_dates", f"{where}：from 和 until 要写成 2021-07-01 这样的日期，不加引号。")
    return Value(
        key=key,
        place=place,
        from_=from_,
        until=until,
        value=row["value"],
        unit=entry["unit"],
        source=row["source"],
        confidence=row["confidence"],
        title=entry["title"],
        words=entry.get("words", {}),
    )
