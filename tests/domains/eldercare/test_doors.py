"""What can be done has a door: beds refitted, checks planned, draws answered, places and assessments asked for."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.test import Client

from minzheng.domains.eldercare import rules
from minzheng.domains.eldercare.checks.homes import warnings
from minzheng.domains.eldercare.models import AbilityRequest, CarerJob
from minzheng.kernel import clock
from minzheng.kernel.catalogue import current
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import Refused
from minzheng.kernel.facilities.models import Bed, Facility, Fitting, Stay, Waiting
from minzheng.kernel.inspections.models import Aside, Check
from minzheng.kernel.law.facts import Facts, filled
from minzheng.kernel.law.reference import Evaluation
from minzheng.kernel.subsidies import actions as subsidies
from minzheng.kernel.subsidies.models import ConfirmedAccount
from minzheng.kernel.visits.models import Contact, ContactCheck, Watched
from tests.desk_registers.test_register_deeds import Door, room
from tests.domains.eldercare.test_care_at_home import dependent
from tests.factories.cast import resident_of, staff, user_of
from tests.factories.homes import DETAILS, agreed, an_elder, house, people
from tests.factories.money import a_card
from tests.factories.people import a_number, household
from tests.factories.places import NONGAN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
DAY = date(2024, 3, 4)


@pytest.fixture
def who() -> SimpleNamespace:
    found = people()
    found.clerk = staff("clerk", at=NONGAN.township, domain="eldercare", name="测经办")
    found.payer = staff("payer", at=NONGAN.county, domain="eldercare", name="测发放")
    found.reviewers = [
        staff("payment_reviewer", at=NONGAN.county, domain="eldercare", name=f"测复核{n}") for n in "甲乙"
    ]
    return found


def test_the_beds_of_a_house_are_refitted_mended_changed_and_taken_away_at_the_desk(
    who: SimpleNamespace,
) -> None:
    with clock.frozen(DAY):
        home = house(who, opened=DAY - timedelta(days=60), beds=4)
        page, keeper, county = f"/desk/facilities/{home.pk}/", Door(who.keeper), Door(who.officer)
        beds = list(Bed.objects.filter(facility=home).order_by("number"))
        assert "没有“9”" in keeper.send(
            page, "refit", 400, beds="101、9", kind="care", on="2024-03-01", evidence="护理床"
        )
        told = county.send(
            page, "refit", beds="101-1，101-2", kind="care", on="2024-03-01", evidence="护理床"
        )
        assert "已改造 2 张" in told
        assert Fitting.objects.filter(bed__facility=home, kind="care", until_on=None).count() == 2
        assert "维修" in keeper.send(page, "mend", bed=beds[3].pk)
        stay = agreed(who, home, an_elder(), beds[0], DAY - timedelta(days=10))
        assert "已调换" in keeper.send(page, "move", stay=stay.pk, bed=beds[1].pk, on="2024-03-03")
        assert "已撤销" in county.send(page, "take-away", bed=beds[3].pk, on="2024-03-04")
        keeper.send(page, "prepaid", stay=stay.pk, amount="24000.01", on="2024-03-04")
        (told,) = [one for one in warnings(home, DAY) if "预收费" in one]
        assert "超过 12 个月收费" in told
        assert "退还金额" in keeper.send(
            page, "leave", 400, stay=stay.pk, on="2024-03-04", because="home", words="", settled="31000.02"
        )
        keeper.send(page, "away", stay=stay.pk, on="2024-03-04", where="县医院", reason="发热")
    with clock.frozen(DAY + timedelta(days=31)):
        assert "腾退" in keeper.page(page)
        keeper.send(page, "let-go", stay=stay.pk)
        assert Stay.objects.get(pk=stay.pk).until_on == DAY + timedelta(days=31)


def test_a_house_is_described_changed_and_struck_off(who: SimpleNamespace) -> None:
    with clock.frozen(DAY):
        home = house(who, opened=DAY - timedelta(days=60))
        page, keeper, county = f"/desk/facilities/{home.pk}/", Door(who.keeper), Door(who.officer)
        keeper.send(page, "details", **(DETAILS | {"fee_from": "1800", "partner": "县医院",
                    "partner_until": "2024-03-01", "medical": "contract"}))  # fmt: skip
        home.refresh_from_db()
        assert home.details["fee_from"] == 1800_00
        assert "与县医院的签约已于 2024-03-01 到期" in warnings(home, DAY)
        assert "功能和位置" not in keeper.page(page)
        county.send(page, "fit-out", f_residence="yes", lat="44.43", lon="125.18")
        county.send(page, "fit-out", 400, f_residence="yes", lat="444", lon="x")
        Facility.objects.filter(pk=home.pk).update(filed_on=DAY, filing_number="B1")
        keeper.send(page, "change", happened_on="2024-03-01", phone="0431-1")
        county.send(page, "receive")
        county.send(page, "cancelled", 400, cancelled="yes", on="", words="市场监管公示")
        county.send(page, "cancelled", cancelled="yes", on="2024-03-04", words="市场监管公示")
        home.refresh_from_db()
        assert (home.functions, str(home.latitude), home.phone) == (["residence"], "44.430000", "0431-1")
        assert "不得继续收住" in keeper.page(page)
        with pytest.raises(Refused, match="注销"):
            agreed(who, home, an_elder(), Bed.objects.filter(facility=home)[0], DAY)


def test_a_check_is_planned_and_whoever_stands_aside_is_not_sent(who: SimpleNamespace) -> None:
    with clock.frozen(DAY):
        home = house(who, opened=DAY - timedelta(days=60))
        county, at = Door(who.officer), "/desk/inspections/plan/"
        aside = {"user": who.inspector.id, "subject": f"home:{home.pk}", "reason": "亲属任职"}
        county.send(at, "aside", **aside)
        assert Aside.objects.get().user == who.inspector.id
        given = {
            "subject": f"home:{home.pk}", "kind": "yearly", "list": "gb38600", "first": who.inspector.id,
            "second": who.second_inspector.id, "p_fire": "yes", "due_on": "2024-03-20",
        }  # fmt: skip
        assert "已登记回避" in county.send(at, "plan", 400, **given)
        same = given | {"first": who.second_inspector.id}
        assert "不同的人" in county.send(at, "plan", 400, **same)
        county.send(at, "plan", **(given | {"first": who.third_inspector.id}))
        made = Check.objects.get()
        assert (made.kind, made.partners, len(made.inspectors)) == ("yearly", ["fire"], 2)
        Door(who.keeper).page(at, 403)


def test_the_county_answers_a_drawn_record_on_the_ledger(who: SimpleNamespace) -> None:
    with clock.frozen(DAY):
        elder = an_elder(path=NONGAN.village)
        one = Watched.objects.create(
            rounds="eldercare.visits", person=elder, path=NONGAN.village, risk="yellow", risk_since=DAY, since_on=DAY
        )  # fmt: skip
        told = Contact.objects.create(
            watched=one, path=one.path, at=clock.now(), recorded_at=clock.now(), method="home", met=True, valid=True,
            seen={}, by="user:0", by_name="某",
        )  # fmt: skip
    with clock.frozen(date(2024, 4, 2)):
        county, places = Door(who.officer), f"/desk/rounds/places/?place={NONGAN.county}"
        assert "已抽取 1 条" in county.send(places, "draw", month="2024-03")
        page = f"/desk/rounds/{one.pk}/"
        assert page in county.page(places)
        assert "登记抽查回访" not in Door(who.clerk).page(page)
        county.send(page, "check", result="denied", words="没有人来过")
        assert (ContactCheck.objects.get().result, page in county.page(places)) == ("denied", False)
        assert "已重新安排" in county.send(places, "plan")
        clerk, record = Door(who.clerk), f"{page}record/"
        seen = {f"s_{code}": "ok" for code in (
            "speech", "movement", "illness", "mood", "living", "warmth", "fire", "family")}  # fmt: skip
        assert "同时填写" in clerk.send(
            record, "contact", 400, method="phone", met="yes", on="2024-04-01", **seen
        )
        clerk.send(record, "contact", method="phone", met="yes", on="2024-04-01", clock="15:30", **seen)
        latest = Contact.objects.exclude(pk=told.pk).get()
        assert clock.at_office_time(latest.at).isoformat()[:16] == "2024-04-01T15:30"


def test_a_family_finds_a_place_and_asks_for_it_and_for_an_assessment(who: SimpleNamespace) -> None:
    with clock.frozen(DAY):
        home = house(who, opened=DAY - timedelta(days=60), ownership="public", details={"fee_from": "1800"})
        dear = house(who, opened=DAY - timedelta(days=60), name="测贵院", details={"fee_from": "5000"})
        for one in (home, dear):
            Facility.objects.filter(pk=one.pk).update(filed_on=DAY, filing_number=f"B{one.pk}")
        elder, _ = dependent()
        county = NONGAN.county.split("/")[-2]
        anybody, mine = Client(), Client()
        assert "请先选择县" in anybody.get("/houses/").content.decode()
        shown = anybody.get(f"/houses/?place={county}&price=2000").content.decode()
        assert (home.name in shown, dear.name in shown, "普通 3 张" in shown) == (True, False, True)
        assert home.name not in anybody.get(f"/houses/?place={county}&bed=dementia").content.decode()
        mine.force_login(user_of(resident_of(elder)))
        assert home.name in mine.get("/houses/").content.decode()
        ask = "/my/requests/eldercare.places/ask/"
        assert home.name in mine.get(ask).content.decode()
        for _ in range(2):
            answer = mine.post(ask, {"facility": home.pk, "bed_kind": "ordinary", "key": "p"})
            assert answer.status_code == 302
        place = Waiting.objects.get()
        assert (place.person_id, place.rank) == (elder.pk, "other")
        page = mine.get("/my/requests/").content.decode()
        assert place.number in page
        keeper = Door(who.keeper)
        keeper.send(f"{room('places')}{place.pk}/", "rank", rank="tekun", words="特困供养证")
        place.refresh_from_db()
        assert (place.rank, place.order) == ("tekun", 0)
        assert place.number not in Door(who.other_keeper).page(room("places"))
        assessment = "/my/requests/eldercare.ability_requests/ask/"
        sent = {"why": "change", "contact": "女儿，周末", "key": "r"}
        assert mine.post(assessment, sent).status_code == 302
        assert mine.post(assessment, sent | {"key": "s"}).status_code == 400
        asked = AbilityRequest.objects.get()
        assert (asked.person_id, asked.due_on) == (elder.pk, date(2024, 3, 18))
        entry, officer = f"{room('ability_requests')}{asked.pk}/", Door(who.officer)
        assert "两名不同" in officer.send(entry, "arrange", 400, visit_on="2024-03-06", assessors="甲、甲")
        officer.send(entry, "arrange", visit_on="2024-03-06", assessors="甲、乙")
        assert "还没有两名评估员签字" in officer.send(entry, "done", 400, signed="yes")
        assert "能力评估已约定" in mine.get("/my/messages/").content.decode()
        Door(who.clerk).send(entry, "close", reason="已住院")


def test_a_carer_is_paid_once_for_entry_and_each_month_by_years(who: SimpleNamespace) -> None:
    with clock.frozen(date(2026, 3, 2)):
        home = house(who, opened=date(2020, 1, 6))
        keeper, officer = Door(who.keeper), Door(who.officer)
        numbers = [a_number() for _ in range(2)]
        carers = [an_elder(date(1985, 1, 1), id_number=one, path=NONGAN.village) for one in numbers]
        new, days = f"{room('carer_jobs')}new/tell/", ("2021-03-01", "2025-03-02")
        for one, number, day in zip(carers, numbers, days, strict=True):
            household(one)
            keeper.send(
                f"{new}?day={day}",
                "tell",
                facility=home.pk,
                id_number=number,
                contract=f"H{day}",
                from_on=day,
            )
        again = {"facility": home.pk, "id_number": numbers[0], "contract": "H9", "from_on": "2025-06-01"}
        assert "已有在职登记" in keeper.send(f"{new}?again", "tell", 400, **again)
        for job in CarerJob.objects.order_by("id"):
            officer.send(f"{room('carer_jobs')}{job.pk}/", "check", met="yes", opinion="合同、社保一致")
        old, young = carers
        code = "eldercare.carer"
        for one in carers:
            subsidies.confirm_account(
                subsidy=code, person=one, account=a_card(), owner=one.name, by=who.officer
            )
        county = {"subsidy": code, "path": NONGAN.county, "by": who.payer}
        march = subsidies.draft(month=Month(2026, 3), **county)
        # Five years, and entry was never paid; hired on 2 March 2025, twelve months are not full on the first.
        assert {row.person_id: (row.group, row.amount) for row in march.rows.all()} == {
            old.pk: ("entry_5", 3200_00)
        }
        for by in who.reviewers:
            subsidies.sign(listing=march, seen=march.content_sha, by=by)
    with clock.frozen(date(2026, 4, 1)):
        april = subsidies.draft(month=Month(2026, 4), **county)
        assert {row.person_id: (row.group, row.amount) for row in april.rows.all()} == {
            old.pk: ("5", 200_00), young.pk: ("entry", 3000_00),
        }  # fmt: skip
        facts = {"here_months": 12, "years": 1, "employed": True}
        known, values = filled(Facts(facts), rules.carer), current().parameters()
        law = Evaluation(rules.carer, known, values, path=NONGAN.county, on=date(2026, 4, 1))
        told = [law.answer(rules.carer.rules[name]) for name in ("entry_due", "seniority")]
        assert told == [True, 0]
        accounts = "/desk/subsidies/accounts/"
        officer.send(accounts, "suspend", subsidy=code, id_number=numbers[1], reason="两次未联系上")
        held = ConfirmedAccount.objects.get(subsidy=code, person=young)
        assert held.suspended == "两次未联系上"
        officer.send(accounts, "resume", account=held.pk, words="4月1日在机构见到本人")
        held.refresh_from_db()
        assert held.suspended == ""
        for job in CarerJob.objects.all():
            keeper.send(f"{room('carer_jobs')}{job.pk}/", "end", on="2026-03-31")
        with pytest.raises(Refused):
            subsidies.draft(month=Month(2026, 4), **county)
