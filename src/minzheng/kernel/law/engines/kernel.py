"""The program as one compiled loop over households: written as Python, compiled by numba, kept on disk.

The same text runs without the compiler, slowly and with unbounded numbers: tests compare both.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from types import MappingProxyType, ModuleType
from typing import Any

from minzheng.kernel.law.engines.flat import Op, packed
from minzheng.kernel.law.engines.loop import Output, Writer, needed
from minzheng.kernel.law.engines.lowering import Lowering
from minzheng.kernel.law.engines.writer import EXACT
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
Fact = tuple[Space, str]


@dataclass(frozen=True, slots=True)
class Kernel:
    """The text of the loop, and what it is to be handed, in order."""

    text: str
    columns: tuple[tuple[str, Fact], ...]  # a fact, whether it is known, or how its codes are numbered
    places: tuple[Op, ...]
    ages: tuple[Op, ...]  # the days on which ages are looked up
    outputs: tuple[Output, ...]


def kernel_of(lowering: Lowering, codes: Mapping[Fact, Sequence[int]] = MappingProxyType({})) -> Kernel:
    """The loop for a lowered plan; ``codes`` are the plan's numbers of codes, by fact."""
    outputs = tuple(_outputs(lowering))
    ops = needed([*(one.op for one in outputs), lowering.again])
    columns = tuple(dict.fromkeys(_columns(ops, codes)))
    places = tuple(op for op in ops if op.space is Space.PLACE and op.name != "const")
    ages = tuple(dict.fromkeys(op.parts[1] for op in ops if op.name == "age" and op.space is not Space.PLACE))
    names = {key: f"c{number}" for number, key in enumerate(columns)}
    looked_up = [f"ages{number}" for number in range(len(ages))]
    arrays = [f"o{number}" for number in range(len(outputs))]
    handed = ["starts", "place", "table", "most", "again", *looked_up, *names.values(), *arrays]
    writer = Writer(ops, names, places, ages, codes)
    text = _HEAD + writer.written(f"def decide({', '.join(handed)}):", outputs, lowering.again)
    return Kernel(text, columns, places, ages, outputs)


def _outputs(lowering: Lowering) -> Iterable[Output]:
    """What is the same for every row is not written row by row."""
    for rule, answer in lowering.answers.items():
        of_household = rule.entity == lowering.plan.household.name
        figures = ("n", "d", "known") if rule.expression.kind in EXACT else ("n", "known")
        for figure in figures:
            op: Op = getattr(answer, figure)
            if op.name != "const":
                yield Output(rule, figure, op, of_household)


def _columns(ops: Iterable[Op], recoded: Collection[Fact]) -> Iterator[tuple[str, Fact]]:
    for op in ops:
        if op.name in ("fact", "known", "over"):
            yield "known" if op.name == "known" else "fact", op.payload
            if op.name == "fact" and op.payload in recoded:
                yield "recode", op.payload


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
