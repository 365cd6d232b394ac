"""Care at home through HTTP: a bed from assessment to settlement, works on a home, hospital and back."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from minzheng.domains.eldercare.models import Adaptation, HomeBed, HomeBedMonth, SiteMonth, Transfer
from minzheng.kernel import clock
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.events import actions as events
from minzheng.kernel.events.models import Effect, FollowUp, LifeEvent
from minzheng.kernel.facilities.models import Absence, Bed, Facility
from minzheng.kernel.funds import actions as funds
from minzheng.kernel.funds.models import Handover
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Fund
from minzheng.kernel.people.models import Person
from minzheng.kernel.visits.models import Assessment
from tests.desk_registers.test_register_deeds import Door, room
from tests.domains.test_eldercare_homes import filed
from tests.factories.cast import resident_of, staff, user_of
from tests.factories.events import carried_out, log, tell
from tests.factories.homes import agreed, an_elder, house, people
from tests.factories.money import terms
from tests.factories.papers import PNG, upload
from tests.factories.people import a_number, household
from tests.factories.places import NEXT_COUNTY, NONGAN, place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
DAY = date(2024, 3, 4)


@pytest.fixture
def who() -> SimpleNamespace:
    found = people()
    found.clerk = staff("clerk", at=NONGAN.township, domain="eldercare", name="测经办")
    found.payer = staff("payer", at=NONGAN.county, domain="eldercare", name="测发放")
    found.reviewer = staff("payment_reviewer", at=NONGAN.county, domain="eldercare", name="测复核")
    return found


def dependent(level: int = 3) -> tuple[Person, str]:
    """Somebody of the village with a report in force."""
    number = a_number()
    elder = an_elder(id_number=number, path=NONGAN.village, name="测失能")
    household(elder, path=NONGAN.village)
    Assessment.objects.create(
        instrument="eldercare.ability", version_used="1", number=f"E{elder.pk}", person=elder, path=elder.path,
        state="in_force", on=DAY - timedelta(days=20), sheet={}, scored={"parts": [], "reasons": []}, total=40,
        level=level, rule_set="t", first_by="user:0", first_by_name="某", first_at=clock.now(),
        valid_until=date(2025, 2, 1), objection_until=DAY,
    )  # fmt: skip
    return elder, number


def contract(who: SimpleNamespace, service: str, code: str) -> Any:
    """The county has money and a contract for a bought service."""
    ledger.allot(
        scheme="eldercare.elder_service", path=NONGAN.county, fund=Fund.CENTRAL, year=2024, amount=10**9,
        document="中央1号", by=who.reviewer,
    )  # fmt: skip
    more = {"provider_code": code, "from_on": date(2024, 1, 1), "until_on": date(2024, 12, 31)}
    return funds.sign(
        purchasing="eldercare.elder_purchase", path=NONGAN.county, by=who.officer,
        terms=terms("养购1", 10_000, service=service, **more),
    )  # fmt: skip


def bed_at_home(who: SimpleNamespace, home: Facility, number: str) -> HomeBed:
    """Asked for, looked at and agreed, each by its post."""
    Door(who.clerk).send(f"{room('home_beds')}new/ask/", "ask", id_number=number, consent="yes")
    made = HomeBed.objects.get()
    one = f"{room('home_beds')}{made.pk}/"
    Door(who.clerk).send(one, "look", suitable="yes", findings="一楼，卫生间可加扶手", devices="呼叫按钮")
    officer = Door(who.officer)
    terms_ = {
        "provider": home.pk,
        "agreement": "协1",
        "signed_by": "本人",
        "care_plan": "每周助浴",
        "from_on": "2024-03-04",
    }
    assert "不少于 30 小时" in officer.send(one, "agree", 400, **terms_, hours=29)
    assert "每月服务 30 小时" in officer.send(one, "agree", **terms_, hours=30)
    return made


def test_a_bed_at_home_runs_from_the_assessment_to_the_payment_of_a_month(who: SimpleNamespace) -> None:
    with clock.frozen(DAY):
        home = filed(who)
        elder, number = dependent()
        bed_at_home(who, home, number)
        contract(who, "homebed", home.uscc)
        assert "已有正在办理或服务中" in Door(who.clerk).send(
            f"{room('home_beds')}new/ask/?2", "ask", 400, id_number=number, consent="yes"
        )
    with clock.frozen(date(2024, 4, 8)):
        keeper, officer, months = Door(who.keeper), Door(who.officer), room("home_bed_months")
        facts = {"bed": HomeBed.objects.get().pk, "visits": 9, "record": "助浴四次，护理五次"}
        assert "已经结束" in keeper.send(
            f"{months}new/report/", "report", 400, **facts, month="2024-04", hours=30
        )
        keeper.send(f"{months}new/report/?1", "report", **facts, month="2024-03", hours=31)
        assert "登记过" in keeper.send(
            f"{months}new/report/?2", "report", 400, **facts, month="2024-03", hours=31
        )
        served = HomeBedMonth.objects.get()
        settle = {"facility": home.pk, "month": "2024-03"}
        assert "没有检查合格" in officer.send(f"{months}new/settle/", "settle", 400, **settle)
        told = officer.send(f"{months}{served.pk}/", "check", met="yes", opinion="电话和上门核对属实")
        assert "可以结算 300.00 元" in told
        assert "1 张床位、300.00 元" in officer.send(f"{months}new/settle/?2", "settle", **settle)
        handover = Handover.objects.get()
        with pytest.raises(NotAllowed, match="养老资金复核人"):
            funds.accept(handover=handover, accepted=300_00, opinion="合格", by=who.officer)
        funds.accept(handover=handover, accepted=300_00, opinion="合格", by=who.reviewer)
        paid = funds.pay_for(
            handover=handover, scheme="eldercare.elder_service", fund=Fund.CENTRAL, by=who.payer
        )
        assert paid.state == "paid"
    page = officer.page(f"{room('home_beds')}{HomeBed.objects.get().pk}/")
    assert "已申报结算" in page
    assert elder.name in page


def test_nobody_holds_a_bed_in_a_house_and_one_at_home_on_one_day(who: SimpleNamespace) -> None:
    with clock.frozen(DAY):
        home = filed(who)
        _, able = dependent(level=1)
        elder, number = dependent()
        ask = f"{room('home_beds')}new/ask/"
        assert "未达到设立" in Door(who.clerk).send(ask, "ask", 400, id_number=able, consent="yes")
        bed_at_home(who, home, number)
        bed = Bed.objects.filter(facility=home).first()
        assert bed is not None
        answers = {"level": "3", "ability_on": "2024-02-13", "safety_on": "2024-02-14"}
        with pytest.raises(Refused, match="服务中的家庭养老床位"):
            agreed(who, home, elder, bed, DAY, answers=answers)
        one = f"{room('home_beds')}{HomeBed.objects.get().pk}/"
        Door(who.clerk).send(one, "end", on="2024-03-04", because="admission")
        agreed(who, home, elder, bed, DAY, answers=answers)
        assert "已入住养老机构" in Door(who.clerk).send(
            ask + "?3", "ask", 400, id_number=number, consent="yes"
        )


def test_a_month_with_too_few_hours_is_not_paid_and_a_neighbour_house_sees_nothing(
    who: SimpleNamespace,
) -> None:
    with clock.frozen(DAY):
        home = filed(who)
        _, number = dependent()
        bed_at_home(who, home, number)
    with clock.frozen(date(2024, 4, 8)):
        months = room("home_bed_months")
        facts = {
            "bed": HomeBed.objects.get().pk,
            "visits": 9,
            "record": "助浴",
            "month": "2024-03",
            "hours": 29,
        }
        Door(who.keeper).send(f"{months}new/report/", "report", **facts)
        one = f"{months}{HomeBedMonth.objects.get().pk}/"
        assert "服务小时不足" in Door(who.officer).send(one, "check", met="yes", opinion="属实")
        Door(who.other_keeper).page(one, 404)
        assert "测失能" not in Door(who.other_keeper).page(months)
        Door(who.keeper).page(room("home_beds"), 403)


def planned(who: SimpleNamespace, number: str) -> str:
    facts = {"id_number": number, "group": "dibao", "owner": "测房主"}
    ask = f"{room('adaptations')}new/ask/"
    assert "须经老年人和房屋所有人同意" in Door(who.clerk).send(ask, "ask", 400, **facts, agreed="no")
    Door(who.clerk).send(ask + "?1", "ask", **facts, agreed="yes")
    one = f"{room('adaptations')}{Adaptation.objects.order_by('-id')[0].pk}/"
    items = {
        "items-0-item": "handrail", "items-0-many": 4, "items-0-price": "260", "items-1-item": "nursing_bed",
        "items-1-many": 1, "items-1-price": "2640",
    }  # fmt: skip
    told = Door(who.clerk).send(one, "plan", findings="卫生间湿滑", **items)
    assert "方案共 3,680.00 元，补贴 3,000.00 元，家庭自付 680.00 元" in told
    return one


def test_works_on_a_home_are_capped_posted_accepted_by_three_and_claimed(who: SimpleNamespace) -> None:
    with clock.frozen(DAY):
        home = house(who, opened=date(2023, 1, 9))
        _, number = dependent()
        one, officer, clerk = planned(who, number), Door(who.officer), Door(who.clerk)
        made = contract(who, "adaptation", home.uscc)
        assert "公示到 2024-03-11" in officer.send(one, "approve", contract=made.pk)
        done = {"elder": "测失能", "community": "测社区", "contractor": "测施工"}
        early = clerk.send(
            one, "take_over", 400, **done, **{"before-file": upload(PNG), "after-file": upload(PNG)}
        )
        assert "公示到" in early
    with clock.frozen(date(2024, 3, 20)):
        clerk.send(one, "take_over", **done, **{"before-file": upload(PNG), "after-file": upload(PNG)})
        assert "已申报 3,000.00 元" in officer.send(one, "claim", checked="yes")
        assert Handover.objects.get().claimed == 3000_00
        again = {"id_number": number, "group": "dibao", "owner": "测房主", "agreed": "yes"}
        new = f"{room('adaptations')}new/ask/?5"
        assert "间隔期内不能再次改造" in clerk.send(new, "ask", 400, **again)
    with clock.frozen(date(2025, 3, 20)):
        assert "质保期满检查已登记" in clerk.send(one, "look_after", words="扶手牢固")
    with clock.frozen(date(2029, 3, 20)):
        clerk.send(new + "9", "ask", **again)
    assert Adaptation.objects.count() == 2


def moved_in(who: SimpleNamespace) -> tuple[Facility, Any]:
    home = filed(who)
    bed = Bed.objects.filter(facility=home).first()
    assert bed is not None
    elder = an_elder(path=NONGAN.village, name="测转院")
    return home, agreed(
        who, home, elder, bed, DAY, answers={"ability_on": "2024-03-01", "safety_on": "2024-03-01"}
    )


def test_a_transfer_goes_by_the_green_channel_and_comes_back_with_an_accepted_plan(
    who: SimpleNamespace,
) -> None:
    with clock.frozen(DAY):
        _, stay = moved_in(who)
        keeper, url = Door(who.keeper), room("transfers")
        facts = {
            "stay": stay.pk,
            "hospital": "县医院",
            "green": "yes",
            "reason": "肺部感染",
            "consent_by": "本人",
        }
        keeper.send(f"{url}new/ask/", "ask", **facts)
        made = Transfer.objects.get()
        assert made.answer_by - made.asked_at == timedelta(hours=2)
        assert "已有正在办理" in keeper.send(f"{url}new/ask/?2", "ask", 400, **facts)
        one = f"{url}{made.pk}/"
        keeper.send(one, "answered", taken="yes", words="呼吸科 12 床，王医生")
        assert Absence.objects.get().until_on is None
    with clock.frozen(DAY + timedelta(days=9)):
        back = {
            "on": "2024-03-13",
            "care_plan": "继续吸氧，每日雾化",
            "accepted_by": "测家属",
            "total": "8000",
        }
        assert "医保支付不能超过" in keeper.send(one, "back", 400, **back, insured="9000")
        keeper.send(one, "back", **back, insured="6100.50")
        assert Absence.objects.get().until_on == date(2024, 3, 13)
        made.refresh_from_db()
        assert (made.state, made.insured, made.care_plan) == ("back", 6100_50, "继续吸氧，每日雾化")
        Door(who.other_keeper).page(one, 404)
        assert "已转回" in Door(who.officer).page(url)


def test_a_hospital_that_declines_leaves_the_bed_as_it_is(who: SimpleNamespace) -> None:
    with clock.frozen(DAY):
        _, stay = moved_in(who)
        keeper, url = Door(who.keeper), room("transfers")
        facts = {"stay": stay.pk, "hospital": "县医院", "green": "no", "reason": "骨折", "consent_by": "本人"}
        keeper.send(f"{url}new/ask/", "ask", **facts)
        keeper.send(f"{url}{Transfer.objects.get().pk}/", "answered", taken="no", words="没有床位")
    assert not Absence.objects.exists()
    assert Transfer.objects.get().state == "declined"


def died(elder: Person, day: date, kind: str = "death", **detail: Any) -> LifeEvent:
    """An event that the police reported, carried out."""
    return carried_out(tell(elder, kind, day, **detail))


def test_a_death_ends_the_bed_at_home_and_its_withdrawal_gives_it_back(who: SimpleNamespace) -> None:
    with clock.frozen(DAY):
        home = filed(who)
        elder, number = dependent()
        bed = bed_at_home(who, home, number)
    with clock.frozen(date(2024, 5, 8)):
        keeper, months = Door(who.keeper), room("home_bed_months")
        for n, month in enumerate(("2024-03", "2024-04")):
            facts = {"bed": bed.pk, "visits": 9, "record": "助浴四次", "hours": 31, "month": month}
            keeper.send(f"{months}new/report/?{n}", "report", **facts)
        event = died(elder, date(2024, 3, 20))
        bed.refresh_from_db()
        assert (bed.state, bed.because, bed.until_on) == ("ended", "death", date(2024, 3, 20))
        asked = FollowUp.objects.get(label="核对终止后的服务月份")
        assert "2024-04" in asked.text
        april = HomeBedMonth.objects.get(month=date(2024, 4, 1))
        told = Door(who.officer).send(f"{months}{april.pk}/", "check", met="yes", opinion="电话核对")
        assert "可以结算" not in told, "a month after the death is not paid"
        decider = staff("county_approver", at=NONGAN.county, name="测决定")
        events.withdraw(event=event, reason="同名误报", by=decider)
        carried_out(event)
        bed.refresh_from_db()
        assert (bed.state, bed.because, bed.until_on) == ("serving", "", None)


def test_whoever_moves_within_the_county_keeps_the_bed_and_out_of_it_loses_it(who: SimpleNamespace) -> None:
    with clock.frozen(DAY):
        home = filed(who)
        elder, number = dependent()
        bed = bed_at_home(who, home, number)
        near, _ = place("220122100207"), place(NEXT_COUNTY.village.split("/")[-2])
        died(elder, DAY, "hukou_move", to_path=near, whole_household="yes")
        bed.refresh_from_db()
        assert (bed.state, bed.path) == ("serving", near)
    with clock.frozen(date(2024, 5, 8)):
        event = died(
            elder, date(2024, 5, 6), "hukou_move", to_path=NEXT_COUNTY.village, whole_household="yes"
        )
        bed.refresh_from_db()
        assert (bed.state, bed.because, bed.until_on) == ("ended", "move", date(2024, 5, 6)), log(event)


def test_a_death_frees_the_bed_in_the_house_and_the_house_settles_afterwards(who: SimpleNamespace) -> None:
    answers = {"level": "3", "ability_on": "2024-02-13", "safety_on": "2024-02-14"}
    with clock.frozen(DAY):
        home = filed(who)
        elder, other = dependent()[0], dependent()[0]
        stay, goes_on = (
            agreed(who, home, one, bed, DAY, answers=answers)
            for one, bed in zip(
                (elder, other), Bed.objects.filter(facility=home).order_by("id"), strict=False
            )
        )
    decider = staff("county_approver", at=NONGAN.county, name="测决定")
    with clock.frozen(date(2024, 4, 8)):
        event, wrong = died(elder, date(2024, 4, 6)), died(other, date(2024, 4, 6))
        stay.refresh_from_db()
        assert (stay.until_on, stay.left_because, stay.settled) == (date(2024, 4, 6), "death", None)
        events.withdraw(event=wrong, reason="同名误报", by=decider)
        carried_out(wrong)
        goes_on.refresh_from_db()
        assert (goes_on.until_on, goes_on.lodgings.get().until_on) == (None, None)
        keeper, page = Door(who.keeper), f"/desk/facilities/{home.pk}/"
        assert "不能为负" in keeper.send(page, "settle", 400, stay=stay.pk, settled="99999999")
        assert "已结清" in keeper.send(f"{page}?2", "settle", stay=stay.pk, settled="5000")
        stay.refresh_from_db()
        assert stay.settled == 5000_00
        assert "结清离开老人" not in keeper.page(page)
        events.withdraw(event=event, reason="误报", by=decider)
        carried_out(event)
        assert "已经结清费用" in Effect.objects.get(event=event, reaction="eldercare.free_bed").error


def test_an_old_person_asks_on_the_telephone_and_sees_what_becomes_of_it(who: SimpleNamespace) -> None:
    with clock.frozen(DAY):
        elder, _ = dependent()
        able, _ = dependent(level=1)
        mine, other = Client(), Client()
        mine.force_login(user_of(resident_of(elder)))
        other.force_login(user_of(resident_of(able)))
        new = "/my/requests/eldercare.home_beds/ask/"
        assert "还没有申请过" in mine.get("/my/requests/").content.decode()
        assert mine.get(new).status_code == 200
        assert mine.post(new, {"key": "a"}).status_code == 400
        for _ in range(2):
            assert mine.post(new, {"key": "b", "consent": "yes"}).status_code == 302
        page = mine.get("/my/requests/").content.decode()
        assert HomeBed.objects.get(person=elder).number in page
        assert "已申请" in page
        twice = mine.post(new, {"key": "c", "consent": "yes"})
        assert (twice.status_code, "已有正在办理" in twice.content.decode()) == (400, True)
        refused = other.post(new, {"key": "d", "consent": "yes"})
        assert (refused.status_code, "未达到设立" in refused.content.decode()) == (400, True)
        works = {"group": "disabled", "owner": "本人", "agreed": "yes", "key": "e"}
        assert mine.post("/my/requests/eldercare.adaptations/ask/", works).status_code == 302
        assert Adaptation.objects.get().person_id == elder.pk
        assert Adaptation.objects.get().number not in other.get("/my/requests/").content.decode()
        assert mine.get("/my/requests/eldercare.ratings/apply/").status_code == 404
    assert "登记入户评估" in Door(who.clerk).page(f"{room('home_beds')}{HomeBed.objects.get().pk}/")


def test_a_site_tells_its_month_once_and_the_county_looks_at_it(who: SimpleNamespace) -> None:
    with clock.frozen(DAY):
        site = Facility.objects.create(
            sort="eldercare.community", kind="mutual_site", ownership="public", name="测互助站", uscc="X",
            path=NONGAN.village,
            representative="某", address="路", state="open", opened_on=date(2024, 1, 20),
        )  # fmt: skip
        clerk, officer, new = Door(who.clerk), Door(who.officer), f"{room('site_months')}new/report/"
        facts = {
            "facility": site.pk, "days": 20, "visitors": 160, "meals": 40, "helpers": 6, "hours": 18, "warm": "yes",
            "words": "下棋、结伴做饭",
        }  # fmt: skip
        assert "已经结束的月份" in clerk.send(new, "report", 400, **facts, month="2024-03")
        assert "已经结束的月份" in clerk.send(f"{new}?0", "report", 400, **facts, month="2023-12")
        assert "核对开放天数" in clerk.send(
            f"{new}?1", "report", 400, **facts | {"days": 31}, month="2024-02"
        )
        assert "参加 160 人次" in clerk.send(f"{new}?2", "report", **facts, month="2024-02")
        assert "已经登记过" in clerk.send(f"{new}?3", "report", 400, **facts, month="2024-02")
        made = SiteMonth.objects.get()
        assert "登记月度记录" not in officer.page(room("site_months"))
        assert "核查属实" in officer.send(
            f"{room('site_months')}{made.pk}/", "check", met="yes", opinion="电话回访"
        )
        Door(who.keeper).page(f"{room('site_months')}{made.pk}/", 404)
        Facility.objects.filter(pk=site.pk).update(path=NEXT_COUNTY.village)
        assert "测互助站" not in clerk.page(new), "a site of another township is nothing to choose from"
