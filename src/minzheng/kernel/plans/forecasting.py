"""Which target will be met by its day, from a frozen snapshot (终期预测, handbook 14 §5).

The months looked back at, and how many of them must be known, are dated parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.indicators.figures import Figure
from minzheng.kernel.indicators.models import Frozen
from minzheng.kernel.law.ahead import Ahead, Outcome, project, weighed
from minzheng.kernel.law.progress import met

from .basis import Basis, basis_on
from .duties import Plan
from .known import Asked, Known
from .standing import Judge, Standing, said, value_of
from .terms import number

__all__ = ["OUTCOMES", "Forecast", "forecasts", "window"]

OUTCOMES: Mapping[str, str] = {
    "met": "已经达到", "likely": "预计达到", "unsure": "能否达到不确定", "unlikely": "预计达不到",
    "missed": "已不能达到", "unsaid": "不能预测",
}  # fmt: skip
_BY_LIGHT: Mapping[str, Outcome] = {"blue": "met", "violet": "missed", "red": "missed"}


@dataclass(frozen=True)
class Forecast:
    """What is foreseen for one target of the province: the outcome, why, and where it could be reckoned the value."""

    outcome: Outcome
    why: str
    ahead: Ahead | None = None
    value: Fraction | None = None

    def kept(self) -> dict[str, str]:
        """For an evaluation to keep, as it is shown."""
        value = self.ahead.value if self.ahead else self.value
        low, high = (self.ahead.low, self.ahead.high) if self.ahead else (None, None)
        return {
            "outcome": self.outcome, "why": self.why, "value": said(value), "low": said(low), "high": said(high),
        }  # fmt: skip


def window(frozen: Frozen) -> int:
    """How many months a forecast looks back."""
    return number("forecast.months", path="22/", on=frozen.as_of)


def forecasts(
    plan: Plan, by: Actor, *, frozen: Frozen, measures: Mapping[str, str], basis: Basis | None
) -> dict[str, Forecast]:
    """Every target of the province, from the snapshot alone."""
    basis = basis or basis_on(plan.code, by, paths=["22/"], on=frozen.as_of)
    asked = Asked(plan, by, ["22/"], frozen.as_of, measures, basis, frozen, back=window(frozen))
    known = Known(asked)
    judge = Judge(known)
    return {
        target.code: _of(judge.standing(target, "22/"), known.rows(target.code, "22/"), frozen)
        for target in asked.targets
        if target.is_target
    }


def _of(one: Standing, rows: Mapping[clock.Month, Figure], frozen: Frozen) -> Forecast:
    """What is already settled is said as such; what can be reckoned is reckoned."""
    target = replace(one.target, value=one.base) if one.target.relative else one.target
    wanted, kind = target.value, target.kind
    if kind == "X" or wanted is None:
        return Forecast("unsaid", "定性目标，没有可比的数值。")
    if target.due <= frozen.as_of:
        return Forecast(_BY_LIGHT.get(one.light.colour, "unsaid"), one.light.why, value=one.value)
    if one.value is None or one.month is None:
        return Forecast("unsaid", "没有核实的数值。")
    if kind == "K":
        outcome: Outcome = "likely" if met(one.value, target.op, wanted) else "unlikely"
        return Forecast(outcome, "上限类目标按目前的数值判断，不外推。", value=one.value)
    values = {
        month: value for month, row in sorted(rows.items()) if (value := value_of(target, row)) is not None
    }
    if kind == "Y":
        return _year(replace(one, target=target), values, wanted, frozen)
    return _projected(replace(one, target=target), values, wanted, frozen)


def _projected(
    one: Standing, values: Mapping[clock.Month, Fraction], wanted: Fraction, frozen: Frozen
) -> Forecast:
    """By the pace of the months looked back at, as far as the day the target is due."""
    target, now, back = one.target, clock.Month.of(frozen.as_of), window(frozen)
    known = [
        (month.months_since(now), value) for month, value in values.items() if now + -back <= month <= now
    ]
    left = clock.Month.of(target.due).months_since(now) - (known[-1][0] if known else 0)
    ahead = project(
        known, left, least=number("forecast.least", path="22/", on=frozen.as_of),
        most=Fraction(100) if target.scale == 100 and target.denominator else None,
    )  # fmt: skip
    if ahead is None:
        return Forecast(
            "unsaid", f"近 {back} 个月只有 {len(known)} 个月有数值，不足以推算。", value=one.value
        )
    if target.kind in ("N", "F", "C"):
        ahead = Ahead(*(Fraction(value // 1) for value in (ahead.value, ahead.low, ahead.high)))
    outcome = weighed(ahead, target.op, wanted)
    if outcome == "likely" and met(one.value or Fraction(0), target.op, wanted):
        outcome = "met"
    return Forecast(outcome, f"按近 {back} 个月的进度推算 {left} 个月。", ahead)


def _year(
    one: Standing, values: Mapping[clock.Month, Fraction], wanted: Fraction, frozen: Frozen
) -> Forecast:
    """One missed year is a miss in the end; of the running year a flow is carried on, a share stands as it is."""
    target, now = one.target, clock.Month.of(frozen.as_of)
    begins = clock.Month(now.year, 1)
    ended = {month.year: value for month, value in values.items() if month.month == 12 and month < begins}
    missed = [year for year, value in sorted(ended.items()) if not met(value, target.op, wanted)]
    if missed:
        return Forecast(
            "missed", f"{'、'.join(f'{year}年' for year in missed)}未达到，年年须达到。", value=one.value
        )
    at = max((month for month in values if begins <= month <= now), default=None)
    if at is None:
        return Forecast("unsaid", f"没有{now.year}年的数值。", value=one.value)
    value = values[at] if target.denominator else values[at] * 12 / at.month
    return Forecast(
        "likely" if met(value, target.op, wanted) else "unlikely",
        f"按{now.year}年前 {at.month} 个月的数值{'判断' if target.denominator else '折算全年'}。", value=value,
    )  # fmt: skip
