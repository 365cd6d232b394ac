"""The program as one compiled loop over households: written as Python, compiled by numba, kept on disk.

The same text runs without the compiler, slowly and with unbounded numbers: tests compare both.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any

from minzheng.kernel.law.engines.flat import REDUCTIONS, Op, packed, value_of
from minzheng.kernel.law.engines.lowering import Lowering
from minzheng.kernel.law.engines.writer import EXACT
from minzheng.kernel.law.language import Rule
from minzheng.kernel.law.plan import Space

__all__ = ["ONE_AT_A_TIME", "Kernel", "Output", "compiled", "interpreted", "kernel_of"]

ONE_AT_A_TIME = Lock()
"""The compiler's threads serve one loop at a time."""

_HEAD = '''"""Rules of one plan over columns; written by the law engine, kept because compiling takes seconds."""
from numba import njit, prange


@njit(inline="always")
def packed(day):
    """A day as 20220131, reckoned from 1 March of year 0 in eras of 400 years."""
    z = day + 305
    era = z // 146097
    of_era = z - era * 146097
    year = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    day_of_month = of_year - (153 * month + 2) // 5 + 1
    late = 1 if month >= 10 else 0
    return (year + era * 400 + late) * 10000 + (month + 3 - 12 * late) * 100 + day_of_month


@njit(parallel=True, nogil=True, cache=True, error_model="numpy")
'''
_INFIX = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "floor": "//",
    "lt": "<",
    "le": "<=",
    "eq": "==",
    "and": "&",
    "or": "|",
}


@dataclass(frozen=True, slots=True)
class Output:
    """One array a kernel fills: of which rule, and which of its figures."""

    rule: Rule
    figure: str  # n, d or known
    op: Op
    of_household: bool


@dataclass(frozen=True, slots=True)
class Kernel:
    """The text of the loop, and what it is to be handed, in order."""

    text: str
    columns: tuple[tuple[str, tuple[Space, str]], ...]  # (fact or known, which fact)
    places: tuple[Op, ...]
    outputs: tuple[Output, ...]


def kernel_of(lowering: Lowering) -> Kernel:
    """The loop for a lowered plan."""
    outputs = tuple(_outputs(lowering))
    needed = _needed([*(one.op for one in outputs), lowering.again])
    columns = tuple(dict.fromkeys(_column(op) for op in needed if op.name in ("fact", "known", "over")))
    places = tuple(op for op in needed if op.space is Space.PLACE and op.name != "const")
    writer = _Writer(needed, columns, places)
    return Kernel(writer.written(outputs, lowering.again), columns, places, outputs)


def _outputs(lowering: Lowering) -> Iterable[Output]:
    """What is the same for every row is not written row by row."""
    for rule, answer in lowering.answers.items():
        of_household = rule.entity == lowering.plan.household.name
        figures = ("n", "d", "known") if rule.expression.kind in EXACT else ("n", "known")
        for figure in figures:
            op: Op = getattr(answer, figure)
            if op.name != "const":
                yield Output(rule, figure, op, of_household)


def _needed(wanted: Sequence[Op]) -> list[Op]:
    """These operations and all they rest on, parts first; what is known of a place comes from outside."""
    found: dict[int, Op] = {}
    waiting = list(wanted)
    while waiting:
        op = waiting.pop()
        if op.index not in found:
            found[op.index] = op
            waiting += [] if op.space is Space.PLACE else op.parts
    return [found[index] for index in sorted(found)]


def _column(op: Op) -> tuple[str, tuple[Space, str]]:
    return ("known" if op.name == "known" else "fact", op.payload)


class _Writer:
    """Writes one loop over households, with inner loops over members where a household takes them together."""

    def __init__(self, needed: list[Op], columns: Sequence[Any], places: Sequence[Op]) -> None:
        self.needed = needed
        self.columns = {key: f"c{number}" for number, key in enumerate(columns)}
        self.places = {op.index: number for number, op in enumerate(places)}
        self.lines: list[str] = []

    def written(self, outputs: Sequence[Output], again: Op) -> str:
        """The whole function."""
        arrays = [f"o{number}" for number in range(len(outputs))]
        names = ["starts", "place", "table", "most", "again", *self.columns.values(), *arrays]
        self.line(0, f"def decide({', '.join(names)}):")
        self.line(1, "for i in prange(len(place)):")
        self.line(2, "s = place[i]")
        for level in range(max((op.level for op in self.needed), default=0) + 1):
            self._members(level)
            for op in self.needed:
                if op.space is Space.HOUSEHOLD and op.level == level and op.name not in REDUCTIONS:
                    self.line(2, f"v{op.index} = {self._said(op, 'i')}")
        for number, output in enumerate(outputs):
            if output.of_household:
                self.line(2, f"o{number}[i] = {self._name(output.op)}")
        self.line(2, f"again[i] = {self._name(again)}")
        self._answers_of_members(outputs)
        return _HEAD + "\n".join(self.lines) + "\n"

    def line(self, depth: int, text: str) -> None:
        """One statement."""
        self.lines.append("    " * depth + text)

    def _members(self, level: int) -> None:
        """The loop that takes together everything of this level."""
        reduced = [op for op in self.needed if op.name in REDUCTIONS and op.level == level]
        if not reduced:
            return
        for op in reduced:
            self.line(2, f"v{op.index} = {_FIRST[op.name]}")
        self._loop([op.parts[0] for op in reduced])
        for op in reduced:
            inner = self._name(op.parts[0])
            match op.name:
                case "any":
                    self.line(3, f"v{op.index} = v{op.index} | {inner}")
                case "sum":
                    self.line(
                        3, f"v{op.index} = v{op.index} + {f'int({inner})' if op.parts[0].truth else inner}"
                    )
                case _:
                    self.line(3, f"v{op.index} = max(v{op.index}, {inner})")

    def _answers_of_members(self, outputs: Sequence[Output]) -> None:
        of_members = [(number, one) for number, one in enumerate(outputs) if not one.of_household]
        if of_members:
            self._loop([one.op for _, one in of_members])
            for number, one in of_members:
                self.line(3, f"o{number}[j] = {self._name(one.op)}")

    def _loop(self, wanted: Sequence[Op]) -> None:
        """The head of a loop over members, and what these operations need of each member."""
        self.line(2, "for j in range(starts[i], starts[i + 1]):")
        for op in _needed(wanted):
            if op.space is Space.MEMBER:
                self.line(3, f"v{op.index} = {self._said(op, 'j')}")
        self.line(3, "pass")

    def _name(self, op: Op) -> str:
        if op.name == "const":
            return repr(value_of(op))
        if op.space is Space.PLACE:
            read = f"table[{self.places[op.index]}, s]"
            return f"({read} != 0)" if op.truth else read
        return f"v{op.index}"

    def _said(self, op: Op, row: str) -> str:
        match op.name:
            case "fact":
                return f"int({self.columns['fact', op.payload]}[{row}])"
            case "known":
                return f"bool({self.columns['known', op.payload]}[{row}])"
            case "over":
                value = f"int({self.columns['fact', op.payload]}[{row}])"
                return f"(({value} > most) | ({value} < -most))"
        parts = [self._name(part) for part in op.parts]
        match op.name:
            case "pick":
                return f"({parts[1]} if {parts[0]} else {parts[2]})"
            case "not":
                return f"(not {parts[0]})"
            case "packed":
                return f"packed({parts[0]})"
            case _:
                return f"({parts[0]} {_INFIX[op.name]} {parts[1]})"


_FIRST = {"sum": "0", "any": "False", "most": "1"}


@lru_cache(maxsize=256)
def interpreted(text: str) -> Callable[..., None]:
    """The loop as plain Python: what the compiler is compared with."""
    names: dict[str, Any] = {"prange": range, "packed": packed}
    exec(compile(text[text.index("def decide") :], "<rules over columns>", "exec"), names)
    decide: Callable[..., None] = names["decide"]
    return decide


@lru_cache(maxsize=64)
def compiled(text: str) -> Callable[..., None]:
    """The loop as machine code; a text compiled before on this machine is only loaded."""
    name = f"rules_{hashlib.sha256(text.encode()).hexdigest()[:24]}"
    path = _kept() / f"{name}.py"
    if not path.exists():
        fresh = path.with_name(f"{name}.{os.getpid()}")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
    decide: Callable[..., None] = _loaded(name, path).decide
    return decide


def _kept() -> Path:
    """Where compiled rules are kept: beside the other things the platform makes for itself."""
    folder = Path(os.environ.get("MINZHENG_VAR") or Path.cwd() / "var") / "rules"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _loaded(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
