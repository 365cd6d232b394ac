"""Every past state of a row is kept by the database itself, so that no bulk update or raw statement escapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pghistory
from django.db import models

__all__ = ["keeps_history"]

M = TypeVar("M", bound=type[models.Model])


def keeps_history() -> Callable[[M], M]:
    """The decorator of a model whose updates and deletions leave the former row in an event table."""
    # Trackers are made anew for each model: they hold the fields of the one they are given to.
    decorate: Callable[[M], M] = pghistory.track(
        pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent()
    )
    return decorate
