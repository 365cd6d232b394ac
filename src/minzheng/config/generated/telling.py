"""A rule as a list that can be checked line by line: short things on one line, branches beneath one another."""

from __future__ import annotations

from minzheng.kernel.law import expressions as nodes
from minzheng.kernel.law.expressions import Expression
from minzheng.kernel.law.language import Rule
from minzheng.kernel.law.units import Kind

from .chains import parts
from .saying import Branch, Sayer

__all__ = ["Teller"]

_SHORT = 40  # what is longer is told as a list, one part a line


class Teller(Sayer):
    """Puts whole rules into words."""

    def rule(self, rule: Rule) -> list[str]:
        """What a rule says, as a list."""
        self.options = rule.options
        return self.lines(rule.expression)

    def lines(self, node: Expression, depth: int = 0) -> list[str]:
        """The expression as a nested list: short things on one line, branches and long conditions beneath."""
        pad = "    " * depth
        whole = self.say(node)
        if isinstance(node, nodes.Where):
            return [line for branch in self.branches(node) for line in self._branch(branch, depth)]
        if isinstance(node, nodes.Both | nodes.Either) and len(parts(node)) > 1 and len(whole) > _SHORT:
            word = "同时符合" if isinstance(node, nodes.Both) else "符合其中一项即可"
            inner = [line for part in parts(node) for line in self.lines(part, depth + 1)]
            return [f"{pad}- {word}：", *inner]
        if isinstance(node, nodes.Rounded) and isinstance(node.inner, nodes.Where):
            return [f"{pad}- 按下列情形计算，{self.rounding(node)}：", *self.lines(node.inner, depth + 1)]
        if isinstance(node, nodes.Greatest | nodes.Least) and len(whole) > _SHORT:
            word = "取最大的一个" if isinstance(node, nodes.Greatest) else "取最小的一个"
            return [f"{pad}- {word}：", *(f"{pad}    - {self._one_of(part)}" for part in parts(node))]
        return [f"{pad}- {whole}"]

    def _branch(self, branch: Branch, depth: int) -> list[str]:
        pad = "    " * depth
        short = self.say(branch.then)
        nested = isinstance(branch.then, nodes.Where) or (
            branch.then.kind is Kind.BOOLEAN and len(short) > _SHORT
        )
        if nested:
            return [f"{pad}- {branch.when}：", *self.lines(branch.then, depth + 1)]
        return [f"{pad}- {branch.when}：{short}"]

    def _one_of(self, node: Expression) -> str:
        """One of several figures; what is nothing unless a condition holds is told with its condition."""
        if isinstance(node, nodes.Where) and isinstance(node.no, nodes.Constant) and node.no.value == 0:
            return f"{self.say(node.condition)}：{self.say(node.yes)}"
        return self.say(node)
