"""What the law engine says for the family at the window: from its file, or from the ten questions just answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minzheng.kernel import catalogue, clock
from minzheng.kernel.errors import MinzhengError
from minzheng.kernel.people.models import Household
from minzheng.kernel.profiles.queries import known_by_name
from minzheng.ui.screening import Told
from minzheng.ui.shown import cn_date

__all__ = ["CARRIED", "carried", "from_file"]

# Set by the page of the ten questions, whose answers travel on in the form of the window.
CARRIED = "carried"
_OURS = {"csrfmiddlewaretoken", "key", "service", "need", "department", "note", "lead", CARRIED}


def carried(given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The answers to the ten questions, to travel on in the page; nothing of them is kept until a case begins."""
    if "screening" not in given:
        return []
    return [
        (name, str(value))
        for name, value in given.items()
        if name not in _OURS and not name.startswith(("_", "ask-")) and len(str(value)) <= 60
    ]


def from_file(home: Household) -> dict[str, Any] | None:
    """What the household may receive by its profile; None where there is no file yet."""
    book = catalogue.current()
    one = next((each for each in book.screenings.values() if each.domain.code in book.profiles), None)
    kept = known_by_name(book.profiles[one.domain.code], home.pk) if one else None
    if one is None or kept is None:
        return None
    facts, profile = kept
    try:
        found = one.item.answer(facts, book.parameters(), path=home.path, on=clock.today())
    except MinzhengError as error:
        return {"problem": error.message}
    told = Told(found)
    return {
        "may": told.may, "unknown": len(told.unknown), "source": f"{profile.source}，截至{cn_date(profile.as_of)}",
        "services": " ".join(dict.fromkeys(one.service for one in told.may if one.service)),
    }  # fmt: skip
