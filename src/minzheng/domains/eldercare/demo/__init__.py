"""A demonstration: a county's elders with their visits and an allowance; houses with beds and residents, 2020–2026."""

from __future__ import annotations

from typing import Any

from . import asking, books, elders, homes, learning, living, neighbourhoods, services, training, years

__all__ = ["populate"]


def populate(**given: Any) -> None:
    """First the people, then the houses with their years, then who serves them at home, then registers and courses."""
    elders.populate(**given)
    homes.populate(**given)
    years.populate(**given)
    services.populate(**given)
    living.populate(**given)
    books.populate(**given)
    learning.populate(**given)
    training.populate(**given)
    asking.populate(**given)
    neighbourhoods.populate(**given)
