"""The worked cases of handbook 14 §13: path, light and shown value of a target, as the kernel reckons them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from minzheng.kernel.clock import Calendar
from minzheng.kernel.law.cases import Case, load
from minzheng.kernel.law.language import Entity
from minzheng.kernel.law.parameters import Parameters
from minzheng.kernel.law.progress import Progress, Thresholds, cut_to, light, path_on
from minzheng.kernel.law.reference import Evaluation

__all__ = ["CASES", "ENTITIES", "WORDS", "answers", "cases", "evaluations", "seed_parameters"]

_DOMAIN = Path(__file__).resolve().parent.parent
CASES = _DOMAIN / "cases"
ENTITIES: tuple[Entity, ...] = ()
# How the cases call what they give and expect: Chinese words, and a unit.
WORDS: Mapping[str, tuple[str, str]] = {
    "kind": ("类别", ""), "op": ("比较", ""), "target": ("目标值", ""), "base": ("基期值", ""), "value": ("数值", ""),
    "numerator": ("分子", ""), "denominator": ("分母", ""), "due": ("到期日", ""), "at_due": ("到期日数值", ""),
    "years": ("各年数值", ""), "units": ("各县分子和分母", ""), "stale": ("数据过期", ""), "coverage": ("来源覆盖", ""),
    "before": ("上期数值", ""), "disputed": ("县级有异议", ""),
    "light": ("灯", ""), "done": ("进度", ""), "elapsed": ("时间", ""), "ratio": ("进度与时间之比", ""),
    "path": ("应达到", ""), "shown": ("显示", ""), "hatched": ("带斜纹", ""),
}  # fmt: skip


@cache
def seed_parameters() -> Parameters:
    """The values that come with the domain."""
    return Parameters.from_yaml(*sorted((_DOMAIN / "parameters").glob("*.yaml")))


def cases() -> list[Case]:
    """Every worked case of the domain."""
    return load(*sorted(CASES.glob("*.yaml")))


def evaluations(case: Case, base: Parameters) -> list[Evaluation]:
    """Nothing here is a rule of one household."""
    del case, base
    return []


def answers(case: Case, base: Parameters, calendar: Calendar) -> dict[str, Any]:
    """Light, path and shown value of the target that a case describes."""
    del calendar
    given, limits = case.events, _limits(case, case.over(base))
    value = _value(given)
    progress = Progress(
        kind=given["kind"], op=given.get("op", ">="), target=_exact(given["target"]), due=given["due"], on=case.day,
        base=_exact(given.get("base")), value=value, at_due=_exact(given.get("at_due")),
        years={int(year): _exact(one) for year, one in given.get("years", {}).items()},
        stale=bool(given.get("stale", False)), coverage=_exact(given.get("coverage", "1")) or Fraction(0),
        before=_exact(given.get("before")), disputed=bool(given.get("disputed", False)),
    )  # fmt: skip
    found = light(progress, limits)
    return {
        "light": found.colour, "hatched": found.hatched, "done": _short(found.done), "elapsed": _short(found.elapsed),
        "ratio": _short(found.ratio, 3), "path": _short(path_on(progress), 2),
        "shown": "" if value is None else cut_to(value, 2, progress.target, ceiling=progress.op == "<="),
    }  # fmt: skip


def _value(given: Mapping[str, Any]) -> Fraction | None:
    """A value as it is, or a share: of several units the sum of numerators over the sum of denominators."""
    if units := given.get("units"):
        above, below = (sum((Fraction(pair[side]) for pair in units), Fraction(0)) for side in (0, 1))
        return above / below * 100
    if "numerator" in given:
        return Fraction(str(given["numerator"])) / Fraction(str(given["denominator"])) * 100
    return _exact(given.get("value"))


def _limits(case: Case, values: Parameters) -> Thresholds:
    green, yellow, ceiling, coverage, back = (
        Fraction(
            str(values.get(f"plan.light.{key}", path=case.place, on=max(case.day, date(2021, 1, 1))).value)
        )
        for key in ("green", "yellow", "ceiling", "coverage", "back")
    )
    return Thresholds(green, yellow, ceiling, coverage, back)


def _exact(value: Any) -> Fraction | None:
    return None if value is None else Fraction(str(value))


def _short(value: Fraction | None, places: int = 4) -> str:
    """As the worked examples print it."""
    return "" if value is None else cut_to(value, places)
