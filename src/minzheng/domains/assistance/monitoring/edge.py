"""Edge households whose income has come near the dibao standard (M8): the law is asked in columns."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache

import numpy as np

from minzheng.kernel import catalogue
from minzheng.kernel.declare import Found, Window
from minzheng.kernel.law.engines.bulk import BulkEngine
from minzheng.kernel.profiles.reading import read

from ..models import PROFILES, Standing
from ..rules.means import per_head, standard

__all__ = ["near_dibao"]

_RULES = (per_head, standard)


@cache
def _engine() -> BulkEngine:
    return BulkEngine(PROFILES.entity, _RULES)


def near_dibao(window: Window) -> Iterator[Found]:
    """Income per head within the margin of the standard, or below it by now; what is not known is not near."""
    on_edge = Standing.objects.filter(low_income_class="L3", path__startswith=window.path).exclude(
        state="ended"
    )
    wanted = np.fromiter(
        on_edge.order_by("household_id").values_list("household_id", flat=True), dtype=np.int64
    )
    if not len(wanted):
        return
    parameters = catalogue.current().parameters()
    for batch in read(PROFILES, path=window.path, rules=_RULES, parameters=parameters):
        found = _engine().decide(batch.table, parameters, on=window.on)
        incomes, standards = found[per_head], found[standard]
        for row in np.flatnonzero(np.isin(batch.households, wanted)):
            income, limit = incomes[int(row)], standards[int(row)]
            if not isinstance(income, int | Fraction) or not isinstance(limit, int | Fraction):
                continue
            if income <= limit * (1 + Fraction(window.thresholds["margin"], 100)):
                yuan = _yuan(income)
                yield Found(
                    int(batch.households[row]),
                    f"income {yuan}",
                    f"低保边缘家庭人均月收入{yuan}元，接近或低于低保标准",
                )


def _yuan(fen: int | Fraction) -> str:
    """To the fen, downwards; only to be read, never to be compared."""
    whole = int(fen)
    return f"{whole // 100}.{whole % 100:02d}"
