"""The words of each number that a board shows besides the declared indicators, and how it reads."""

from __future__ import annotations

from dataclasses import dataclass

from minzheng.kernel import catalogue
from minzheng.kernel.boards.queries import Number
from minzheng.ui.shown import NOTHING, yuan

__all__ = ["KINDS", "Kind", "kind_of", "shown"]

_MILLION = 1_000_000_00


@dataclass(frozen=True)
class Kind:
    """What is counted, in which unit; ``now`` where it is what stands today."""

    label: str
    unit: str
    now: bool = False


KINDS = {
    "cases.accepted": Kind("受理办件", "件"),
    "cases.on_time": Kind("按期办结率", "%"),
    "cases.open": Kind("在办办件", "件", now=True),
    "risk.red": Kind("已超期环节", "个", now=True),
    "risk.yellow": Kind("临近到期环节", "个", now=True),
    "service.good": Kind("好评率", "%"),
    "service.unanswered": Kind("差评待答复", "件", now=True),
    "warnings.new": Kind("新增预警", "户"),
    "warnings.open": Kind("预警在办", "户", now=True),
    "warnings.late": Kind("预警走访逾期", "户", now=True),
}


def kind_of(code: str) -> Kind:
    """Also of money paid in a scheme, of what an indicator counted, and of entries in the register that it leads to."""
    if code in KINDS:
        return KINDS[code]
    family, _, rest = code.partition(":")
    book = catalogue.current()
    if family == "money":
        scheme = book.schemes.get(rest)
        return Kind(scheme.item.label if scheme else rest, "元")
    measure = book.indicators.get(rest)
    if family == "indicator":
        return Kind(measure.item.label if measure else rest, measure.item.unit if measure else "")
    register = book.registers.get(f"{measure.domain.code}.{measure.item.register}") if measure else None
    label = measure.item.label if measure else rest
    return Kind(f"{label}（台账）" if register else label, measure.item.unit if measure else "", now=True)


def shown(code: str, number: Number | None, *, short: bool = False) -> tuple[str, str]:
    """A number and its unit: shares cut to one decimal, money in yuan, from a million on in 万元 where it is short."""
    kind = kind_of(code)
    if number is None:
        return NOTHING, ""
    top, below = number
    if kind.unit == "%":
        return (f"{top * 1000 // below // 10}.{top * 1000 // below % 10}", "%") if below else (NOTHING, "")
    if kind.unit == "元" and short and top >= _MILLION:
        return f"{top // 1_000_000:,}.{top // 10_000 % 100:02d}", "万元"
    return (yuan(top), "元") if kind.unit == "元" else (f"{top:,}", kind.unit)
