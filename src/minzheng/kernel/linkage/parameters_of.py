"""The limits of linking, as they hold at a place on a day."""

from __future__ import annotations

from datetime import date

from minzheng.kernel import catalogue

__all__ = ["number_at"]


def number_at(key: str, *, path: str, on: date) -> int:
    """A whole-number parameter."""
    value = catalogue.current().parameters().get(key, path=path, on=on).value
    assert isinstance(value, int), key
    return value
