"""The declared and the found, item by item: what agrees, what exceeds, and what nobody has answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from minzheng.kernel.law.units import in_words, unit_of

from . import answers
from .models import Query, Verification
from .sources import Item, Source, source

__all__ = ["Figure", "Verdict", "compared", "figures", "figures_of"]

Number = int | bool


class Verdict(StrEnum):
    """How found stands to declared."""

    AGREES = "agrees"
    EXCEEDS = "exceeds"
    BELOW = "below"
    UNKNOWN = "unknown"
    NOTED = "noted"

    @property
    def label(self) -> str:
        """The word in the report."""
        return _WORDS[self.value]


_WORDS = {"agrees": "相符", "exceeds": "高于申报", "below": "低于申报", "unknown": "未知", "noted": "供参考"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One item of one member or of the household: declared, found, and by which answers.

    ``found`` is None while an answer is missing, ``at_least`` what the answers at hand come to, ``holders``
    the members on whom something was found.
    """

    item: Item
    source: Source
    member: int | None
    declared: Number | None
    found: Number | None
    at_least: Number
    queries: tuple[Query, ...]
    holders: tuple[int, ...]

    @property
    def missing(self) -> tuple[Query, ...]:
        """The questions without an answer."""
        return tuple(query for query in self.queries if query.state != Query.State.ANSWERED)

    @property
    def stands(self) -> Number | None:
        """What the rules reckon with: the found, or the declared where the source knows only a part."""
        if self.found is None or not self.item.partial or self.declared is None:
            return self.found
        return max(self.declared, self.found)

    @property
    def holder(self) -> int | None:
        """The one member a difference is about; None when it is about several."""
        return self.member or (self.holders[0] if len(self.holders) == 1 else None)

    @property
    def declared_words(self) -> str:
        """The declared figure as a clerk reads it."""
        return "未申报" if self.declared is None else in_words(self.declared, unit_of(self.item.unit))

    @property
    def found_words(self) -> str:
        """The found figure as a clerk reads it."""
        unit = unit_of(self.item.unit)
        if self.found is not None:
            return in_words(self.found, unit)
        return f"至少 {in_words(self.at_least, unit)}" if self.at_least else "未知"


def figures(verification: Verification) -> list[Figure]:
    """Every item of the sources asked, in the order of sources and members, from the latest round."""
    asked = verification.queries.filter(round=verification.round).order_by("id")
    return figures_of(verification, asked)


def figures_of(verification: Verification, asked: Iterable[Query]) -> list[Figure]:
    """The same from questions at hand."""
    by_source: dict[str, dict[int, Query]] = {}
    for query in asked:
        by_source.setdefault(query.source, {})[query.person_id] = query
    result: list[Figure] = []
    for code in verification.source_codes:
        of, answered = source(code), by_source.get(code, {})
        for item in of.items:
            if item.of == "household":
                result.append(_figure(verification, of, item, None, answered))
            else:
                result += [
                    _figure(verification, of, item, place, {pk: answered[pk]})
                    for place, pk in enumerate(verification.member_ids)
                ]
    return result


def _figure(
    verification: Verification, of: Source, item: Item, place: int | None, queries: Mapping[int, Query]
) -> Figure:
    each = {pk: _found(query, item) for pk, query in queries.items()}
    # One unknown makes the sum unknown: no answer is never zero.
    known = [found for found in each.values() if found is not None]
    return Figure(
        item=item,
        source=of,
        member=None if place is None else verification.member_ids[place],
        declared=_declared(verification.declared, item, place),
        found=_sum(item, known) if len(known) == len(each) > 0 else None,
        at_least=_sum(item, known),
        queries=tuple(queries.values()),
        holders=tuple(pk for pk, found in each.items() if found),
    )


def _found(query: Query, item: Item) -> Number | None:
    body = query.body
    return None if body is None else answers.found_figures(body)[item.name]


def _sum(item: Item, known: Sequence[Number]) -> Number:
    return any(known) if item.unit == "boolean" else sum(known)


def _declared(declared: Mapping[str, Any], item: Item, place: int | None) -> Number | None:
    """What the signed form says; a line left empty is not declared."""
    if place is None:
        row = declared.get("household", {})
    else:
        rows = declared.get("persons", [])
        row = rows[place] if place < len(rows) else {}
    value: Number | None = row.get(item.name)
    return value


def compared(figure: Figure, *, tolerance: Fraction, free: Mapping[str, int]) -> Verdict:
    """Found beyond declared, or what is ``free``, by more than the tolerance exceeds; by products, never rounded.

    By the commitment the applicant signs, an empty line says there is none.  What one source has found
    exceeds even while another is silent.
    """
    if figure.item.noted:
        return Verdict.UNKNOWN if figure.found is None else Verdict.NOTED
    share = Fraction(0) if figure.item.exact else tolerance
    declared = max(int(figure.declared or 0), free.get(figure.item.name, 0))
    if int(figure.at_least) > declared * (1 + share):
        return Verdict.EXCEEDS
    if figure.found is None:
        return Verdict.UNKNOWN
    if figure.item.free:
        return Verdict.AGREES
    return Verdict.BELOW if int(figure.found) < declared * (1 - share) else Verdict.AGREES
