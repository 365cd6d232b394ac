"""What the register already says of a family, so that the window asks only the rest of the ten questions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minzheng.kernel import declare

__all__ = ["known"]

_FROM_HEAD = {"1": "spouse", "2": "child", "3": "child", "5": "parent"}
_SCHOOL_AGE = 6


def known(people: Sequence[declare.Registered], class_ur: str) -> dict[str, Any]:
    """The answers to begin with, as they would be typed; relations are known only where the applicant is the head."""
    head = any(one.applicant and one.relation in ("01", "02") for one in people)
    rows = []
    for one in people:
        row: dict[str, Any] = {"relation": _relation(one, head)}
        if one.age is not None:
            row["age"] = str(one.age)
            if one.age < _SCHOOL_AGE:
                row["doing"] = "small"
        if one.disability_grade:
            row |= {"grade": str(one.disability_grade), "kind": str(one.disability_category or "")}
        rows.append(row)
    return {"class_ur": class_ur, "people": rows}


def _relation(one: declare.Registered, head: bool) -> str:
    if one.applicant:
        return "self"
    return _FROM_HEAD.get(one.relation[:1], "other") if head else ""
