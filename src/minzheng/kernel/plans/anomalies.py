"""Figures that somebody should look at: a jump from one month to the next, more than the whole, sums that differ.

A register that suddenly holds a fifth more or less was mostly filled in wrongly (handbook 14 §5, §11).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.areas.queries import counties
from minzheng.kernel.audit import Actor
from minzheng.kernel.indicators.figures import Figure, latest, months_among

from .covering import summed, verified
from .duties import Plan
from .known import completed
from .standing import measure_of, said, value_of
from .terms import number, share

__all__ = ["Anomaly", "anomalies", "jumped"]


@dataclass(frozen=True)
class Anomaly:
    """One figure, and what is odd about it."""

    target: declare.Target
    path: str
    month: clock.Month
    why: str


def anomalies(plan: Plan, by: Actor, *, under: str, on: date) -> list[Anomaly]:
    """What stands out beneath a place in the last completed month."""
    month = completed(on)
    return [*_computed(plan, by, under, on, month), *_sums(plan, by, under, on)]


def jumped(was: Fraction, now: Fraction, *, on: date) -> bool:
    """Whether a figure moved by more than a share of what it was."""
    return abs(now - was) > was * share("jump.share", on=on) if was else False


def _computed(plan: Plan, by: Actor, under: str, on: date, month: clock.Month) -> Iterator[Anomaly]:
    shown = latest()
    if shown is None:
        return
    paths = list(dict.fromkeys([under, *(one.path for one in counties(under, on=on))]))
    codes = {one.code: measure_of(one.code) for one in plan.item.targets if measure_of(one.code)}
    rows = months_among(shown, [month.previous, month], by, paths=paths, indicators=set(codes.values()))
    least = number("jump.least", path="22/", on=on)
    anew = {code for code in codes.values() if _begins_anew(code)}
    for target in plan.item.targets:
        for path in paths:
            key = (codes.get(target.code, ""), path)
            was, now = rows[month.previous].get(key), rows[month].get(key)
            if key[0] in anew:
                was = None
            if now is not None and (why := _odd(target, was, now, least, on)):
                yield Anomaly(target, path, month, why)


def _begins_anew(code: str) -> bool:
    """Whether what is counted starts at nought in January."""
    count = catalogue.current().indicators[code].item.count
    return getattr(getattr(count, "of", count), "over", "") == "year"


def _odd(target: declare.Target, was: Figure | None, now: Figure, least: int, on: date) -> str:
    """More than the whole, or a jump of something that does not begin anew each year."""
    whole = now.denominator
    if whole is not None and target.scale == 100 and now.numerator > whole:
        return f"分子 {now.numerator:,} 大于分母 {whole:,}"
    if was is None or target.kind in ("Y", "K", "X") or _small(was, least):
        return ""
    then, value = value_of(target, was), value_of(target, now)
    if then is None or value is None or not jumped(then, value, on=on):
        return ""
    return f"由 {said(then)}{target.unit} 变为 {said(value)}{target.unit}"


def _small(was: Figure, least: int) -> bool:
    """Too few to tell a jump from a single case."""
    return (was.numerator if was.denominator is None else was.denominator) < least


def _sums(plan: Plan, by: Actor, under: str, on: date) -> Iterator[Anomaly]:
    """What was given for the whole where every county gave its own, and the sum is another."""
    places = [one.path for one in counties(under, on=on) if one.path != under]
    if not places:
        return
    given = {
        (one.target, clock.Month.of(one.month)): one for one in verified(plan.code, by, on).filter(path=under)
    }
    targets = {one.code: one for one in plan.item.targets}
    for (code, _), by_month in summed(plan.code, by, {under: places}, on).items():
        for month, (whole, many) in by_month.items():
            own = given.get((code, month))
            if (
                own
                and many == len(places)
                and (own.numerator, own.denominator) != (whole.numerator, whole.denominator)
            ):
                yield Anomaly(
                    targets[code], under, month, f"填报 {own.numerator:,}，各县合计 {whole.numerator:,}"
                )
