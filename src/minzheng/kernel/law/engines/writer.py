"""Writes Python statements: names never used twice, blocks, unknowns passed on, exact figures held apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import lcm

from minzheng.kernel.errors import Mistake
from minzheng.kernel.law.expressions import Expression
from minzheng.kernel.law.plan import Node, Plan, Space, Step
from minzheng.kernel.law.units import Kind

__all__ = ["EXACT", "Text", "Writer", "Writes", "parameter_names", "product", "side_by_side"]

EXACT = frozenset({Kind.EXACT_FEN, Kind.RATIO})


@dataclass(frozen=True, slots=True)
class Text:
    """How a value stands in the source: its name or literal, its denominator, whether it is surely known."""

    n: str
    d: str = "1"
    sure: bool = False


def parameter_names(position: int, kind: Kind) -> tuple[str, ...]:
    """The names under which a parameter is handed in."""
    return (f"p{position}n", f"p{position}d") if kind in EXACT else (f"p{position}",)


class Writer:
    """Writes the statements that reckon a node, and says under which name its value then stands."""

    def __init__(
        self, plan: Plan, *, steps: Mapping[int, Step], missing: frozenset[int], writes: Writes
    ) -> None:
        self.plan = plan
        self.missing = missing
        self._writes = writes
        self.lines: list[str] = []
        self.parameters = {node.index: at for at, node in enumerate(plan.parameters)}
        self.kept: dict[int, int] = {}
        for space in (Space.HOUSEHOLD, Space.MEMBER):
            of_space = [index for index, step in steps.items() if step.node.space is space]
            self.kept |= {index: number for number, index in enumerate(of_space)}
        self._depth = 0
        self._names = 0

    def line(self, text: str) -> None:
        """One statement."""
        self.lines.append("    " * self._depth + text)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Statements under a head."""
        self.line(head)
        self._depth += 1
        yield
        self._depth -= 1

    def fresh(self) -> str:
        """A name not used before."""
        self._names += 1
        return f"v{self._names}"

    def value(self, node: Node, *, inside: bool = False) -> Text:
        """The value of a node; ``inside`` its own function it is reckoned, elsewhere asked for."""
        if node.index in self.kept and not inside:
            return self._asked(node)
        write = self._writes.get(type(node.of))
        if write is None:
            raise Mistake("rule_node", f"The case engine does not know {type(node.of).__name__}.")
        return write(self, node)

    def _asked(self, node: Node) -> Text:
        call = f"f{node.index}(h, m)" if node.space is Space.MEMBER else f"f{node.index}(h)"
        name = self.fresh()
        if node.kind not in EXACT:
            self.line(f"{name} = {call}")
            return Text(name)
        self.line(f"{name}, {name}d = {call}")
        return Text(name, f"{name}d")

    def known(self, parts: Sequence[Text], body: Callable[[str], Text]) -> Text:
        """What ``body`` writes, unless a part is unknown; then the result is unknown."""
        result = self.fresh()
        doubtful = [part.n for part in parts if not part.sure]
        if not doubtful:
            return self._settled(result, body(result), sure=True)
        with self.block(f"if {' or '.join(f'{name} is None' for name in doubtful)}:"):
            self.line(f"{result} = None")
            start = len(self.lines)
        with self.block("else:"):
            found = self._settled(result, body(result), sure=False)
        if not found.d.isdigit():
            self.lines.insert(start, "    " * (self._depth + 1) + f"{found.d} = 1")
        return found

    def _settled(self, result: str, found: Text, *, sure: bool) -> Text:
        if found.n != result:
            self.line(f"{result} = {found.n}")
        if found.d.isdigit():
            return Text(result, found.d, sure)
        if found.d != f"{result}d":
            self.line(f"{result}d = {found.d}")
        return Text(result, f"{result}d", sure)


def product(*factors: str) -> str:
    """Factors as one text; literals are multiplied beforehand, ones left out."""
    fixed, named = 1, []
    for factor in factors:
        if factor.lstrip("-").isdigit():
            fixed *= int(factor)
        else:
            named.append(factor)
    if fixed != 1 or not named:
        named.append(str(fixed) if fixed >= 0 else f"({fixed})")
    return " * ".join(named)


def side_by_side(a: Text, b: Text) -> tuple[str, str, str]:
    """Two numerators over one denominator, and that denominator."""
    if a.d == b.d:
        return a.n, b.n, a.d
    if a.d.isdigit() and b.d.isdigit():
        both = lcm(int(a.d), int(b.d))
        return product(a.n, str(both // int(a.d))), product(b.n, str(both // int(b.d))), str(both)
    return product(a.n, b.d), product(b.n, a.d), product(a.d, b.d)


Writes = Mapping[type[Expression], Callable[[Writer, Node], Text]]
