"""What the law says of the case: before a decision as of today, afterwards as it was decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from minzheng.kernel import catalogue, clock, law
from minzheng.kernel.casework.deciding import determine
from minzheng.kernel.casework.models import Case, Decision
from minzheng.kernel.declare import Determination
from minzheng.kernel.errors import MinzhengError

__all__ = ["found", "of_decision", "per_of", "today"]


def found(case: Case) -> dict[str, Any]:
    """The findings for the page: of the latest decision if there is one in force, else of today."""
    decision = max(case.decisions.all(), key=lambda one: one.pk, default=None)
    if decision is not None and case.state in (Case.State.GRANTED, Case.State.REFUSED):
        return of_decision(decision)
    return today(case)


def today(case: Case) -> dict[str, Any]:
    """The law in force today on the facts as they stand; what it lacks is said, nothing is guessed."""
    day = clock.today()
    try:
        said = determine(case, on=day)
    except MinzhengError as error:
        return {"problem": error.message}
    return {"heading": f"按 {day.isoformat()} 的法规和现有事实", **_shown(said), "per": per_of(case)}


def _shown(said: Determination) -> dict[str, Any]:
    lines = _by_name(getattr(said, "explanation", ()))
    return {
        "eligible": said.eligible,
        "findings": [(one, lines.get(one.rule)) for one in sorted(said.findings, key=_urgency)],
        "amount": said.amount or 0,
        "rule_set": said.rule_set,
        "score": _score(getattr(said, "score", None)),
        "explanation": list(getattr(said, "explanation", ())),
        "said": said,
    }


def of_decision(decision: Decision) -> dict[str, Any]:
    """The findings frozen with a decision, read back unchanged."""
    kept: Mapping[str, Any] = decision.determination
    if "eligible" not in kept:
        return {
            "heading": "没有认定记录",
            "problem": "作出这个决定时没有保存按法规作出的认定，请查看决定书原文。",
        }
    tree = [law.Explanation.from_json(row) for row in kept.get("explanation", ())]
    lines = _by_name(tree)
    findings = sorted((law.Finding.from_json(row) for row in kept.get("findings", ())), key=_urgency)
    return {
        "heading": f"{decision.on.isoformat()} 作出决定时的认定",
        "eligible": law.Finding.from_json(kept["eligible"]),
        "per": per_of(decision.case),
        "findings": [(one, lines.get(one.rule)) for one in findings],
        "amount": kept.get("amount") or 0,
        "rule_set": decision.rule_set,
        "score": _kept_score(kept.get("score")),
        "explanation": tree,
    }


def per_of(case: Case) -> str:
    """Whether the amount is a month's or granted at once."""
    return catalogue.current().service_of(case).item.per


def _urgency(one: law.Finding) -> int:
    """What stands in the way is read first, then what is not known yet."""
    return ("not_met", "unknown", "met").index(str(one.outcome))


def _by_name(tree: Iterable[law.Explanation]) -> dict[str, law.Explanation]:
    """The first full telling of each line; told again it has no branches."""
    lines: dict[str, law.Explanation] = {}
    for root in tree:
        for _, one in root.walk():
            if one.children and one.name not in lines:
                lines[one.name] = one
    return lines


def _score(score: Any) -> dict[str, Any] | None:
    if score is None:
        return None
    points = getattr(score, "points", None)
    return {
        "points": None if points is None else _number(points), "tier": getattr(score, "tier", None),
        "visit_days": getattr(score, "visit_days", None),
        "dimensions": [(one.title, one.text) for one in getattr(score, "dimensions", ())],
        "missing": list(getattr(score, "missing", ())),
    }  # fmt: skip


def _kept_score(kept: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not kept:
        return None
    points = kept.get("points")
    return {
        "points": None if points is None else _number(Fraction(str(points))), "tier": kept.get("tier"),
        "visit_days": kept.get("visit_days"),
        "dimensions": [(one["title"], one["text"]) for one in kept.get("dimensions", ())], "missing": [],
    }  # fmt: skip


def _number(points: Fraction) -> str:
    """The index as it is written: one decimal where it is not whole."""
    exact = Decimal(points.numerator) / Decimal(points.denominator)
    return str(exact.quantize(Decimal("0.1"))).removesuffix(".0")
