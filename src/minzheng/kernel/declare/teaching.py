"""What a domain says of courses that people follow at their own pace (在线学习)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .steps import Role

__all__ = ["Learning"]


@dataclass(frozen=True)
class Learning:
    """Courses in lessons, lessons in pages; whoever lives beneath the place of a course may follow it.

    ``kept_by`` open courses over their own place, add lessons and close courses.  The page somebody has reached is
    kept with every turn, so that the course goes on there on whatever device.
    """

    code: str
    label: str
    subjects: Mapping[str, str]
    kept_by: tuple[Role, ...]
    basis: object = None
