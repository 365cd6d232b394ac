"""The matrix as text: for every deed, each role at its place, in another, and at a wrong level; and residents."""

from __future__ import annotations

from minzheng.kernel import catalogue
from tests.factories.company import NOBODY, WRONG_LEVEL, Someone, Where
from tests.permissions.deeds import Deed, cell, deeds

__all__ = ["drawn"]

HEAD = """\
Who may do what.  Written from the catalogue; reviewed as a diff; every "no" and "none" below is tried.
  yes    may do it
  no     is told that this is another post's duty (403)
  none   is told nothing, not even that it exists (404)
Columns: the role held at its own level over the place of the case; the same role in another city;
the same role held at another level whose place covers the case.

"""


def drawn() -> str:
    """The whole matrix as text."""
    return HEAD + "".join(line for deed in deeds() for line in _block(deed))


def _block(deed: Deed) -> list[str]:
    lines = [f"{deed.code}\n"]
    for code, declared in catalogue.current().roles.items():
        at = declared.item.at
        here, level = _role(deed, code, "here"), _role(deed, code, "other level")
        away = "-" if at.name == "PROVINCE" else _role(deed, code, "elsewhere")
        wrong = WRONG_LEVEL[at].name.lower()
        lines.append(f"    {code:<34}here {here:<5}elsewhere {away:<5}as {wrong:<9}{level}\n")
    for name in ("applicant", "household member", "maker", "other resident"):
        lines.append(f"    {name:<34}{cell(deed, Someone(name, NOBODY))}\n")
    if deed.apart:
        lines.append(f"    not by whoever acted as            {' '.join(sorted(deed.apart))}\n")
    return lines


def _role(deed: Deed, role: str, where: Where) -> str:
    return cell(deed, Someone("", NOBODY, role, where))
