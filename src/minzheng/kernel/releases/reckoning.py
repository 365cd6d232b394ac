"""What a published release means for the households that are paid: reckoned month by month, before and after.

A release changes by itself only what it alone changes.  An amount goes up where the known facts explain what is
paid now; everything else is left to a human.  Nothing is cut here: a household is heard before a cut or an end
(社会救助法 art. 48), so a reduction is listed for review.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from minzheng.kernel import law
from minzheng.kernel.clock import Month
from minzheng.kernel.law.engines.bulk import Answers, BulkEngine
from minzheng.kernel.law.language import Entity, Rule
from minzheng.kernel.law.monthly import Difference, arrears
from minzheng.kernel.ledger.models import Batch, Entitlement, Payment

from .models import Arrears, Attention, Release
from .population import People

__all__ = ["Interval", "Outcome", "Reckoner", "committed", "latest_cases", "outcome"]

Reason = Attention.Reason
_COMMITTED = (Batch.State.APPROVED, Batch.State.SENT, Batch.State.RECONCILED, Batch.State.CLOSED)


@dataclass(frozen=True, slots=True)
class Interval:
    """One entitlement as it stands, and what was approved for payment under it."""

    entitlement: int
    household: int
    scheme: str
    path: str
    from_month: Month
    until_month: Month | None
    amount: int
    case_id: int | None
    current: bool
    paid: Mapping[Month, int]
    owed: Mapping[Month, int]

    def so_far(self, month: Month) -> int:
        """What the month comes to before this release: paid or to be paid, and owed by other releases."""
        return self.paid.get(month, self.amount) + self.owed.get(month, 0)

    def first_open(self, first: Month) -> Month:
        """The first month from there on that nothing was approved for, nor for any after it.

        An interval that has an end by a later decision is not changed any more: its months are owed instead.
        """
        if not self.current and self.until_month is not None:
            return max(first, self.until_month)
        latest = max(self.paid, default=None)
        return max(first, self.from_month, *([latest.next] if latest is not None else []))

    def runs_in(self, month: Month) -> bool:
        """Whether it is paid in that month."""
        return self.from_month <= month and (self.until_month is None or month < self.until_month)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of one interval: a new amount from a month on, months owed, or a human who looks at it."""

    interval: Interval
    from_month: Month
    amount: int | None = None
    owed: tuple[Difference, ...] = ()
    reason: Reason | None = None
    before: int | None = None
    after: int | None = None


Amounts = Mapping[Month, tuple[int | None, int | None]]
"""By month, what the law gives without the release and with it; None while a fact is missing."""


def outcome(interval: Interval, amounts: Amounts, *, first: Month, latest_case: int | None) -> Outcome:
    """One interval by the amounts of its months; carried out as a whole, or left to a human as a whole."""
    opens = interval.first_open(first)
    months = [month for month in sorted(amounts) if month <= opens and interval.runs_in(month)]
    if interval.case_id != latest_case:
        return Outcome(interval, max(first, interval.from_month), reason=Reason.OTHER_CASE)
    for month in months:
        before, after = amounts[month]
        reason = _reason(interval.so_far(month), before, after)
        if reason is not None:
            return Outcome(interval, month, reason=reason, before=before, after=after)
    owed = arrears(
        {month: amounts[month][1] for month in months if month < opens},
        {month: interval.so_far(month) for month in months if month < opens},
    )
    new = amounts[opens][1] if opens in months else None
    return Outcome(interval, opens, new if new != interval.amount else None, owed)


def _reason(paid: int, before: int | None, after: int | None) -> Reason | None:
    if before is None or after is None:
        return Reason.UNKNOWN
    if before != paid:
        return Reason.MISMATCH
    return Reason.REDUCTION if after < before else None


class Reckoner:
    """The amounts of many households, for each scheme, without the release and with it."""

    def __init__(
        self, household: Entity, amounts: Mapping[str, Rule], without: law.Parameters, with_: law.Parameters
    ) -> None:
        self._amounts = amounts
        self._sides = (without, with_)
        self._engine = BulkEngine(household, list(dict.fromkeys(amounts.values())))

    def outcomes(self, people: People, intervals: Sequence[Interval], *, first: Month) -> Iterator[Outcome]:
        """What becomes of each interval of these households."""
        if not intervals:
            return
        last = max(one.first_open(first) for one in intervals)
        months = {month: self._month(people, month) for month in first.until(last.next)}
        row = {int(pk): at for at, pk in enumerate(people.households)}
        latest = latest_cases(intervals)
        for one in intervals:
            at, rule = row[one.household], self._amounts[one.scheme]
            found = {
                month: (_known(was[rule], at), _known(now[rule], at)) for month, (was, now) in months.items()
            }
            yield outcome(one, found, first=first, latest_case=latest[one.household, one.scheme])

    def _month(self, people: People, month: Month) -> tuple[dict[Rule, Answers], dict[Rule, Answers]]:
        was, now = (self._engine.decide(people.table, side, on=month.first) for side in self._sides)
        return was, now


def _known(answers: Answers, row: int) -> int | None:
    value = answers[row]
    return None if value is None else int(value)  # type: ignore[arg-type]


def latest_cases(intervals: Iterable[Interval]) -> dict[tuple[int, str], int | None]:
    """The case on which each household's newest interval rests: the facts on file are those of that case."""
    found: dict[tuple[int, str], tuple[Month, int, int | None]] = {}
    for one in intervals:
        key, entry = (one.household, one.scheme), (one.from_month, one.entitlement, one.case_id)
        if key not in found or found[key][:2] < entry[:2]:
            found[key] = entry
    return {key: case for key, (_, _, case) in found.items()}


def committed(release: Release, rows: Sequence[Entitlement]) -> list[Interval]:
    """The entitlements with the months that were approved for payment, or are owed, from the release's month on."""
    owed: dict[tuple[int, str], dict[Month, int]] = {}
    others = Arrears.objects.filter(
        household_id__in=[row.household_id for row in rows], month__gte=release.from_month, cancelled_at=None
    ).exclude(release=release)
    for home, scheme, month, difference in others.values_list(
        "household_id", "scheme", "month", "difference"
    ):
        months = owed.setdefault((home, scheme), {})
        months[Month.of(month)] = months.get(Month.of(month), 0) + difference
    paid: dict[int, dict[Month, int]] = {row.pk: {} for row in rows}
    listed = Payment.objects.filter(
        entitlement_id__in=list(paid),
        month__gte=release.from_month,
        batch__state__in=_COMMITTED,
        regular__gt=0,
    ).values_list("entitlement_id", "month", "regular")
    for pk, month, amount in listed:
        paid[pk][Month.of(month)] = amount
    return [
        Interval(
            row.pk, row.household_id or 0, row.scheme, row.path, Month.of(row.from_month), _month(row.until_month),
            row.amount, row.case_id, row.state == Entitlement.State.CURRENT, paid[row.pk],
            owed.get((row.household_id or 0, row.scheme), {}),
        )
        for row in rows
    ]  # fmt: skip


def _month(day: date | None) -> Month | None:
    return None if day is None else Month.of(day)
