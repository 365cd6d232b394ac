"""A care bed at home (家庭养老床位): asked for, looked at, agreed, served by the month, paid by delivery, ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.catalogue.terms import due_after
from minzheng.kernel.catalogue.terms import number as number_of
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import Refused
from minzheng.kernel.facilities.duties import require_keeper, require_words
from minzheng.kernel.facilities.models import Facility
from minzheng.kernel.funds import actions as funds
from minzheng.kernel.funds.models import Handover
from minzheng.kernel.people.models import Person

from .. import roles
from ..models import HomeBed, HomeBedMonth
from ..queries.living import contracts_for, in_institution, report_of
from ..rules import PLAN, living
from .common import answer, asked_by, held, living_person, require

__all__ = [
    "BECAUSE",
    "Agreed",
    "agree",
    "apply",
    "check_month",
    "end",
    "look",
    "report_month",
    "settle_months",
]

BECAUSE: Mapping[str, str] = {
    "admission": "入住机构", "death": "去世", "hospital": "住院超过三十天", "move": "迁出", "wish": "本人不再需要",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """What elder, family and institution have agreed."""

    provider: Facility
    number: str
    signed_by: str
    care_plan: str
    hours: int
    from_on: date


@verb("eldercare.ask_home_bed", label="申请家庭养老床位")
def apply(*, person: Person, by: Actor, key: str | None = None) -> HomeBed:
    """At the township or by oneself: dependent by the report in force, and living at home."""
    elder, today = living_person(person), clock.today()
    asked_by(elder, roles.CLERK, by=by)
    report = report_of(elder, today)
    if report is None:
        raise Refused("no_report", "没有有效的能力评估报告。请先完成能力评估。", field="id_number")
    facts = {"level": report.level, "at_home": not in_institution(elder, today), "suitable": True}
    if not facts["at_home"]:
        raise Refused("stays_elsewhere", "此人已入住养老机构，同一天不能占用两张床位。", field="id_number")
    if answer(living.home_bed, living.home_bed_may, facts, path=elder.path) is not True:
        raise Refused(
            "not_dependent",
            f"评估为 {report.level} 级，未达到设立家庭养老床位的失能程度。",
            field="id_number",
        )
    if HomeBed.objects.filter(person=elder, state__in=("applied", "assessed", "serving")).exists():
        raise Refused("home_bed_twice", "此人已有正在办理或服务中的家庭养老床位。", field="id_number")
    made = HomeBed.objects.create(
        person=elder, path=elder.path, number=f"JC{today:%Y}{_next():06d}", level=report.level,
        report=report.number or str(report.pk), applied_on=today,
        due_on=due_after("homebed.term", path=elder.path, since=today), by_name=by.name,
    )  # fmt: skip
    audit.note(about=made, path=made.path, article=PLAN.as_a_whole(), after={"level": made.level})
    return made


def _next() -> int:
    last = HomeBed.objects.order_by("-id").values_list("id", flat=True).first()
    return (last or 0) + 1


@verb("eldercare.look_at_home", label="登记入户评估")
def look(
    *, bed: HomeBed, suitable: bool, findings: str, devices: str = "", by: Actor, key: str | None = None
) -> HomeBed:
    """Whether bed-level care can be brought into this home, and what it needs for that."""
    row = held(bed, HomeBed.State.APPLIED, by=by)
    require(roles.CLERK, roles.COUNTY_OFFICER, path=row.path, by=by)
    row.findings = require_words(findings, "居住环境评估", field="findings", longest=300)
    row.devices, row.assessed_on = devices.strip()[:200], clock.today()
    row.state = HomeBed.State.ASSESSED if suitable else HomeBed.State.REFUSED
    row.save()
    audit.note(about=row, path=row.path, after={"suitable": suitable})
    return row


@verb("eldercare.agree_home_bed", label="签订家庭养老床位协议")
def agree(*, bed: HomeBed, agreed: Agreed, by: Actor, key: str | None = None) -> HomeBed:
    """Elder or family, institution and county: from a day on, so many hours a month."""
    row = held(bed, HomeBed.State.ASSESSED, by=by)
    require(roles.COUNTY_OFFICER, path=row.path, by=by)
    elder = living_person(row.person)
    if agreed.from_on > clock.today() or agreed.from_on < row.applied_on:
        raise Refused("from_on", "起始日期应在申请之后、今天之前。", field="from_on")
    if in_institution(elder, agreed.from_on):
        raise Refused("stays_elsewhere", "此人已入住养老机构，同一天不能占用两张床位。", field="from_on")
    if (
        answer(living.home_bed, living.plan_hours_enough, {"plan_hours": agreed.hours}, path=row.path)
        is not True
    ):
        least = number_of("homebed.min_hours", path=row.path, on=clock.today())
        raise Refused("hours_few", f"每月服务不少于 {least} 小时。", field="hours")
    house = agreed.provider
    if house.filed_on is None or house.cancelled_on is not None or house.state != Facility.State.OPEN:
        raise Refused("provider_unfiled", "服务机构应当已备案并正在运营。", field="provider")
    row.provider, row.provider_path = agreed.provider, agreed.provider.path
    row.agreement = require_words(agreed.number, "协议编号", field="agreement", longest=40)
    row.signed_by = require_words(agreed.signed_by, "协议签字人", field="signed_by", longest=60)
    row.care_plan = require_words(agreed.care_plan, "照护计划", field="care_plan", longest=500)
    row.hours, row.from_on, row.state = agreed.hours, agreed.from_on, HomeBed.State.SERVING
    row.save()
    audit.note(about=row, path=row.path, after={"provider": agreed.provider.pk, "hours": agreed.hours})
    return row


@verb("eldercare.report_home_bed_month", label="登记家庭养老床位月度服务")
def report_month(
    *, bed: HomeBed, month: Month, hours: int, visits: int, record: str, by: Actor, key: str | None = None
) -> HomeBedMonth:
    """By the institution, once a month, for a month that has ended."""
    row = HomeBed.objects.select_for_update(of=("self",)).select_related("provider").get(pk=bed.pk)
    if row.provider is None or row.from_on is None:
        raise Refused("home_bed_idle", "这张床位还没有签订协议。", field="bed")
    require_keeper(row.provider, by)
    ended = row.until_on is not None and row.until_on < month.first
    if month.last >= clock.today() or month.last < row.from_on or ended:
        raise Refused("month_outside", "只能登记服务期内已经结束的月份。", field="month")
    if not 0 < visits <= 300 or not 0 < hours <= 744:
        raise Refused("month_facts", "请核对服务小时和上门次数。", field="hours")
    if row.months.filter(month=month.first).exists():
        raise Refused("month_twice", f"{month} 已经登记过。", field="month")
    made = HomeBedMonth.objects.create(
        home_bed=row, facility=row.provider, path=row.provider.path, month=month.first, hours=hours, visits=visits,
        record=require_words(record, "服务记录", field="record", longest=500), reported_by=by.id,
        reported_by_name=by.name,
    )  # fmt: skip
    audit.note(about=made, path=made.path, after={"month": str(month), "hours": hours})
    return made


@verb("eldercare.check_home_bed_month", label="家庭养老床位月度检查")
def check_month(
    *, served: HomeBedMonth, met: bool, opinion: str, by: Actor, key: str | None = None
) -> HomeBedMonth:
    """The county asks at the home; too few hours or a fault, and the month is not paid."""
    row = held(served, HomeBedMonth.State.REPORTED, by=by)
    require(roles.COUNTY_OFFICER, path=row.path, by=by)
    row.opinion = require_words(opinion, "检查情况", field="opinion", longest=300)
    facts = {"served_hours": row.hours, "checked": met and not _over(row)}
    paid = answer(living.home_bed, living.month_paid, facts, path=row.path) is True
    row.subsidy = number_of("homebed.subsidy", path=row.path, on=row.month) if paid else 0
    row.state = HomeBedMonth.State.MET if paid else HomeBedMonth.State.FAILED
    row.checked_on, row.checked_by_name = clock.today(), by.name
    row.save()
    found = {"met": met, "subsidy": row.subsidy}
    audit.note(about=row, path=row.path, reason="" if met else row.opinion, after=found)
    return row


def _over(row: HomeBedMonth) -> bool:
    """Whether the bed had ended before the month began, as by a death that was reported late."""
    until = row.home_bed.until_on
    return until is not None and until < row.month


@verb("eldercare.settle_home_beds", label="家庭养老床位月度结算")
def settle_months(*, facility: Facility, month: Month, by: Actor, key: str | None = None) -> Handover:
    """All that holds of an institution's month as one delivery under its contract; accepted and paid by others."""
    require(roles.COUNTY_OFFICER, path=facility.path, by=by)
    rows = HomeBedMonth.objects.select_for_update(of=("self",)).filter(
        facility=facility, month=month.first, state=HomeBedMonth.State.MET
    )
    good = [one for one in rows.select_related("home_bed") if not _over(one)]
    total = sum(one.subsidy for one in good)
    if not good:
        raise Refused("nothing_to_settle", f"{month} 没有检查合格、可以结算的床位。", field="month")
    contract = contracts_for("homebed", facility.path).filter(provider_code=facility.uscc).first()
    if contract is None:
        raise Refused(
            "no_contract", f"{facility.name}没有家庭养老床位的购买服务合同。请先签订合同。", field="facility"
        )
    made = funds.deliver(
        contract=contract, period=f"{month} 家庭养老床位", served=len(good), claimed=total,
        record=f"{month} 家庭养老床位 {len(good)} 张，服务 {sum(one.hours for one in good)} 小时，检查合格。", by=by,
    )  # fmt: skip
    for one in good:
        one.state, one.handover = HomeBedMonth.State.CLAIMED, made
        one.save()
    audit.note(
        about=facility, path=facility.path, after={"month": str(month), "beds": len(good), "total": total}
    )
    return made


@verb("eldercare.end_home_bed", label="终止家庭养老床位")
def end(*, bed: HomeBed, on: date, because: str, by: Actor, key: str | None = None) -> HomeBed:
    """Moved into an institution, dead, long in hospital, moved away, or no longer wished."""
    row = held(bed, *("applied", "assessed", "serving"), by=by)
    require(roles.CLERK, roles.COUNTY_OFFICER, path=row.path, by=by)
    if because not in BECAUSE or on > clock.today() or on < (row.from_on or row.applied_on):
        raise Refused("home_bed_end", "请核对终止日期和原因。", field="on")
    row.until_on, row.because, row.state = on, because, HomeBed.State.ENDED
    row.save()
    audit.note(about=row, path=row.path, after={"until": str(on), "because": because})
    return row
