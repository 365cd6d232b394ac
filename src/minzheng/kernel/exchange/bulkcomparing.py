"""What a re-check has found against what the office last knew of each household, county by county.

One statement for each item finds the households that exceed.  Only for these a check is written, with the answers
that matter as evidence and a window in which the household may explain before anything follows (handbook 01 §8); from
then on it is a check like any other: explained, decided, objected to, asked anew.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.db import connection

from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.standards.queries import calendar

from . import rechecksql
from .bulkcounty import County, profiles_kept
from .families import tell_families
from .figures import Figure, Verdict, compared, figures_of
from .models import Discrepancy, Query, Recheck, RecheckPart, Verification
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
        return cls(tolerance, due, on + timedelta(days=valid + 1))


@verb("exchange.recheck_compare", label="年度复核比对")
def compare_part(*, part: RecheckPart, run: Recheck, by: Actor) -> RecheckPart:
    """Find what exceeds in the county and open a check for each household concerned."""
    started = time.perf_counter()
    limits = Limits.of(part.path, clock.today())
    homes = sorted(exceeding(run, part.path, tolerance=limits.tolerance))
    part.differences = _open_checks(run, part.path, homes, limits, by) if homes else 0
    part.state, part.answered_at = Part.DONE, clock.now()
    part.milliseconds = round((time.perf_counter() - started) * 1000)
    part.save()
    note(about=part, path=part.path, article=run.basis, after={"differences": part.differences})
    return part


def exceeding(run: Recheck, path: str, *, tolerance: Fraction) -> set[int]:
    """The households of a county for which some source has more than was known, by more than the tolerance."""
    found: set[int] = set()
    parts = run.parts.filter(path=path, state__in=(Part.DONE, Part.GIVEN_UP)).exclude(source="")
    with connection.cursor() as cursor:
        for part in parts:
            for at, item in enumerate(source(part.source).items, 1):
                if not item.noted:
                    cursor.execute(_statement(item), _facts(part, item, at, tolerance))
                    found |= {household for (household,) in cursor.fetchall()}
    return found


def _statement(item: Item) -> str:
    """The comparison against the table that keeps the item; what nobody keeps counts as none."""
    profiles, household = profiles_kept(), item.of == "household"
    text = rechecksql.HOUSEHOLD_EXCEEDS if household else rechecksql.PERSON_EXCEEDS
    entity = None if profiles is None else profiles.entity if household else profiles.person
    if profiles is None or entity is None or item.name not in entity.facts:
        return text.format(known="", own="0")
    homes, persons = profiles.tables
    join = rechecksql.HOUSEHOLD_KNOWN.format(homes) if household else rechecksql.PERSON_KNOWN.format(persons)
    return text.format(known=join, own=f"coalesce(k.{item.name}::bigint, 0)")


def _facts(part: RecheckPart, item: Item, at: int, tolerance: Fraction) -> dict[str, Any]:
    share = 1 + (Fraction(0) if item.exact else tolerance)
    return {"part": part.pk, "at": at, "above": share.numerator, "below": share.denominator}


def _open_checks(run: Recheck, path: str, homes: Sequence[int], limits: Limits, by: Actor) -> int:
    """A check, its questions and its differences for each household, written together; how many differences."""
    county = County(run, path, homes)
    checks: list[Verification] = []
    questions: list[Query] = []
    differences: list[Discrepancy] = []
    for home in homes:
        check = _check(run, county, home, limits, by)
        asked = county.questions(home, of=check)
        lines = [(one, compared(one, tolerance=limits.tolerance)) for one in figures_of(check, asked)]
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
    Verification.objects.bulk_create(checks, batch_size=1000)
    rows: list[Query | Discrepancy] = [*questions, *differences]
    for row in rows:
        row.verification_id = row.verification.pk  # the checks have their numbers now
    Query.objects.bulk_create(questions, batch_size=1000)
    Discrepancy.objects.bulk_create(differences, batch_size=1000)
    tell_families([one.pk for one in checks], path=path, grown=clock.add_months(clock.today(), -12 * 18))
    return len(differences)


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
