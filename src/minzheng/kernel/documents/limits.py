"""How large a paper may be and how long a remedy stays open: dated values, by place, with their source."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from minzheng.kernel import clock
from minzheng.kernel.law.parameters import Parameters, Value
from minzheng.kernel.standards.queries import calendar, local_parameters

__all__ = ["last_day_to_sue", "number_form", "pixel_limit", "remedies", "upload_limit"]

_WORDS = {"days": "日", "months": "个月"}


@cache
def _national() -> Parameters:
    return Parameters.from_yaml(Path(__file__).with_name("parameters.yaml"))


def _value(key: str, *, path: str, on: date) -> Value:
    """The local value if the office has entered one, else the national one."""
    national = _national()
    local = [value for value in local_parameters() if value.key == key]
    return (national.overridden(local) if local else national).get(key, path=path, on=on)


def number_form(*, path: str, on: date) -> str:
    """How the number of a letter is written: with the code of the place, or with its name."""
    return str(_value("document.number_form", path=path, on=on).value)


def upload_limit(*, path: str, on: date) -> int:
    """The most bytes one uploaded file may have."""
    return int(str(_value("document.upload_limit", path=path, on=on).value))


def pixel_limit(*, path: str, on: date) -> int:
    """The most points one uploaded picture may have."""
    return int(str(_value("document.pixel_limit", path=path, on=on).value))


def remedies(*, path: str, on: date) -> dict[str, dict[str, str]]:
    """How long each remedy stays open, in words, with the article a letter must name."""
    keys = ("reconsideration", "litigation", "litigation_after_reconsideration")
    found = {key: _value(f"remedy.{key}", path=path, on=on) for key in keys}
    return {
        key: {"within": f"{value.value}{_WORDS[value.unit]}", "source": value.source}
        for key, value in found.items()
    }


def last_day_to_sue(since: date, *, path: str) -> date:
    """The last day for a case at court, counted from the day on which the letter was served (行政诉讼法 art. 46)."""
    value = _value("remedy.litigation", path=path, on=since)
    limit = clock.term_of(value.unit.replace("_", " "), int(str(value.value)))
    assert not isinstance(limit, clock.Hours), value.key
    return clock.deadline(since, limit, calendar()).on
