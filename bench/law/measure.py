"""Starts one engine after the other, each in a process of its own, and keeps what each says."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.law.facts import made

__all__ = ["ENGINES", "Measured", "Order", "Row", "measured"]

ROOT = Path(__file__).resolve().parents[2]
MILLION = 1_000_000
LONGEST = 3600  # seconds for one process

ENGINES: Mapping[str, str] = {
    "bulk": "本平台 列式，内存 columns, in memory",
    "streamed": "本平台 列式，文件到文件 columns, file to file",
    "fused": "手写编译循环 loop fused by hand (numba)",
    "by_hand": "手写 numpy by hand",
    "openfisca": "OpenFisca-core 46",
    "openfisca_frugal": "OpenFisca-core 46 省内存 frugal",
    "duckdb": "本平台 SQL，DuckDB",
    "spark": "本平台 SQL，Spark local[2]",
    "case": "本平台 逐户 case by case",
    "reference": "本平台 解释器 plain interpreter",
}
ONE_BY_ONE = ("case", "reference")
ELSEWHERE = {"openfisca": "bench", "openfisca_frugal": "bench", "spark": "spark"}
OFFICE = ("explained", "unknowns", "compiling", "assistance", "postgres")
"""What is measured beside the engines; the word can be left out of ``--only`` like an engine."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be measured."""

    households: int
    repeat: int
    sample: int
    only: frozenset[str]

    @property
    def sizes(self) -> list[int]:
        """A million and what is beyond it."""
        return sorted({min(self.households, MILLION), self.households})

    def wants(self, name: str) -> bool:
        """Everything, unless some are named."""
        return not self.only or name in self.only


@dataclass(frozen=True, slots=True)
class Row:
    """One engine at one size: its figures, or why there are none."""

    engine: str
    households: int
    figures: Mapping[str, Any] = field(default_factory=dict)
    why_not: str = ""


@dataclass(slots=True)
class Measured:
    """Everything found in one run."""

    order: Order
    rows: list[Row] = field(default_factory=list)
    office: dict[str, Row] = field(default_factory=dict)

    def row(self, engine: str, households: int) -> Mapping[str, Any]:
        """The figures of one engine at one size; nothing where it did not run."""
        for one in self.rows:
            if (one.engine, one.households) == (engine, households):
                return one.figures
        return {}

    def figures(self, name: str) -> Mapping[str, Any]:
        """What was found beside the engines."""
        return self.office[name].figures if name in self.office else {}

    @property
    def disagreements(self) -> list[str]:
        """Engines that found something else; there must be none."""
        told = []
        for size in self.order.sizes:
            rows = [one for one in self.rows if one.households == size]
            for key in ("digest", "sample_digest"):
                found = {one.engine: one.figures[key] for one in rows if key in one.figures}
                if len(set(found.values())) > 1:
                    told.append(f"{size} households, {key}: {found}")
        unknown = self.figures("unknowns").get("digests", {})
        if len(set(unknown.values())) > 1:
            told.append(f"unknown facts: {unknown}")
        if self.figures("assistance").get("agree") is False:
            told.append("social assistance: columns, cases and interpreter differ")
        return told


def measured(order: Order, folder: Path, *, say: Any) -> Measured:
    """Every engine at every size, then what concerns the platform alone."""
    found = Measured(order)
    for size in order.sizes:
        say(f"· 生成 {size:,} 户 Making {size:,} households …")
        facts = made(folder, households=size)
        for row in _rows(order, facts, size):
            found.rows.append(row)
            say(f"  {row.engine:<30}{_told(row)}")
        if size == order.sizes[0]:
            for name, row in _office(order, facts, size):
                found.office[name] = row
                say(f"  {name:<30}{_told(row)}")
    return found


def _told(row: Row) -> str:
    shown = ("median_ms", "seconds", "bulk_seconds", "read_seconds", "undecided")
    return row.why_not or ", ".join(f"{key} {row.figures[key]:.4g}" for key in shown if key in row.figures)


def _rows(order: Order, facts: Path, size: int) -> Iterator[Row]:
    first = size == order.sizes[0]
    if first and (order.wants("bulk") or order.wants("streamed")):
        run("compiling", facts, size, order)  # kept from here on: to compile is measured by itself
    for engine in ENGINES:
        if not order.wants(engine) or (not first and engine in (*ONE_BY_ONE, "spark")):
            continue
        yield run(engine, facts, size, order)


def _office(order: Order, facts: Path, size: int) -> Iterator[tuple[str, Row]]:
    for name in OFFICE:
        if not order.wants(name):
            continue
        if name == "compiling":
            yield from _compiling(order, facts, size)
        else:
            yield name, run(name, facts, size, order)


def _compiling(order: Order, facts: Path, size: int) -> Iterator[tuple[str, Row]]:
    """Twice each: where nothing is kept yet, and once more, where it is."""
    for name in ("compiling", "compiling_assistance"):
        with tempfile.TemporaryDirectory() as nothing_kept:
            for when in ("cold", "cached"):
                yield f"{name}_{when}", run(name, facts, size, order, MINZHENG_VAR=nothing_kept)


def run(engine: str, facts: Path, size: int, order: Order, **extra: str) -> Row:
    """One process; it is told apart whether it cannot be had here or went wrong."""
    python = _python(engine)
    if not python.exists():
        return Row(engine, size, why_not=f"没有安装 not installed（requirements/{ELSEWHERE[engine]}.lock）")
    if engine == "spark" and not shutil.which("java"):
        return Row(engine, size, why_not="没有 Java 17 或更新版本 no Java 17 or newer")
    own = engine != "spark"  # its facts are laid out and its results read on this side
    words = [str(python if own else sys.executable), "-m", "bench.law.child", engine, str(facts)]
    words += [] if own else ["--python", str(python)]
    words += ["--repeat", str(order.repeat), "--sample", str(order.sample), "--households", str(size)]
    environment = {
        **os.environ,
        "PYTHONUTF8": "1",
        "DJANGO_SETTINGS_MODULE": "minzheng.config.settings",
        **extra,
    }
    try:
        done = subprocess.run(
            words,
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=LONGEST,
        )
    except subprocess.TimeoutExpired:
        return Row(engine, size, why_not=f"超过 {LONGEST} 秒 took longer than {LONGEST} s")
    if done.returncode != 0:
        return Row(engine, size, why_not=_reason(done.returncode, done.stderr))
    figures = json.loads(done.stdout.splitlines()[-1])
    return Row(engine, size, figures, why_not=figures.get("why_not", ""))


def _python(engine: str) -> Path:
    if engine not in ELSEWHERE:
        return Path(sys.executable)
    folder = ROOT / f".venv-{ELSEWHERE[engine]}"
    return folder / "Scripts" / "python.exe" if os.name == "nt" else folder / "bin" / "python"


def _reason(code: int, stderr: str) -> str:
    if code in (-9, 137):
        return "内存不足，进程被系统终止 ended by the system: not enough memory"
    lines: Sequence[str] = stderr.strip().splitlines() or [f"exit {code}"]
    return f"出错 failed: {lines[-1][:160]}"
