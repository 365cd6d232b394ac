"""What stands against a subject on a day: open and late faults, penalties, incidents, entries of the credit file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.db.models import Q

from minzheng.kernel import catalogue, clock
from minzheng.kernel.catalogue.terms import number
from minzheng.kernel.declare import Subject
from minzheng.kernel.law.facts import Facts, filled
from minzheng.kernel.law.reference import Evaluation, Unknown

from .duties import Declared
from .models import Check, Credit, Hazard, Incident, Penalty

__all__ = ["Record", "credit_class", "last_checks", "neglected", "record", "records"]


@dataclass(frozen=True)
class Record:
    """What the last twelve months say of one subject."""

    overdue: int = 0
    penalties: int = 0
    serious: int = 0
    deaths: int = 0
    credit: int = 0
    met: bool | None = None


def records(supervision: str, subjects: Iterable[str], on: date | None = None) -> dict[str, Record]:
    """For many subjects at once, in a constant number of queries."""
    day, keys = on or clock.today(), list(subjects)
    since = clock.add_months(day, -12)
    mine = Q(supervision=supervision, subject__in=keys)
    late = Counter(
        Hazard.objects.filter(mine, state="open", due_on__lt=day).values_list("subject", flat=True)
    )
    fined = Counter(
        Penalty.objects.filter(mine, decided_on__gt=since, decided_on__lte=day).values_list(
            "subject", flat=True
        )
    )
    happened = Incident.objects.filter(mine, happened_at__date__gt=since, happened_at__date__lte=day)
    grave = Counter(happened.filter(severity=3).values_list("subject", flat=True))
    died = Counter(happened.filter(severity=4).values_list("subject", flat=True))
    listed = Credit.objects.filter(mine, on__lte=day, most_until__gt=day).filter(
        Q(repaired_on=None) | Q(repaired_on__gt=day)
    )
    worst: dict[str, int] = {}
    for key, level in listed.values_list("subject", "level"):
        worst[key] = max(worst.get(key, 0), level)
    checked = last_checks(supervision, keys, day)
    return {
        key: Record(
            late[key], fined[key], grave[key], died[key], worst.get(key, 0),
            checked[key].met if key in checked else None
        )
        for key in keys
    }  # fmt: skip


def record(supervision: str, subject: str, on: date | None = None) -> Record:
    """For one subject."""
    return records(supervision, [subject], on)[subject]


def last_checks(supervision: str, subjects: Iterable[str], on: date) -> dict[str, Check]:
    """The last check by the office of each subject."""
    rows = Check.objects.filter(supervision=supervision, subject__in=list(subjects), done_on__lte=on)
    rows = rows.exclude(kind=Check.Kind.OWN).order_by("subject", "-done_on", "-id").distinct("subject")
    return {one.subject: one for one in rows}


def neglected(declared: Declared, path: str, on: date) -> list[tuple[Subject, date | None]]:
    """Subjects beneath a place that nobody has looked at for longer than the rule allows, those never looked at first.

    With each the day of the last look; the queries do not grow with the subjects.
    """
    if not declared.item.every:
        return []
    since = clock.add_months(on, -number(declared.item.every, path=path, on=on))
    subjects = list(declared.item.subjects(path))
    checked = last_checks(declared.code, [one.key for one in subjects], on)
    last = [(one, checked[one.key].done_on if one.key in checked else None) for one in subjects]
    return sorted(
        ((one, day) for one, day in last if day is None or day < since),
        key=lambda pair: (pair[1] or date.min, pair[0].path, pair[0].key),
    )


def credit_class(declared: Declared, subject: str, path: str, on: date | None = None) -> str:
    """The class from A to D that the domain's rule gives to what is known of the subject."""
    day, item = on or clock.today(), declared.item
    facts = filled(Facts(dict(item.facts(subject, day))), item.standing)
    run = Evaluation(item.standing, facts, catalogue.current().parameters(), path=path, on=day)
    answer = run.answer(item.grade)
    return "B" if isinstance(answer, Unknown) else cast(str, answer)
