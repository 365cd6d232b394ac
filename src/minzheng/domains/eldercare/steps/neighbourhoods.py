"""Registers of what a neighbourhood offers the old: facilities of old estates, public places for sport."""

from __future__ import annotations

from datetime import date
from typing import Any

from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import township_of
from minzheng.kernel.areas.queries import children, in_force, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare import ByFile, Choice, Column, Day, Deed, Form, Made, Number, Register, Text
from minzheng.kernel.declare.forms import Answers

from .. import roles, rules
from ..actions import neighbourhoods as actions
from ..models import OldEstate
from .books import county_of_post
from .provision import square

__all__ = ["NEIGHBOURHOODS", "OLD_ESTATES", "SPORTS"]

_OFFICER = (roles.COUNTY_OFFICER,)
_READERS = (roles.COUNTY_OFFICER, roles.CLERK)
_FIT = Form("fit", "登记建成", (
    Choice("way", "配建方式", options=dict(OldEstate.Way.choices)),
    Text("area", "设施面积（平方米）", longest=12, example="320.00"), Day("fitted_on", "建成启用日期"),
))  # fmt: skip
_CLOSE = Form("close", "登记停用", (
    Day("closed_on", "停用日期"), Text("why", "停用原因", longest=120),
))  # fmt: skip


def _survey_form(entry: Any, by: Actor) -> Form:
    del entry
    towns = names([one.path for one in children(county_of_post(by))])
    return Form("survey", "登记老旧小区", (
        Choice("path", "所在乡镇（街道）", options=dict(sorted(towns.items()))), Text("name", "小区名称", longest=80),
        Number("families", "住户数", least=1, most=100_000), Day("surveyed_on", "排查日期"),
    ))  # fmt: skip


def _survey(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    del entry
    plain = dict(given.plain)
    on = date.fromisoformat(plain.pop("surveyed_on"))
    return Made(
        "已登记，计入缺少养老设施的小区。", actions.survey_estate(**plain, surveyed_on=on, by=by, key=key)
    )


def _fit(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    plain = given.plain
    actions.fit_estate(
        estate=entry, way=plain["way"], area=square(plain["area"], "area"),
        fitted_on=date.fromisoformat(plain["fitted_on"]), by=by, key=key,
    )  # fmt: skip
    return "已登记建成。"


OLD_ESTATES = Register(
    "old_estates", "老旧小区养老设施", model="eldercare.OldEstate", read_by=_READERS, basis=rules.PLAN.as_a_whole(),
    columns=(
        Column("name", "小区", search=True), Column("path", "所在地", kind="place", filter=True),
        Column("families", "住户数", kind="number"), Column("surveyed_on", "排查日期", kind="day"),
        Column("fitted_on", "建成启用日期", kind="day"),
        Column("way", "配建方式", kind="choice", filter=True, options={"": "尚未建成", **dict(OldEstate.Way.choices)}),
        Column("area", "设施面积（平方米）", secondary=True),
    ),
    opens=(Deed("survey", "登记老旧小区", _OFFICER, _survey_form, _survey, by_file=ByFile(),
                lead="登记排查出的、没有养老服务设施的老旧小区；建成后再登记建成。"),),
    deeds=(Deed("fit", "登记建成", _OFFICER, _FIT, _fit, when=lambda entry, by: entry.fitted_on is None),),
)  # fmt: skip


def _site_form(entry: Any, by: Actor) -> Form:
    """Townships by their name, villages behind that of their township."""
    del entry
    low = (int(Level.TOWNSHIP), int(Level.VILLAGE))
    here = in_force().filter(path__startswith=county_of_post(by), level__in=low).order_by("path")
    towns, called = {}, dict(here.values_list("path", "name"))
    for path, name in called.items():
        town = township_of(path)
        towns[path] = name if town == path else f"{called.get(town, '')} {name}"
    return Form("open", "登记健身设施", (
        Choice("path", "所在乡镇（街道）或村（社区）", options=towns), Text("name", "名称", longest=80),
        Day("opened_on", "启用日期"),
    ))  # fmt: skip


def _open(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    del entry
    plain = dict(given.plain)
    on = date.fromisoformat(plain.pop("opened_on"))
    return Made("已登记。", actions.open_site(**plain, opened_on=on, by=by, key=key))


def _close(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    plain = given.plain
    actions.close_site(
        site=entry, closed_on=date.fromisoformat(plain["closed_on"]), why=plain["why"], by=by, key=key
    )
    return "已登记停用。"


SPORTS = Register(
    "sports_sites", "公共体育健身设施", model="eldercare.SportsSite", read_by=_READERS, basis=rules.PLAN.as_a_whole(),
    columns=(
        Column("name", "名称", search=True), Column("path", "所在地", kind="place", filter=True),
        Column("level", "层级", kind="choice", filter=True,
               options={"township": "乡镇（街道）", "village": "村（社区）"}),
        Column("opened_on", "启用日期", kind="day"), Column("closed_on", "停用日期", kind="day"),
        Column("why", "停用原因", secondary=True),
    ),
    opens=(Deed("open", "登记健身设施", _OFFICER, _site_form, _open, by_file=ByFile()),),
    deeds=(Deed("close", "登记停用", _OFFICER, _CLOSE, _close, when=lambda entry, by: entry.closed_on is None,
                quiet=True),),
)  # fmt: skip

NEIGHBOURHOODS: tuple[Register, ...] = (OLD_ESTATES, SPORTS)
