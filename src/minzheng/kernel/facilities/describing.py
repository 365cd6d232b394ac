"""What is known of a house is kept up to date: its particulars, what it can do, whether it still exists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import Refused, Stale

from .duties import of, require_one, require_overseer, require_words
from .models import Facility

__all__ = ["describe", "fit_out", "note_cancelled"]


@verb("facilities.describe", label="更新登记事项")
def describe(
    *, facility: Facility, details: Mapping[str, Any], by: Actor, key: str | None = None
) -> Facility:
    """The house or the county says anew what its sort of house is asked: papers, staff, prices, partners."""
    row = _locked(facility)
    require_one(row, by)
    before, row.details = row.details, of(row).item.details.clean(details).plain
    changed = sorted(code for code in {*before, *row.details} if before.get(code) != row.details.get(code))
    if not changed:
        raise Refused("nothing_changed", "登记事项没有变化。")
    row.version += 1
    row.save()
    audit.note(
        about=row, path=row.path, before={code: before.get(code) for code in changed},
        after={code: row.details.get(code) for code in changed},
    )  # fmt: skip
    return row


@verb("facilities.fit_out", label="登记功能和位置")
def fit_out(
    *, facility: Facility, functions: tuple[str, ...], position: tuple[Decimal, Decimal] | None, by: Actor,
    key: str | None = None,
) -> Facility:  # fmt: skip
    """The county has seen what the house can do and where it stands; only then it counts for its circle."""
    row = _locked(facility)
    require_overseer(row, by)
    item = of(row).item
    if strange := sorted(set(functions) - set(item.functions)):
        raise Refused(
            "facility_choice", f"没有“{strange[0][:20]}”这一项功能，请从列表中选择。", field="functions"
        )
    before = {"functions": row.functions, "complete": row.complete}
    row.functions = sorted(functions)
    row.complete = set(item.needed.get(row.kind, ())) <= set(functions)
    if position is not None:
        row.latitude, row.longitude = position
    row.version += 1
    row.save()
    audit.note(
        about=row, path=row.path, before=before, after={"functions": row.functions, "complete": row.complete}
    )
    return row


@verb("facilities.note_cancelled", label="登记证书注销")
def note_cancelled(
    *, facility: Facility, on: date | None, words: str, by: Actor, key: str | None = None
) -> Facility:
    """The organisation was struck off its register on a day; without a day: it was not, after all."""
    row = _locked(facility)
    require_overseer(row, by)
    if on is not None and on > clock.today():
        raise Refused("day_to_come", "注销日期不能晚于今天。", field="on")
    if on == row.cancelled_on:
        raise Stale("cancelled_already", "登记情况没有变化。请刷新页面。")
    why = require_words(words, "登记机关和核对情况", field="words")
    before = {"cancelled_on": str(row.cancelled_on or "")}
    row.cancelled_on, row.cancelled_words, row.version = on, why, row.version + 1
    row.save()
    audit.note(about=row, path=row.path, before=before, after={"cancelled_on": str(on or "")}, reason=why)
    return row


def _locked(facility: Facility) -> Facility:
    return Facility.objects.select_for_update(of=("self",)).get(pk=facility.pk)
