"""The office publishes values: a year of holidays, a local standard from a day on; the past stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import cast

from django.db import connection
from django.db.models import Q, QuerySet

from minzheng.kernel import clock, law
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import Actor, current, note, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import NotAllowed, Refused

from .models import CalendarDay, ParameterRow
from .queries import forget

__all__ = ["publish_calendar_year", "set_parameter", "take_back_parameter"]


@verb("standards.publish_calendar_year", label="发布年度节假日安排")
def publish_calendar_year(*, rows: Sequence[clock.CalendarRow], by: Actor) -> int:
    """One year's notice of the State Council replaces what was kept for that year; gives the year."""
    if by.kind is not Kind.SYSTEM and not any(post.level is Level.PROVINCE for post in by.posts):
        raise NotAllowed("not_the_province", "放假安排由省级民政部门统一发布，您不能发布。")
    years = {row["year"] for row in rows}
    if len(years) != 1:
        raise Refused("calendar_one_year", "每次只能发布一个年度的放假安排。请按年度分开。")
    (year,) = years
    _check_days(rows, year)
    old = CalendarDay.objects.filter(year=year)
    before = {"days": old.count()}
    old.delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(on=row["day"], kind=row["kind"], year=year, source=row["source"]) for row in rows
    )
    note(before=before, after={"year": year, "days": len(rows)}, article=rows[0]["source"])
    forget()
    return year


@verb("standards.set_parameter", label="设定地方参数")
def set_parameter(
    *,
    parameter: str,
    path: str,
    from_on: date,
    value: str,
    unit: str,
    source: str,
    confidence: str,
    by: Actor,
    until_on: date | None = None,
) -> ParameterRow:
    """A value is in force at a place from a day; the one before it ends that day, and paid months stand.

    ``key=`` is the verb's own idempotency key; what the law calls the key is ``parameter=`` here.
    """
    _may_set(by, path)
    # The law reads the row with this same check: what it could not read is refused here.
    law.Value(
        key=parameter, place=path, from_=from_on, until=until_on, value=value, unit=unit, source=source,
        confidence=cast("law.Confidence", confidence),
    )  # fmt: skip
    _one_at_a_time(parameter, path)
    same = ParameterRow.objects.filter(key=parameter, path=path)
    before = same.filter(until_on=None, from_on__lt=from_on).first()
    _refuse_overlap(same.exclude(pk__in=[before.pk] if before else []), from_on, until_on)
    old = _closed(before, from_on) if before is not None else {}
    row = ParameterRow.objects.create(
        key=parameter, path=path, from_on=from_on, until_on=until_on, value=value, unit=unit, source=source,
        confidence=confidence,
    )  # fmt: skip
    after = {"parameter": parameter, "value": value, "from": from_on}
    note(about=row, path=path, article=source, before=old, after=after)
    forget()
    return row


@verb("standards.take_back_parameter", label="撤回地方参数")
def take_back_parameter(*, row: ParameterRow, reason: str, by: Actor, reopens: int | None = None) -> None:
    """A value is taken back from its own day, and the one it had closed runs on; what was decided keeps its values."""
    _may_set(by, row.path)
    _one_at_a_time(row.key, row.path)
    found = ParameterRow.objects.get(pk=row.pk)
    until = found.until_on
    before = {"parameter": found.key, "value": found.value, "from": found.from_on, "until": until}
    former = ParameterRow.objects.filter(
        pk=reopens or 0, key=found.key, path=found.path, until_on=found.from_on
    ).first()
    found.delete()
    if former is not None:
        former.until_on = until
        former.save(update_fields=["until_on"])
    after = {"value": former.value, "from": former.from_on} if former is not None else {}
    note(about=row, path=row.path, reason=reason, before=before, after=after)
    forget()


def _may_set(by: Actor, path: str) -> None:
    """By the county or a level above it, for its own place, and never alone: only as part of a release."""
    if by.kind is Kind.SYSTEM:
        return
    if not any(p.level <= Level.COUNTY and path.startswith(p.path) for p in by.posts):
        raise NotAllowed("out_of_scope", "参数由县级以上民政部门为本地区设定，您不能设定该地区的参数。")
    if current().verb in ("standards.set_parameter", "standards.take_back_parameter"):
        raise NotAllowed(
            "only_by_release",
            "标准和参数须先试算、经两人会签后发布，不能直接设定或撤回。请拟订一次标准发布。",
        )


def _closed(before: ParameterRow, on: date) -> dict[str, object]:
    """The value in force so far ends on the day the new one begins."""
    before.until_on = on
    before.save(update_fields=["until_on"])
    return {"value": before.value, "from": before.from_on}


def _check_days(rows: Sequence[clock.CalendarRow], year: int) -> None:
    """Each day once, in or beside its year, and not already given by another year's notice."""
    days = [row["day"] for row in rows]
    if len(set(days)) != len(days):
        clock.Calendar.from_rows(rows)  # says which day is both off and worked
        raise Refused("calendar_day_twice", "同一天出现了两次。请删去重复的一行。")
    stray = [day for day in days if not date(year - 1, 12, 1) <= day <= date(year, 12, 31)]
    if stray:
        raise Refused("calendar_wrong_year", f"{stray[0].isoformat()}不属于{year}年度。请核对日期。")
    if taken := CalendarDay.objects.filter(on__in=days).exclude(year=year).first():
        raise Refused(
            "calendar_day_taken",
            f"{taken.on.isoformat()}已在{taken.year}年度的安排中。请核对通知，只保留一处。",
        )


def _one_at_a_time(parameter: str, path: str) -> None:
    """Two officers who set the same parameter wait for each other, even if there is no row to lock yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"parameter {parameter} {path}"]
        )


def _refuse_overlap(others: QuerySet[ParameterRow], from_on: date, until_on: date | None) -> None:
    """Two values of one parameter never hold at one place on one day."""
    overlaps = Q(until_on=None) | Q(until_on__gt=from_on)
    if until_on is not None:
        overlaps &= Q(from_on__lt=until_on)
    clash = others.filter(overlaps).order_by("from_on").first()
    if clash is None:
        return
    end = f"至{clash.until_on.isoformat()}" if clash.until_on else "起"
    raise Refused(
        "parameter_overlaps",
        f"该参数在本地已有{clash.from_on.isoformat()}{end}的值，与新的生效日期重叠。请改正生效日期。",
        field="from_on",
    )
