"""A paper handed in at the window and a letter written there, in the file of one case."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from minzheng.kernel import clock
from minzheng.kernel.audit import system
from minzheng.kernel.documents import actions
from minzheng.kernel.documents.models import Document

from .letters import SAMPLES
from .papers import PNG, upload
from .places import NONGAN

__all__ = ["CLERK", "DAY", "HERE", "hand_in", "stored_files", "write"]

HERE = NONGAN.village
DAY = date(2022, 1, 20)
CLERK = system("受理测试")


def hand_in(content: bytes = PNG, name: str = "户口簿.png", **more: Any) -> Document:
    """A household booklet, unless it is something else."""
    more = {"label": "户口簿", "path": HERE, "case_id": 17, "by": CLERK, **more}
    return actions.store_upload(file=upload(content, name), **more)


def write(code: str = "decision_grant", **more: Any) -> Document:
    """A letter with all that it must say, on 20 January 2022."""
    more = {"path": HERE, "case_id": 17, "by": CLERK, **more}
    with clock.frozen(DAY):
        return actions.write_letter(letter=code, data=more.pop("data", SAMPLES[code]), **more)


def stored_files(settings: Any) -> list[Path]:
    """Every file that lies in the store."""
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
