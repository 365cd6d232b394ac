"""The hotline of a county: entered by the county, got through to by the province, cut off with a reason (plan 3.6)."""

from __future__ import annotations

from datetime import date

from minzheng.kernel import audit, clock
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import NotAllowed, Refused, Stale

from .. import rules
from ..models import HotlineRoute
from ..roles import COUNTY_APPROVER, PROVINCIAL_OFFICER

__all__ = ["cut_hotline", "enter_hotline", "try_hotline"]


@verb("assistance.enter_hotline", label="登记救助热线")
def enter_hotline(
    *, path: str, number: str, answered_by: str, hours: str, by: Actor, key: str | None = None
) -> HotlineRoute:
    """Not live yet: that it is from the day the province got through."""
    _require(path, by, county=True)
    number, answered_by, hours = number.strip()[:20], answered_by.strip()[:80], hours.strip()[:60]
    if level_of(path) != Level.COUNTY:
        raise Refused("hotline_place", "热线按县（市、区）登记。请选择县（市、区）。", field="path")
    if not (number.replace("-", "").isdigit() and len(number) >= 5 and answered_by and hours):
        raise Refused("hotline_facts", "请填写热线号码（数字和短横）、接听单位和接听时间。", field="number")
    if HotlineRoute.objects.filter(path=path, cut_on=None).exists():
        raise Refused("hotline_twice", "这个县已有一条在用的热线。改号的，先把原热线登记停用。", field="path")
    made = HotlineRoute.objects.create(
        path=path, number=number, answered_by=answered_by, hours=hours, entered_on=clock.today()
    )
    audit.note(about=made, path=path, article=rules.SA2014.as_a_whole(), after={"number": number})
    return made


@verb("assistance.try_hotline", label="测试救助热线")
def try_hotline(
    *, route: HotlineRoute, through: bool, tested_on: date, note: str, by: Actor, key: str | None = None
) -> HotlineRoute:
    """The province calls: got through, the hotline is live from that day; if not, it is not, until the next call."""
    row = HotlineRoute.objects.select_for_update(of=("self",)).get(pk=route.pk)
    _require(row.path, by)
    _in_use(row)
    if tested_on > clock.today() or tested_on < max(row.entered_on, row.tested_on or row.entered_on):
        raise Refused(
            "hotline_day", "测试日期不能早于登记日期和上次测试，也不能晚于今天。", field="tested_on"
        )
    if not through and not note.strip():
        raise Refused("hotline_note", "没有接通的，请写明情况。", field="note")
    row.tested_on, row.note = tested_on, note.strip()[:120]
    row.live_from = (row.live_from or tested_on) if through else None
    row.save()
    audit.note(about=row, path=row.path, article=rules.SA2014.as_a_whole(), after={"through": through})
    return row


@verb("assistance.cut_hotline", label="登记救助热线停用")
def cut_hotline(
    *, route: HotlineRoute, cut_on: date, why: str, by: Actor, key: str | None = None
) -> HotlineRoute:
    """From that day it no longer counts, and another may be entered."""
    row = HotlineRoute.objects.select_for_update(of=("self",)).get(pk=route.pk)
    _require(row.path, by, county=True)
    _in_use(row)
    if not row.entered_on <= cut_on <= clock.today() or not why.strip():
        raise Refused("hotline_end", "停用日期在登记日期和今天之间，并请写明停用原因。", field="cut_on")
    row.cut_on, row.why = cut_on, why.strip()[:120]
    row.save()
    audit.note(about=row, path=row.path, article=rules.SA2014.as_a_whole(), after={"cut_on": str(cut_on)})
    return row


def _require(path: str, by: Actor, *, county: bool = False) -> None:
    """The county enters and cuts its own, the province any of them; only the province tests."""
    held = {f"assistance.{PROVINCIAL_OFFICER.code}": PROVINCIAL_OFFICER.at}
    if county:
        held[f"assistance.{COUNTY_APPROVER.code}"] = COUNTY_APPROVER.at
    if not by.holds(held, path=path):
        raise NotAllowed("hotline_role", "热线由县民政局登记、省级救助处测试，您在该地区没有这个岗位。")


def _in_use(row: HotlineRoute) -> None:
    if row.cut_on is not None:
        raise Stale("hotline_cut", "这条热线已经停用。请刷新页面。")
