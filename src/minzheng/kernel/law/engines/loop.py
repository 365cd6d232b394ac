"""The text of one loop over households: what each operation becomes in Python that numba compiles.

Members are visited once for each level of the program.  A branch that takes a division is reckoned only
where it is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from minzheng.kernel.law.engines.flat import REDUCTIONS, Op, value_of
from minzheng.kernel.law.language import Rule
from minzheng.kernel.law.plan import Space

__all__ = ["Output", "Writer", "needed"]

_INFIX = {
    "add": "+", "sub": "-", "mul": "*", "floor": "//", "lt": "<", "le": "<=", "eq": "==", "and": "&", "or": "|",
}  # fmt: skip
_FIRST = {"sum": "0", "any": "False", "most": "1"}


@dataclass(frozen=True, slots=True)
class Output:
    """One array a kernel fills: of which rule, and which of its figures."""

    rule: Rule
    figure: str  # n, d or known
    op: Op
    of_household: bool


def needed(wanted: Iterable[Op], *, of: Space | None = None) -> list[Op]:
    """These operations and all they rest on, or only those of one space; parts first.

    What is known of a place comes from outside.
    """
    found: dict[int, Op] = {}
    waiting = list(wanted)
    while waiting:
        op = waiting.pop()
        if op.index not in found and of in (None, op.space):
            found[op.index] = op
            waiting += [] if op.space is Space.PLACE else op.parts
    return [found[index] for index in sorted(found)]


class Writer:
    """Writes one loop over households, with inner loops over members where a household takes them together.

    ``columns`` name the arrays of facts, ``places`` the columns of the table of places, ``ages`` the look-ups;
    ``codes`` are, by fact, the numbers the plan gives its codes where the fact numbers them otherwise.
    """

    def __init__(
        self,
        ops: list[Op],
        columns: Mapping[tuple[str, tuple[Space, str]], str],
        places: Sequence[Op],
        ages: Sequence[Op],
        codes: Mapping[tuple[Space, str], Sequence[int]],
    ) -> None:
        self.ops = ops
        self.columns = columns
        self.codes = codes
        self.places = {op.index: number for number, op in enumerate(places)}
        self.ages = {op.index: number for number, op in enumerate(ages)}
        self.lines: list[str] = []

    def written(self, head: str, outputs: Sequence[Output], again: Op) -> str:
        """The whole function."""
        self._line(0, head)
        self._line(1, "for i in prange(len(place)):")
        self._line(2, "s = place[i]")
        for op in self.ops:
            if op.index in self.places:
                read = f"table[s, {self.places[op.index]}]"
                self._line(2, f"t{op.index} = {f'{read} != 0' if op.truth else read}")
        for level in range(max((op.level for op in self.ops), default=0) + 1):
            self._members(level, outputs)
            of_level = [op for op in self.ops if op.space is Space.HOUSEHOLD and op.level == level]
            self._block([op for op in of_level if op.name not in REDUCTIONS], "i", 2)
        for number, output in enumerate(outputs):
            if output.of_household:
                self._line(2, f"o{number}[i] = {self._name(output.op)}")
        self._line(2, f"again[i] = {self._name(again)}")
        self._members(None, outputs)
        return "\n".join(self.lines) + "\n"

    def _line(self, depth: int, text: str) -> None:
        self.lines.append("    " * depth + text)

    def _members(self, level: int | None, outputs: Sequence[Output]) -> None:
        """The loop that takes together everything of a level and writes what can be told of members by then."""
        reduced = [op for op in self.ops if op.name in REDUCTIONS and op.level == level]
        written = [
            one for one in enumerate(outputs) if not one[1].of_household and self._told(one[1].op) == level
        ]
        if not reduced and not written:
            return
        for op in reduced:
            self._line(2, f"v{op.index} = {_FIRST[op.name]}")
        self._line(2, "for j in range(starts[i], starts[i + 1]):")
        wanted = [*(op.parts[0] for op in reduced), *(one.op for _, one in written)]
        self._block(needed(wanted, of=Space.MEMBER), "j", 3, wanted)
        for op in reduced:
            self._line(3, f"v{op.index} = {self._taken_together(op)}")
        for number, one in written:
            self._line(3, f"o{number}[j] = {self._name(one.op)}")

    def _told(self, op: Op) -> int | None:
        """The level whose loop knows all that a value of a member rests on; None for the last of all."""
        level = op.level + 1
        return level if any(one.name in REDUCTIONS and one.level == level for one in self.ops) else None

    def _taken_together(self, op: Op) -> str:
        inner = self._name(op.parts[0])
        match op.name:
            case "any":
                return f"v{op.index} | {inner}"
            case "sum":
                return f"v{op.index} + {f'int({inner})' if op.parts[0].truth else inner}"
            case _:
                return f"max(v{op.index}, {inner})"

    def _block(self, ops: Sequence[Op], row: str, depth: int, wanted: Sequence[Op] = ()) -> None:
        """Statements for these operations, in order; dear ones only in the branch that takes them."""
        branches = _branches(ops, [*self.ops, *ops], wanted)
        owned = {op.index for cone in branches.values() for op in cone}
        for op in ops:
            if op.index in owned:
                continue
            if (op.index, 1) not in branches and (op.index, 2) not in branches:
                self._line(depth, f"v{op.index} = {self._said(op, row)}")
                continue
            for side, head in ((1, f"if {self._name(op.parts[0])}:"), (2, "else:")):
                self._line(depth, head)
                self._block(branches.get((op.index, side), []), row, depth + 1, [op.parts[side]])
                self._line(depth + 1, f"v{op.index} = {self._name(op.parts[side])}")

    def _name(self, op: Op) -> str:
        if op.name == "const":
            return repr(value_of(op))
        return f"{'t' if op.index in self.places else 'v'}{op.index}"

    def _said(self, op: Op, row: str) -> str:
        match op.name:
            case "fact":
                return f"int({self._column('fact', op, row)})"
            case "known":
                return f"bool({self._column('known', op, row)})"
            case "over":
                value = self._column("fact", op, row)
                return f"(int({value}) > most) | (int({value}) < -most)"
        parts = [self._name(part) for part in op.parts]
        match op.name:
            case "pick":
                return f"{parts[1]} if {parts[0]} else {parts[2]}"
            case "not":
                return f"not {parts[0]}"
            case "packed":
                return f"packed({parts[0]})"
            case "eq" if self._code(op) is not None:
                return f"{self._column('fact', _fact_of(op), row, coded=False)} == {self._code(op)}"
            case "age":
                return f"int(ages{self.ages[op.parts[1].index]}[{parts[0]}])"
            case _:
                return f"{parts[0]} {_INFIX[op.name]} {parts[1]}"

    def _code(self, op: Op) -> int | None:
        """A code compared with a fixed one: as the fact itself numbers its codes."""
        fact = _fact_of(op)
        fixed = op.parts[0] if fact is op.parts[1] else op.parts[1]
        numbers = self.codes.get(fact.payload) if fact.name == "fact" else None
        if numbers is None or fixed.name != "const":
            return None
        return numbers.index(value_of(fixed)) if value_of(fixed) in numbers else -1

    def _column(self, kind: str, op: Op, row: str, *, coded: bool = True) -> str:
        name, recode = self.columns[kind, op.payload], self.columns.get(("recode", op.payload))
        return f"{recode}[{name}[{row}]]" if recode and coded and kind == "fact" else f"{name}[{row}]"


def _fact_of(op: Op) -> Op:
    """The fact in a comparison, wherever it stands."""
    return op.parts[0] if op.parts[0].name == "fact" else op.parts[1]


def _branches(
    ops: Sequence[Op], everything: Sequence[Op], wanted: Sequence[Op]
) -> dict[tuple[int, int], list[Op]]:
    """For a choice and its side, the operations that only this side needs, where a division is among them."""
    inside = {op.index: op for op in ops}
    users: dict[int, set[tuple[int, int]]] = {}
    for op in {one.index: one for one in everything}.values():
        for at, part in enumerate(op.parts):
            users.setdefault(part.index, set()).add((op.index, at))
    outside = {op.index for op in wanted}
    found: dict[tuple[int, int], list[Op]] = {}
    taken: set[int] = set()
    for choice in sorted(ops, key=lambda op: -op.index):
        for side in (1, 2) if choice.name == "pick" and choice.index not in taken else ():
            cone = _cone(choice, side, inside, users, outside | taken)
            if any(op.name == "floor" and value_of(op.parts[1]) is None for op in cone):
                found[choice.index, side] = cone
                taken |= {op.index for op in cone}
    return found


def _cone(
    choice: Op,
    side: int,
    inside: Mapping[int, Op],
    users: Mapping[int, set[tuple[int, int]]],
    barred: set[int],
) -> list[Op]:
    """What only one side of a choice rests on, parts first."""
    cone: dict[int, Op] = {}
    waiting = [choice.parts[side]]
    while waiting:
        waiting.sort(key=lambda op: op.index)
        op = waiting.pop()
        if op.index in cone or op.index not in inside or op.index in barred:
            continue
        if all(user in cone or (user, at) == (choice.index, side) for user, at in users[op.index]):
            cone[op.index] = op
            waiting += op.parts
    return [cone[index] for index in sorted(cone)]
