"""What is done in a register: new entries and next steps through HTTP, by whoever's duty it is, in its turn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from minzheng.domains.assistance.actions import hotlines
from minzheng.domains.assistance.models import HotlineRoute
from minzheng.domains.eldercare.models import (
    Certificate,
    Cover,
    Estate,
    FundUse,
    OldEstate,
    Policy,
    Rating,
    SportsSite,
)
from minzheng.domains.eldercare.steps.books import RATINGS
from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit import system
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.catalogue.checks_kept import kept
from minzheng.kernel.declare import Deed, Domain
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.indicators import computing
from minzheng.kernel.inspections.models import Incident
from minzheng.kernel.plans.duties import only_plan
from minzheng.kernel.plans.standing import standings
from tests.domains.test_eldercare_homes import OPENED, filed
from tests.factories.cast import staff, user_of
from tests.factories.homes import an_elder, house, people
from tests.factories.papers import PNG, upload
from tests.factories.people import a_number
from tests.factories.places import NEXT_COUNTY, NONGAN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]


@pytest.fixture
def who() -> SimpleNamespace:
    return people()


def room(register: str) -> str:
    return f"/desk/registers/eldercare.{register}/"


class Door:
    """Somebody at the desk."""

    def __init__(self, who: Any) -> None:
        self.client = Client()
        self.client.force_login(user_of(who))

    def page(self, url: str, status: int = 200) -> str:
        response = self.client.get(url)
        assert response.status_code == status, response.content.decode()[:600]
        return response.content.decode()

    def send(self, url: str, deed: str, status: int = 302, **answers: Any) -> str:
        sent = {
            "deed": deed,
            "key": f"{deed}{url}"[-40:],
            **{f"{deed}-{name}": value for name, value in answers.items()},
        }
        response = self.client.post(url, sent)
        assert response.status_code == status, response.content.decode()[-3000:]
        return self.page(response.headers["Location"]) if status == 302 else response.content.decode()


def test_a_rating_goes_from_the_house_to_the_committee_to_the_certificate(who: SimpleNamespace) -> None:
    with clock.frozen(date(2024, 3, 4)):
        home = filed(who)
        keeper, rater = Door(who.keeper), Door(who.rater)
        assert "申请等级评定" in keeper.page(room("ratings"))
        told = keeper.send(f"{room('ratings')}new/apply/", "apply", facility=home.pk, own_points=950)
        assert "自评 950 分" in told
        one = f"{room('ratings')}{Rating.objects.get().pk}/"
        assert "登记评定得分" not in keeper.page(one)
        scores = {"environment": 110, "facilities": 120, "operation": 140, "service": 545}
        few = rater.send(one, "score", 400, **scores, visited_on="2024-03-04", committee="甲、乙")
        assert "人数不足" in few
        told = rater.send(one, "score", **scores, visited_on="2024-03-04", committee="甲、乙、丙")
        assert "评为 5 级" in told
        assert "公示到" in rater.send(one, "certify", 400, checked="yes")
    with clock.frozen(date(2024, 3, 12)):
        told = rater.send(one, "certify", checked="yes")
        assert "有效期到 2027-03-12" in told
        done = (
            Entry.objects.filter(verb="eldercare.certify_rating")
            .order_by("id")
            .values_list("outcome", flat=True)
        )
        assert list(done) == ["refused", "done"]
        assert "登记评定得分" not in rater.page(one)


def test_a_deed_is_refused_to_others_and_out_of_its_turn(who: SimpleNamespace) -> None:
    with clock.frozen(date(2024, 3, 4)):
        home = filed(who)
        Door(who.keeper).send(f"{room('ratings')}new/apply/", "apply", facility=home.pk, own_points=950)
    one = f"{room('ratings')}{Rating.objects.get().pk}/"
    Door(who.officer).page(f"{room('ratings')}new/apply/", 403)
    Door(who.keeper).page(f"{room('ratings')}new/nothing/", 404)
    Door(staff("clerk", at=NONGAN.township, domain="eldercare", name="测经办")).page(room("ratings"), 403)
    # A deed whose turn it is not is no deed of the page: the page is shown anew, and nothing is written.
    Door(who.rater).send(one, "certify", checked="yes")
    assert Rating.objects.get().state == "applied"
    Door(who.other_keeper).page(one, 404)
    Door(staff("rater", at="22/2202/", domain="eldercare", name="测外市")).page(one, 404)


def test_insured_beds_are_registered_with_their_number_and_shown_line_by_line(who: SimpleNamespace) -> None:
    with clock.frozen(date(2024, 3, 4)):
        home, url = filed(who), f"{room('policies')}new/insure/"
        keeper, officer = Door(who.keeper), Door(who.officer)
        terms = {
            "facility": home.pk, "kind": "accident", "insurer": "测保险", "number": "P-1", "from_on": "2024-03-01",
            "until_on": "2025-03-01",
        }  # fmt: skip
        assert "在用床位只有 3 张" in keeper.send(url, "insure", 400, **terms, beds=9)
        assert "参保 2 张床位" in keeper.send(url, "insure", **terms, beds=2)
        assert "已经登记" in keeper.send(url + "?again", "insure", 400, **terms, beds=2)
        more = terms | {"number": "P-2", "kind": "liability"}
        assert "县级养老服务科" in keeper.send(url + "?s", "insure", 403, **more, beds=3, subsidy="100")
        officer.send(url, "insure", **more, beds=3, subsidy="100.00")
    assert Cover.objects.filter(kind="any").count() == 3
    page = officer.page(f"{room('policies')}{Policy.objects.get(number='P-1').pk}/")
    assert page.count("任一险种") == 2


def test_an_incident_is_reported_against_its_clock_and_closed_by_the_county(who: SimpleNamespace) -> None:
    with clock.frozen(date(2024, 3, 4)):
        home = house(who, opened=OPENED)
        keeper, officer, url = Door(who.keeper), Door(who.officer), f"{room('incidents')}new/report/"
        facts = {
            "facility": home.pk,
            "risk": "fall",
            "on": "2024-03-04",
            "where": "走廊",
            "words": "滑倒，已送医",
        }
        assert "14:30" in keeper.send(url, "report", 400, **facts, severity="3", at="两点")
        assert "迟报" in keeper.send(url, "report", **facts, severity="3", at="05:30")
        assert "在时限内" in keeper.send(f"{url}?2", "report", **facts, severity="2", at="05:30")
        serious = Incident.objects.get(severity=3)
        assert serious.late
        page = officer.page(room("incidents"))
        assert page.count("迟报") > 1
        told = officer.send(
            f"{room('incidents')}{serious.pk}/", "conclude", result="地面湿滑，已铺防滑垫，家属知情"
        )
        assert "已结案" in told
        serious.refresh_from_db()
        assert (serious.closed_on, serious.closed_by_name) == (date(2024, 3, 4), "测科长")


def test_a_plan_of_lottery_money_below_the_share_is_refused_unrounded(who: SimpleNamespace) -> None:
    """T-EC-14: 54.96 % is not 55 %."""
    with clock.frozen(date(2024, 3, 4)):
        officer, url = Door(who.officer), f"{room('lottery')}new/use/"
        plan = {"year": 2024, "stage": "planned", "total": "10000000", "evidence-file": upload(PNG)}
        low = officer.send(url, "use", 400, **plan, elders="5496000")

        assert "54.96%" in low
        near = plan | {"evidence-file": upload(PNG)}
        assert "54.99%" in officer.send(f"{url}?1", "use", 400, **near, elders="5499999"), "cut, not rounded"
        assert not FundUse.objects.exists()
        assert "55.00%" in officer.send(
            f"{url}?2", "use", **plan | {"evidence-file": upload(PNG)}, elders="5500000"
        )
        assert FundUse.objects.get().elders == 5_500_000_00


def test_land_of_an_estate_is_accepted_handed_over_and_used_in_that_order(who: SimpleNamespace) -> None:
    with clock.frozen(date(2024, 3, 4)):
        officer = Door(who.officer)
        facts = {"path": NONGAN.township, "name": "测小区", "residents": 9600, "planned_on": "2023-01-04"}
        new = f"{room('estates')}new/plan/"
        assert "请填数字" in officer.send(new, "plan", 400, **facts, land="很多")
        assert "用地达标" in officer.send(new, "plan", **facts, land="1152.00")  # T-EC-09
        one = f"{room('estates')}{Estate.objects.get().pk}/"
        page = officer.page(one)
        assert "登记验收" in page
        assert "登记移交" not in page
        officer.send(one, "accept", on="2023-09-01", building="600")
        officer.send(one, "hand", on="2023-10-01")
        officer.send(one, "use", on="2024-03-01", used_for="超市", misused="yes")
    found = Estate.objects.get()
    assert (found.handed_on, found.used_for, found.misused) == (date(2023, 10, 1), "超市", True)
    assert "登记用途" in officer.page(one)


def test_what_a_neighbourhood_offers_the_old_counts_from_its_day(who: SimpleNamespace) -> None:
    """The plan's T051, T063 and T064, from the desk to the figure."""
    with clock.frozen(date(2024, 5, 6)):
        officer = Door(who.officer)
        facts = {"path": NONGAN.township, "name": "测旧小区", "families": 300, "surveyed_on": "2023-02-01"}
        new = f"{room('old_estates')}new/survey/"
        assert "计入缺少养老设施的小区" in officer.send(new, "survey", **facts)
        assert "已经登记过" in officer.send(f"{new}?2", "survey", 400, **facts)
        officer.send(f"{new}?3", "survey", **facts | {"name": "测另一小区"})
        one = f"{room('old_estates')}{OldEstate.objects.earliest('id').pk}/"
        fitted = {"way": "rented", "area": "320", "fitted_on": "2023-01-01"}
        assert "不能早于排查日期" in officer.send(one, "fit", 400, **fitted)
        officer.send(f"{one}?2", "fit", **fitted | {"fitted_on": "2024-04-08"})
        assert "登记建成" not in officer.page(one), "once"
        new = f"{room('sports_sites')}new/open/"
        officer.send(new, "open", path=NONGAN.village, name="测广场", opened_on="2022-03-01")
        officer.send(f"{new}?2", "open", path=NONGAN.township, name="测中心", opened_on="2022-03-01")
        site = f"{room('sports_sites')}{SportsSite.objects.get(level='village').pk}/"
        officer.send(site, "close", closed_on="2024-04-30", why="占地建设")
        computing.compute(by=system("test"))
        stand = {
            month: standings(only_plan(), system("test"), paths=[NONGAN.county], on=date(2024, month, 30))
            for month in (3, 4)
        }
    figures = {
        (month, code): (
            found[code, NONGAN.county].figure.numerator,
            found[code, NONGAN.county].figure.denominator,
        )
        for month, found in stand.items()
        for code in ("T051", "T063", "T064")
    }
    assert (figures[3, "T051"], figures[4, "T051"]) == ((0, 2), (1, 2))
    assert (figures[3, "T063"][0], figures[4, "T063"][0]) == (1, 1)
    assert (figures[3, "T064"][0], figures[4, "T064"][0]) == (1, 0)


def test_a_hotline_counts_from_the_day_the_province_got_through() -> None:
    """The plan's T018: entered by the county, tested by the province, cut off with a reason."""
    county = staff("county_approver", at=NONGAN.county, name="测县局")
    province = staff("provincial_officer", at="22/", name="测省厅")
    rooms = "/desk/registers/assistance.hotlines/"
    with clock.frozen(date(2024, 3, 4)):
        facts = {"path": NONGAN.county, "number": "12345", "answered_by": "测中心", "hours": "工作日"}
        new = f"{rooms}new/enter/"
        assert "数字和短横" in Door(county).send(new, "enter", 400, **facts | {"number": "热线"})
        Door(county).send(f"{new}?2", "enter", **facts)
        assert "已有一条在用的热线" in Door(county).send(f"{new}?3", "enter", 400, **facts)
        route = HotlineRoute.objects.get()
        one = f"{rooms}{route.pk}/"
        assert "登记测试" not in Door(county).page(one), "nobody confirms the own line"
        with pytest.raises(NotAllowed):
            hotlines.try_hotline(route=route, through=True, tested_on=clock.today(), note="", by=county)
        bad = {"tested_on": "2024-03-04", "through": "no", "note": ""}
        assert "请写明情况" in Door(province).send(one, "test", 400, **bad)
        Door(province).send(f"{one}?2", "test", **bad | {"note": "无人接听"})
    with clock.frozen(date(2024, 5, 6)):
        Door(province).send(f"{one}?3", "test", tested_on="2024-04-10", through="yes", note="")
        Door(county).send(f"{one}?4", "cut", cut_on="2024-05-02", why="改号")
    with clock.frozen(date(2024, 6, 3)):
        computing.compute(by=system("test"))
        figures = [
            standings(
                only_plan(),
                system("test"),
                paths=[NONGAN.county],
                on=clock.Month(2024, month).last,
                only="T018",
            )["T018", NONGAN.county].figure
            for month in (3, 4, 5)
        ]
    assert [(one.numerator, one.denominator) for one in figures if one] == [(0, 1), (1, 1), (0, 1)]


def test_a_course_counts_once_for_a_person(who: SimpleNamespace) -> None:
    with clock.frozen(date(2024, 3, 4)):
        number = a_number()
        an_elder(birth=date(1990, 4, 5), id_number=number, path=NONGAN.village, name="测护理")
        officer, url = Door(who.officer), f"{room('certificates')}new/pass_course/"
        facts = {
            "id_number": number,
            "course": "HL-03",
            "score": 88,
            "number": "Z-1",
            "passed_on": "2024-03-01",
        }
        assert "没有这个身份证号码" in officer.send(
            url, "pass_course", 400, **facts | {"id_number": a_number()}
        )
        assert "失智老年人照护" in officer.send(url + "?1", "pass_course", **facts)
        assert "不重复计算" in officer.send(url + "?2", "pass_course", 400, **facts | {"number": "Z-2"})
    made = Certificate.objects.get()
    assert (made.hours, made.kind, made.path) == (40, "caregiver", NONGAN.county)
    stranger = staff("county_officer", at=NEXT_COUNTY.county, domain="eldercare", name="测邻县")
    assert "测护理" not in Door(stranger).page(room("certificates"))


def test_the_machine_door_tells_and_carries_out_the_same_deeds(who: SimpleNamespace) -> None:
    with clock.frozen(date(2024, 3, 4)):
        home = filed(who)
        keeper, rater = Door(who.keeper).client, Door(who.rater).client
        here = "/api/registers/eldercare.ratings"
        (new,) = keeper.get(f"{here}/deeds").json()["items"]
        assert new["code"] == "apply"
        (choice,) = new["form"]["properties"]["facility"]["enum"]
        asked = {"answers": {"facility": choice, "own_points": 950}}
        sent = {"content_type": "application/json", "headers": {"Idempotency-Key": "one"}}
        for _ in range(2):
            made = keeper.post(f"{here}/deeds/apply", asked, **sent)
            assert (made.status_code, "自评 950" in made.json()["message"]) == (201, True)
        one = f"{here}/{Rating.objects.get(facility=home).pk}"
        assert keeper.get(f"{one}/deeds").json() == {"items": []}
        told = {each["code"]: each for each in rater.get(f"{one}/deeds").json()["items"]}
        assert list(told) == ["score"]
        assert told["score"]["form"]["properties"]["service"]["maximum"] == 600
        scores = {"environment": 110, "facilities": 120, "operation": 140, "service": 545}
        answers = {**scores, "visited_on": "2024-03-04", "committee": "甲、乙"}
        few = rater.post(f"{one}/deeds/score", {"answers": answers}, **sent)
        assert (few.status_code, "人数不足" in few.json()["message"]) == (400, True)
        assert keeper.post(f"{one}/deeds/score", {"answers": answers}, **sent).status_code == 403
        done = rater.post(f"{one}/deeds/score", {"answers": answers | {"committee": "甲、乙、丙"}}, **sent)
        assert "评为 5 级" in done.json()["message"]
        assert (
            rater.post(
                f"{one}/deeds/score", {"answers": answers}, content_type="application/json"
            ).status_code
            == 409
        )
        assert rater.get(f"{here}/999999/deeds").status_code == 404
    assert Rating.objects.get().state == "posted"


def test_a_register_whose_deed_is_done_by_somebody_who_does_not_read_it_is_a_mistake() -> None:
    domain = next(one for one in catalogue.current().domains if one.code == "eldercare")
    strange = Deed("x", "试", (domain.roles[0],), RATINGS.deeds[0].form, RATINGS.deeds[0].do)
    wrong = replace(RATINGS, opens=(), deeds=(strange, strange))
    said = list(kept(Domain("d", "试", folder=domain.folder, roles=RATINGS.read_by, registers=(wrong,))))
    assert any("must be among those who read" in one for one in said)
    assert any("lists a deed twice" in one for one in said)
