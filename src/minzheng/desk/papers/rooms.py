"""What the pages of this part are called, and the ways between them."""

from __future__ import annotations

from minzheng.kernel.audit import Actor
from minzheng.kernel.notices.receipts import keepers

__all__ = ["PRINTS", "ROOM", "SENDINGS", "ways"]

ROOM = ("文书", "/desk/papers/")
PRINTS = ("批量打印", "/desk/papers/print/")
SENDINGS = ("未送达的消息", "/desk/papers/sendings/")


def ways(by: Actor) -> list[dict[str, str]]:
    """The buttons from the first page of this part to the others."""
    found = [{"url": PRINTS[1], "label": PRINTS[0], "icon": "printer"}]
    if by.roles & keepers():
        found.append({"url": SENDINGS[1], "label": SENDINGS[0], "icon": "send"})
    return found
