"""What a steward may read: pairs, merges and what they ask for, within the own place; and who a file now is."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from minzheng.kernel import clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotFound

from . import duties
from .models import Aftermath, Merge, Pair

__all__ = ["aftermaths", "asked", "merge_of", "merges", "pair_of", "pairs"]

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


def _one(found: M | None) -> M:
    if found is None:
        raise NotFound("pair_unknown", "没有这项记录，或不在您的管辖范围内。请返回列表重新选择。")
    return found
