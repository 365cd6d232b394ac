"""Every past state of a row is kept by the database itself, so that no bulk update or raw statement escapes.

One change leaves no state behind and passes every guard: a newer key seals the same content anew
(``minzheng_only_resealed``, made by a migration of ``people``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import pghistory
import pgtrigger
from django.db import models

__all__ = ["Changed", "keeps_history", "only_resealed", "said_is_said"]

M = TypeVar("M", bound=type[models.Model])


def only_resealed(*columns: str) -> str:
    """SQL of a trigger: nothing differs but the key and the body of these sealed columns, under the same marks."""
    names = ", ".join(f"'{column}'" for column in columns)
    return f"minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), {names})"


def said_is_said(name: str, *, but: Sequence[str], sealed: Sequence[str]) -> pgtrigger.Protect:
    """Nothing of a row is changed but these columns; a newer key may seal the ``sealed`` ones anew.

    Row against row, for a sealed column takes part in no comparison by field.
    """
    later = "'{" + ",".join(but) + "}'::text[]"
    altered = f"((to_jsonb(OLD) - {later}) IS DISTINCT FROM (to_jsonb(NEW) - {later}))"
    condition = pgtrigger.Condition(f"({altered} AND NOT {only_resealed(*sealed)})")
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update, condition=condition)


class Changed(pgtrigger.AnyChange):
    """Any of these fields changed, or any at all; but not where only a newer key has sealed the row anew."""

    def resolve(self, model: type[models.Model]) -> str:
        """The condition of the trigger."""
        changed: str = super().resolve(model)
        sealed = [str(field.column) for field in model._meta.local_fields if getattr(field, "sealed", False)]
        if not sealed:
            return changed
        old, new = (", ".join(f'{row}."{column}"' for column in sealed) for row in ("OLD", "NEW"))
        return f"(({changed}) AND NOT (({old}) IS DISTINCT FROM ({new}) AND {only_resealed(*sealed)}))"


def keeps_history() -> Callable[[M], M]:
    """The decorator of a model whose updates and deletions leave the former row in an event table."""
    # Trackers are made anew for each model: they hold the fields of the one they are given to.
    decorate: Callable[[M], M] = pghistory.track(
        pghistory.UpdateEvent(row=pghistory.Old, condition=Changed()), pghistory.DeleteEvent()
    )
    return decorate
