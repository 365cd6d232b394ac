"""What can be made to go wrong at a source, for rehearsals and tests; kept in a file beside the data.

The file says, by source: ``{"bank": {"kind": "slow", "seconds": 3}, "vehicles": {"kind": "down"}}``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["KINDS", "Fault", "Faults"]

KINDS = {
    "slow": "答复迟缓",
    "down": "不应答",
    "wrong": "答非所问（返回他人信息）",
    "misfit": "返回内容不合约定（缺项、类型不对）",
    "malformed": "返回内容残缺",
    "duplicate": "同一答复返回两次",
    "conflict": "两次答复不一致",
    "late": "先受理、稍后返回",
    "lost": "收下但回执丢失（只用于政务服务平台）",
    "refused": "拒绝查询",
    "forged": "签名不对",
}
LONGEST_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong, until it is lifted."""

    kind: str
    seconds: float = 0


class Faults:
    """The faults now set, read anew at each question, so that the file may also be edited by hand."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def at(self, source: str) -> Fault | None:
        """The fault of a source, if any; ``*`` stands for all."""
        every = self._read()
        told = every.get(source) or every.get("*")
        if not isinstance(told, Mapping) or told.get("kind") not in KINDS:
            return None
        return Fault(str(told["kind"]), min(float(told.get("seconds", 0)), LONGEST_SECONDS))

    def set(self, source: str, kind: str, *, seconds: float = 0) -> None:
        """Set a fault, or lift it with an empty kind."""
        every = self._read()
        every.pop(source, None)
        if kind:
            every[source] = {"kind": kind, "seconds": seconds}
        aside = self._file.with_name(self._file.name + ".new")
        aside.write_text(json.dumps(every))
        aside.replace(self._file)

    def _read(self) -> dict[str, Any]:
        try:
            every = json.loads(self._file.read_text())
        except (OSError, ValueError):
            return {}
        return every if isinstance(every, dict) else {}
