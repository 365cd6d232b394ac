"""A family as it answers the ten questions on a phone."""

from __future__ import annotations

from typing import Any

__all__ = ["CODE", "FAMILY", "GRANDMOTHER", "WARD", "flat"]

CODE = "assistance.receivable"
GRANDMOTHER = {
    "relation": "self", "age": "81", "doing": "retired", "income": "150", "grade": "0", "illness": "chronic",
    "care": "able",
}  # fmt: skip
WARD = {
    "relation": "ward", "age": "9", "doing": "study", "income": "0", "grade": "2", "kind": "5", "illness": "none",
    "care": "able",
}  # fmt: skip
FAMILY: dict[str, Any] = {
    "class_ur": "rural", "people": [GRANDMOTHER, WARD], "supporters": "none", "deposits": "3000", "houses": "1",
    "vehicles": "0", "spending": "8000", "alone": "true", "father": "dead", "mother": "prison",
    "misfortune": "none",
}  # fmt: skip


def flat(answers: dict[str, Any], place: str = "220122") -> dict[str, str]:
    """The same as a page posts it."""
    posted = {name: value for name, value in answers.items() if name != "people"}
    rows = enumerate(answers.get("people", []))
    posted |= {f"people-{at}-{name}": value for at, row in rows for name, value in row.items()}
    return posted | {"place": place}
