"""What is read of public notices: a place's board, one notice, what hangs about houses, an answer by its code."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from minzheng.kernel import catalogue, clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas.paths import uids
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.viewing import door
from minzheng.kernel.documents.queries import as_spoken
from minzheng.kernel.errors import NotFound

from .models import Notice, Objection

__all__ = ["about", "board", "by_code", "posted", "to_answer"]

_MOST = 200


def _hanging() -> QuerySet[Notice]:
    today = clock.today()
    rows = Notice.objects.filter(closed_on=None, withdrawn_on=None, posted_on__lte=today, last_day__gte=today)
    return rows.order_by("last_day", "-id")


@door("public")
def board(path: str) -> list[Notice]:
    """What hangs on the board of a place and of the places above it, which are its inhabitants' as well."""
    parts = uids(path)
    return list(
        _hanging().filter(path__in=["/".join(parts[: n + 1]) + "/" for n in range(len(parts))])[:_MOST]
    )


@door("public")
def posted(pk: int) -> Notice:
    """One notice while it hangs; nothing once it is over."""
    found = _hanging().filter(pk=pk).first()
    if found is None:
        raise NotFound("not_posted", "这次公示已经结束。如有意见，请向县级民政部门反映，或拨打12345。")
    return found


@door("public")
def about(subjects: Collection[str]) -> dict[str, list[Notice]]:
    """What hangs about houses, by the key of each."""
    found: dict[str, list[Notice]] = {}
    for one in _hanging().filter(subject__in=subjects):
        found.setdefault(one.subject, []).append(one)
    return found


@door("public")
def by_code(code: str) -> Objection | None:
    """An objection and its answer, for whoever holds its code."""
    typed = as_spoken(code)
    return Objection.objects.select_related("notice").filter(code=typed).first() if len(typed) == 12 else None


def to_answer(by: Actor) -> QuerySet[Objection]:
    """Open objections that it is the actor's duty to look into, the latest first; asks nothing where there is none."""
    book = catalogue.current().publicities
    mine = [
        code for code, one in book.items() if by.roles & {one.role(role) for role in one.item.answered_by}
    ]
    if not mine:
        return Objection.objects.none()
    rows = Objection.objects.filter(state=Objection.State.OPEN, notice__publicity__in=mine)
    return in_scope(rows, by).select_related("notice").order_by("-id")
