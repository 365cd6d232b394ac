"""A figure written out as its rule reckons it: 家庭年收入 14400.00 元/年 ÷（12 × 家庭人口 4 人）.

Only the branch taken is written, and of a sum only what is not nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from minzheng.kernel.law import expressions as nodes
from minzheng.kernel.law.expressions import MONEY, Expression
from minzheng.kernel.law.language import Rule
from minzheng.kernel.law.reference import Evaluation, Unknown
from minzheng.kernel.law.units import UNITS, in_words
from minzheng.kernel.law.wording import ROUNDING, phrase

__all__ = ["reckoned"]

_STEPS = {1: "分", 10: "角", 100: "元"}


def reckoned(rule: Rule, run: Evaluation, member: int | None) -> str:
    """The figure of a rule written out; empty while it is unknown, where it is taken over as it stands, and
    for what a person has nothing of."""
    answer = run.answer(rule, member)
    if isinstance(answer, Unknown) or (member is not None and answer == 0):
        return ""
    node, member = _taken(rule.expression, run, member)
    return _written(node, run, member).replace(" （", "（") if type(node) in _WRITE else ""


def _taken(node: Expression, run: Evaluation, member: int | None) -> tuple[Expression, int | None]:
    """Down the branch that was taken."""
    while True:
        match node:
            case nodes.Where():
                held = run.reckon(node.condition, member)
                if isinstance(held, Unknown):
                    return node, member
                node = node.yes if held else node.no
            case nodes.OfHousehold():
                node, member = node.inner, None
            case _:
                return node, member


def _written(node: Expression, run: Evaluation, member: int | None) -> str:
    node, member = _taken(node, run, member)
    write = _WRITE.get(type(node))
    if write is not None:
        return write(node, run, member)
    return phrase(node, run, member, bare=True)


def _part(node: Expression, run: Evaluation, member: int | None) -> str:
    """A part of a product or a quotient, in brackets where it is itself reckoned."""
    node, member = _taken(node, run, member)
    written = _written(node, run, member)
    return f"（{written}）" if isinstance(node, nodes.Arithmetic | nodes.Quotient) else written


def _arithmetic(node: nodes.Arithmetic, run: Evaluation, member: int | None) -> str:
    if node.op in ("*", "//"):
        sign = "×" if node.op == "*" else "整除以"
        return f"{_factor(node.left, run, member)} {sign} {_part(node.right, run, member)}"
    terms = [(sign, term) for sign, term in _terms(node) if run.reckon(term, member) != 0]
    if not terms:
        return ""
    first, *others = [(sign, _written(term, run, member)) for sign, term in terms]
    begun = first[1] if first[0] == "+" else f"0 － {first[1]}"
    return begun + "".join(f" {'＋' if sign == '+' else '－'} {said}" for sign, said in others)


def _terms(node: Expression, sign: str = "+") -> list[tuple[str, Expression]]:
    """The terms of a sum, each with its sign."""
    if not isinstance(node, nodes.Arithmetic) or node.op not in ("+", "-"):
        return [(sign, node)]
    other = sign if node.op == "+" else {"+": "-", "-": "+"}[sign]
    return [*_terms(node.left, sign), *_terms(node.right, other)]


def _factor(node: Expression, run: Evaluation, member: int | None) -> str:
    node, member = _taken(node, run, member)
    product = isinstance(node, nodes.Arithmetic) and node.op == "*"
    return _written(node, run, member) if product else _part(node, run, member)


def _quotient(node: nodes.Quotient, run: Evaluation, member: int | None) -> str:
    return f"{_factor(node.left, run, member)} ÷ {_part(node.right, run, member)}"


def _extreme(node: nodes.Greatest | nodes.Least, run: Evaluation, member: int | None) -> str:
    """The one that is taken; beside it the one that stands against it, where that makes a difference."""
    left: Any = run.reckon(node.left, member)
    right: Any = run.reckon(node.right, member)
    greatest = isinstance(node, nodes.Greatest)
    taken, other = (node.left, node.right) if (left >= right) is greatest else (node.right, node.left)
    if left == right or isinstance(other, nodes.Constant) or other.kind not in MONEY:
        return _written(taken, run, member)
    if isinstance(taken, nodes.Constant):
        said = in_words(taken.value, UNITS[taken.kind.value])
        return f"{_written(other, run, member)}，{'低于' if greatest else '超过'} {said}的按 {said}计"
    return f"{_written(taken, run, member)}与{_written(other, run, member)}中较{'大' if greatest else '小'}的一个"


def _rounded(node: nodes.Rounded, run: Evaluation, member: int | None) -> str:
    inner = _written(node.inner, run, member)
    if run.reckon(node.inner, member) == run.reckon(node, member):
        return inner
    step, mode = run.reckon(node.step, member), run.reckon(node.mode, member)
    to = _STEPS.get(int(step), f"{step} 分") if node.kind in MONEY and isinstance(step, int) else f" {step} "
    return f"{inner}，{ROUNDING.get(str(mode), str(mode))}到{to}".rstrip()


def _total(node: nodes.SumMembers, run: Evaluation, member: int | None) -> str:
    answer = run.reckon(node, None)
    return f"各成员合计 {in_words(None if isinstance(answer, Unknown) else answer, UNITS[node.kind.value])}"


_WRITE: Mapping[type[Expression], Callable[[Any, Evaluation, int | None], str]] = {
    nodes.Arithmetic: _arithmetic,
    nodes.Quotient: _quotient,
    nodes.Greatest: _extreme,
    nodes.Least: _extreme,
    nodes.Rounded: _rounded,
    nodes.SumMembers: _total,
}
