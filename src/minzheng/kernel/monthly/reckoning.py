"""Every amount of a scheme reckoned anew for the month by the law, and held against what is entitled.

The amount of a month equals the recomputed one (handbook 01 §17 B3).  One that does not is told to the reviewers
and stops nothing: an amount is changed by a decision only, after the household was heard (社会救助法 art. 48).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from psycopg import sql

from minzheng.kernel import catalogue, declare
from minzheng.kernel.clock import Month
from minzheng.kernel.law.engines.bulk import BulkEngine
from minzheng.kernel.law.language import Entity, Rule
from minzheng.kernel.ledger.doubting import replace_doubts
from minzheng.kernel.ledger.models import Doubt
from minzheng.kernel.profiles import reading, wire
from minzheng.kernel.registers.words import in_yuan

__all__ = ["doubt_amounts", "reckoned", "rule_of"]

_ENTITLED = """
COPY (SELECT e.household_id, e.id, e.amount FROM ledger_entitlement e
      WHERE e.scheme = {scheme} AND e.path >= {path} AND e.path < {path_end} AND e.household_id IS NOT NULL
        AND e.from_month <= {month} AND (e.until_month IS NULL OR e.until_month > {month})
      ORDER BY e.household_id) TO STDOUT (FORMAT binary)"""


def doubt_amounts(*, scheme: str, path: str, month: Month) -> int:
    """Whose entitlement is not what the law gives for the month by what is on file; gives how many."""
    rule = rule_of(scheme)
    if rule is None:
        return 0
    homes, ids, amounts = _entitled(scheme, path, month)
    found: dict[int, str] = {}
    for those, due, known in reckoned(scheme, rule, path=path, month=month):
        at = np.searchsorted(homes, those)
        here = at < len(homes)
        here[here] = homes[at[here]] == those[here]
        at, due, known = at[here], due[here], known[here]
        wrong = known & (due != amounts[at])
        for row, amount in zip(at[wrong].tolist(), due[wrong].tolist(), strict=True):
            found[int(ids[row])] = f"待遇 {in_yuan(int(amounts[row]))}，重新计算为 {in_yuan(int(amount))}"
    return replace_doubts(
        scheme=scheme,
        path=path,
        month=month,
        code="reckoned_otherwise",
        weight=Doubt.Weight.WARN,
        found=found,
    )


def reckoned(
    scheme: str, rule: Rule, *, path: str, month: Month
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]]:
    """Households of the place, what the law gives each in fen, and whether that is known; piece by piece."""
    book = catalogue.current()
    profiles, parameters = book.profiles[scheme.partition(".")[0]], book.parameters()
    engine = _engine(profiles.entity, rule)
    for batch in reading.read(profiles, path=path, rules=[rule], parameters=parameters):
        answers = engine.decide(batch.table, parameters, on=month.first, way="compiled")[rule]
        yield batch.households, np.asarray(answers.values, dtype=np.int64), answers.known


@lru_cache(maxsize=16)
def _engine(household: Entity, rule: Rule) -> BulkEngine:
    """Compiled once for all counties."""
    return BulkEngine(household, [rule])


def rule_of(scheme: str) -> Rule | None:
    """The amount of the scheme as its domain declares it for everyone on file, if it does."""
    domain, _, code = scheme.partition(".")
    declared = catalogue.current().simulated.get(domain)
    if declared is None or domain not in catalogue.current().profiles:
        return None
    return next((one.amount for one in declared.item.reckoned if _carried_out(one, code)), None)


def _carried_out(one: declare.Reckoned, code: str) -> bool:
    return one.code == code and one.carried_out


def _entitled(scheme: str, path: str, month: Month) -> tuple[NDArray[np.int64], ...]:
    """Households in their order, the entitlement of each and its amount."""
    facts = {
        "scheme": scheme,
        "path": path,
        "path_end": path[:-1] + chr(ord(path[-1]) + 1),
        "month": month.first,
    }
    asked = sql.SQL(_ENTITLED).format(**{name: sql.Literal(value) for name, value in facts.items()})
    with connection.cursor():
        rows = wire.rows_of(
            wire.copied(connection.connection, asked.as_string()),
            {"home": ">i8", "id": ">i8", "amount": ">i8"},
        )
    return tuple(rows[name].astype(np.int64) for name in ("home", "id", "amount"))
