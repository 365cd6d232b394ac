"""One loop over households in the compiler's own language (LLVM): every operation is one or two instructions.

Members are visited once for each level of the program.  Numbers are 64 bits wide, and the proof in
``bounds`` says that none leaves them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from llvmlite import ir

from minzheng.kernel.law.engines.branches import branches
from minzheng.kernel.law.engines.flat import REDUCTIONS, Op, value_of
from minzheng.kernel.law.engines.kernel import Kernel, Output, needed
from minzheng.kernel.law.plan import Space

__all__ = ["NAME", "module_of"]

NAME = "decide"
_WIDE, _BIT, _BYTE, _PTR, _NONE = (
    ir.IntType(64),
    ir.IntType(1),
    ir.IntType(8),
    ir.PointerType(),
    ir.VoidType(),
)
_COMPARED = {"lt": "<", "le": "<=", "eq": "=="}


def module_of(kernel: Kernel) -> str:
    """The text of the loop, to be handed: first and end household, the largest fact, then all arrays in order."""
    module = ir.Module(name="rules")
    arrays = 5 + len(kernel.ages) + len(kernel.codes) + len(kernel.columns) + len(kernel.outputs)
    function = ir.Function(module, ir.FunctionType(_NONE, [_WIDE, _WIDE, _WIDE, *[_PTR] * arrays]), name=NAME)
    for argument in function.args[3:]:
        argument.add_attribute("noalias")
    _Emitter(kernel, function).emit()
    return str(module)


class _Emitter:
    """Writes the instructions; ``values`` are those of the household and of the member at hand."""

    def __init__(self, kernel: Kernel, function: ir.Function) -> None:
        self.kernel = kernel
        self.first, self.end, self.most, *arrays = function.args
        rest = iter(arrays)
        self.starts, self.place, self.table, self.again, self.days = (next(rest) for _ in range(5))
        self.ages = {op.index: next(rest) for op in kernel.ages}
        self.codes = {fact: next(rest) for fact in kernel.codes}
        self.columns = {(one.kind, one.fact): (next(rest), one) for one in kernel.columns}
        self.outputs = [(next(rest), one) for one in kernel.outputs]
        self.b = ir.IRBuilder(function.append_basic_block("entry"))
        self.sums = {
            op.index: self.b.alloca(_BIT if op.truth else _WIDE) for op in kernel.ops if op.name in REDUCTIONS
        }
        self.values: dict[int, Any] = {}

    def emit(self) -> None:
        """The loop over households."""
        self._counted(self.first, self.end, self._household)
        self.b.ret_void()

    def _counted(self, first: Any, end: Any, body: Callable[[Any], None]) -> None:
        """A loop from ``first`` up to ``end``."""
        before, head = self.b.block, self.b.append_basic_block("head")
        inside, after = self.b.append_basic_block("inside"), self.b.append_basic_block("after")
        self.b.branch(head)
        self.b.position_at_end(head)
        at = self.b.phi(_WIDE)
        at.add_incoming(first, before)
        self.b.cbranch(self.b.icmp_signed("<", at, end), inside, after)
        self.b.position_at_end(inside)
        body(at)
        at.add_incoming(self.b.add(at, _WIDE(1)), self.b.block)
        self.b.branch(head)
        self.b.position_at_end(after)

    def _household(self, home: Any) -> None:
        self.values = {}
        place = self._read(self.place, home, self.kernel.place)
        row = self.b.mul(place, _WIDE(len(self.kernel.places)))
        for number, op in enumerate(self.kernel.places):
            value = self._read(self.table, self.b.add(row, _WIDE(number)), "i8")
            self.values[op.index] = self.b.icmp_signed("!=", value, _WIDE(0)) if op.truth else value
        first = self._read(self.starts, home, "i8")
        end = self._read(self.starts, self.b.add(home, _WIDE(1)), "i8")
        told = [self.kernel.again, *(one.op for _, one in self.outputs)]
        for level in range(max((op.level for op in self.kernel.ops), default=0) + 1):
            self._members(level, first, end)
            of_level = [op for op in self.kernel.ops if op.space is Space.HOUSEHOLD and op.level == level]
            self._block([op for op in of_level if op.name not in REDUCTIONS], home, told)
        for array, output in self.outputs:
            if output.of_household:
                self._write(array, home, output.op)
        self._write(self.again, home, self.kernel.again)
        self._members(None, first, end)

    def _members(self, level: int | None, first: Any, end: Any) -> None:
        """The loop that takes together everything of a level and writes what can be told of members by then."""
        reduced = [op for op in self.kernel.ops if op.name in REDUCTIONS and op.level == level]
        written = [one for one in self.outputs if not one[1].of_household and self._told(one[1].op) == level]
        if not reduced and not written:
            return
        for op in reduced:
            self.b.store(_BIT(0) if op.truth else _WIDE(int(op.name == "most")), self.sums[op.index])
        of_household = dict(self.values)
        self._counted(first, end, lambda member: self._member(member, reduced, written))
        self.values = of_household
        for op in reduced:
            self.values[op.index] = self.b.load(self.sums[op.index], typ=_BIT if op.truth else _WIDE)

    def _told(self, op: Op) -> int | None:
        """The level whose loop knows all that a value of a member rests on; None for the last of all."""
        level = op.level + 1
        return (
            level if any(one.name in REDUCTIONS and one.level == level for one in self.kernel.ops) else None
        )

    def _member(self, member: Any, reduced: Sequence[Op], written: Sequence[tuple[Any, Output]]) -> None:
        wanted = [*(op.parts[0] for op in reduced), *(one.op for _, one in written)]
        self._block(needed(wanted, of=Space.MEMBER), member, wanted)
        for op in reduced:
            so_far = self.b.load(self.sums[op.index], typ=_BIT if op.truth else _WIDE)
            self.b.store(self._together(op, so_far, self._value(op.parts[0])), self.sums[op.index])
        for array, one in written:
            self._write(array, member, one.op)

    def _together(self, op: Op, so_far: Any, one: Any) -> Any:
        match op.name:
            case "any":
                return self.b.or_(so_far, one)
            case "sum":
                return self.b.add(so_far, self.b.zext(one, _WIDE) if op.parts[0].truth else one)
            case _:
                return self.b.select(self.b.icmp_signed(">", one, so_far), one, so_far)

    def _block(self, ops: Sequence[Op], row: Any, wanted: Sequence[Op]) -> None:
        """Instructions for these operations, in order; divisions only in the branch that takes them."""
        lazy = branches(ops, [*self.kernel.ops, *ops], wanted)
        owned = {op.index for cone in lazy.values() for op in cone}
        for op in ops:
            if op.index in owned:
                continue
            if (op.index, 1) in lazy or (op.index, 2) in lazy:
                self.values[op.index] = self._chosen(op, row, lazy)
            else:
                self.values[op.index] = self._reckoned(op, row)

    def _chosen(self, op: Op, row: Any, lazy: dict[tuple[int, int], list[Op]]) -> Any:
        """A choice of which only the side taken is reckoned."""
        found = []
        with self.b.if_else(self._value(op.parts[0])) as sides:
            for number, side in enumerate(sides, start=1):
                with side:
                    self._block(lazy.get((op.index, number), []), row, [op.parts[number]])
                    found.append((self._value(op.parts[number]), self.b.block))
        value = self.b.phi(_BIT if op.truth else _WIDE)
        for one, block in found:
            value.add_incoming(one, block)
        return value

    def _value(self, op: Op) -> Any:
        if op.name == "const":
            return (_BIT if op.truth else _WIDE)(int(value_of(op)))
        return self.values[op.index]

    def _reckoned(self, op: Op, row: Any) -> Any:
        if op.name in ("fact", "known", "over"):
            return self._given(op, row)
        parts = [self._value(part) for part in op.parts]
        match op.name:
            case "eq" if (code := self._code(op)) is not None:
                return self.b.icmp_signed("==", self._raw(_fact_of(op), row), _WIDE(code))
            case "lt" | "le" | "eq":
                return self.b.icmp_signed(_COMPARED[op.name], *parts)
            case "floor":
                return self._floor(*parts)
            case "pick":
                return self.b.select(*parts)
            case "packed":
                return self._read(self.days, parts[0], "i4")
            case "age":
                return self._read(self.ages[op.parts[1].index], parts[0], "i2")
            case _:
                return getattr(self.b, _INSTRUCTIONS[op.name])(*parts)

    def _floor(self, a: Any, b: Any) -> Any:
        """Rounded down also below zero, where the machine cuts."""
        whole = self.b.sdiv(a, b)
        rest = self.b.sub(a, self.b.mul(whole, b))
        uneven = self.b.icmp_signed("!=", rest, _WIDE(0))
        against = self.b.icmp_signed("<", self.b.xor(rest, b), _WIDE(0))
        return self.b.sub(whole, self.b.zext(self.b.and_(uneven, against), _WIDE))

    def _given(self, op: Op, row: Any) -> Any:
        """A fact, whether it is known, whether it is past the bounds; a code as the plan numbers it."""
        if op.name == "known":
            array, column = self.columns["known", op.payload]
            return self.b.icmp_signed("!=", self._read(array, row, column.code), _WIDE(0))
        raw = self._raw(op, row)
        if op.name == "over":
            below = self.b.icmp_signed("<", raw, self.b.neg(self.most))
            return self.b.or_(below, self.b.icmp_signed(">", raw, self.most))
        if op.payload not in self.codes:
            return raw
        # What is not known may hold anything: it must not lead outside the list of codes.
        last = _WIDE(len(self.kernel.codes[op.payload]) - 1)
        inside = self.b.select(self.b.icmp_unsigned("<=", raw, last), raw, last)
        return self._read(self.codes[op.payload], inside, "i2")

    def _raw(self, op: Op, row: Any) -> Any:
        array, column = self.columns["fact", op.payload]
        return self._read(array, row, column.code)

    def _code(self, op: Op) -> int | None:
        """A code compared with a fixed one: as the fact itself numbers its codes."""
        fact = _fact_of(op)
        fixed = op.parts[0] if fact is op.parts[1] else op.parts[1]
        numbers = list(self.kernel.codes.get(fact.payload, ())) if fact.name == "fact" else []
        if not numbers or fixed.name != "const":
            return None
        return numbers.index(value_of(fixed)) if value_of(fixed) in numbers else -1

    def _read(self, array: Any, at: Any, code: str) -> Any:
        """One element as a wide number; ``code`` is numpy's: i2 has two bytes and a sign, u2 no sign."""
        kind = ir.IntType(8 * int(code[1]))
        value = self.b.load(self.b.gep(array, [at], source_etype=kind), typ=kind)
        if kind.width == _WIDE.width:
            return value
        return self.b.sext(value, _WIDE) if code[0] == "i" else self.b.zext(value, _WIDE)

    def _write(self, array: Any, at: Any, op: Op) -> None:
        kind = _BYTE if op.truth else _WIDE
        value = self._value(op)
        value = self.b.zext(value, _BYTE) if op.truth else value
        self.b.store(value, self.b.gep(array, [at], source_etype=kind))


_INSTRUCTIONS = {"add": "add", "sub": "sub", "mul": "mul", "and": "and_", "or": "or_", "not": "not_"}


def _fact_of(op: Op) -> Op:
    """The fact in a comparison, wherever it stands."""
    return op.parts[0] if op.parts[0].name == "fact" else op.parts[1]
