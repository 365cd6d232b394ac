"""How a need is met by a provider (供需匹配): what may be needed, who fits and why, vouchers, orders, settlement.

A need is told; every provider of the county is weighed by the law and shown with the reasons for and against; the
person chooses; the provider accepts, serves and signs; the person confirms; what a voucher carries is settled by the
month as a delivery under a contract of bought services.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from minzheng.kernel.law.language import Entity, Rule

from .funding import Purchasing
from .steps import Role

if TYPE_CHECKING:
    from minzheng.kernel.clock import Month

__all__ = ["Matching", "Vouchers"]


@dataclass(frozen=True)
class Vouchers:
    """Vouchers of a month (服务券): for whom, and how many fen for each group.

    ``people`` is one SQL statement over a county that gives person, path and group; it reads ``%(path)s``,
    ``%(path_end)s``, ``%(month)s`` and whatever ``asks(path, month)`` adds.  ``amounts(path, month)`` is the law.
    A list is drawn up by one and signed by another.
    """

    label: str
    people: str
    amounts: Callable[[str, Month], Mapping[str, int]]
    groups: Mapping[str, str]
    issued_by: Role
    signed_by: Role
    asks: Callable[[str, Month], Mapping[str, Any]] = lambda path, month: {}
    basis: object = None


@dataclass(frozen=True)
class Matching:
    """One market of needs and providers under an office.

    ``candidate`` is what the law reads of one provider for one need (distance, distance_limit, covered, offered,
    qualified, blacklisted, has_capacity, stars, price, price_limit, budget, pays_rest, continued); each of ``hurdles``
    must hold, each of ``merits`` is a part of ``score``.  ``told_by`` tells needs for people and takes their
    confirmation, ``managed_by`` keeps the providers, ``served_by`` is the providers' own staff, named to one provider.
    The words in quotes name dated parameters: the farthest provider shown, how much longer a way is than the straight
    line (percent), hours to answer an order, the most shown first, percent called back, stars (tenths) of the new.
    """

    code: str
    label: str
    services: Mapping[str, str]
    slots: Mapping[str, str]
    candidate: Entity
    hurdles: tuple[Rule, ...]
    merits: tuple[Rule, ...]
    score: Rule
    told_by: tuple[Role, ...]
    managed_by: Role
    served_by: Role
    farthest: str
    way: str
    answer_hours: str
    shown: str
    called_back: str
    new_stars: str
    near_door: str
    vouchers: Vouchers | None = None
    settled: Purchasing | None = None
    # Minutes that one unit of a service takes; much less is looked at.
    minutes: Mapping[str, int] = field(default_factory=dict)
    basis: object = None

    @property
    def roles(self) -> tuple[Role, ...]:
        """Everybody who works with it."""
        voucher = (self.vouchers.issued_by, self.vouchers.signed_by) if self.vouchers else ()
        return (*self.told_by, self.managed_by, self.served_by, *voucher)
