"""What a person can have only once and both files have: the other file's row is ended by the merge, and stands again
when the merge is undone.

A model says so of its rows: ``ended_by_merge`` names the columns and what they are set to; what is callable is asked on
the day.  Without that word two such rows stop the merge.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import models

from .models import Merge
from .pointers import Pointer

__all__ = ["end_doubles", "stand_again"]


def end_doubles(pointer: Pointer, made: Merge) -> None:
    """End the other file's rows that would meet one of the kept file under a rule that allows only one."""
    said = getattr(pointer.model, "ended_by_merge", None)
    if said is None:
        return
    values = {name: value() if callable(value) else value for name, value in said.items()}
    for row in list(_doubles(pointer, made)):
        before = {name: getattr(row, name) for name in values}
        pointer.model._default_manager.filter(pk=row.pk).update(**values)
        made.ended.append({
            "model": pointer.model._meta.label_lower, "row": str(row.pk), "before": before, "after": values,
        })  # fmt: skip


def _doubles(pointer: Pointer, made: Merge) -> Iterator[models.Model]:
    named = next(one for one in pointer.model._meta.concrete_fields if one.column == pointer.column)
    for rule in pointer.model._meta.constraints:
        if not isinstance(rule, models.UniqueConstraint) or named.name not in rule.fields:
            continue
        held = pointer.model._default_manager.filter(rule.condition or models.Q())
        others = [name for name in rule.fields if name != named.name]
        for row in held.filter(**{named.attname: made.lost_id}):
            alike = {name: getattr(row, name) for name in others}
            if held.filter(**{named.attname: made.kept_id}, **alike).exists():
                yield row


def stand_again(made: Merge) -> None:
    """What the merge ended stands as before, unless somebody has changed it since."""
    for one in made.ended:
        model = apps.get_model(one["model"])
        fields = {name: model._meta.get_field(name) for name in one["before"]}
        then, now = (
            {name: fields[name].to_python(value) for name, value in one[when].items()}
            for when in ("after", "before")
        )
        model._default_manager.filter(pk=one["row"], **then).update(**now)
