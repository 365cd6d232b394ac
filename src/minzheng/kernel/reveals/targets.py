"""What has masked fields: each room says how one of its fields is found for whoever may see the row around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Model

from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotFound

__all__ = ["Masked", "find", "told_by", "unknown"]


@dataclass(frozen=True)
class Masked:
    """One field as it lies there: what it is called, of whom, and its value in full."""

    row: Model
    path: str
    label: str
    value: str
    kind: str
    person_name: str = ""
    case_id: int | None = None


Finder = Callable[[str, str, Actor], Masked]
_FINDERS: dict[str, Finder] = {}


def told_by(target: str, finder: Finder) -> None:
    """A room names its page and how a field of it is found; ``finder`` refuses whoever may not see the row."""
    _FINDERS[target] = finder


def find(target: str, about: str, field: str, *, by: Actor) -> Masked:
    """One field, or the one answer for what does not exist and what lies out of scope."""
    if target not in _FINDERS or len(about) > 120 or len(field) > 80:
        raise unknown()
    found = _FINDERS[target](about, field, by)
    if not found.value:
        raise unknown()
    return found


def unknown() -> NotFound:
    """Nothing there for this reader."""
    return NotFound("field_unknown", "没有这项信息，或不在您的管辖范围内。请返回原页面重新打开。")
