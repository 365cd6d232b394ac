"""What may be done out of doors, without network (现场工作): declared where the act itself is declared."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Outdoors"]


@dataclass(frozen=True)
class Outdoors:
    """An act that may be filled in on a telephone without network and handed in later.

    ``photo`` names the picture that may be taken beside the form, where its form asks for none itself; ``position``
    says whether the place of the visit is asked for, once, when the visitor presses for it.  ``phone`` and
    ``address`` say which personal facts the visitor needs at the door; every other one stays behind.
    """

    photo: str = ""
    position: bool = False
    phone: bool = False
    address: bool = False
