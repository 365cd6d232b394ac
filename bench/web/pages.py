"""The pages that are measured, as a clerk asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["READS", "address"]

# How often each is opened, out of a hundred clicks.
READS: Mapping[str, int] = {
    "list": 20, "filtered": 15, "search": 15, "case": 20, "dashboard": 10, "register": 10, "home": 10,
}  # fmt: skip
_NAMES = ("wang", "zhangxiao", "lw", "李", "zx", "刘")


def address(page: str, turn: int, clerk: Mapping[str, Any]) -> str:
    """Where the page lies; what is asked changes from turn to turn."""
    register = "/desk/registers/assistance.standings/"
    name = _NAMES[turn % len(_NAMES)]
    found = {
        "list": "/desk/cases/",
        "filtered": f"/desk/cases/?state={('granted', 'open', 'submitted')[turn % 3]}",
        "search": f"{register}?q={name}" if turn % 2 else f"/desk/cases/?q={name}",
        "case": f"/desk/cases/{clerk['open'][turn % len(clerk['open'])]}/",
        "dashboard": "/desk/boards/",
        "register": f"{register}?state=current",
        "home": "/desk/",
    }
    return found[page]
