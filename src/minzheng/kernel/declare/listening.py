"""Who hears what people say of the service (好差评, 意见箱)."""

from __future__ import annotations

from dataclasses import dataclass

from .steps import Role

__all__ = ["Listening"]


@dataclass(frozen=True)
class Listening:
    """Who answers bad ratings and the opinion box, and who decides, as the second, that a rating is malicious.

    ``taken_by`` sets a rating device before the window and takes down what is said by telephone.
    """

    answered_by: tuple[Role, ...]
    overseen_by: tuple[Role, ...]
    taken_by: tuple[Role, ...] = ()

    @property
    def roles(self) -> tuple[Role, ...]:
        """Everyone who hears."""
        return (*self.answered_by, *self.overseen_by)
