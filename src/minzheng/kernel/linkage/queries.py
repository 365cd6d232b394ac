"""What a steward may read within the own place: pairs, merges and what they ask for, rows that were left open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from minzheng.kernel import clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotFound
from minzheng.kernel.people.models import Person
from minzheng.kernel.people.queries import current

from . import duties
from .models import Aftermath, Merge, Pair, Unsure

__all__ = [
    "aftermaths", "asked", "candidate", "candidates", "doubles_among", "merge_of", "merges", "pair_of",
    "pairs", "unsure_of", "unsure_rows",
]  # fmt: skip

M = TypeVar("M", bound=Model)


def pairs(by: Actor) -> QuerySet[Pair]:
    """Every pair of the steward's place with its two files."""
    return in_scope(Pair.objects.select_related("first", "second"), duties.steward(by))


def asked(by: Actor) -> QuerySet[Pair]:
    """Those that wait for a word today, the most alike first."""
    due = Q(state=Pair.State.OPEN) | Q(state=Pair.State.LATER, ask_on__lte=clock.today())
    return pairs(by).filter(due).order_by("-weight", "-id")


def pair_of(pk: int, by: Actor) -> Pair:
    """One pair, or the same answer for one that does not exist and one out of scope."""
    return _one(pairs(by).filter(pk=pk).first())


def merges(by: Actor) -> QuerySet[Merge]:
    """Every merge of the steward's place, the latest first."""
    return in_scope(Merge.objects.select_related("kept", "lost"), duties.steward(by)).order_by("-id")


def merge_of(pk: int, by: Actor) -> Merge:
    """One merge, or the same answer for one that does not exist and one out of scope."""
    return _one(merges(by).filter(pk=pk).first())


def aftermaths(by: Actor) -> QuerySet[Aftermath]:
    """Families to be looked at anew, the longest waiting first."""
    rows = in_scope(Aftermath.objects.filter(closed_at=None), duties.steward(by))
    return rows.select_related("household").order_by("id")


def unsure_rows(by: Actor) -> QuerySet[Unsure]:
    """Every row of the steward's place that the machine left open, the most alike first."""
    return in_scope(Unsure.objects.all(), duties.steward(by)).order_by("-weight", "-id")


def unsure_of(pk: int, by: Actor) -> Unsure:
    """One of them, or the same answer for one that does not exist and one out of scope."""
    return _one(unsure_rows(by).select_related("person").filter(pk=pk).first())


def candidates(unsure: Unsure, by: Actor) -> list[Person | None]:
    """Who a row may be about, in its order, each as the file stands today; None for whoever has left the place."""
    files = in_scope(Person.objects.select_related("merged_into"), duties.steward(by))
    found = files.filter(pk__in=[one["person"] for one in unsure.candidates]).in_bulk()
    return [current(found[pk]) if (pk := one["person"]) in found else None for one in unsure.candidates]


def doubles_among(people: Sequence[Person | None], by: Actor) -> bool:
    """Whether two of them may be one person themselves, which a steward has still to say."""
    known = [one.pk for one in people if one is not None]
    return asked(by).filter(first__in=known, second__in=known).exists()


def candidate(unsure: Unsure, at: int, by: Actor) -> Person:
    """One of them, the first being 0."""
    return _one(candidates(unsure, by)[at])


def _one(found: M | None) -> M:
    if found is None:
        raise NotFound("pair_unknown", "没有这项记录，或不在您的管辖范围内。请返回列表重新选择。")
    return found
