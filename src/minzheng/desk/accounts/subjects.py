"""What an audit row is about, as the office calls it: the kind of thing, and the number it is known by.

The audit keeps stable names (``casework.case:33``).  Numbers are read as whoever asks may see them; what is out of
sight, or gone, keeps its number in the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from minzheng.kernel.access.models import User
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.people.masks import mask_name
from minzheng.kernel.people.models import Person

__all__ = ["NAME", "kind_of", "named"]

NAME = re.compile(r"[a-z_]+\.[a-z_]+:\d{1,18}")


def named(rows: Iterable[Entry]) -> dict[str, str]:
    """The subjects of these rows in words; one query for each kind of thing among them."""
    pks: dict[str, set[int]] = {}
    for one in rows:
        if NAME.fullmatch(one.subject):
            label, pk = one.subject.split(":")
            pks.setdefault(label, set()).add(int(pk))
    return {f"{label}:{pk}": words for label, which in pks.items() for pk, words in _words(label, which)}


def kind_of(subject: str) -> str:
    """``casework.case:33`` is an 办件; empty where no such thing is kept any more."""
    model = _model(subject.partition(":")[0])
    return str(model._meta.verbose_name) if model is not None else ""


def _words(label: str, pks: set[int]) -> Iterable[tuple[int, str]]:
    kind, known = kind_of(label), _known(label, pks)
    return [(pk, f"{kind or label} {known.get(pk) or f'第 {pk} 号'}") for pk in pks]


def _known(label: str, pks: set[int]) -> dict[int, str]:
    model = _model(label)
    if model is None:
        return {}
    rows = model._base_manager.filter(pk__in=pks)
    if model is User:
        return {pk: f"{name}（{login}）" for pk, name, login in rows.values_list("pk", "name", "username")}
    if model is Person:
        return {pk: f"{mask_name(name)}（档案 {pk}）" for pk, name in rows.values_list("pk", "name")}
    return dict(rows.values_list("pk", "number")) if _numbered(model) else {}


def _model(label: str) -> Any:
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def _numbered(model: Any) -> bool:
    """Whether its rows bear a number of the office; a sealed one belongs to a person."""
    try:
        return type(model._meta.get_field("number")) is models.CharField
    except FieldDoesNotExist:
        return False
