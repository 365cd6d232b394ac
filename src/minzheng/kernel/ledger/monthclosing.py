"""A month is closed: every batch of it has arrived and is closed, and from then on nothing is added to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cryptography.hazmat.primitives.hashes import SM3, Hash
from django.db.models import F, Q

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import Refused

from .duties import require_scheme_reviewer
from .models import Batch, ClosedMonth, Doubt, Entitlement, Payment

__all__ = ["Standing", "close_month", "closed_months", "standing", "unpaid"]


@dataclass(frozen=True)
class Standing:
    """What stands in the way of closing a month: open batches, open holds, and who is entitled and not paid."""

    batches: int
    open_batches: tuple[Batch, ...]
    open_holds: int
    unpaid: int
    over: bool
    closed: ClosedMonth | None

    @property
    def ready(self) -> bool:
        """Whether the month may be closed now."""
        nothing = not self.open_batches and not self.open_holds and not self.unpaid
        return self.over and self.closed is None and self.batches > 0 and nothing


def standing(scheme: str, path: str, month: Month) -> Standing:
    """How a month of a scheme in a place stands; the verb itself looks again."""
    batches = list(
        Batch.objects.filter(scheme=scheme, month=month.first, path__startswith=path).order_by("id")
    )
    holds = Doubt.objects.filter(
        scheme=scheme, month=month.first, path__startswith=path, weight="hold", answer=""
    )
    return Standing(
        batches=len(batches), open_batches=tuple(one for one in batches if _open(one)),
        open_holds=holds.count(), unpaid=unpaid(scheme, path, month), over=month < Month.of(clock.today()),
        closed=closed_months([(scheme, path, month.first)]).get((scheme, path, month.first)),
    )  # fmt: skip


def closed_months(asked: Iterable[tuple[str, str, date]]) -> dict[tuple[str, str, date], ClosedMonth]:
    """Which of these schemes, places and months are closed, by the closing that covers each: one query."""
    listed = set(asked)
    above = {path[: at + 1] for _, path, _ in listed for at, sign in enumerate(path) if sign == "/"}
    rows = ClosedMonth.objects.filter(
        scheme__in={one[0] for one in listed}, month__in={one[2] for one in listed}, path__in=above
    )
    found = {(one.scheme, one.path, one.month): one for one in rows}
    return {
        (scheme, path, month): one
        for scheme, path, month in listed
        for (code, place, day), one in found.items()
        if (code, day) == (scheme, month) and path.startswith(place)
    }


@verb("ledger.close_month", label="月度关账")
def close_month(*, scheme: str, path: str, month: Month, by: Actor) -> ClosedMonth:
    """Freeze a month of a scheme in a place; whoever was not paid is made up with a later month."""
    require_scheme_reviewer(scheme, path=path, by=by)
    batches = list(
        Batch.objects.select_for_update()
        .filter(scheme=scheme, month=month.first, path__startswith=path)
        .order_by("id")
    )
    _refuse_if_unfinished(scheme, path, month, batches)
    digest = Hash(SM3())
    for one in batches:
        digest.update(f"{one.number} {one.content_sha}\n".encode())
    row = ClosedMonth.objects.create(
        scheme=scheme, path=path, month=month.first, count=sum(one.count for one in batches),
        total=sum(one.total for one in batches), sha=digest.finalize().hex(), by=by.id, at=clock.now(),
    )  # fmt: skip
    note(about=row, path=path, after={"count": row.count, "total": row.total})
    return row


def _refuse_if_unfinished(scheme: str, path: str, month: Month, batches: list[Batch]) -> None:
    """Nothing of the month may be open any more."""
    if month >= Month.of(clock.today()):
        raise Refused("month_not_over", f"{month} 尚未结束，不能关账。")
    if not batches or any(_open(one) for one in batches):
        raise Refused("batches_open", "本月还没有批次，或还有未关账的批次。请先把各批次对账、关账。")
    if Doubt.objects.filter(
        scheme=scheme, month=month.first, path__startswith=path, weight="hold", answer=""
    ).exists():
        raise Refused("doubts_open", "还有缓发的疑点没有核实。请先逐条核实，再关账。")
    if (left := unpaid(scheme, path, month)) > 0:
        raise Refused(
            "unpaid_left",
            f"还有 {left} 户（人）本月应发未发。请编制补充批次，或逐条核实为本月不发。",
            left=left,
        )
    if ClosedMonth.objects.filter(scheme=scheme, month=month.first, path=path).exists():
        raise Refused("month_closed", f"{month} 已关账。")


def _open(batch: Batch) -> bool:
    """Somebody is still to be paid by it; a draft of which every doubt was answered "not this month" pays nobody."""
    return batch.state != Batch.State.CLOSED and not (batch.state == Batch.State.DRAFT and batch.count == 0)


def unpaid(scheme: str, path: str, month: Month) -> int:
    """How many are entitled in the month, not paid, and not answered to be left out."""
    running = Q(from_month__lte=month.first) & (Q(until_month=None) | Q(until_month__gt=month.first))
    rows = Entitlement.objects.filter(running, scheme=scheme, path__startswith=path).exclude(
        until_month=F("from_month")
    )
    paid = Payment.objects.filter(scheme=scheme, month=month.first, entitlement__in=rows).values(
        "entitlement"
    )
    skipped = Doubt.objects.filter(scheme=scheme, month=month.first, answer=Doubt.Answer.SKIP).values(
        "entitlement"
    )
    return rows.exclude(pk__in=paid).exclude(pk__in=skipped).count()
