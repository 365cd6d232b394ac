"""The cap on bought services: a share of what the centre and the province have sent a county in a year."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Sum

from minzheng.kernel import catalogue, clock
from minzheng.kernel.errors import Mistake
from minzheng.kernel.law import Facts
from minzheng.kernel.law.reference import Evaluation, Unknown
from minzheng.kernel.ledger.models import Budget, Fund

from .duties import Purchases, held
from .models import PurchaseYear

__all__ = ["Cap", "cap_of", "received", "year_of"]


@dataclass(frozen=True)
class Cap:
    """How far a county is: received from above, the limit, signed, and what the law says of it."""

    received: int
    limit: int
    signed: int
    total: int
    allowed: bool
    warns: bool

    @property
    def percent(self) -> int:
        """How much of the limit is taken, in whole percent, rounded down."""
        return 100 * self.total // self.limit if self.limit else 0


def received(declared: Purchases, *, path: str, year: int) -> tuple[int, int]:
    """What the centre and the province have allotted to the county for the schemes that count."""
    schemes = [f"{declared.domain.code}.{one.code}" for one in declared.item.out_of]
    rows = Budget.objects.filter(
        path=path, year=year, scheme__in=schemes, fund__in=[Fund.CENTRAL, Fund.PROVINCE]
    )
    sums = dict(rows.values_list("fund").annotate(n=Sum("allotted")))
    return sums.get(Fund.CENTRAL, 0), sums.get(Fund.PROVINCE, 0)


def cap_of(declared: Purchases, *, path: str, year: int, signed: int, asked: int = 0) -> Cap:
    """What the rules say of the county's year with one more contract, if any is asked."""
    central, province = received(declared, path=path, year=year)
    facts = Facts(household={"central": central, "province": province, "signed": signed, "contract": asked})
    run = Evaluation(declared.item.year, facts, catalogue.current().parameters(), path=path, on=clock.today())
    limit = run.answer(declared.item.cap)
    if isinstance(limit, Unknown):
        raise Mistake("purchase_facts", f"{declared.item.cap.name} asks for what a year does not know")
    return Cap(
        received=central + province, limit=math.floor(Fraction(str(limit))), signed=signed, total=signed + asked,
        allowed=held(run, declared.item.allowed), warns=held(run, declared.item.warns),
    )  # fmt: skip


def year_of(declared: Purchases, *, path: str, year: int) -> Cap:
    """The meter of a county's year as it stands now."""
    row = PurchaseYear.objects.filter(path=path, purchasing=declared.code, year=year).first()
    return cap_of(declared, path=path, year=year, signed=row.signed if row else 0)
