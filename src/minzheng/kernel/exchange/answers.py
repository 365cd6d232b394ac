"""Reading an answer: does it fit the agreed shape, whom is it about, and what does it settle.

Pure: an answer is JSON text as received.  What does not fit is no answer, and no answer is unknown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from minzheng.kernel.law.units import unit_of

from .sources import Field, Source, source

__all__ = [
    "Body", "conflicting", "fault_in", "found_figures", "in_words", "of_line", "parsed", "record_fits", "rows_of",
]  # fmt: skip

Body = Mapping[str, Any]

# Ten trillion yuan in fen: more is a slip of the source, and would not fit the column.
LARGEST = 10**15
NO_RECORD = "该单位没有此人的记录"


def parsed(raw: str) -> Body | None:
    """The answer as an object, or None if it is not one; the same said twice is said once."""
    body = _loaded(raw)
    if isinstance(body, list) and body and all(one == body[0] for one in body):
        body = body[0]
    return body if isinstance(body, dict) else None


def conflicting(raw: str) -> bool:
    """Whether a source has answered one question twice, and not the same."""
    body = _loaded(raw)
    return isinstance(body, list) and any(one != body[0] for one in body)


def _loaded(raw: str) -> Any:
    try:
        return json.loads(raw, parse_float=_no_float, parse_constant=_no_float)
    except (ValueError, RecursionError):
        return None


def _no_float(text: str) -> Any:
    raise ValueError(f"{text}: amounts are whole fen")


def fault_in(body: Body, *, of: str, number: str, request_id: str) -> str:
    """Why this is no answer to the question asked, or empty if it is one."""
    about = {"source": of, "number": number, "request_id": request_id}
    if any(body.get(name) != value for name, value in about.items()):
        return "mismatched"
    if not _is_day(body.get("as_of")) or not isinstance(body.get("found"), bool):
        return "malformed"
    if not body["found"]:
        return "" if _is_text(body.get("reason")) else "malformed"
    record = body.get("record")
    return "" if isinstance(record, dict) and record_fits(source(of), record) else "malformed"


def record_fits(of: Source, record: Mapping[str, Any]) -> bool:
    """Whether a record has exactly the fields of its source, each of its unit."""
    if not of.many:
        return _row_fits(of, record)
    rows = record.get("rows")
    return set(record) == {"rows"} and isinstance(rows, list) and all(_row_fits(of, row) for row in rows)


def _row_fits(of: Source, row: object) -> bool:
    if not isinstance(row, Mapping) or set(row) != {one.name for one in of.fields}:
        return False
    return all(_value_fits(one, row[one.name]) for one in of.fields)


def _value_fits(one: Field, value: object) -> bool:
    if value is None:
        return one.blank
    if one.unit == "text":
        return _is_text(value)
    if one.unit == "share":
        return isinstance(value, str) and _is_share(value)
    if one.unit == "code":
        return isinstance(value, str) and value in one.options
    if one.unit == "date":
        return _is_day(value)
    return type(value) is int and 0 <= value <= LARGEST


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= 100 and value.isprintable()


def _is_share(text: str) -> bool:
    try:
        return 0 <= Fraction(text) <= 1
    except (ValueError, ZeroDivisionError):
        return False


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def of_line(line: str, *, of: str, as_of: str) -> Body | None:
    """The body that a line of an answer file stands for, or None if it does not fit."""
    _, tab, record = line.partition("\t")
    about = {"source": of, "as_of": as_of}
    if tab and not record:
        return {**about, "found": False, "reason": NO_RECORD}
    body = parsed(record) if tab else None
    return (
        None
        if body is None or not record_fits(source(of), body)
        else {**about, "found": True, "record": body}
    )


def rows_of(body: Body) -> Sequence[Mapping[str, Any]]:
    """The rows of an answer: none, one, or the list."""
    if not body["found"]:
        return ()
    record: Mapping[str, Any] = body["record"]
    return record["rows"] if source(body["source"]).many else (record,)


def found_figures(body: Body) -> dict[str, int | bool | None]:
    """Each item the source settles, as this answer has it; None where the answer leaves it open."""
    of = source(body["source"])
    if not body["found"] and not of.absence_is_none:
        return {item.name: None for item in of.items}
    rows = rows_of(body)
    return {item.name: _FIGURES[item.name](rows) for item in of.items}


_Rows = Sequence[Mapping[str, Any]]


def _houses(rows: _Rows) -> int:
    return sum(1 for row in rows if Fraction(row["share"]) > 0)


def _capital(rows: _Rows) -> int:
    """A dormant, revoked or cancelled business is no breach (handbook 01 §8)."""
    return sum(row["capital"] for row in rows if row["state"] == "active")


_FIGURES: Mapping[str, Callable[[_Rows], int | bool]] = {
    "deceased": lambda rows: any(row["died_on"] is not None for row in rows),
    # Answers kept from before the register of exits was asked do not speak of it.
    "tours": lambda rows: sum(row.get("tours", 0) for row in rows),
    "married": lambda rows: any(row["state"] == "married" for row in rows),
    "wage": lambda rows: sum(max(row["base"] * min(row["months"], 12), row["taxed"]) for row in rows),
    "transfer": lambda rows: sum(row["pension"] * 12 + row["farm_subsidy"] for row in rows),
    "houses": _houses,
    "vehicles": len,
    "company_capital": _capital,
    "deposits": lambda rows: sum(row["balance"] + row["securities"] for row in rows),
    "disability_category": lambda rows: sum(row["category"] for row in rows),
    "disability_grade": lambda rows: sum(row["grade"] for row in rows),
    "rigid_medical": lambda rows: sum(row["own_paid"] for row in rows),
}


def in_words(one: Field, value: Any) -> str:
    """A field as a clerk reads it."""
    if value is None:
        return "无"
    if one.options:
        return one.options[value]
    if one.name == "area":
        return f"{value // 100}.{value % 100:02d} 平方米"
    if one.unit.startswith("fen"):
        return f"{value // 100}.{value % 100:02d} {unit_of(one.unit).suffix}"
    return str(value)
