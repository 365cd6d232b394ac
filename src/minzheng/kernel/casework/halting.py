"""The letters of a case that takes longer or stands still: why, and until when or since when."""

from __future__ import annotations

from datetime import date

from minzheng.kernel import catalogue
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import Actor
from minzheng.kernel.documents.letters import record_shapes
from minzheng.kernel.documents.models import Document

from .letters import _from, _tell, _write
from .models import Case, Pause

__all__ = ["extended", "paused"]


def extended(case: Case, why: str, *, before: date, by: Actor) -> Document:
    """Told why it takes longer, and until when (行政许可法 art. 42)."""
    assert case.due_on is not None
    text = f"因{why}，您的申请属于特殊情形，办结期限延长至{case.due_on:%Y年%m月%d日}。"
    _tell(case, "办理期限延长", text, by)
    content = record_shapes.Prolonged(
        **_from(case, Level.TOWNSHIP), service=catalogue.current().service_of(case).item.label, why=why, before=before,
        until=case.due_on, basis="《中华人民共和国行政许可法》第四十二条",
    )  # fmt: skip
    return _write(case, "extension_notice", content, by)


def paused(case: Case, pause: Pause, *, by: Actor) -> Document:
    """Told why the clock stands still, since when, and what makes it go on."""
    why, service = pause.get_why_display(), catalogue.current().service_of(case).item
    text = f"因{why}，您的申请自{pause.from_on:%Y年%m月%d日}起中止办理，中止期间不计入办理期限。"
    _tell(case, "申请中止办理", text, by)
    about = f"，预计{pause.expected_on:%Y年%m月%d日}前恢复" if pause.expected_on else ""
    content = record_shapes.Halt(
        **_from(case, Level.TOWNSHIP), service=service.label, why=f"{why}：{pause.reason}", since=pause.from_on,
        resumes=f"中止的原因消除后恢复办理{about}，办结期限相应顺延。", basis=str(service.basis[0]),
    )  # fmt: skip
    return _write(case, "suspension_notice", content, by)
