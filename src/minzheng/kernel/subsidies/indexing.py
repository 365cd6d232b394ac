"""The index of a prefecture and month: entered by one, checked by another, corrected by a row of its own.

发改价格〔2021〕1553号: a price subsidy starts in the month whose index crosses the trigger and stops by itself in
the first month that does not.  A row that crosses it has its counties' lists drawn up the same day.
"""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from procrastinate.contrib.django import app

from minzheng.kernel import clock
from minzheng.kernel.areas import queries as areas
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale

from .drafting import give_up
from .duties import declared, require
from .models import IndexRow, SubsidyList
from .starting import Figures, given

__all__ = ["TASK", "check_index", "enter_index", "index_places", "refuse_index"]

TASK = "minzheng.kernel.subsidies.tasks.draft_lists"
_MOST = 10000  # a hundred percent, in hundredths of a percent: what is more is a slip of the pen


def index_places(by: Actor) -> list[str]:
    """The prefectures, and the counties that the province runs itself, within an actor's scope."""
    cities = areas.in_force().filter(level=int(Level.CITY)).values_list("path", flat=True)
    counties = areas.counties()
    own = [one.path for one in counties if not any(one.path.startswith(city) for city in cities)]
    return sorted(path for path in (*cities, *own) if by.covers(path))


@verb("subsidies.enter_index", label="登记物价指数")
def enter_index(
    *,
    subsidy: str,
    path: str,
    month: Month,
    figures: Figures,
    published_on: date,
    source: str,
    by: Actor,
    reason: str = "",
) -> IndexRow:
    """A month's indices as published; where a checked row stands, this is its correction and says why."""
    found = declared(subsidy, started_by="index")
    require(found, found.item.declared_by, path=path, by=by, duty="物价指数登记")
    _check_place(path, by)
    _check(figures, month, published_on, source)
    row = IndexRow(
        subsidy=subsidy, path=path, month=month.first, cpi=figures.cpi, food_cpi=figures.food_cpi, scpi=figures.scpi,
        published_on=published_on, source=source.strip()[:200],
        supersedes=_corrected(subsidy, path, month, reason), reason=reason.strip()[:200],
        entered_by=by.id, entered_by_name=by.name, entered_at=clock.now(),
    )  # fmt: skip
    IndexRow.objects.bulk_create([row], ignore_conflicts=True)
    kept = _rows(subsidy, path, month).get(state=IndexRow.State.ENTERED)
    if (kept.entered_by, kept.cpi, kept.food_cpi) != (by.id, row.cpi, row.food_cpi):
        raise Refused("index_waiting", f"{month} 该地区的指数刚刚由他人登记。请刷新页面。", field="month")
    note(about=kept, path=path, reason=reason, after={"month": str(month), "cpi": row.cpi})
    return kept


@verb("subsidies.check_index", label="复核物价指数")
def check_index(*, row: IndexRow, by: Actor) -> IndexRow:
    """Another officer compares the row with what was published: from then on it counts."""
    kept = _waiting(row, by)
    found = declared(kept.subsidy, started_by="index")
    rates = found.item.rates(path=kept.path, month=Month.of(kept.month), given=given(kept))
    if kept.supersedes is not None:
        _take_the_place(kept, by)
    kept.state, kept.checked_by, kept.checked_by_name = IndexRow.State.CHECKED, by.id, by.name
    kept.checked_at, kept.triggered, kept.trace = clock.now(), rates.triggered, dict(rates.trace)
    kept.save()
    if kept.triggered:
        app.configure_task(TASK, queue="subsidies").defer(index_id=kept.pk)
    note(about=kept, path=kept.path, article=found.item.basis, after={"triggered": kept.triggered})
    return kept


@verb("subsidies.refuse_index", label="退回物价指数")
def refuse_index(*, row: IndexRow, reason: str, by: Actor) -> IndexRow:
    """What does not agree with the publication is given back and entered anew."""
    kept = _waiting(row, by)
    if not reason.strip():
        raise Refused("reason_missing", "退回须写明与公布数据不符之处。请填写。", field="reason")
    kept.state, kept.checked_by, kept.checked_by_name = IndexRow.State.REFUSED, by.id, by.name
    kept.checked_at, kept.reason = clock.now(), reason.strip()[:200]
    kept.save()
    note(about=kept, path=kept.path, reason=reason)
    return kept


def _rows(subsidy: str, path: str, month: Month) -> QuerySet[IndexRow]:
    rows = IndexRow.objects.select_for_update(of=("self",))
    return rows.filter(subsidy=subsidy, path=path, month=month.first)


def _corrected(subsidy: str, path: str, month: Month, reason: str) -> IndexRow | None:
    """The checked row that the new one takes the place of, if there is one; then it must say why."""
    rows = _rows(subsidy, path, month)
    if rows.filter(state=IndexRow.State.ENTERED).exists():
        raise Refused(
            "index_waiting",
            f"{month} 该地区的指数已登记，正待复核。需要改的，请复核人员先退回。",
            field="month",
        )
    before = rows.filter(state=IndexRow.State.CHECKED).first()
    if before is not None and not reason.strip():
        raise Refused(
            "reason_missing",
            f"{month} 该地区的指数已登记并复核。更正须写明原因，原记录予以保留。",
            field="reason",
        )
    return before


def _waiting(row: IndexRow, by: Actor) -> IndexRow:
    kept = IndexRow.objects.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if kept is None or not by.covers(kept.path):
        raise NotFound("index_unknown", "没有这条指数记录。请返回列表重新选择。")
    found = declared(kept.subsidy, started_by="index")
    require(found, found.item.checked_by, path=kept.path, by=by, duty="物价指数复核")
    if kept.state != IndexRow.State.ENTERED:
        raise Stale("index_state", f"该记录{kept.get_state_display()}。请刷新页面查看。")
    if by.id == kept.entered_by:
        raise NotAllowed("entered_it", "登记人不能复核自己登记的指数。请由另一位工作人员复核。")
    return kept


def _take_the_place(row: IndexRow, by: Actor) -> None:
    """Lists that rest on the old figures and are not approved are given up; approved ones stand as approved."""
    old = row.supersedes
    assert old is not None
    for one in SubsidyList.objects.select_for_update(of=("self",)).filter(
        index=old, state__in=("draft", "first_signed")
    ):
        give_up(one, f"指数已更正（{row.reason}），须重新生成名单")
    IndexRow.objects.filter(pk=old.pk).update(state=IndexRow.State.SUPERSEDED)


def _check_place(path: str, by: Actor) -> None:
    if level_of(path) not in (Level.CITY, Level.COUNTY) or path not in index_places(by):
        raise Refused("place_unknown", "指数按市（州）或省直管县（市）登记。请重新选择地区。", field="path")


def _check(figures: Figures, month: Month, published_on: date, source: str) -> None:
    if month > Month.of(clock.today()):
        raise Refused("month_not_begun", f"{month} 尚未到来。请核对指数月份。", field="month")
    if not month.first <= published_on <= clock.today():
        raise Refused("published_on", "公布日期应在指数月份之后、今天或以前。请核对。", field="published_on")
    shown = {"cpi": figures.cpi, "food_cpi": figures.food_cpi, "scpi": figures.scpi}
    for code, value in shown.items():
        if value is not None and not -_MOST < value < _MOST:
            raise Refused("index_range", "涨幅应在负百分之百与正百分之百之间。请核对。", field=code)
    if not source.strip():
        raise Refused("source_missing", "请写明公布的部门和文件（网页）名称。", field="source")
