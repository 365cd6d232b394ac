"""What a re-check has found against what the office last knew of each household, county by county.

The sealed answers are opened and compared in memory.  Only for households that exceed a check is written, with the
answers that matter as evidence and a window in which the household may explain before anything follows (handbook 01
§8); from then on it is a check like any other: explained, decided, objected to, asked anew.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit import part as audited
from minzheng.kernel.standards.queries import calendar

from .bulkcounty import County
from .bulkkept import Found, kept
from .bulkknown import Known
from .families import tell_families
from .figures import Figure, Verdict, compared, figures_of
from .models import Discrepancy, Query, Recheck, RecheckPart, Verification
from .policies import needing_no_word
from .reporting import document_of, report_hash
from .sources import Item, source

__all__ = ["Limits", "compare_part", "exceeding"]

Part = RecheckPart.State


@dataclass(frozen=True, slots=True)
class Limits:
    """The dated parameters of the place under which a county is compared."""

    tolerance: Fraction
    explain_due: date
    valid_until: date
    free: Mapping[str, int]

    @classmethod
    def of(cls, path: str, on: date) -> Limits:
        """Those in force there on the day."""
        names = ("tolerance", "explain_days", "valid_days")
        values = [
            catalogue.current().parameters().get(f"exchange.recheck.{name}", path=path, on=on).value
            for name in names
        ]
        tolerance, explain, valid = values
        assert isinstance(tolerance, Fraction)
        assert isinstance(explain, int)
        assert isinstance(valid, int)
        due = clock.deadline(on, clock.WorkingDays(explain), calendar()).on
        return cls(tolerance, due, on + timedelta(days=valid + 1), needing_no_word(path))


@verb("exchange.recheck_compare", label="年度复核比对")
def compare_part(*, part: RecheckPart, run: Recheck, by: Actor) -> RecheckPart:
    """Find what exceeds in the county and open a check for each household concerned."""
    started = time.perf_counter()
    limits = Limits.of(part.path, clock.today())
    known = Known.of_county(run, part.path)
    homes = sorted(exceeding(run, part.path, tolerance=limits.tolerance, free=limits.free, known=known))
    part.differences = _open_checks(run, County(run, part.path, homes, known), limits, by) if homes else 0
    part.state, part.answered_at = Part.DONE, clock.now()
    part.milliseconds = round((time.perf_counter() - started) * 1000)
    part.save()
    note(about=part, path=part.path, article=run.basis, after={"differences": part.differences})
    return part


def exceeding(
    run: Recheck, path: str, *, tolerance: Fraction, free: Mapping[str, int], known: Known
) -> set[int]:
    """The households of a county for which some source has more than was known, by more than the tolerance."""
    parts = run.parts.filter(path=path, state__in=(Part.DONE, Part.GIVEN_UP)).exclude(source="")
    return {home for part in parts for home in _beyond(part, tolerance, free, known)}


def _beyond(part: RecheckPart, tolerance: Fraction, free: Mapping[str, int], known: Known) -> set[int]:
    """The same for one source: of a household the sum over its members counts, of a person each by itself."""
    items = [(at, item) for at, item in enumerate(source(part.source).items) if not item.noted]
    sums: Counter[tuple[int, int]] = Counter()
    homes: set[int] = set()
    for line in kept(part, only=Found.FOUND) if items else ():
        for at, item in items:
            # Answers kept from before an item was asked say nothing of it.
            found = (line.figures[at] if at < len(line.figures) else None) or 0
            if item.of == "household":
                sums[at, line.household_id] += found
                continue
            own = known.person(line.household_id, line.person_id, item.name)
            if _exceeds(found, max(own, free.get(item.name, 0)), item, tolerance):
                homes.add(line.household_id)
    named = dict(items)
    for (at, home), found in sums.items():
        if _exceeds(found, known.household(home, named[at].name), named[at], tolerance):
            homes.add(home)
    return homes


def _exceeds(found: int, own: int, item: Item, tolerance: Fraction) -> bool:
    """By more than the tolerance; a share is compared by products, never rounded."""
    if found <= own or item.exact:
        return found > own
    return found * tolerance.denominator > own * (tolerance.denominator + tolerance.numerator)


def _open_checks(run: Recheck, county: County, limits: Limits, by: Actor) -> int:
    """A check, its questions and its differences for each household, written together; how many differences."""
    checks: list[Verification] = []
    questions: list[Query] = []
    differences: list[Discrepancy] = []
    for home in county.members:
        check = _check(run, county, home, limits, by)
        asked = county.questions(home, of=check)
        lines = [
            (one, compared(one, tolerance=limits.tolerance, free=limits.free))
            for one in figures_of(check, asked)
        ]
        exceeds = [one for one, verdict in lines if verdict is Verdict.EXCEEDS]
        new = [one for one in exceeds if not county.accepted(home, one)]
        if not new:
            continue
        names = {pk: county.names[pk] for pk in check.member_ids}
        check.report = document_of(check, lines, asked=asked, names=names, tolerance=limits.tolerance)
        check.report_sha = report_hash(check.report)
        checks.append(check)
        questions += asked
        differences += [_difference(check, one, limits) for one in new]
    _written(checks, questions, differences)
    tell_families(
        [one.pk for one in checks], path=county.path, grown=clock.add_months(clock.today(), -12 * 18)
    )
    return len(differences)


def _written(checks: list[Verification], questions: list[Query], differences: list[Discrepancy]) -> None:
    """All of it in four statements; each report stands in the audit under its hash."""
    Verification.objects.bulk_create(checks, batch_size=1000)
    rows: list[Query | Discrepancy] = [*questions, *differences]
    for check in checks:
        audited("exchange.report", verification=check.pk, report=check.report_sha)
    for row in rows:
        row.verification_id = row.verification.pk  # the checks have their numbers now
    Query.objects.bulk_create(questions, batch_size=1000)
    Discrepancy.objects.bulk_create(differences, batch_size=1000)


def _check(run: Recheck, county: County, home: int, limits: Limits, by: Actor) -> Verification:
    case_id, purpose = county.matters[home]
    return Verification(
        path=county.paths[home], case_id=case_id, purpose=purpose, basis=run.basis,
        state=Verification.State.REPORTED, reference_date=run.reference_date, member_ids=county.members[home],
        source_codes=sorted({part.source for part in county.parts_of(home)}), declared=county.declared(home),
        requested_by=by.id, requester_name=by.name, requested_at=run.asked_at, reported_at=clock.now(),
        valid_until=limits.valid_until, conclusion=Verification.Conclusion.EXCEEDS,
    )  # fmt: skip


def _difference(check: Verification, figure: Figure, limits: Limits) -> Discrepancy:
    return Discrepancy(
        verification=check, path=check.path, item=figure.item.name, member_id=figure.holder,
        source=figure.source.code, found=int(figure.at_least), explain_due=limits.explain_due,
        declared=None if figure.declared is None else int(figure.declared),
    )  # fmt: skip
