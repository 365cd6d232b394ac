"""What a rule says, for no case in particular: the recorded expression put into Chinese words.

``formulas.py`` and ``wording.py`` of the law say what came out in one case; here every branch is told, because
a page is read by whoever wants to check the rule itself.  〔…〕 marks a dated value of the place, “…” a condition.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from minzheng.kernel.law import expressions as nodes
from minzheng.kernel.law.expressions import MONEY, Expression
from minzheng.kernel.law.language import Entity, Fact, Rule
from minzheng.kernel.law.parameters import Parameters
from minzheng.kernel.law.units import UNITS, Kind, in_words
from minzheng.kernel.law.wording import DAYS, NUMBERS, ROUNDING

from .chains import negated, parts
from .spacing import after_word, before_word, of, of_them

__all__ = ["Branch", "Sayer"]

_REACHED = {">=": ("已满", "未满"), "<": ("未满", "已满"), ">": ("超过", "不超过"), "<=": ("不超过", "超过")}
_SIGNS = {"+": "＋", "-": "－", "*": "×", "//": "整除以"}
_STEPS = {1: "分", 10: "角", 100: "元"}


@dataclass(frozen=True, slots=True)
class Branch:
    """One value and the condition it is taken under; the last has none."""

    when: str
    then: Expression


class Sayer:
    """Puts the rules of some entities into words, with the names their facts, rules and values bear."""

    def __init__(self, entities: Sequence[Entity], values: Parameters) -> None:
        self._values = values
        self._named: dict[tuple[str, str], Fact | Rule] = {
            (entity.name, name): what
            for entity in entities
            for name, what in (entity.facts | entity.rules).items()
        }
        self._words = {one.key: one.words for one in values if one.words}
        self.options: Mapping[str, str] = {}  # the words of the codes that the rule itself gives

    def branches(self, node: nodes.Where) -> list[Branch]:
        """The branches of a chain of conditions, or of the options of one code."""
        found: list[Branch] = []
        code = _code_of(node.condition)
        rest: Expression = node
        while isinstance(rest, nodes.Where) and (not found or _code_of(rest.condition) is code):
            found.append(Branch(self._when(rest.condition), rest.yes))
            rest = rest.no
        dated = _day_of(node.condition) is not None and len(found) == 1
        return [*found, Branch("此前" if dated else self._left(code, found) or "其他情形", rest)]

    def _when(self, condition: Expression) -> str:
        day = _day_of(condition)
        return self.say(condition) if day is None else f"{self.say(day)}起"

    def _left(self, code: Expression | None, found: list[Branch]) -> str:
        """The one option of a code that no branch has named."""
        if code is None:
            return ""
        said = {branch.when for branch in found}
        others = [f"{self.say(code)}为{self._option(code, one)}" for one in nodes.options_of(code)]
        rest = [one for one in others if one not in said]
        return rest[0] if len(rest) == 1 else ""

    def say(self, node: Expression) -> str:
        """The expression on one line."""
        return _SAY[type(node)](self, node)

    def condition(self, node: Expression, *, holds: bool) -> str:
        """A condition as it holds or does not."""
        match node:
            case nodes.Not():
                return self.condition(node.inner, holds=not holds)
            case nodes.Compare():
                return self._compare(node, holds=holds)
            case nodes.OfHousehold() if isinstance(node.inner, nodes.FactRead | nodes.RuleRead):
                return self.say(node) if holds else f"{self.say(node)}不成立"
            case nodes.FactRead() | nodes.RuleRead() | nodes.ParameterRead():
                return self.say(node) if holds else f"{self.say(node)}不成立"
            case nodes.AnyMember() if not holds:
                return f"没有{of(self.say(node.inner))}成员"
            case nodes.Both() | nodes.Either() if not holds:
                other = nodes.Either if isinstance(node, nodes.Both) else nodes.Both
                return self.joined(other(node.kind, node.entity, negated(node.left), negated(node.right)))
            case _:
                return self.say(node) if holds else f"没有（{self.say(node)}）"

    def over_members(self, node: nodes.SumMembers) -> str:
        """A sum over the members; of those who fulfil a condition, where the others add nothing."""
        inner = node.inner
        if isinstance(inner, nodes.Where) and isinstance(inner.no, nodes.Constant) and inner.no.value == 0:
            return f"{of(self.say(inner.condition))}成员的{of_them(self.say(inner.yes))}之和"
        return f"各成员的{of_them(self.say(inner))}之和"

    # --- Parts ---------------------------------------------------------------------------------------

    def name(self, node: nodes.FactRead | nodes.RuleRead) -> str:
        """What a fact or a rule is called; a condition in quotation marks."""
        title = self._named[node.entity or "", node.name].title
        return f"“{title}”" if node.kind is Kind.BOOLEAN else title

    def parameter(self, node: nodes.ParameterRead) -> str:
        """A dated value by its title."""
        return f"〔{self._values.title(node.key)}〕"

    def _option(self, coded: Expression, code: object) -> str:
        words: Mapping[str, str] = ROUNDING
        match coded:
            case nodes.OfHousehold():
                return self._option(coded.inner, code)
            case nodes.FactRead() | nodes.RuleRead():
                words = self._named[coded.entity or "", coded.name].options
            case nodes.ParameterRead():
                words = self._words.get(coded.key, ROUNDING)
        return words.get(str(code), str(code))

    def _compare(self, node: nodes.Compare, *, holds: bool) -> str:
        if isinstance(node.left, nodes.Years | nodes.Months) and node.op in _REACHED:
            return self._reached(node, node.left, holds=holds)
        side = 0 if holds else 1
        if node.left.kind is Kind.CODE and isinstance(node.right, nodes.Constant):
            word = ("为", "不是")[side if node.op == "==" else 1 - side]
            return f"{self.say(node.left)}{word}{self._option(node.left, node.right.value)}"
        if node.left.kind is Kind.BOOLEAN:
            same = holds is (node.op == "==")
            return f"{self.say(node.left)}与{self.say(node.right)}{'相同' if same else '不同'}"
        words = DAYS if node.left.kind is Kind.DATE else NUMBERS
        return f"{self._term(node.left)}{words[node.op][side]}{after_word(self._term(node.right))}"

    def _reached(self, node: nodes.Compare, since: nodes.Years | nodes.Months, *, holds: bool) -> str:
        """An age or a time that has run: 自出生日期起已满 18 周岁."""
        begun = since.birth if isinstance(since, nodes.Years) else since.since
        at = "" if isinstance(since.at, nodes.Today) else f"到{self.say(since.at)}"
        unit = "周岁" if isinstance(since, nodes.Years) else "个月"
        word = _REACHED[node.op][0 if holds else 1]
        said = self._term(node.right)
        after = f" {unit}" if isinstance(node.right, nodes.Constant) else ""
        return f"自{self.say(begun)}起{at}{word}{after_word(said)}{after}"

    def _term(self, node: Expression) -> str:
        """A part of a product or a comparison, in brackets where it is itself made of parts."""
        if isinstance(node, nodes.Where | nodes.Greatest | nodes.Least | nodes.Rounded):
            return f"（{self.say(node)}）"
        return self.say(node)

    def arithmetic(self, node: nodes.Arithmetic) -> str:
        """A sum, a difference, a product."""
        strong = node.op in ("*", "//")
        left = self._factor(node.left) if strong else self._term(node.left)
        right = self._factor(node.right) if strong or node.op == "-" else self._term(node.right)
        return f"{left} {_SIGNS[node.op]} {right}"

    def _factor(self, node: Expression) -> str:
        said = self._term(node)
        product = isinstance(node, nodes.Arithmetic) and node.op == "*"
        made = isinstance(node, nodes.Arithmetic | nodes.Quotient) and not product
        return f"（{said}）" if made else said

    def quotient(self, node: nodes.Quotient) -> str:
        """An exact division: what is below is put in brackets as soon as it is reckoned."""
        below = self._term(node.right)
        if isinstance(node.right, nodes.Arithmetic | nodes.Quotient):
            below = f"（{below}）"
        return f"{self._factor(node.left)} ÷ {below}"

    def rounded(self, node: nodes.Rounded) -> str:
        """A figure, to which step and how."""
        return f"{self.say(node.inner)}，{self.rounding(node)}"

    def rounding(self, node: nodes.Rounded) -> str:
        fixed = isinstance(node.mode, nodes.Constant)
        how = self._option(node.mode, node.mode.value) if fixed else self.say(node.mode)  # type: ignore[attr-defined]
        if not isinstance(node.step, nodes.Constant):
            return f"按{how}取到{self.say(node.step)}的整数倍"
        step = node.step.value
        if node.kind in MONEY and isinstance(step, int):
            return f"{how}到{_STEPS.get(step, f'{step} 分')}"
        return f"{how}到 {in_words(step, UNITS['ratio'])}"

    def extreme(self, node: nodes.Greatest | nodes.Least) -> str:
        """The greater or the lesser; against a fixed figure it reads as a floor or a ceiling."""
        greatest = isinstance(node, nodes.Greatest)
        if isinstance(node.right, nodes.Constant):
            bound = before_word(self.say(node.right))
            return f"{self.say(node.left)}，{'低于' if greatest else '超过'} {bound}的按 {bound}计"
        left, right = (self._side(part) for part in (node.left, node.right))
        return f"{left}与{right}中较{'大' if greatest else '小'}的一个"

    def _side(self, node: Expression) -> str:
        """One of two that are weighed against each other."""
        return f"（{self.say(node)}）" if isinstance(node, nodes.Arithmetic) else self._term(node)

    def where(self, node: nodes.Where) -> str:
        """All branches on one line."""
        return "；".join(f"{one.when}时为{after_word(self.say(one.then))}" for one in self.branches(node))

    def joined(self, node: nodes.Both | nodes.Either) -> str:
        """Conditions side by side; of the other sort, in brackets."""
        other = nodes.Either if isinstance(node, nodes.Both) else nodes.Both
        said = [
            f"（{self.say(part)}）" if isinstance(part, other | nodes.Where) else self.say(part)
            for part in parts(node)
        ]
        return ("，并且" if isinstance(node, nodes.Both) else "，或者").join(said)

    def elapsed(self, node: nodes.Years | nodes.Months) -> str:
        """A time that has run, in full years or months."""
        begun = node.birth if isinstance(node, nodes.Years) else node.since
        at = "" if isinstance(node.at, nodes.Today) else f"到{self.say(node.at)}"
        return f"自{self.say(begun)}起{at}满的{'周年' if isinstance(node, nodes.Years) else '月'}数"


def _constant(sayer: Sayer, node: nodes.Constant) -> str:
    if node.kind is Kind.BOOLEAN:
        return "成立" if node.value else "不成立"
    if node.kind in MONEY and node.value == 0:
        return "0 元"
    if node.kind is Kind.CODE:
        return sayer.options.get(str(node.value), str(node.value))
    return in_words(node.value, UNITS[node.kind.value])


def _day_of(condition: Expression) -> Expression | None:
    """The day from which a branch is law."""
    if (
        isinstance(condition, nodes.Compare)
        and condition.op == ">="
        and isinstance(condition.left, nodes.Today)
    ):
        return condition.right
    return None


def _code_of(condition: Expression) -> Expression | None:
    """The code that a branch asks for one of its options."""
    if isinstance(condition, nodes.Compare) and condition.op == "==" and nodes.options_of(condition.left):
        return condition.left
    return None


_SAY: Mapping[type[Expression], Callable[[Sayer, Any], str]] = {
    nodes.Constant: _constant,
    nodes.FactRead: Sayer.name,
    nodes.RuleRead: Sayer.name,
    nodes.ParameterRead: Sayer.parameter,
    nodes.Today: lambda sayer, node: "决定之日",
    nodes.BenefitMonth: lambda sayer, node: "待遇月份首日",
    nodes.OfHousehold: lambda sayer, node: f"所在家庭的{sayer.say(node.inner)}",
    nodes.Arithmetic: Sayer.arithmetic,
    nodes.Quotient: Sayer.quotient,
    nodes.Rounded: Sayer.rounded,
    nodes.Compare: lambda sayer, node: sayer.condition(node, holds=True),
    nodes.Both: Sayer.joined,
    nodes.Either: Sayer.joined,
    nodes.Not: lambda sayer, node: sayer.condition(node.inner, holds=False),
    nodes.Where: Sayer.where,
    nodes.Greatest: Sayer.extreme,
    nodes.Least: Sayer.extreme,
    nodes.Years: Sayer.elapsed,
    nodes.Months: Sayer.elapsed,
    nodes.SumMembers: Sayer.over_members,
    nodes.CountMembers: lambda sayer, node: f"{of(sayer.say(node.inner))}成员人数",
    nodes.AnyMember: lambda sayer, node: f"有{of(sayer.say(node.inner))}成员",
}
