"""The words of an interface agreement (接口约定): fields, what they settle, how fresh, on what ground, what for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from minzheng.kernel import clock
from minzheng.kernel.errors import Refused
from minzheng.kernel.law import Article, Instrument

__all__ = ["BASES", "Field", "Item", "Purpose", "Source", "basis_on"]

_MEASURES = Instrument("SA-2014", "社会救助暂行办法", "国务院令第649号", date(2014, 5, 1), date(2026, 7, 1))
_ACT = Instrument("SA-2026", "社会救助法", "2026年4月30日通过", date(2026, 7, 1))
_GROUNDS = ((_MEASURES, _MEASURES.article(58)), (_ACT, _ACT.article(41)))
BASES: tuple[Article, ...] = tuple(article for _, article in _GROUNDS)


def basis_on(day: date) -> Article:
    """The article under which other departments answer on that day."""
    for instrument, article in _GROUNDS:
        if instrument.in_force(day):
            return article
    message = f"{day:%Y-%m-%d} 没有可以据以核对的法规，不能发起核对。请检查日期。"
    raise Refused("verification_basis_missing", message, on=day.isoformat())


class Purpose(StrEnum):
    """What a source may be asked for; the purpose of a question names the matter besides."""

    CHECK = "check"
    RECHECK = "recheck"

    @property
    def label(self) -> str:
        """The word of the agreement."""
        return {"check": "申请时核对", "recheck": "定期核查"}[self.value]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a source says; ``unit`` is a unit of the law, or ``text`` or ``share``."""

    name: str
    label: str
    unit: str
    options: Mapping[str, str] = field(default_factory=dict)
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is compared with the declaration, under the name of the fact it settles.

    ``of`` is ``person`` or ``household`` (the sum over the members).  ``exact`` items allow no tolerance.
    Of a ``partial`` item the source knows only a part (work that is not insured, support from children):
    what the household declares beyond it stands.  Of an item with ``free``, the dated parameter of that name says how
    much of it needs no word of the household.  A ``noted`` item stands in the report for the officer; more of
    it than declared is nothing to explain.
    """

    name: str
    label: str
    unit: str
    of: str
    exact: bool = False
    partial: bool = False
    noted: bool = False
    free: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One department's answer about one person: ``many`` is a list of rows, else one row."""

    code: str
    label: str
    department: str
    fields: tuple[Field, ...]
    items: tuple[Item, ...]
    freshness: str
    valid_for: clock.Days
    many: bool = False
    # No record means "none of it" (no vehicle), but in the household register it leaves the question open.
    absence_is_none: bool = True
    purposes: tuple[Purpose, ...] = (Purpose.CHECK, Purpose.RECHECK)
    bases: tuple[Article, ...] = BASES

    @property
    def compared(self) -> tuple[Item, ...]:
        """The items on which more than declared is a difference."""
        return tuple(item for item in self.items if not item.noted)
