"""What must hold before somebody moves in, and what stands out in an institution (handbook 02 §15)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import cast

from django.db.models import Count, F, Max

from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit.viewing import door
from minzheng.kernel.errors import Refused
from minzheng.kernel.facilities.duties import term_if_ruled
from minzheng.kernel.facilities.models import Facility, Stay
from minzheng.kernel.facilities.queries import days_between, kinds_of_beds
from minzheng.kernel.facilities.staying import Arrival
from minzheng.kernel.inspections.models import Check
from minzheng.kernel.inspections.queries import last_checks
from minzheng.kernel.law.facts import Facts
from minzheng.kernel.law.reference import Evaluation
from minzheng.kernel.people.models import Person
from minzheng.kernel.registers.words import in_yuan
from minzheng.kernel.visits.models import Assessment

from ..models import HomeBed, Rating
from ..queries.homes import SUPERVISION, key_of
from ..queries.provision import CARE
from ..rules import supervision as law

__all__ = ["may_stay", "warnings"]

ABILITY = "eldercare.ability"
_SAYS = {
    law.old_enough: ("person", "未满六十周岁的，须为特困人员或残疾人，请在入住登记中选择理由。"),
    law.consented: ("signed_by", "有完全民事行为能力的老年人应当本人签字同意。"),
    law.looked_at: ("ability_on", "入住前应当完成能力评估和安全风险评估，日期不能晚于入住日期。"),
    law.deposit_within: ("deposit", "押金超过月收费的规定倍数，请按协议核对。"),
}


def may_stay(arrival: Arrival) -> None:
    """Every condition of the law, each refused in its own words beside its own field."""
    given, on = arrival.answers, arrival.on
    birth = arrival.person.birth
    facts = Facts(
        {
            "age": clock.age_on(birth, on) if birth else None,
            "special": bool(given.get("special")),
            "assessed": str(given["ability_on"]) <= on.isoformat(),
            "safe": str(given["safety_on"]) <= on.isoformat(),
            "capable": given["capable"],
            "signed_by_elder": given["signed_by"] == "elder",
            "fee": arrival.fee,
            "deposit": arrival.deposit,
        }
    )
    run = Evaluation(
        law.admission, facts, catalogue.current().parameters(), path=arrival.facility.path, on=on
    )
    errors = {field: says for rule, (field, says) in _SAYS.items() if run.answer(rule) is not True}
    errors |= _assessed(arrival) | _no_bed_at_home(arrival)
    if errors:
        raise Refused("stay_refused", "；".join(errors.values()), errors=errors)


def _no_bed_at_home(arrival: Arrival) -> dict[str, str]:
    """Nobody holds a bed in a house and one at home on the same day; the file is held until this is written."""
    Person.objects.select_for_update(of=("self",)).get(pk=arrival.person.pk)
    with door("duplicates"):
        serving = HomeBed.objects.filter(person=arrival.person, state="serving").first()
    if serving is None:
        return {}
    return {"person": f"此人有服务中的家庭养老床位（{serving.number}），同一天不能占用两张床位。请先终止。"}


def _assessed(arrival: Arrival) -> dict[str, str]:
    """Where two assessors have signed a result that holds, the agreement says that one and no other."""
    signed = (
        Assessment.objects.filter(
            instrument=ABILITY, person=arrival.person, state__in=("in_force", "objected"), on__lte=arrival.on,
            valid_until__gte=arrival.on,
        )
        .order_by("-on", "-id")
        .first()
    )  # fmt: skip
    if signed is None:
        return {}
    errors = {}
    if str(arrival.answers["level"]) != str(signed.level):
        errors["level"] = f"与评估报告 {signed.number} 的等级（{signed.level} 级）不一致，请按评估结果登记。"
    if str(arrival.answers["ability_on"]) != signed.on.isoformat():
        errors["ability_on"] = f"评估报告 {signed.number} 的日期是 {signed.on}，请按报告登记。"
    return errors


def warnings(facility: Facility, on: date) -> Sequence[str]:
    """Occupancy, beds that do not fit, a rating that ends, fire papers, the yearly check, fees paid ahead, partners."""
    return [
        *_occupancy(facility, on), *_beds(facility, on), *_papers(facility, on), *_visited(facility, on),
        *_own_year(facility, on), *_prepaid(facility, on), *_partner(facility, on),
    ]  # fmt: skip


def _occupancy(facility: Facility, on: date) -> Iterator[str]:
    """W1: the last thirty days."""
    if facility.opened_on is None or (on - facility.opened_on).days < 30:
        return
    share = days_between([facility], on - timedelta(days=29), on)[facility.pk].occupancy
    low = cast(Fraction, _value("home.occupancy.low", facility, on))
    if share < low or share > 1:
        yield f"近三十天入住率 {float(share):.1%}，请核实床位和入住记录"


def _beds(facility: Facility, on: date) -> Iterator[str]:
    """W4: residents of level 3 or 4, and no bed fitted for them."""
    kinds = kinds_of_beds([facility], on).get(facility.pk, {})
    staying = Stay.objects.filter(facility=facility, until_on=None)
    heavy = [one for one in staying if one.answers.get("level") in ("3", "4")]
    if heavy and not any(kinds.get(one) for one in CARE):
        yield f"有 {len(heavy)} 名重度以上失能老人，但没有护理型床位"


def _papers(facility: Facility, on: date) -> Iterator[str]:
    """W5, W6: what has run out or was never there."""
    if not facility.details.get("fire_number"):
        yield "没有消防验收或备案编号"
    days = cast(int, _value("home.rating.warn_days", facility, on))
    rating = Rating.objects.filter(facility=facility, state="certified").first()
    if (
        rating is not None
        and rating.valid_until is not None
        and rating.valid_until <= on + timedelta(days=days)
    ):
        yield f"等级证书于 {rating.valid_until} 到期"


def _visited(facility: Facility, on: date) -> Iterator[str]:
    """The first look within working days of the filing, and one each year (养老机构管理办法)."""
    if facility.filed_on is None or facility.state != Facility.State.OPEN:
        return
    last = last_checks(SUPERVISION, [key_of(facility)], on).get(key_of(facility))
    due = term_if_ruled("home.first_check_days", path=facility.path, start=facility.filed_on)
    if last is None and due is not None and on > due:
        yield f"备案后首次现场检查应于 {due} 前完成，现已超期"
    months = cast(int, _value("home.inspection.every", facility, on))
    if last is not None and last.done_on is not None and last.done_on < clock.add_months(on, -months):
        yield f"上次检查在 {last.done_on}，已超过 {months} 个月没有现场检查"


def _own_year(facility: Facility, on: date) -> Iterator[str]:
    """The house's own look at its year."""
    months = cast(int, _value("home.own_check.months", facility, on))
    since = clock.add_months(on, -months)
    if facility.filed_on is None or facility.state != Facility.State.OPEN or facility.filed_on > since:
        return
    own = Check.objects.filter(
        supervision=SUPERVISION, subject=key_of(facility), kind="own", list_code="year"
    )
    if not own.filter(done_on__gt=since, done_on__lte=on).exists():
        yield f"{months} 个月内没有登记机构年度自查"


def _prepaid(facility: Facility, on: date) -> Iterator[str]:
    """Fees paid far ahead are a sign of illegal fund-raising (handbook 02 §13)."""
    months = cast(int, _value("home.prepaid.cap_months", facility, on))
    much = Stay.objects.filter(facility=facility, until_on=None, prepaid__gt=F("fee") * months)
    found = much.aggregate(many=Count("id"), most=Max("prepaid"))
    if found["many"]:
        yield (
            f"{found['many']} 名入住人的预收费余额超过 {months} 个月收费（最高 {in_yuan(found['most'])}），"
            "请核查是否涉嫌非法集资"
        )


def _partner(facility: Facility, on: date) -> Iterator[str]:
    """A contract with a hospital that has run out holds no green channel open."""
    until = facility.details.get("partner_until")
    if facility.details.get("medical") == "contract" and until and str(until) < on.isoformat():
        yield f"与{facility.details.get('partner') or '医疗机构'}的签约已于 {until} 到期"


def _value(key: str, facility: Facility, on: date) -> object:
    return catalogue.current().parameters().get(key, path=facility.path, on=on).value
