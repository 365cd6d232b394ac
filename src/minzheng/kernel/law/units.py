"""Every figure in the law has a unit, and every unit one exact kind of number.

Money is whole fen; a quotient of money is an exact fraction until a rule rounds it.  Nothing here is ever
a float.  A unit also knows how a resident reads it: 54600 fen a month is 546.00 元/月.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from minzheng.kernel.errors import Mistake

__all__ = ["UNITS", "Kind", "Scalar", "Unit", "cut", "fits", "from_json", "in_words", "to_json", "unit_of"]

Scalar = int | Fraction | str | date
"""What a fact, a parameter or a rule may hold (a boolean is an int in Python)."""


class Kind(StrEnum):
    """The kinds of value that rules compute with."""

    FEN = "fen"
    EXACT_FEN = "exact_fen"
    COUNT = "count"
    RATIO = "ratio"
    DATE = "date"
    BOOLEAN = "boolean"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Unit:
    """A kind of value with the word printed after it."""

    code: str
    kind: Kind
    suffix: str = ""


def _units() -> Mapping[str, Unit]:
    listed = [
        Unit("fen", Kind.FEN, "元"),
        Unit("fen_per_month", Kind.FEN, "元/月"),
        Unit("fen_per_year", Kind.FEN, "元/年"),
        Unit("exact_fen", Kind.EXACT_FEN, "元"),
        Unit("exact_fen_per_month", Kind.EXACT_FEN, "元/月"),
        Unit("count", Kind.COUNT),
        Unit("persons", Kind.COUNT, "人"),
        Unit("vehicles", Kind.COUNT, "辆"),
        Unit("houses", Kind.COUNT, "套"),
        Unit("times", Kind.COUNT, "次"),
        Unit("years", Kind.COUNT, "周岁"),
        Unit("months", Kind.COUNT, "个月"),
        Unit("minutes", Kind.COUNT, "分钟"),
        Unit("days", Kind.COUNT, "天"),
        Unit("working_days", Kind.COUNT, "个工作日"),
        Unit("ratio", Kind.RATIO),
        Unit("points", Kind.RATIO, "分"),
        Unit("date", Kind.DATE),
        Unit("boolean", Kind.BOOLEAN),
        Unit("code", Kind.CODE),
    ]
    return {unit.code: unit for unit in listed}


UNITS = _units()


def unit_of(code: str) -> Unit:
    """The unit of that code; an unlisted one is a slip in a declaration."""
    if code not in UNITS:
        raise Mistake("unit_unknown", f"There is no unit {code!r}. Use one of: {', '.join(UNITS)}.")
    return UNITS[code]


def fits(value: object, kind: Kind) -> bool:
    """Whether a value is of exactly this kind; a float fits nothing."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    match kind:
        case Kind.FEN | Kind.COUNT:
            return whole
        case Kind.EXACT_FEN | Kind.RATIO:
            return whole or isinstance(value, Fraction)
        case Kind.BOOLEAN:
            return isinstance(value, bool)
        case Kind.DATE:
            return type(value) is date
        case Kind.CODE:
            return isinstance(value, str)


def in_words(
    value: Scalar | None,
    unit: Unit,
    options: Mapping[str, str] | None = None,
    *,
    places: int = 2,
    division: str = "",
) -> str:
    """The value as a resident reads it, with its unit.

    One without an end is cut, never rounded up, and its division written out: 364.33 元（4372.00 元 ÷ 12）.
    """
    if value is None:
        return "未知"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str):
        return (options or {}).get(value, value)
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    money = unit.kind is Kind.FEN or unit.kind is Kind.EXACT_FEN
    suffix = f" {unit.suffix}" if unit.suffix else ""
    if isinstance(value, int):
        return (cut(value, 100, 2) if money else str(value)) + suffix
    over, below, least = value.numerator, value.denominator * (100 if money else 1), 2 if money else 0
    exact = next((d for d in range(least, max(places, 4) + 1) if over * 10**d % below == 0), None)
    if exact is not None:
        return cut(over, below, exact) + suffix
    written = division or (f"{_yuan(over)} ÷ {value.denominator}" if money else f"{over}/{below}")
    return f"{cut(over, below, max(places, least or 4))}{suffix}（{written}）"


def cut(over: int, below: int, places: int) -> str:
    """Decimal notation without what follows, so that 545.99996 cannot read as 546."""
    whole, rest = divmod(abs(over) * 10**places // below, 10**places)
    sign = "-" if over < 0 else ""
    return f"{sign}{whole}.{rest:0{places}d}" if places else f"{sign}{whole}"


def _yuan(fen: int) -> str:
    return f"{cut(fen, 100, 2)} 元"


def to_json(value: Scalar | None) -> int | str | bool | None:
    """Exact in JSON: a fraction is written "a/b", a day in ISO form."""
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def from_json(value: int | str | bool | None, unit: Unit) -> Scalar | None:
    """The value that :func:`to_json` wrote."""
    if value is None:
        return None
    if unit.kind in (Kind.EXACT_FEN, Kind.RATIO):
        return Fraction(value)
    if unit.kind is Kind.DATE:
        return date.fromisoformat(str(value))
    return value
