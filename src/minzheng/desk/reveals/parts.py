"""What the pages of whoever watches share."""

from __future__ import annotations

from typing import Any

from minzheng.kernel.audit import Actor
from minzheng.kernel.registers.models import Export
from minzheng.kernel.registers.releasing import to_release
from minzheng.kernel.reveals import queries

__all__ = ["LEFT", "REQUESTS", "ROOM", "tools"]

ROOM = ("信息查看监督", "/desk/reveals/")
LEFT = ("带出记录", "/desk/reveals/left/")
REQUESTS = ("未脱敏导出审批", "/desk/reveals/requests/")


def tools(by: Actor) -> list[dict[str, Any]]:
    """The ways from one page to the others, with how much waits there."""
    waiting = to_release(by).filter(state=Export.State.ASKED).count()
    alarms = queries.alarms(by).count()
    return [
        {"url": REQUESTS[1], "label": f"待审批导出 {waiting}", "icon": "checklist"},
        {"url": LEFT[1], "label": f"待核实带出 {alarms}", "icon": "alert-triangle"},
    ]
