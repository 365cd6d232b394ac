"""What a domain tells other departments: questions it answers about a person, and who may ask which field what for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

__all__ = ["Disclosure", "Grant"]


@dataclass(frozen=True)
class Disclosure:
    """A question about one person, and the fields of its answer by code and label.

    ``answer(person_id, on=)`` gives every field; what is handed out of it a grant says.
    """

    code: str
    label: str
    fields: Mapping[str, str]
    answer: Callable[..., Mapping[str, Any]]


@dataclass(frozen=True)
class Grant:
    """An agreement with a department (共享授权): these fields, for these purposes, so often a day, in this place.

    It holds from its first day until its last, which is not included.  A change is another grant from a later day.
    """

    code: str
    department: str
    label: str
    disclosure: Disclosure
    fields: tuple[str, ...]
    purposes: Mapping[str, str]
    per_day: int
    from_: date
    document: str
    until: date | None = None
    path: str = ""

    def holds(self, on: date) -> bool:
        """Whether the agreement is in force on the day."""
        return self.from_ <= on and (self.until is None or on < self.until)
