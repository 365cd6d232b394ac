"""Counting: the current month is counted anew each time, a closed month stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from minzheng.kernel import audit, catalogue, clock, declare
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import township_of
from minzheng.kernel.audit import Actor, Post, verb
from minzheng.kernel.errors import Mistake, NotAllowed, Refused

from .models import Snapshot

__all__ = ["BACK", "count_month", "never_counted"]

# Last year's month stands beside this one.
BACK = 13


@verb("indicators.count_month", label="统计指标")
def count_month(month: clock.Month, *, by: Actor) -> None:
    """Count every declared indicator for a month that has begun and is not yet closed."""
    if by.kind != "system" and not any(_of_the_county(post) for post in by.posts):
        raise NotAllowed("not_the_county", "指标由县级以上民政部门统计，您不能统计。")
    current = clock.Month.of(clock.today())
    if month > current:
        raise Refused("month_to_come", "不能统计尚未开始的月份。")
    if month < current.previous and (by.kind != "system" or month not in never_counted()):
        raise Refused("month_closed", "该月份已经封存，更正请计入以后月份。")
    rows = [
        Snapshot(
            indicator=code, month=month.first, path=path, counted_at=clock.now(), numerator=numerator,
            denominator=denominator,
        )
        for code, declared in catalogue.current().indicators.items()
        if not declared.item.computed
        for path, (numerator, denominator) in _counted(declared.item, month).items()
    ]  # fmt: skip
    Snapshot.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["indicator", "month", "path"],
        update_fields=["numerator", "denominator", "counted_at"],
    )
    _nothing_left(month, rows)
    audit.note(after={"month": str(month), "values": len(rows)})


def never_counted() -> list[clock.Month]:
    """The months of the last year, and the one a year ago, of which nothing was ever counted."""
    current = clock.Month.of(clock.today())
    known = set(Snapshot.objects.order_by().values_list("month", flat=True).distinct())
    return [current - back for back in range(BACK) if (current - back).first not in known]


def _nothing_left(month: clock.Month, rows: list[Snapshot]) -> None:
    """A place counted before in which nothing is left to count stands at nothing, not at its old value."""
    counted = {(row.indicator, row.path) for row in rows}
    before = Snapshot.objects.filter(month=month.first).values_list("id", "indicator", "path", "denominator")
    empty = [(pk, share) for pk, code, path, share in before if (code, path) not in counted]
    for denominator in (None, 0):
        gone = [pk for pk, share in empty if (share is None) == (denominator is None)]
        Snapshot.objects.filter(pk__in=gone).update(
            numerator=0, denominator=denominator, counted_at=clock.now()
        )


def _of_the_county(post: Post) -> bool:
    """A post held at its own level, at the county or above."""
    role = catalogue.current().roles.get(post.role)
    return role is not None and post.level == role.item.at <= Level.COUNTY


def _counted(indicator: declare.Indicator, month: clock.Month) -> dict[str, tuple[int, int | None]]:
    """Numerator and denominator by township; a place counted in either stands in both."""
    numerators = _folded(_by_hand(indicator.count)(month))
    if indicator.out_of is None:
        return {path: (value, None) for path, value in numerators.items()}
    denominators = _folded(_by_hand(indicator.out_of)(month))
    return {
        path: (numerators.get(path, 0), denominators.get(path, 0)) for path in {*numerators, *denominators}
    }


def _folded(rows: Mapping[str, int]) -> dict[str, int]:
    """Villages added up to their township."""
    totals: Counter[str] = Counter()
    for path, value in rows.items():
        totals[township_of(path)] += value
    return dict(totals)


def _by_hand(what: object) -> Callable[..., Mapping[str, int]]:
    if not callable(what):
        raise Mistake("counted_at_once", "one side of an indicator is a function and the other is not")
    return what
