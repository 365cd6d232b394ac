"""Where each number of a board comes from: rows of ``(path, code, numerator, denominator)``, grouped by the database.

A flow belongs to a month and is counted for any month; a stock is what stands now and is kept month by month.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.apps import apps
from django.db.models import Count, Q, QuerySet

from minzheng.kernel import catalogue, declare

__all__ = ["FLOWS", "STOCKS", "entries"]

# A bad rating is one of the lower two grades (handbook 13 §7): what is told is the share of the others.
FLOWS = (
    "SELECT path, 'cases.accepted', count(*), NULL::bigint FROM casework_case"
    " WHERE accepted_on >= %(first)s AND accepted_on <= %(last)s GROUP BY path",
    "SELECT c.path, 'cases.on_time', count(*) FILTER (WHERE c.due_on IS NULL OR d.\"on\" <= c.due_on), count(*)"
    " FROM casework_decision d JOIN casework_case c ON c.id = d.case_id"
    ' WHERE d."on" >= %(first)s AND d."on" <= %(last)s'
    " AND NOT EXISTS (SELECT FROM casework_decision e WHERE e.case_id = d.case_id AND e.id < d.id) GROUP BY c.path",
    "SELECT path, 'money:' || scheme, sum(amount)::bigint, count(*) FROM ledger_payment"
    " WHERE month = %(first)s GROUP BY path, scheme",
    "SELECT path, 'service.good', count(*) FILTER (WHERE grade >= 3), count(*) FROM feedback_rating r"
    " WHERE at >= %(begins)s AND at < %(ends)s AND disowned_at IS NULL"
    " AND NOT EXISTS (SELECT FROM feedback_remedy m WHERE m.rating_id = r.id AND m.state = 'invalid') GROUP BY path",
    "SELECT path, 'warnings.new', count(*), NULL::bigint FROM monitoring_alert"
    " WHERE opened_on >= %(first)s AND opened_on <= %(last)s GROUP BY path",
)
STOCKS = (
    "SELECT path, 'cases.open', count(*), NULL::bigint FROM casework_case"
    " WHERE state IN ('submitted', 'correcting', 'open', 'paused') GROUP BY path",
    "SELECT r.path, 'service.unanswered', count(*), NULL::bigint FROM feedback_remedy m"
    " JOIN feedback_rating r ON r.id = m.rating_id WHERE m.state IN ('open', 'looked_into') GROUP BY r.path",
    "SELECT path, 'warnings.open', count(*), NULL::bigint FROM monitoring_alert"
    " WHERE state IN ('open', 'following') GROUP BY path",
    "SELECT path, 'warnings.late', count(*), NULL::bigint FROM monitoring_alert"
    " WHERE state = 'open' AND due_on < %(today)s GROUP BY path",
)


def entries() -> Iterator[tuple[str, QuerySet[Any]]]:
    """For each register that an indicator leads to, how many entries the link behind that number shows."""
    seen: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
    book = catalogue.current()
    for code, one in book.indicators.items():
        key = (f"{one.domain.code}.{one.item.register}", tuple(sorted(one.item.where.items())))
        if not one.item.register or key in seen:
            continue
        seen.add(key)
        register: declare.Register = book.registers[key[0]].item
        rows = apps.get_model(register.model)._default_manager.filter(_met(one.item.where))
        yield f"entries:{code}", rows.order_by().values_list("path").annotate(n=Count("pk"))


def _met(where: Mapping[str, str]) -> Q:
    met = Q()
    for column, wanted in where.items():
        of = column.replace(".", "__")
        met &= ~Q(**{of: wanted[1:]}) if wanted.startswith("!") else Q(**{of: wanted})
    return met
