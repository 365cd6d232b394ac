"""What a target's page says of the target: its value and other readings, how it is counted and judged, its clause."""

from __future__ import annotations

from datetime import date
from typing import Any

from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.indicators.figures import latest, months_among
from minzheng.kernel.plans.duties import Plan
from minzheng.kernel.plans.standing import Standing, measure_of, said

from .document import carried_out, clauses
from .words import NOTHING, number, source_words, value_words, wanted_words

__all__ = ["facts_of"]

Facts = list[tuple[str, Any]]


def facts_of(plan: Plan, one: Standing, by: Actor, on: date) -> Facts:
    """Line by line."""
    wanted = one.target
    how = " ÷ ".join(filter(None, (wanted.numerator, wanted.denominator))) or "定性"
    return [
        ("数值", value_words(one)), *_beside(one, by, on), ("目标值", wanted_words(one)),
        ("按进度应达到", f"{number(one.wanted)}{wanted.unit}" if one.wanted is not None else NOTHING),
        ("判断", one.light.why), ("计算方法", how), ("数据来源", _source(one)), *_cover(one),
        ("条文", clauses(wanted)), *_carried(one, by),
        ("责任处室", plan.item.owner(wanted.owner)), *_term(one), *_base(one),
        *_measure(wanted.code),
        *(
            ("规划中的歧义", f"{note.text}。采用：{note.used}。")
            for note in plan.item.ambiguities
            if note.code == wanted.ambiguity
        ),
    ]  # fmt: skip


def _carried(one: Standing, by: Actor) -> Facts:
    found = carried_out(one.target, by) if one.target.is_target else ""
    return [("由什么落实", found)] if found else []


def _beside(one: Standing, by: Actor, on: date) -> Facts:
    """Other readings of the same words, counted side by side and never judged."""
    book, run = catalogue.current(), latest()
    others = [each for each in book.indicators.values() if one.target.code in each.item.beside]
    if not others or run is None:
        return []
    month = one.month or clock.Month.of(on)
    codes = [each.code for each in others]
    found = months_among(run, [month], by, paths=[one.path], indicators=codes)[month]
    shown = []
    for each in others:
        figure = found.get((each.code, one.path))
        value = figure.value if figure else None
        scale = 100 if figure and figure.denominator is not None else 1
        words = NOTHING if value is None else f"{said(value * scale)}{each.item.unit}"
        shown.append((f"另一种口径：{each.item.label}", words))
    return shown


def _source(one: Standing) -> str:
    """A target that nobody counts yet says which register it waits for."""
    if one.source == "none" and one.target.awaits:
        return f"尚无数据来源，待“{one.target.awaits}”建成后自动计算"
    return source_words(one)


def _cover(one: Standing) -> Facts:
    if one.cover is None or one.cover.known == one.cover.of:
        return []
    return [("数据覆盖", f"{one.cover.of} 个县级单位中，{one.cover.known} 个有数值且没有异议")]


def _term(one: Standing) -> Facts:
    """The plan calls no target binding (约束性)."""
    if not one.target.is_target:
        return []
    dated = "" if one.target.dated else "（规划未写日期，按规划期末）"
    return [("到期日", f"{one.target.due}{dated}"), ("性质", "预期性（规划没有列为约束性）")]


def _base(one: Standing) -> Facts:
    wanted = one.target
    if wanted.base is not None:
        return [("基期", f"{number(wanted.base)}{wanted.unit}（{wanted.base_on}）")]
    if one.base_estimated and wanted.kind not in ("Y", "K", "X"):
        return [
            ("基期", f"规划没有基期数值，以首个核实的数值 {number(one.base)}{wanted.unit} 为基期（推定）")
        ]
    return []


def _measure(target: str) -> Facts:
    code = measure_of(target)
    return [("指标", f"{catalogue.current().indicators[code].item.label}（{code}）")] if code else []
