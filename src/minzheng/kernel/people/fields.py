"""The one kind of column in which identity numbers, phones and bank accounts are kept."""

from __future__ import annotations

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

__all__ = ["SealedField", "SealedJSONField"]

# A trigger compares the column before and after as a whole (IS DISTINCT FROM); that is no search.
CHANGED = "df"


class SealedField(models.CharField):  # type: ignore[type-arg]
    """An identity number, a phone or an account: looked up only whole, never by part or by order."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 64)
        super().__init__(**kwargs)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name not in {"exact", "in", "isnull", CHANGED}:
            raise TypeError(f"{self.name}: a sealed column is looked up whole, not by {lookup_name}")
        return super().get_lookup(lookup_name)


class SealedJSONField(models.JSONField):
    """Form answers that hold sealed values; read as a whole, never searched."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        kwargs.setdefault("encoder", DjangoJSONEncoder)
        super().__init__(**kwargs)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name not in {"isnull", CHANGED}:
            raise TypeError(f"{self.name}: a sealed column is not searched")
        return super().get_lookup(lookup_name)
