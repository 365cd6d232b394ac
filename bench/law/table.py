"""The table, the bars it is held against, and the same figures by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

from bench.law.measure import ENGINES, Measured

__all__ = ["Bar", "bars", "figures", "lines"]


TELLING = 500_000
"""With fewer households the start of a program weighs more than its work."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One promise: a figure, and the most or the least it may be."""

    name: str
    title: str
    value: float | None
    bound: float
    at_least: bool = False
    too_small: bool = False

    @property
    def verdict(self) -> str:
        """Whether it is kept."""
        if self.value is None:
            return "未测 not measured"
        if self.too_small:
            return "规模太小 too few households to tell"
        kept = self.value >= self.bound if self.at_least else self.value <= self.bound
        return "达到 pass" if kept else "未达到 FAIL"

    def line(self) -> str:
        """One line of the table."""
        shown = "—" if self.value is None else f"{self.value:.4g}"
        sign = "≥" if self.at_least else "≤"
        return f"{_padded(f'  {self.title}', 64)}{shown:>10}  {sign} {self.bound:<6.4g} {self.verdict}"


def _padded(text: str, width: int, *, right: bool = False) -> str:
    """To a width of the terminal, where a Chinese character takes two places."""
    gap = " " * (width - sum(2 if east_asian_width(one) in "WF" else 1 for one in text))
    return gap + text if right else text + gap


def _ratio(above: Any, below: Any) -> float | None:
    return None if above is None or below is None or not below else float(above) / float(below)


def figures(found: Measured) -> dict[str, Any]:
    """Everything by name; with fewer than ten million households ``_10m`` is the largest size measured."""
    first, largest = found.order.sizes[0], found.order.sizes[-1]
    result: dict[str, Any] = {
        "households_1m": first,
        "households_10m": largest,
        "best_of": found.order.repeat,
    }
    for name, size in (("1m", first), ("10m", largest)):
        bulk, openfisca = found.row("bulk", size), found.row("openfisca", size)
        streamed, fused = found.row("streamed", size), found.row("fused", size)
        frugal = found.row("openfisca_frugal", size)
        result |= {
            f"speedup_vs_openfisca_{name}": _ratio(openfisca.get("seconds"), bulk.get("seconds")),
            # As the engine runs a population: out of core, from files to files.
            f"memory_vs_openfisca_{name}": _ratio(streamed.get("peak_mb"), openfisca.get("peak_mb")),
            f"memory_vs_openfisca_frugal_{name}": _ratio(streamed.get("peak_mb"), frugal.get("peak_mb")),
            f"in_memory_memory_vs_openfisca_{name}": _ratio(bulk.get("peak_mb"), openfisca.get("peak_mb")),
            f"slowdown_vs_fused_{name}": _ratio(bulk.get("seconds"), fused.get("seconds")),
            f"file_to_file_speedup_vs_openfisca_{name}": _ratio(
                openfisca.get("whole_seconds"), streamed.get("whole_seconds")
            ),
        }
    return result | _alone(found) | {"rows": [_row(one) for one in found.rows]}


def _alone(found: Measured) -> dict[str, Any]:
    case, explained = found.row("case", found.order.sizes[0]), found.figures("explained")
    assistance, postgres = found.figures("assistance"), found.figures("postgres")
    compiled = {
        f"{name}_seconds": found.figures(name).get("seconds")
        for name in (
            "compiling_cold",
            "compiling_cached",
            "compiling_assistance_cold",
            "compiling_assistance_cached",
        )
    }
    return {
        "case_ms": case.get("median_ms"),
        "case_explained_ms": explained.get("median_ms"),
        **compiled,
        **{f"assistance_{key}": value for key, value in assistance.items()},
        "assistance_case_compile_seconds": found.figures("compiling_assistance_cold").get("case_seconds"),
        "postgres_households": postgres.get("households"),
        "postgres_read_seconds": postgres.get("read_seconds"),
        "postgres_write_seconds": postgres.get("write_seconds"),
        "postgres_peak_mb": postgres.get("peak_mb"),
        "unknown_results": found.figures("unknowns").get("undecided"),
        "agree": not found.disagreements,
    }


def _row(one: Any) -> dict[str, Any]:
    return {"engine": one.engine, "households": one.households, **one.figures, "why_not": one.why_not}


def bars(found: Measured) -> list[Bar]:
    """What is promised."""
    given, sizes = figures(found), found.order.sizes
    listed = []
    for name, size in zip(("1m", "10m"), (sizes[0], sizes[-1]), strict=True):
        if name == "10m" and sizes[0] == sizes[-1]:
            continue
        at = f"{size:,} 户"
        for key, title, bound, at_least in (
            ("speedup_vs_openfisca", "比 OpenFisca 快（内存）faster, in memory", 3, True),
            ("file_to_file_speedup_vs_openfisca", "同上，文件到文件 faster, file to file", 3, True),
            (
                "memory_vs_openfisca",
                "占其内存峰值之比，文件到文件 of its peak memory, file to file",
                1 / 3,
                False,
            ),
            ("slowdown_vs_fused", "比手写编译循环慢 slower than the fused loop", 1.5, False),
        ):
            named, few = f"{key}_{name}", size < TELLING
            listed.append(Bar(named, f"{at} {title}", given[named], bound, at_least, few))
    for key, title, bound in (
        ("case_ms", "一户，毫秒 one case, ms", 0.05),
        ("case_explained_ms", "一户附说明，毫秒 one case explained, ms", 2),
        ("compiling_cached_seconds", "编译（已缓存），秒 compile, cached, s", 1),
        ("assistance_case_ms", "社会救助一户，毫秒 social assistance, one case, ms", 0.05),
        ("assistance_case_explained_ms", "同上附说明，毫秒 explained, ms", 2),
        ("compiling_assistance_cached_seconds", "社会救助编译（已缓存），秒 compile, cached, s", 1),
    ):
        listed.append(Bar(key, title, given.get(key), bound))
    return listed


def lines(found: Measured) -> Iterator[str]:
    """The whole table."""
    yield f"同一法规、同一数据，预热后 {found.order.repeat} 次取最快。Same law and facts, best of {found.order.repeat}."
    yield "  计算 = 数据已在内存；全程 = 读文件、计算、写文件。Reckoning: facts in memory; whole: files to files."
    head = ("户数", "计算 s", "全程 s", "户/s", "峰值 MB", "结果指纹")
    yield _padded("  引擎 engine", 48) + "".join(_padded(one, 12, right=True) for one in head)
    for one in found.rows:
        yield _line(one)
    yield from _alone_lines(found)
    yield "要求 Bars"
    for bar in bars(found):
        yield bar.line()
    told = found.disagreements
    yield "结果一致 All results agree." if not told else "结果不一致 RESULTS DIFFER: " + "; ".join(told)


def _line(one: Any) -> str:
    title = _padded(f"  {ENGINES[one.engine]}", 48)
    if one.why_not:
        return f"{title}{one.households:>12,}   {one.why_not}"
    given = one.figures
    rows = given.get("cases", one.households)
    cells = [
        f"{rows:,}",
        f"{given['seconds']:.3f}",
        f"{given['whole_seconds']:.3f}" if "whole_seconds" in given else "—",
        f"{rows / given['seconds']:,.0f}",
        f"{given['peak_mb']:,}",
        given.get("digest", given.get("sample_digest", ""))[:8],
    ]
    return title + "".join(f"{cell:>12}" for cell in cells)


def _alone_lines(found: Measured) -> Iterator[str]:
    given = figures(found)
    told = {
        "一户 one case": ("case_ms", "ms"),
        "一户附说明 one case explained": ("case_explained_ms", "ms"),
        "首次编译 compile, cold": ("compiling_cold_seconds", "s"),
        "再次编译 compile, cached": ("compiling_cached_seconds", "s"),
        "社会救助，列式 social assistance in columns": ("assistance_bulk_seconds", "s"),
        "社会救助，一户 one case": ("assistance_case_ms", "ms"),
        "社会救助，一户附说明 explained": ("assistance_case_explained_ms", "ms"),
        "PostgreSQL 读取 read": ("postgres_read_seconds", "s"),
        "PostgreSQL 写回 written back": ("postgres_write_seconds", "s"),
        "PostgreSQL 内存峰值 peak memory": ("postgres_peak_mb", "MB"),
    }
    for title, (key, unit) in told.items():
        if given.get(key) is not None:
            yield f"{_padded(f'  {title}', 60)}{given[key]:>12.4g} {unit}"
    for name, row in found.office.items():
        if row.why_not:
            yield f"{_padded(f'  {name}', 60)}{row.why_not}"
