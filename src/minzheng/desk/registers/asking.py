"""What an address asks of a register: filters, search, columns; and the same as an address again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from minzheng.kernel.registers.reach import Declared
from minzheng.kernel.registers.words import Asked

__all__ = ["address", "asked_of", "pairs"]


def asked_of(declared: Declared, given: Any) -> Asked:
    """Of what was sent, what this register knows; ``given`` is a QueryDict."""
    codes = [column.code for column in declared.item.columns if column.filter]
    filters = {code: given.get(code, "").strip() for code in codes if given.get(code, "").strip()}
    known = {column.code for column in declared.item.columns}
    only = tuple(code for code in given.getlist("col") if code in known)
    return Asked(filters, given.get("q", "").strip(), only)


def pairs(asked: Asked) -> list[tuple[str, str]]:
    """As the fields of a form."""
    found = [(name, value) for name, value in {**asked.filters, "q": asked.search}.items() if value]
    return [*found, *(("col", code) for code in asked.only)]


def address(url: str, asked: Asked | Mapping[str, Any], **more: str) -> str:
    """The page that shows it."""
    shown = asked if isinstance(asked, Asked) else Asked(**asked)
    query = urlencode([*pairs(shown), *more.items()])
    return f"{url}?{query}" if query else url
