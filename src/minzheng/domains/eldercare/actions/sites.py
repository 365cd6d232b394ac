"""The month of a mutual-aid site: told by its keeper or the township, looked at by the county (handbook 02 §11)."""

from __future__ import annotations

from dataclasses import dataclass

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.facilities.duties import keeps, require_words
from minzheng.kernel.facilities.models import Facility

from .. import roles
from ..models import SiteMonth
from ..queries.sites import KINDS
from ..rules import PLAN
from .common import held, require

__all__ = ["Told", "check_site", "report_site"]


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a site did in a month: days, persons counted each time they came, hours that volunteers gave."""

    days: int
    visitors: int
    meals: int = 0
    helpers: int = 0
    hours: int = 0
    warm: bool = True
    words: str = ""


@verb("eldercare.report_site_month", label="登记互助站点月度记录")
def report_site(
    *, facility: Facility, month: Month, told: Told, by: Actor, key: str | None = None
) -> SiteMonth:
    """Once a month and site, for a month that has ended and in which the site was there."""
    site = Facility.objects.select_for_update(of=("self",)).get(pk=facility.pk)
    if not keeps(site, by):
        require(roles.CLERK, path=site.path, by=by)
    if (site.sort, site.kind) not in KINDS or site.opened_on is None:
        raise Refused("site_kind", "请选择已开放的村养老大院或互助养老站点。", field="facility")
    closed = site.closed_on is not None and site.closed_on < month.first
    if month.last >= clock.today() or month.last < site.opened_on or closed:
        raise Refused("month_outside", "只能登记站点开放期间、已经结束的月份。", field="month")
    if told.days > month.last.day or (told.days == 0 and told.visitors > 0):
        raise Refused("site_facts", "请核对开放天数和参加人次。", field="days")
    if SiteMonth.objects.filter(facility=site, month=month.first).exists():
        raise Refused("month_twice", f"{month} 已经登记过。", field="month")
    made = SiteMonth.objects.create(
        facility=site, path=site.path, month=month.first, days=told.days, visitors=told.visitors, meals=told.meals,
        helpers=told.helpers, hours=told.hours, warm=told.warm, reported_by=by.id, reported_by_name=by.name,
        words=require_words(told.words, "开展的活动", field="words", longest=300),
    )  # fmt: skip
    audit.note(
        about=made, path=made.path, article=PLAN.as_a_whole(), after={"month": str(month), "days": told.days}
    )
    return made


@verb("eldercare.check_site_month", label="核查互助站点月度记录")
def check_site(*, told: SiteMonth, met: bool, opinion: str, by: Actor, key: str | None = None) -> SiteMonth:
    """By the county, and never by whoever told it."""
    row = held(told, SiteMonth.State.REPORTED, by=by)
    require(roles.COUNTY_OFFICER, path=row.path, by=by)
    if row.reported_by == by.id:
        raise NotAllowed("own_report", "自己登记的记录由他人核查。")
    row.opinion = require_words(opinion, "核查情况", field="opinion", longest=300)
    row.state = SiteMonth.State.MET if met else SiteMonth.State.FAILED
    row.checked_on, row.checked_by_name = clock.today(), by.name
    row.save()
    audit.note(about=row, path=row.path, reason=row.opinion, after={"met": met})
    return row
