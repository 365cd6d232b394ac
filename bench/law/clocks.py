"""How long something took, and how much memory the process has held."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["Figures", "peak_mb", "seconds_of"]

Figures = dict[str, Any]


def seconds_of(act: Callable[[], Any]) -> tuple[float, Any]:
    """How long it took, and what came of it."""
    started = time.perf_counter()
    result = act()
    return time.perf_counter() - started, result


def peak_mb() -> int:
    """The most memory this process has held; what its parent held before does not count."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
        held = next(line for line in lines if line.startswith("VmHWM:"))
        return int(held.split()[1]) // 1024
    except (OSError, StopIteration):
        unit = 1024 if sys.platform != "darwin" else 1024 * 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit
