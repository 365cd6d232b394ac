"""Registers of what a county provides: land of new estates, lottery money, courses passed (plan 5.2, 5.5)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.areas.queries import children, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare import ByFile, Choice, Column, Deed, Form, Made, Register
from minzheng.kernel.declare.forms import Answers
from minzheng.kernel.documents import queries as documents
from minzheng.kernel.errors import Refused
from minzheng.kernel.registers.words import in_percent

from .. import roles, rules
from ..actions import providing
from ..forms import books as forms
from .books import county_of_post, known

__all__ = ["PROVISION", "square"]

_COUNTY = (roles.COUNTY_OFFICER, roles.PAYMENT_REVIEWER)


def square(text: str, field: str) -> Decimal:
    """Square metres as they are typed, with at most two decimals."""
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        raise Refused("square_metres", "面积：请填数字，例如 1152.00。", field=field) from None
    if not found.is_finite() or not 0 <= found < 10**8 or found != found.quantize(Decimal("0.01")):
        raise Refused("square_metres", "面积：请填不超过两位小数的平方米数。", field=field)
    return found


def _lottery(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    del entry
    plain = given.plain
    made = providing.use_lottery_money(
        path=county_of_post(by), year=plain["year"], stage=plain["stage"], total=plain["total"], elders=plain["elders"],
        evidence=documents.get(plain["evidence"], by), by=by, key=key,
    )  # fmt: skip
    share = in_percent(made.elders, made.total)
    return f"已登记 {made.year} 年{made.get_stage_display()}，用于养老服务的比例 {share}。"


LOTTERY = Register(
    "lottery", "福彩公益金使用", model="eldercare.FundUse", read_by=_COUNTY, basis=rules.PLAN.as_a_whole(),
    columns=(
        Column("year", "年度", kind="number"), Column("path", "地区", kind="place", filter=True),
        Column("stage", "阶段", kind="choice", filter=True, options={"planned": "分配计划", "spent": "决算支出"}),
        Column("total", "公益金总额", kind="money"), Column("elders", "用于养老服务", kind="money"),
        Column("on", "日期", kind="day", secondary=True), Column("by_name", "登记人", secondary=True),
    ),
    opens=(Deed("use", "登记公益金", (roles.COUNTY_OFFICER,), forms.LOTTERY, _lottery,
                lead="分配计划中用于养老服务的比例不得低于规定，不达标的计划不能登记；比例按未四舍五入的数比较。"),),
)  # fmt: skip


def _estate_form(entry: Any, by: Actor) -> Form:
    del entry
    towns = names([one.path for one in children(county_of_post(by))])
    place = Choice("path", "所在乡镇（街道）", options=dict(sorted(towns.items())))
    return Form("estate", "登记新建居住区", (place, *forms.ESTATE.fields))


def _estate(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    del entry
    plain = given.plain
    made = providing.plan_estate(
        path=plain["path"], name=plain["name"], residents=plain["residents"], land=square(plain["land"], "land"),
        planned_on=date.fromisoformat(plain["planned_on"]), by=by, key=key,
    )  # fmt: skip
    told = "已登记，用地达标。" if made.met else "已登记，用地未达到每人规定面积，请要求规划部门补足。"
    return Made(told, made)


def _goes_on(step: str) -> Any:
    def do(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
        plain = given.plain
        building = square(plain["building"], "building") if "building" in plain else None
        providing.estate_goes_on(
            estate=entry, step=step, on=date.fromisoformat(plain["on"]), building=building,
            used_for=plain.get("used_for") or "", misused=bool(plain.get("misused")), by=by, key=key,
        )  # fmt: skip
        return "已登记。"

    return do


_OFFICER = (roles.COUNTY_OFFICER,)
ESTATES = Register(
    "estates", "新建居住区养老设施配建", model="eldercare.Estate", read_by=_COUNTY, basis=rules.PLAN.as_a_whole(),
    columns=(
        Column("name", "居住区", search=True), Column("path", "所在地", kind="place", filter=True),
        Column("residents", "规划人口", kind="number"), Column("land", "养老用地（平方米）"),
        Column("met", "用地", kind="choice", options={True: "达标", False: "不足"}),
        Column("planned_on", "规划条件日期", kind="day", secondary=True), Column("accepted_on", "验收日期", kind="day"),
        Column("handed_on", "移交日期", kind="day"), Column("used_for", "用途"),
    ),
    opens=(Deed("plan", "登记居住区", _OFFICER, _estate_form, _estate, by_file=ByFile()),),
    deeds=(
        Deed("accept", "登记验收", _OFFICER, forms.ESTATE_ACCEPT, _goes_on("accept"),
             when=lambda entry, by: entry.accepted_on is None),
        Deed("hand", "登记移交", _OFFICER, forms.ESTATE_HAND, _goes_on("hand"),
             when=lambda entry, by: entry.accepted_on is not None and entry.handed_on is None),
        Deed("use", "登记用途", _OFFICER, forms.ESTATE_USE, _goes_on("use"),
             when=lambda entry, by: entry.handed_on is not None),
    ),
)  # fmt: skip


def _pass(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    del entry
    plain, person = given.plain, known(given.sealed["id_number"])
    title, kind, hours = forms.COURSES[plain["course"]]
    made = providing.pass_course(
        person=person, path=county_of(person.path) or person.path, course=plain["course"], kind=kind, hours=hours,
        score=plain["score"], number=plain["number"], passed_on=date.fromisoformat(plain["passed_on"]),
        by=by, key=key,
    )  # fmt: skip
    return Made(f"“{title}”证书 {made.number} 已登记。", made)


CERTIFICATES = Register(
    "certificates", "养老服务培训证书", model="eldercare.Certificate", read_by=_COUNTY, basis=rules.PLAN.as_a_whole(),
    columns=(
        Column("person.name", "学员", search=True),
        Column("course", "课程", kind="choice", filter=True,
               options={code: title for code, (title, _, _) in forms.COURSES.items()}),
        Column("path", "地区", kind="place", filter=True), Column("hours", "学时", kind="number"),
        Column("score", "成绩", kind="number"), Column("number", "证书编号", search=True),
        Column("passed_on", "发证日期", kind="day"),
    ),
    opens=(Deed("pass_course", "登记培训证书", _OFFICER, forms.PASS, _pass, by_file=ByFile()),),
)  # fmt: skip

PROVISION: tuple[Register, ...] = (LOTTERY, ESTATES, CERTIFICATES)
