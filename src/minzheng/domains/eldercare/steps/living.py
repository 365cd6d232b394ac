"""Registers of care at home: beds there and their months, and homes made fit for old age (handbook 02 §8, §9)."""

from __future__ import annotations

from datetime import date
from typing import Any

from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.declare import ByFile, Choice, Column, Deed, Form, Lines, Made, Register
from minzheng.kernel.declare.forms import Answers
from minzheng.kernel.documents import queries as documents
from minzheng.kernel.errors import NotFound
from minzheng.kernel.facilities.models import Facility
from minzheng.kernel.funds.models import Contract
from minzheng.kernel.registers.words import in_yuan

from .. import roles, rules
from ..actions import adapting, home_beds
from ..forms import living as forms
from ..models import HomeBed
from ..queries.living import contracts_for, houses_at_work, houses_of, only_own_houses
from ..rules.adaptations import ITEMS
from .books import whose

__all__ = ["ADAPTATIONS", "HOME_BEDS", "HOME_BED_MONTHS"]

_CLERK, _COUNTY = (roles.CLERK,), (roles.COUNTY_OFFICER,)
_BOTH = (roles.CLERK, roles.COUNTY_OFFICER)


def _in(*states: str) -> Any:
    return lambda entry, by: entry.state in states


# --- Beds at home ------------------------------------------------------------------------------------


def _ask(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    del entry
    made = home_beds.apply(person=whose(given, by), by=by, key=key)
    return f"已受理，编号 {made.number}，办理期限 {made.due_on}。"


def _look(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    plain = given.plain
    home_beds.look(
        bed=entry, suitable=plain["suitable"], findings=plain["findings"], devices=plain.get("devices") or "", by=by,
        key=key,
    )  # fmt: skip
    return "评估已登记。" if plain["suitable"] else "评估已登记，居住环境不适合，不设立床位。"


def _agree_form(entry: Any, by: Actor) -> Form:
    del by
    return forms.agreement({str(one.pk): one.name for one in houses_at_work(entry.path).order_by("name")})


def _agree(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    plain = given.plain
    agreed = home_beds.Agreed(
        provider=Facility.objects.get(pk=int(plain["provider"])), number=plain["agreement"],
        signed_by=plain["signed_by"], care_plan=plain["care_plan"], hours=plain["hours"],
        from_on=date.fromisoformat(plain["from_on"]),
    )  # fmt: skip
    made = home_beds.agree(bed=entry, agreed=agreed, by=by, key=key)
    return f"协议已登记，{agreed.provider.name}从 {made.from_on} 起每月服务 {made.hours} 小时。"


def _end(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    plain = given.plain
    home_beds.end(bed=entry, on=date.fromisoformat(plain["on"]), because=plain["because"], by=by, key=key)
    return "已终止。"


_BED_STATES = {
    "applied": "已申请", "assessed": "已评估", "serving": "服务中", "refused": "不符合", "ended": "已终止",
}  # fmt: skip
_MONTH_STATES = {
    "reported": "待检查", "met": "检查合格", "failed": "检查不合格", "claimed": "已申报结算",
}  # fmt: skip

HOME_BEDS = Register(
    "home_beds", "家庭养老床位", model="eldercare.HomeBed", read_by=_BOTH, basis=rules.PLAN.as_a_whole(),
    columns=(
        Column("number", "编号", search=True), Column("person.name", "老年人", search=True),
        Column("path", "住所", kind="place", filter=True), Column("level", "能力等级", kind="number"),
        Column("provider.name", "服务机构", secondary=True), Column("hours", "每月小时", kind="number", secondary=True),
        Column("from_on", "起始日期", kind="day"), Column("due_on", "办理期限", kind="day", secondary=True),
        Column("state", "状态", kind="choice", options=_BED_STATES, filter=True),
        Column("because", "终止原因", kind="choice", options=home_beds.BECAUSE, secondary=True),
    ),
    opens=(Deed("ask", "受理申请", _CLERK, forms.ASK_BED, _ask, own=forms.OWN_BED,
                lead="中度以上失能、在家居住的老年人可以申请；能力等级以有效的评估报告为准。"),),
    deeds=(
        Deed("look", "登记入户评估", _BOTH, forms.LOOK, _look, when=_in("applied")),
        Deed("agree", "签订协议", _COUNTY, _agree_form, _agree, when=_in("assessed")),
        Deed("end", "终止", _BOTH, forms.end_bed(home_beds.BECAUSE), _end, when=_in("applied", "assessed", "serving"),
             quiet=True, danger=True),
    ),
    lines=(Lines("months", "月度服务", "eldercare.HomeBedMonth", "home_bed", (
        Column("month", "月份", kind="day"), Column("hours", "服务小时", kind="number"),
        Column("visits", "上门次数", kind="number"), Column("subsidy", "补贴（元）", kind="money"),
        Column("state", "状态", kind="choice", options=_MONTH_STATES)), order="-month"),),
)  # fmt: skip


def _month_form(entry: Any, by: Actor) -> Form:
    del entry
    beds = HomeBed.objects.filter(provider__in=houses_of(by), state__in=("serving", "ended")).select_related(
        "person"
    )
    return forms.month(
        {str(one.pk): f"{one.person.name}（{one.number}）" for one in beds.order_by("number")[:200]}
    )


def _report(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    del entry
    plain = given.plain
    made = home_beds.report_month(
        bed=HomeBed.objects.get(pk=int(plain["bed"])), month=Month.parse(plain["month"]), hours=plain["hours"],
        visits=plain["visits"], record=plain["record"], by=by, key=key,
    )  # fmt: skip
    return Made(f"{made.month:%Y-%m} 服务 {made.hours} 小时已登记，等县级检查。", made)


def _check(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    plain = given.plain
    made = home_beds.check_month(served=entry, met=plain["met"], opinion=plain["opinion"], by=by, key=key)
    if made.state == "met":
        return f"检查合格，可以结算 {in_yuan(made.subsidy)}。"
    return "检查不合格，本月不结算。" if not plain["met"] else "服务小时不足，本月不结算。"


def _settle_form(entry: Any, by: Actor) -> Form:
    del entry
    houses: dict[str, str] = {}
    for post in by.posts:
        if post.role == f"eldercare.{roles.COUNTY_OFFICER.code}":
            houses |= {str(one.pk): one.name for one in houses_at_work(post.path).order_by("name")}
    return Form("settle", "月度结算", (Choice("facility", "服务机构", options=houses), *forms.SETTLE))


def _settle(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    del entry
    plain = given.plain
    house = Facility.objects.get(pk=int(plain["facility"]))
    made = home_beds.settle_months(facility=house, month=Month.parse(plain["month"]), by=by, key=key)
    return f"已申报 {made.served} 张床位、{in_yuan(made.claimed)}，等待验收和付款（购买服务合同）。"


HOME_BED_MONTHS = Register(
    "home_bed_months", "家庭养老床位月度服务", model="eldercare.HomeBedMonth",
    read_by=(roles.COUNTY_OFFICER, roles.HOME_KEEPER), basis=rules.PLAN.as_a_whole(), within=only_own_houses,
    columns=(
        Column("home_bed.number", "床位编号", search=True), Column("home_bed.person.name", "老年人", search=True),
        Column("facility.name", "服务机构", secondary=True), Column("path", "机构所在地", kind="place", filter=True),
        Column("month", "月份", kind="day"), Column("hours", "服务小时", kind="number"),
        Column("visits", "上门次数", kind="number", secondary=True), Column("subsidy", "补贴", kind="money"),
        Column("state", "状态", kind="choice", options=_MONTH_STATES, filter=True),
    ),
    opens=(
        Deed("report", "登记月度服务", (roles.HOME_KEEPER,), _month_form, _report, by_file=ByFile()),
        Deed("settle", "月度结算", _COUNTY, _settle_form, _settle,
             lead="把一家机构当月检查合格的床位一次申报，验收、付款在购买服务合同中由不同的人办理。"),
    ),
    deeds=(Deed("check", "月度检查", _COUNTY, forms.CHECK_MONTH, _check, when=_in("reported")),),
)  # fmt: skip

# --- Works on homes ----------------------------------------------------------------------------------


def _ask_works(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    del entry
    plain = given.plain
    made = adapting.apply(
        person=whose(given, by), group=plain["group"], owner=plain["owner"], agreed=plain["agreed"],
        by=by, key=key,
    )  # fmt: skip
    return f"已受理，编号 {made.number}，完成期限 {made.due_on}。"


def _plan(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    plain = given.plain
    made = adapting.plan(works=entry, findings=plain["findings"], items=plain["items"], by=by, key=key)
    own = made.total - made.subsidy
    rest = f"，家庭自付 {in_yuan(own)}" if own else ""
    return f"方案共 {in_yuan(made.total)}，补贴 {in_yuan(made.subsidy)}{rest}。"


def _approve_form(entry: Any, by: Actor) -> Form:
    del by
    options = {
        str(one.pk): f"{one.provider}（{one.number}）"
        for one in contracts_for("adaptation", entry.path).order_by("id")
    }
    return Form("approve", "批准并公示", (
        Choice("contract", "施工单位和合同", options=options, help="没有可选的，先签订适老化改造的购买服务合同"),
    ))  # fmt: skip


def _approve(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    contract = Contract.objects.filter(pk=int(given.plain["contract"])).first()
    if contract is None:
        raise NotFound("contract_unknown", "没有这份合同，或不在您的管辖范围内。请返回列表重新选择。")
    made = adapting.approve(works=entry, contract=contract, by=by, key=key)
    return f"已批准，公示到 {made.posted_until}，期满后施工验收。"


def _refuse(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    adapting.refuse(works=entry, reason=given.plain["reason"], by=by, key=key)
    return "已登记不予改造，请把理由告知申请人。"


def _take_over(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    plain = given.plain
    done = adapting.Works(
        before=documents.get(plain["before"], by), after=documents.get(plain["after"], by), elder=plain["elder"],
        community=plain["community"], contractor=plain["contractor"],
    )  # fmt: skip
    made = adapting.take_over(works=entry, done=done, by=by, key=key)
    return f"三方验收已登记，质保到 {made.warranty_until}。"


def _claim(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    del given
    made = adapting.claim(works=entry, by=by, key=key)
    return f"已申报 {in_yuan(made.claimed)}，等待验收和付款（购买服务合同）。"


def _look_after(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    adapting.look_after(works=entry, words=given.plain["words"], by=by, key=key)
    return "质保期满检查已登记。"


ADAPTATIONS = Register(
    "adaptations", "居家适老化改造", model="eldercare.Adaptation", read_by=_BOTH, basis=rules.ADAPT.as_a_whole(),
    columns=(
        Column("number", "编号", search=True), Column("person.name", "老年人", search=True),
        Column("path", "住所", kind="place", filter=True),
        Column("group", "困难类别", kind="choice", options=adapting.GROUPS, filter=True),
        Column("total", "改造费用", kind="money", secondary=True), Column("subsidy", "补贴", kind="money"),
        Column("due_on", "完成期限", kind="day"), Column("posted_until", "公示截止日", kind="day", secondary=True),
        Column("accepted_on", "验收日期", kind="day", secondary=True),
        Column("state", "状态", kind="choice", filter=True, options={
            "applied": "已申请", "planned": "已定方案", "posted": "公示中", "accepted": "已验收",
            "claimed": "已申报付款", "checked": "质保期满", "refused": "不予改造"}),
    ),
    opens=(Deed("ask", "受理申请", _CLERK, forms.ask_adaptation(adapting.GROUPS), _ask_works,
                own=forms.own_adaptation(adapting.GROUPS),
                lead="面向特殊困难老年人家庭；同一家庭五年内不重复改造，补贴不超过每户上限，超出部分由家庭自付。"),),
    deeds=(
        Deed("plan", "登记改造方案", _BOTH, forms.PLAN, _plan, when=_in("applied", "planned")),
        Deed("approve", "批准并公示", _COUNTY, _approve_form, _approve, when=_in("planned")),
        Deed("take_over", "三方验收", _CLERK, forms.TAKE_OVER, _take_over, when=_in("posted")),
        Deed("claim", "申报付款", _COUNTY, forms.CLAIM, _claim, when=_in("accepted")),
        Deed("look_after", "质保期满检查", _CLERK, forms.LOOK_AFTER, _look_after, when=_in("claimed")),
        Deed("refuse", "不予改造", _COUNTY, forms.REFUSE, _refuse, when=_in("applied", "planned", "posted"), quiet=True,
             danger=True),
    ),
    lines=(Lines("items", "改造项目", "eldercare.AdaptationItem", "adaptation", (
        Column("item", "项目", kind="choice", options=ITEMS),
        Column("basic", "类别", kind="choice", options={True: "基础", False: "可选"}),
        Column("many", "数量", kind="number"), Column("price", "单价（元）", kind="money"))),),
)  # fmt: skip
