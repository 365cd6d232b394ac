"""What a domain posts for everybody to read before it stands (公示), whatever register the result is kept in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from minzheng.kernel.areas.levels import Level

from .steps import Role

__all__ = ["Publicity", "Publicized"]


@dataclass(frozen=True)
class Publicized:
    """What everybody may read of an entry: whom it is about, and facts by their labels; no number and no address.

    ``person`` says that it is about somebody, whose name the wide world reads masked.  ``subject`` is the key under
    which the public page of a house finds what hangs about it (``facility:12``).
    """

    about: str
    facts: tuple[tuple[str, str], ...]
    person: bool = False
    subject: str = ""


@dataclass(frozen=True)
class Publicity:
    """Results of a register hang on the public board for a dated number of days, and stand when nobody objects.

    They hang on the board of the place of level ``at`` in which the entry lies.  ``term`` is the dated parameter of the
    days, natural or working as its unit says.  Whoever reads it may object, with or without an account; ``answered_by``
    look into each objection.  ``upheld(entry, reason=, by=)`` is the verb that sends an entry back.
    """

    code: str
    label: str
    register: str
    at: Level
    term: str
    shows: Callable[[Any], Publicized]
    answered_by: tuple[Role, ...]
    upheld: Callable[..., Any]
    basis: object = None
