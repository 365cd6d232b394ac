"""Registers of houses and of the beds in them: entered one by one or by a file, beside the pages of each house."""

from __future__ import annotations

from typing import Any

from minzheng.kernel import catalogue
from minzheng.kernel.areas.queries import children, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare import ByFile, Column, Deed, Facilities, Form, Lines, Made, Register
from minzheng.kernel.declare.forms import Answers
from minzheng.kernel.facilities import entering
from minzheng.kernel.facilities.duties import mine
from minzheng.kernel.facilities.models import Bed, Facility

from .. import roles
from .books import county_of_post
from .homes import COMMUNITY, HOMES

__all__ = ["HOUSES"]

_READ = (roles.COUNTY_OFFICER, roles.INSPECTOR, roles.RATER, roles.HOME_KEEPER)
_STATES = {code: str(word) for code, word in Facility.State.choices}


_BED_STATES = {code: str(word) for code, word in Bed.State.choices}
_BEDS = Lines("beds", "床位", "facilities.Bed", "facility", (
    Column("room", "房间"), Column("number", "床号"), Column("state", "状态", kind="choice", options=_BED_STATES),
    Column("opened_on", "启用日期", kind="day"), Column("closed_on", "撤销日期", kind="day"),
), order="room")  # fmt: skip


def _declared(sort: Facilities) -> Any:
    return catalogue.current().facility(f"eldercare.{sort.code}")


def _own(sort: Facilities, at: str) -> Any:
    """Houses of the sort alone; staff of a house see theirs."""

    def within(rows: Any, by: Actor) -> Any:
        rows = rows.filter(**{f"{at}sort": f"eldercare.{sort.code}"})
        if by.posts and all(post.role == f"eldercare.{roles.HOME_KEEPER.code}" for post in by.posts):
            return rows.filter(**{f"{at}pk__in": mine(_declared(sort), by).values("pk")})
        return rows

    return within


def _entered(sort: Facilities) -> Deed:
    def form(entry: Any, by: Actor) -> Form:
        del entry
        towns = names([one.path for one in children(county_of_post(by))])
        return entering.form_of(_declared(sort), dict(sorted(towns.items())))

    def do(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
        del entry
        made = entering.enter(_declared(sort), given, by=by, key=key)
        return Made(f"{made.name}已登记。请在“机构和设施”中设置床位、指定机构经办人。", made)

    return Deed("register", f"登记{sort.label}", (roles.COUNTY_OFFICER,), form, do, by_file=ByFile())


def _houses(code: str, sort: Facilities) -> Register:
    return Register(
        code, f"{sort.label}名册", model="facilities.Facility", read_by=_READ, basis=sort.basis, within=_own(sort, ""),
        columns=(
            Column("name", "名称", search=True), Column("uscc", "统一社会信用代码", search=True),
            Column("kind", "种类", kind="choice", options=sort.kinds, filter=True),
            Column("ownership", "所有制", kind="choice", options=sort.ownerships, filter=True),
            Column("path", "所在地", kind="place", filter=True), Column("address", "地址", secondary=True),
            Column("state", "状态", kind="choice", options=_STATES, filter=True),
            Column("opened_on", "开业日期", kind="day"), Column("filed_on", "备案日期", kind="day", secondary=True),
            Column("sort", "类别", kind="choice", options={f"eldercare.{sort.code}": sort.label}, secondary=True),
        ),
        lines=(_BEDS,) if sort.beds else (), opens=(_entered(sort),), told_by={"details": sort.details},
    )  # fmt: skip


def _bed_form(entry: Any, by: Actor) -> Form:
    del entry
    houses = mine(_declared(HOMES), by).exclude(state=Facility.State.CLOSED).order_by("name", "id")
    return entering.bed_form({str(one.pk): one.name for one in houses}, HOMES.beds)


def _opened(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    del entry
    return Made("床位已增设。", entering.enter_bed(given, by=by, key=key))


def _unfitted(bed: Bed) -> None:
    """Of what kind it was goes with the bed."""
    bed.fittings.all().delete()


BEDS = Register(
    "beds", "养老机构床位", model="facilities.Bed", read_by=_READ, basis=HOMES.basis, within=_own(HOMES, "facility__"),
    columns=(
        Column("facility.name", "养老机构", search=True), Column("room", "房间", search=True), Column("number", "床号"),
        Column("state", "状态", kind="choice", options=_BED_STATES, filter=True),
        Column("path", "所在地", kind="place", filter=True), Column("opened_on", "启用日期", kind="day"),
        Column("closed_on", "撤销日期", kind="day", secondary=True),
    ),
    opens=(Deed("open_bed", "增设床位", (roles.HOME_KEEPER, roles.COUNTY_OFFICER), _bed_form, _opened,
                by_file=ByFile(_unfitted)),),
)  # fmt: skip

HOUSES: tuple[Register, ...] = (_houses("institutions", HOMES), _houses("community_sites", COMMUNITY), BEDS)
