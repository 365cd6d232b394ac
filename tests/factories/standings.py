"""Entries of a register for tests: households on dibao, temporary assistance, without the walk that leads there."""

from __future__ import annotations

from datetime import date
from typing import Any

from minzheng.domains.assistance.models import (
    AidGrant,
    FuneralSum,
    HotlineRoute,
    NationalRecord,
    RuralWatch,
    Standing,
)
from minzheng.kernel import clock

from .people import a_number, household, person


def standing(*, path: str, name: str | None = None, **fields: Any) -> Standing:
    """A household's standing, by default on dibao in the country with 384.00 a month."""
    head = person(path=path, name=name)
    kept = {
        "low_income_class": "L2", "class_ur": "rural", "members": 1, "amount": 38400, "valid_from": date(2022, 3, 1),
        "review_due": date(2022, 9, 1), "decision_number": "演示〔2022〕1号", **fields,
    }  # fmt: skip
    return Standing.objects.create(household=household(head, path=path), applicant=head, path=path, **kept)


def aid_grant(*, path: str, name: str = "测受助", **fields: Any) -> AidGrant:
    """A grant of temporary assistance, by default 1,000.00 for an illness to somebody without papers."""
    kept = {
        "kind": "expenditure", "cause": "medical", "granted_on": date(2026, 2, 3), "amount": 100000,
        "event_path": path, "decision_number": "演示〔2026〕1号", **fields,
    }  # fmt: skip
    return AidGrant.objects.create(path=path, name=name, **kept)


def funeral_sum(*, path: str, name: str = "测特困", **fields: Any) -> FuneralSum:
    """What is due for the funeral of somebody who was tekun, nobody having arranged it yet."""
    kept = {"died_on": date(2026, 1, 4), "class_ur": "rural", "amount": 600000, "trace": {}, **fields}
    return FuneralSum.objects.create(path=path, person=person(path=path, name=name), **kept)


def national_record(*, path: str, name: str = "测全国", **fields: Any) -> NationalRecord:
    """What the national system has of somebody on dibao."""
    kept = {
        "key": f"QG{NationalRecord.objects.count()}", "low_income_class": "L2", "id_number": a_number(), "row": {},
        "from_on": date(2026, 1, 1), "taken_from": "DR1", "recorded_at": clock.now(), **fields,
    }  # fmt: skip
    return NationalRecord.objects.create(path=path, name=name, **kept)


def rural_watch(*, path: str, name: str = "测监测", **fields: Any) -> RuralWatch:
    """Somebody on the list of the rural department."""
    kept = {
        "key": f"FP{RuralWatch.objects.count()}", "kind": "2", "id_number": a_number(), "row": {},
        "from_on": date(2025, 6, 1), "listed_on": date(2026, 1, 1), "taken_from": "DR1", "recorded_at": clock.now(),
        **fields,
    }  # fmt: skip
    return RuralWatch.objects.create(path=path, name=name, **kept)


def hotline(*, path: str, name: str = "测救助中心") -> HotlineRoute:
    """The hotline of a county, entered and not yet tested."""
    kept = {"number": "0431-83220000", "hours": "工作日", "entered_on": date(2026, 1, 5)}
    return HotlineRoute.objects.create(path=path, answered_by=name, **kept)
