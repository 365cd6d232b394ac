"""Scenario 5, elder care: a blocked exit becomes a credit record, over HTTP, one account for each actor."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.facilities.models import Facility, Stay
from minzheng.kernel.inspections.models import Check, Credit, Draw, Hazard, Penalty
from tests.factories.cast import user_of
from tests.factories.homes import AGREED, DETAILS, an_elder, paper, people, uscc
from tests.factories.places import NONGAN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
INSPECTIONS = "/desk/inspections/"


def at(who: Actor) -> Client:
    browser = Client()
    browser.force_login(user_of(who))
    return browser


def send(browser: Client, url: str, deed: str, status: int = 302, key: str = "", **answers: object):
    data = {"deed": deed, "key": key or f"{deed}-{clock.now().timestamp()}"}
    sent = browser.post(url, data | {f"{deed}-{code}": str(value) for code, value in answers.items()})
    assert sent.status_code == status, re.sub(r"<[^>]+>|\s+", " ", sent.content.decode())[:3000]
    return sent


def test_a_blocked_exit_becomes_a_credit_record_and_is_repaired() -> None:
    who = people()
    elder = an_elder()
    with clock.frozen(date(2024, 1, 8)):
        home, page = _opened(who, elder)
    with clock.frozen(date(2024, 3, 4)):
        # The house checks itself and finds the blocked exit; its day passes.
        own = {f"{code}_result": "meets" for code in ("fire", "patrol", "food", "medicine")}
        at_home = at(who.keeper)
        assert "自查" in at_home.get(INSPECTIONS).content.decode()
        wrong = send(at_home, f"{INSPECTIONS}own/{home.pk}/", "own", 400, exit_result="not", **own)
        assert "请写明问题" in wrong.content.decode()
        send(
            at_home,
            f"{INSPECTIONS}own/{home.pk}/",
            "own",
            exit_result="not",
            exit_words="二楼出口堆放轮椅",
            **own,
        )
    with clock.frozen(date(2024, 3, 11)):
        assert "逾期未整改" in at(who.officer).get(INSPECTIONS).content.decode()
        send(
            at(who.officer), f"{INSPECTIONS}draw/", "draw", matter=f"eldercare.homes_supervision@{NONGAN.county}",
            plan="2024-03", announced="07 12 33 35", list="gb38600", due_on="2024-03-29",
        )  # fmt: skip
        draw, check = Draw.objects.get(), Check.objects.get(kind="random")
        shown = at(who.officer).get(f"{INSPECTIONS}draws/{draw.pk}/").content.decode()
        assert "与当时完全一致" in shown
        assert draw.seed in shown
        inspector = next(
            one
            for one in (who.inspector, who.second_inspector, who.third_inspector)
            if one.id in check.inspectors
        )
        phone, url = at(inspector), f"{INSPECTIONS}checks/{check.pk}/"
        form = phone.get(url).content.decode()
        codes = re.findall(r'name="check-(\w+)_words"', form)
        answers = {f"{code}_result": "meets" for code in codes} | {
            "exit_result": "not", "exit_words": "安全出口仍被堵", "insurance_result": "not",
            "insurance_words": "少两张床",
        }  # fmt: skip
        send(phone, url, "check", key="once", **answers)
        assert Hazard.objects.count() == 3
        send(at(who.officer), url, "publish")
        exit_ = Hazard.objects.get(check_of=check, clause="exit")
        insurance = Hazard.objects.get(check_of=check, clause="insurance")
        send(at(who.keeper), f"{INSPECTIONS}hazards/{insurance.pk}/", "plea", reason="两张床已报停")
        send(
            at(who.legal_reviewer),
            f"{INSPECTIONS}hazards/{insurance.pk}/",
            "answer",
            upheld="yes",
            answer="属实",
        )
        assert at(who.other_keeper).get(f"{INSPECTIONS}hazards/{insurance.pk}/").status_code == 404
    with clock.frozen(date(2024, 3, 15)):
        _punished(who, inspector, f"{INSPECTIONS}hazards/{exit_.pk}/")
        public = Client().get("/inspections/").content.decode()
        assert all(words in public for words in ("伏龙泉颐养院", "罚款", "一般失信", "有强制条款不符合"))
    with clock.frozen(date(2024, 6, 17)):
        send(at(who.officer), f"{INSPECTIONS}hazards/{exit_.pk}/", "repair", promise="专人巡查，保持通道畅通")
        assert "一般失信" not in Client().get("/inspections/").content.decode()
    assert Credit.objects.get().repaired_on == date(2024, 6, 17)
    assert Stay.objects.filter(facility=home, until_on=None).count() == 1
    assert "备案" in at(who.keeper).get(page).content.decode()


def _opened(who, elder) -> tuple[Facility, str]:
    """Registered by the county, filed by the house, answered by the county; somebody moves in."""
    county = at(who.officer)
    facts = DETAILS | {
        "name": "伏龙泉颐养院",
        "uscc": uscc(),
        "kind": "home",
        "ownership": "private",
        "phone": "",
    }
    facts |= {"path": NONGAN.township, "address": "测试路1号", "representative": "测法人"}
    bad = send(county, "/desk/facilities/new/eldercare-homes/", "register", 400, **(facts | {"uscc": "1"}))
    assert "18 位" in bad.content.decode()
    send(county, "/desk/facilities/new/eldercare-homes/", "register", **facts)
    home = Facility.objects.get()
    page = f"/desk/facilities/{home.pk}/"
    assert at(who.keeper).get(page).status_code == 404
    send(county, page, "keeper", user=who.keeper.id)
    send(county, page, "open", on="2024-01-05")
    keeper = at(who.keeper)
    send(keeper, page, "beds", room="201", numbers="1 2", kind="care", on="2024-01-05", evidence="护理床")
    bed = home.beds.first()
    stay = AGREED | {
        "id_number": elder.id_number, "bed": bed.pk, "on": "2024-01-08", "agreement_number": "协1", "fee": "2600",
        "deposit": "5000", "ability_on": "2024-01-03", "safety_on": "2024-01-04",
    }  # fmt: skip
    refused = send(keeper, page, "admit", 400, **(stay | {"safety_on": "2024-01-08", "signed_by": "agent"}))
    assert "本人签字" in refused.content.decode()
    send(keeper, page, "admit", **stay)
    papers = {code: paper(who.keeper).pk for code in ("application", "registration", "commitment")}
    send(keeper, page, "file", **papers)
    send(county, page, "receive")
    assert "护理型" in keeper.get(page).content.decode()
    assert "伏龙泉颐养院" in county.get("/desk/facilities/").content.decode()
    return home, page


def _punished(who, inspector, url) -> None:
    """Proposed, looked at by the law, decided, published, entered; then put right and checked again."""
    record = paper(inspector, "执法记录").pk
    send(at(inspector), url, "propose", kind="fine", amount="5000", grounds="逾期未整改", record=record)
    send(at(who.legal_reviewer), url, "review", agreed="yes", opinion="事实清楚")
    send(at(who.officer), url, "decide")
    send(at(who.officer), url, "publish")
    send(at(who.officer), url, "credit", level="2", basis="逾期未整改被处罚")
    send(at(who.keeper), url, "remedy", words="已清理")
    send(at(inspector), url, "again", met="yes", words="", due_on="")
    assert Penalty.objects.get().published_on == date(2024, 3, 15)
