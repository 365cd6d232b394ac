"""A worked case as it meets the office: its facts as they are typed, its village, the values its place has set."""

from __future__ import annotations

from datetime import date
from typing import Any

from minzheng.domains.assistance.rules import seed_parameters
from minzheng.kernel.areas import loading
from minzheng.kernel.law.cases import Case as WorkedCase
from minzheng.kernel.law.parameters import parse
from minzheng.kernel.standards.models import ParameterRow

__all__ = ["MONEY", "RELATIONS", "set_parameters", "typed", "village", "yuan"]

RELATIONS = {"self": "02", "spouse": "10", "child": "20", "parent": "50", "other": "97"}


def yuan(fen: int) -> str:
    """Fen as a person types them."""
    return f"{fen // 100}.{fen % 100:02d}"


def typed(value: Any, *, money: bool) -> Any:
    """A fact as it is typed into the form."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return yuan(value) if money else str(value)


MONEY = {
    "wage", "work_cost", "business", "property_income", "transfer", "transfer_paid", "base_pension",
    "excluded_income", "illness_cost", "disability_cost", "deposits", "company_capital", "rigid_spending",
}  # fmt: skip


def village(path: str) -> str:
    """A real village beneath the township a case names."""
    below = [
        u.path for u in loading.units() if u.path.startswith(path) and u.path != path and not u.valid_until
    ]
    return min(below)


def set_parameters(case: WorkedCase, path: str) -> None:
    """What the case changes, entered as the county's own rows."""
    for key, value in case.parameters.items():
        unit = seed_parameters().unit(key)
        parse(value, unit=unit, where=case.id)
        ParameterRow.objects.create(
            key=key, path=path, from_on=date(2014, 5, 1), value=str(value), unit=unit, source=f"算例 {case.id}",
            confidence="assumption",
        )  # fmt: skip
