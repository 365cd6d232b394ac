"""What a county provides for: land of new estates, lottery money, courses passed (plan 5.2, 5.5)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import cast

from minzheng.kernel import audit, catalogue, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.law.facts import Facts
from minzheng.kernel.law.language import Entity, Rule
from minzheng.kernel.law.reference import Evaluation
from minzheng.kernel.people.models import Person
from minzheng.kernel.registers.words import in_percent

from .. import roles
from ..models import Certificate, Estate, FundUse
from ..rules import PLAN, community, funds

__all__ = ["estate_goes_on", "pass_course", "plan_estate", "require_county", "use_lottery_money"]


def require_county(path: str, by: Actor) -> None:
    """The county's own office for elder care over this place."""
    role = roles.COUNTY_OFFICER
    if not by.holds({f"eldercare.{role.code}": role.at}, path=path):
        raise NotAllowed("eldercare_county", f"这项工作由{role.label}办理，您在该地区没有这个岗位。")


def _answer(entity: Entity, rule: Rule, facts: dict[str, int | Fraction], *, path: str, on: date) -> object:
    run = Evaluation(entity, Facts(dict(facts)), catalogue.current().parameters(), path=path, on=on)
    return run.answer(rule)


@verb("eldercare.plan_estate", label="登记新建居住区配建")
def plan_estate(
    *,
    path: str,
    name: str,
    residents: int,
    land: Decimal,
    planned_on: date,
    by: Actor,
    key: str | None = None,
) -> Estate:
    """The land for the old that a new district gives, against what its residents call for."""
    require_county(path, by)
    if residents < 1 or land < 0 or not name.strip():
        raise Refused("estate_facts", "请填写居住区名称、规划人口和用地面积。", field="residents")
    facts: dict[str, int | Fraction] = {"residents": residents, "land": Fraction(land)}
    met = _answer(community.district, community.land_met, facts, path=path, on=planned_on)
    made = Estate.objects.create(
        path=path,
        name=name.strip()[:80],
        residents=residents,
        land=land,
        met=met is True,
        planned_on=planned_on,
    )
    audit.note(about=made, path=path, article=PLAN.as_a_whole(), after={"met": made.met, "land": str(land)})
    return made


@verb("eldercare.use_lottery_money", label="登记福彩公益金使用")
def use_lottery_money(
    *, path: str, year: int, stage: str, total: int, elders: int, evidence: Document, by: Actor,
    key: str | None = None,
) -> FundUse:  # fmt: skip
    """A plan that gives the old too small a share is refused before the money is spent (T-EC-14)."""
    require_county(path, by)
    today = clock.today()
    if stage not in FundUse.Stage.values or not 0 <= elders <= total or total < 1:
        raise Refused("fund_amounts", "请核对阶段和金额：用于养老的部分不能超过总额。", field="elders")
    if FundUse.objects.filter(path=path, year=year, stage=stage).exists():
        raise Refused("fund_twice", "这一年这一阶段已经登记。", field="year")
    on = today if today.year == year else date(year, 12, 31)
    met = _enough(stage, total, elders, path=path, on=on)
    made = FundUse.objects.create(
        path=path,
        year=year,
        stage=stage,
        total=total,
        elders=elders,
        on=on,
        evidence=evidence,
        by_name=by.name,
    )
    after = {"elders": elders, "total": total, "met": met}
    audit.note(about=made, path=path, article=PLAN.as_a_whole(), after=after)
    return made


def _enough(stage: str, total: int, elders: int, *, path: str, on: date) -> bool:
    """Whether the share reaches the plan's; what is only planned is refused where it does not."""
    facts: dict[str, int | Fraction] = {"spent": total, "spent_on_elders": elders}
    met = _answer(funds.fund, funds.lottery_met, facts, path=path, on=on) is True
    if stage == FundUse.Stage.PLANNED and not met:
        least = cast(
            Fraction, catalogue.current().parameters().get("lottery.elder_share", path=path, on=on).value
        )
        raise Refused(
            "lottery_share",
            f"用于养老服务的比例为 {in_percent(elders, total)}，低于规定的 {float(least):.0%}，"
            "分配计划不能通过。请调整后再报。",
            field="elders",
        )
    return met


@verb("eldercare.pass_course", label="登记培训证书")
def pass_course(
    *,
    person: Person,
    path: str,
    course: str,
    kind: str,
    hours: int,
    score: int,
    number: str,
    passed_on: date,
    by: Actor,
    key: str | None = None,
) -> Certificate:
    """A person-time of training; the same person never counts twice for the same course (handbook 02 §12)."""
    require_county(path, by)
    if kind not in Certificate.Kind.values or not 0 < hours < 2000 or not 60 <= score <= 100:
        raise Refused("course_facts", "请核对类别、学时和成绩（60 分以上发证）。", field="score")
    if Certificate.objects.filter(person=person, course=course).exists():
        raise Refused("course_twice", "此人这门课程已经发证，不重复计算。", field="course")
    if not number.strip() or Certificate.objects.filter(number=number.strip()).exists():
        raise Refused("certificate_number", "证书编号没有填写，或已经用过。", field="number")
    made = Certificate.objects.create(
        person=person, path=path, course=course[:20], kind=kind, hours=hours, score=score, number=number.strip()[:40],
        passed_on=passed_on, by_name=by.name,
    )  # fmt: skip
    audit.note(about=made, path=path, after={"course": course, "hours": hours})
    return made


@verb("eldercare.estate_goes_on", label="登记居住区验收、移交和使用")
def estate_goes_on(
    *, estate: Estate, step: str, on: date, building: Decimal | None = None, used_for: str = "",
    misused: bool = False, by: Actor, key: str | None = None,
) -> Estate:  # fmt: skip
    """Accepted with the housing, handed over, then used for the old; another use is put down as such."""
    row = Estate.objects.select_for_update(of=("self",)).get(pk=estate.pk)
    require_county(row.path, by)
    if on > clock.today() or on < row.planned_on:
        raise Refused("estate_day", "日期应在规划条件之后、今天之前。", field="on")
    if step == "accept" and row.accepted_on is None and building is not None:
        row.accepted_on, row.building = on, building
    elif step == "hand" and row.accepted_on is not None and row.handed_on is None and on >= row.accepted_on:
        row.handed_on = on
    elif step == "use" and row.handed_on is not None and used_for.strip():
        row.used_for, row.misused = used_for.strip()[:60], misused
    else:
        raise Refused("estate_order", "先验收、再移交、后登记用途，请核对顺序和内容。", field="on")
    row.save()
    audit.note(about=row, path=row.path, article=PLAN.as_a_whole(), after={"step": step, "on": str(on)})
    return row
