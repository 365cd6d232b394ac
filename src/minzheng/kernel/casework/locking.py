"""A case held for one verb: locked, as new as the page that was seen, and not standing still."""

from __future__ import annotations

from minzheng.kernel.errors import Refused, Stale

from .authority import no_such_case
from .models import Case

__all__ = ["locked", "running", "unchanged"]


def locked(case_id: int) -> Case:
    """The case, locked for this transaction."""
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None:
        raise no_such_case()
    return case


def unchanged(case: Case, version: int | None) -> None:
    """Stale if the page the actor saw is older; asked only once it is known that the actor may see the case."""
    if version is not None and case.version != version:
        raise Stale("case_changed", "这件办件刚刚被他人更新。请刷新页面，核对最新内容后再办理。")


def running(case: Case) -> None:
    """Refuse to go on with a case whose clock stands still: it is resumed first."""
    if case.state == Case.State.PAUSED:
        raise Refused("case_paused", "这件办件已中止。请先恢复办理。")
