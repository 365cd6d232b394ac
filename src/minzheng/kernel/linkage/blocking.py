"""Which pairs are compared at all: those that share at least one of these; never everyone with everyone.

Each line is written for what goes wrong: a number mistyped leaves its head or its tail, a birthday mistyped leaves the
name's sound and the place, a name mistyped leaves the birthday.
"""

from __future__ import annotations

__all__ = ["RULES", "pairs"]

_TAIL, _HEAD = "substr({0}.number, 7)", "substr({0}.number, 1, 12)"
RULES: tuple[str, ...] = (
    "l.number = r.number",
    f"{_TAIL.format('l')} = {_TAIL.format('r')}",
    f"{_HEAD.format('l')} = {_HEAD.format('r')} AND l.surname = r.surname",
    "l.born = r.born AND l.surname = r.surname",
    "l.born = r.born AND l.county = r.county",
    "l.sound = r.sound AND substr(l.born, 1, 4) = substr(r.born, 1, 4)",
    "l.sound = r.sound AND l.county = r.county",
    "l.phone = r.phone",
)


def pairs(left: str, right: str) -> str:
    """The statement that gives the pairs of the two tables, each once."""
    return " UNION ".join(
        f"SELECT l.unique_id AS l, r.unique_id AS r FROM {left} l JOIN {right} r ON {rule}" for rule in RULES
    )
