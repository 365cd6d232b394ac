"""What a domain says of courses that people follow at their own pace (在线学习), and of the exam at their end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .steps import Role

__all__ = ["Exam", "Learning"]


@dataclass(frozen=True)
class Exam:
    """Whoever has done every lesson may sit an exam (考试); questions are drawn from the course's by a stored seed.

    Dated parameters by place: ``questions`` how many are drawn, ``pass_mark`` the least share of right answers in
    percent, ``tries`` how often within ``days`` days.  ``certify(sitting, by=)`` is the verb that gives what a passed
    exam earns, and returns the number of the certificate.
    """

    questions: str
    pass_mark: str
    tries: str
    days: str
    certify: Callable[..., str]


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
    exam: Exam | None = None
