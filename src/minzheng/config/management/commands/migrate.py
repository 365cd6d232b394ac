"""`migrate`, looking anew at the one table that a step changes and not at every table related to it.

Between two steps of a migration Django draws the changed model again together with all that are related to it, and
here nearly everything is related to a person.  What a statement on one table needs of its neighbours are their names
and keys, which do not change by it; only where a key that others refer to is altered, everything is drawn again.
Steps that run Python get all models drawn afresh, as Django does after any delayed step; those that seal rows ask for
none (``people.columns``).
"""

from __future__ import annotations

from typing import Any
from unittest import mock

from django.core.management.commands import migrate
from django.db.migrations.state import ProjectState

__all__ = ["Command"]


class Command(migrate.Command):
    """The database of the office is brought to the shape that the code knows."""

    def handle(self, *args: Any, **options: Any) -> None:
        with mock.patch.object(ProjectState, "_find_reload_model", _to_be_drawn):
            super().handle(*args, **options)


def _to_be_drawn(
    state: ProjectState, app_label: str, model_name: str, delay: bool = False
) -> set[tuple[str, str]]:
    """The models to draw again after a step: `delay` says that no other table refers to what was changed."""
    state.is_delayed = True
    key = (app_label, model_name.lower())
    return {key} if delay or _alone_changed(state, key) else set(state.models)


def _alone_changed(state: ProjectState, key: tuple[str, str]) -> bool:
    """The model is new, or what it gained, lost or altered since it was drawn are fields that nobody refers to."""
    try:
        drawn = {one.name: one for one in state.apps.get_model(*key)._meta.local_fields}
    except LookupError:
        return True
    now = state.models[key].fields
    if set(drawn) != set(now):
        return True
    altered = [one for name, one in drawn.items() if one.deconstruct()[1:] != now[name].deconstruct()[1:]]
    return bool(altered) and all(one.is_relation and not one.unique for one in altered)
