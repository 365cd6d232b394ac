"""The worked cases of the other benefits (handbook 02 §18, 03 §15, 04 §9): what the rules and months give.

``received`` lists what each draws in the month (``household``, then members from "1"), ``excluded`` what gives
way to what, ``undecided`` what still lacks a fact; the rest is about months (``events``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from minzheng.kernel.clock import Calendar, Month
from minzheng.kernel.law.cases import Case
from minzheng.kernel.law.findings import Outcome
from minzheng.kernel.law.parameters import Parameters
from minzheng.kernel.law.reference import Evaluation, Unknown

from . import benefit_months as months
from . import parents, procedure
from .facts import household
from .receivable import Line, receivable

__all__ = ["answers"]

_TOLD = {
    "received", "excluded", "undecided", "met", "not_met", "benefit_total", "best_total", "better", "orphan_kinds",
}  # fmt: skip


def answers(case: Case, parameters: Parameters, calendar: Calendar) -> dict[str, Any]:
    """What the other benefits come to in a case, under the names that ``expect:`` uses."""
    found = _received(case, parameters) if case.expect.keys() & _TOLD else {}
    for name, reckon in _MONTHS.items():
        if name in case.events:
            found |= reckon(case.events[name], parameters, case.place)
    if fuc := case.events.get("fuc"):
        found |= _fuc(fuc, parameters, calendar, case.place)
    return found


def _received(case: Case, parameters: Parameters) -> dict[str, Any]:
    facts = case.facts(household)
    month = Month.parse(case.events["month"]).first if "month" in case.events else None
    told = receivable(facts, parameters, path=case.place, on=case.day, month=month)
    run = Evaluation(household, facts, parameters, path=case.place, on=case.day, month=month)
    kinds = [run.answer(parents.orphan_kind, at) for at in range(len(facts.persons))]
    return {
        "received": _by_member(told.lines, lambda line: line.amount or None),
        "excluded": _by_member(told.lines, lambda line: [one.by for one in line.excluded_by] or None),
        "undecided": _by_member(
            told.lines, lambda line: [one.fact for one in line.missing] if line.amount is None else None
        ),
        "met": _by_member(told.lines, lambda line: True if line.outcome is Outcome.MET else None),
        "not_met": _by_member(told.lines, lambda line: line.finding.because if _refused(line) else None),
        "benefit_total": told.total,
        "best_total": told.best_total,
        "better": [one.better for one in told.choices],
        "orphan_kinds": [None if isinstance(one, Unknown) else one for one in kinds],
    }


def _refused(line: Line) -> bool:
    return line.outcome is Outcome.NOT_MET


def _by_member(lines: tuple[Line, ...], tell: Callable[[Line], Any]) -> dict[str, dict[str, Any]]:
    """What is told of each line, by member and scheme; nothing where there is nothing to tell."""
    found: dict[str, dict[str, Any]] = {}
    for line in lines:
        if (told := tell(line)) is not None:
            who = "household" if line.member is None else str(line.member + 1)
            found.setdefault(who, {})[line.scheme] = told
    return found


# --- Months ------------------------------------------------------------------------------------------


def _written(listed: tuple[Month, ...]) -> list[str]:
    return [str(month) for month in listed]


def _subsidy(row: Mapping[str, Any], _: Parameters, __: str) -> dict[str, Any]:
    owed = months.arrears(months.subsidy_from(row["applied"]), Month.of(row["approved"]))
    return {"arrears": _written(owed), "arrears_amount": len(owed) * row["monthly"]}


def _death(row: Mapping[str, Any], _: Parameters, __: str) -> dict[str, Any]:
    last = Month.of(row["died"])
    over = months.to_recover(last, Month.parse(row["paid_through"]))
    return {"last_due": str(last), "recover": _written(over), "recover_amount": len(over) * row["monthly"]}


def _certificate(row: Mapping[str, date], parameters: Parameters, path: str) -> dict[str, Any]:
    lapse = months.certificate_lapse(row["expires"], row["renewed"], parameters, path=path)
    return {
        "suspended_from": lapse.suspended_from and str(lapse.suspended_from),
        "back_paid": _written(lapse.back_paid),
        "new_from": lapse.new_from and str(lapse.new_from),
    }


def _last_dibao(month: str, _: Parameters, __: str) -> dict[str, Any]:
    return {"living_until": str(months.living_until(Month.parse(month)))}


def _into_institution(moved: date, parameters: Parameters, path: str) -> dict[str, Any]:
    def rate(kind: str) -> Any:
        return parameters.get(f"orphan.{kind}", path=path, on=moved).value

    new = months.new_rate_from(moved)
    return {"rates": {str(new.previous): rate("scattered"), str(new): rate("institution")}}


def _child_born(birth: date, parameters: Parameters, path: str) -> dict[str, Any]:
    until = months.left_behind_until(birth, parameters, path=path, on=birth.replace(year=birth.year + 16))
    return {"child_until": str(months.child_until(birth)), "left_behind_until": until}


def _highage(row: Mapping[str, Any], _: Parameters, __: str) -> dict[str, Any]:
    first = months.first_month_at_age(row["born"], row["band"])
    return {"highage_from": str(first), "highage_until": str(Month.of(row["died"]))}


def _kept_changed(changed: date, _: Parameters, __: str) -> dict[str, Any]:
    return {"kept_from": str(months.new_rate_from(changed))}


def _unpaid(row: Mapping[str, str], parameters: Parameters, path: str) -> dict[str, Any]:
    right, found = Month.parse(row["right"]), Month.parse(row["found"])
    owed = months.back_pay(right, found, parameters, path=path)
    return {"back_pay": _written(owed[:1] + owed[-1:]), "back_pay_months": len(owed)}


_MONTHS: Mapping[str, Callable[[Any, Parameters, str], dict[str, Any]]] = {
    "subsidy": _subsidy,
    "death": _death,
    "certificate": _certificate,
    "last_dibao": _last_dibao,
    "into_institution": _into_institution,
    "child_born": _child_born,
    "highage": _highage,
    "kept_changed": _kept_changed,
    "unpaid": _unpaid,
}


def _fuc(row: Mapping[str, date], parameters: Parameters, calendar: Calendar, path: str) -> dict[str, Any]:
    """The clocks of an application for F."""
    return {
        "township_by": months.fuc_due("township", row["applied"], parameters, calendar, path=path).on,
        "county_by": months.fuc_due("county", row["sent"], parameters, calendar, path=path).on,
        "fuc_from": str(procedure.first_month(row["confirmed"])),
    }
