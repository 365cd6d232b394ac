"""Old estates get a facility for the old, townships and villages a place for sport (plan 5.2 P114.4, 5.4 P122.5)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from minzheng.kernel import audit, clock
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import Refused, Stale

from ..models import OldEstate, SportsSite
from ..rules import PLAN
from .providing import require_county

__all__ = ["close_site", "fit_estate", "open_site", "survey_estate"]

_LEVELS = {Level.TOWNSHIP: "township", Level.VILLAGE: "village"}


@verb("eldercare.survey_estate", label="登记缺少养老设施的老旧小区")
def survey_estate(
    *, path: str, name: str, families: int, surveyed_on: date, by: Actor, key: str | None = None
) -> OldEstate:
    """Found without a facility: from that day it counts among those that lack one."""
    require_county(path, by)
    name = name.strip()[:80]
    if not name or families < 1:
        raise Refused("old_estate_facts", "请填写小区名称和住户数。", field="name")
    _come(surveyed_on, "surveyed_on")
    if OldEstate.objects.filter(path=path, name=name).exists():
        raise Refused("old_estate_twice", "这个小区已经登记过了。", field="name")
    made = OldEstate.objects.create(path=path, name=name, families=families, surveyed_on=surveyed_on)
    audit.note(about=made, path=path, article=PLAN.as_a_whole(), after={"name": name})
    return made


@verb("eldercare.fit_estate", label="登记老旧小区养老设施建成")
def fit_estate(
    *, estate: OldEstate, way: str, area: Decimal, fitted_on: date, by: Actor, key: str | None = None
) -> OldEstate:
    """Built, bought, swapped or rented, and in use."""
    row = OldEstate.objects.select_for_update(of=("self",)).get(pk=estate.pk)
    require_county(row.path, by)
    if row.fitted_on is not None:
        raise Stale("old_estate_fitted", "这个小区已经登记建成。请刷新页面。")
    if way not in OldEstate.Way.values or area <= 0:
        raise Refused("old_estate_way", "请选择配建方式，面积应大于零。", field="area")
    _come(fitted_on, "fitted_on")
    if fitted_on < row.surveyed_on:
        raise Refused("old_estate_day", "建成日期不能早于排查日期。", field="fitted_on")
    row.way, row.area, row.fitted_on = way, area, fitted_on
    row.save()
    audit.note(about=row, path=row.path, article=PLAN.as_a_whole(), after={"way": way, "on": str(fitted_on)})
    return row


@verb("eldercare.open_sports_site", label="登记公共体育健身设施")
def open_site(*, path: str, name: str, opened_on: date, by: Actor, key: str | None = None) -> SportsSite:
    """Of a township or of a village, as its place says."""
    require_county(path, by)
    name, level = name.strip()[:80], _LEVELS.get(level_of(path))
    if level is None or not name:
        raise Refused("sports_site_place", "请选择乡镇（街道）或者村（社区），并填写名称。", field="path")
    _come(opened_on, "opened_on")
    if SportsSite.objects.filter(path=path, name=name).exists():
        raise Refused("sports_site_twice", "这处设施已经登记过了。", field="name")
    made = SportsSite.objects.create(path=path, name=name, level=level, opened_on=opened_on)
    audit.note(about=made, path=path, article=PLAN.as_a_whole(), after={"name": name, "level": level})
    return made


@verb("eldercare.close_sports_site", label="登记公共体育健身设施停用")
def close_site(
    *, site: SportsSite, closed_on: date, why: str, by: Actor, key: str | None = None
) -> SportsSite:
    """From that day it no longer counts."""
    row = SportsSite.objects.select_for_update(of=("self",)).get(pk=site.pk)
    require_county(row.path, by)
    if row.closed_on is not None:
        raise Stale("sports_site_closed", "这处设施已经登记停用。请刷新页面。")
    _come(closed_on, "closed_on")
    if closed_on < row.opened_on or not why.strip():
        raise Refused("sports_site_end", "停用日期不能早于启用日期，并请写明停用原因。", field="closed_on")
    row.closed_on, row.why = closed_on, why.strip()[:120]
    row.save()
    audit.note(about=row, path=row.path, article=PLAN.as_a_whole(), after={"closed_on": str(closed_on)})
    return row


def _come(on: date, field: str) -> None:
    if on > clock.today():
        raise Refused("day_to_come", "日期不能晚于今天。", field=field)
