"""The pages of reserve funds and contracts, and the page on which an emergency is reported, over HTTP."""

from __future__ import annotations

from datetime import date

import pytest

from minzheng.kernel import clock
from minzheng.kernel.casework.models import Case, Task
from minzheng.kernel.funds import actions as funds
from minzheng.kernel.funds.models import (
    Contract,
    Handover,
    ReserveFund,
    ReserveMove,
    ReservePayment,
    Settlement,
    TopUp,
)
from minzheng.kernel.ledger.proof import verify
from tests.desk.pages import forms_of, officer
from tests.factories.cast import cast, user_of
from tests.factories.money import RESERVE, allotted, payout, reserved
from tests.factories.people import person
from tests.kernel.test_funds_purchases import received, signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
DAY = date(2022, 6, 1)


@pytest.fixture
def people():
    with clock.frozen(DAY):
        yield cast()


@pytest.fixture
def at(client, people):
    """Sign in as one of the cast."""

    def sign_in(part):
        client.force_login(user_of(getattr(people, part)))
        return client

    return sign_in


def send(client, url, deed, key="k1", **answers):
    data = {"deed": deed, "key": key} | {f"{deed}-{code}": value for code, value in answers.items()}
    return client.post(url, data)


def paid(people, case_id, yuan):
    facts = payout(case_id, yuan * 100, path=people.seat.village, person=person(path=people.seat.village))
    return funds.pay(reserve=RESERVE, payout=facts, signed_by=people.township_approver, by=people.clerk)


def test_without_a_fund_the_county_is_led_to_the_quota_and_the_township_is_told(at):
    assert "核定额度" in at("payment_reviewer").get("/desk/funds/").content.decode()
    page = at("clerk").get("/desk/funds/").content.decode()
    assert "这一年还没有核定备用金" in page
    assert "/desk/funds/new/" not in page


def test_the_county_fixes_a_quota_once_for_two_clicks_and_the_payer_advances(at, people):
    county = at("payment_reviewer")
    answers = {
        "reserve": RESERVE, "path": people.seat.township, "year": "2022", "fund": "county", "amount": "50000",
        "document": "民备1号",
    }  # fmt: skip
    wrong = send(county, "/desk/funds/new/", "quota", **(answers | {"amount": "0"}))
    assert wrong.status_code == 400
    assert "金额须大于零" in wrong.content.decode()
    for _ in range(2):
        done = send(county, "/desk/funds/new/", "quota", key="same", **answers)
        fund = ReserveFund.objects.get()
        assert done.url == f"/desk/funds/{fund.pk}/"
    assert fund.quotas.count() == 1
    payer = at("payer")
    page = f"/desk/funds/{fund.pk}/"
    refused = send(payer, page, "advance", amount="50000", document="拨1")
    assert refused.status_code == 400
    assert "不足以拨付" in refused.content.decode()
    allotted(people, amount=50_000_00, scheme=fund.scheme, year=2022)
    for _ in range(2):
        assert send(payer, page, "advance", key="again", amount="50000", document="拨1").status_code == 302
    assert ReserveMove.objects.count() == 1
    assert "50,000.00" in payer.get("/desk/funds/").content.decode()


def test_the_fund_page_shows_what_waits_and_each_does_their_part(at, people):
    fund = reserved(people, quota=50_000_00)
    for case_id, yuan in ((1, 3_000), (2, 12_000), (3, 16_000)):
        paid(people, case_id, yuan)
    page = f"/desk/funds/{fund.pk}/"
    shown = at("township_approver").get(page).content.decode()
    assert "系统已自动申请补充 31,000.00 元" in shown
    assert "19,000.00" in shown
    assert "演示00000003" in shown
    assert "没有您要办的事" in shown
    assert send(at("clerk"), page, "settle", until="2022-06-01").status_code == 302
    reviewer = at("payment_reviewer")
    back = send(reviewer, page, "verdict", verdict="return")
    assert (back.status_code, "退回理由" in back.content.decode()) == (400, True)
    assert send(reviewer, page, "verdict", key="k2", verdict="approve").status_code == 302
    assert Settlement.objects.get().state == "approved"
    assert send(reviewer, page, "decide", amount="31000").status_code == 302
    assert TopUp.objects.get().state == "granted"
    clerk = at("clerk")
    payment = ReservePayment.objects.get(case_id=1)
    too_much = send(clerk, page, "back", payment=payment.pk, amount="3000.01", reason="退回")
    assert (too_much.status_code, "最多还可退回" in too_much.content.decode()) == (400, True)
    assert (
        send(clerk, page, "back", key="k3", payment=payment.pk, amount="1000", reason="退回").status_code
        == 302
    )
    fund.refresh_from_db()
    assert fund.balance == 20_000_00
    assert verify() == ()


def test_a_stranger_and_other_duties_see_no_fund(at, people):
    fund = reserved(people)
    page = f"/desk/funds/{fund.pk}/"
    assert at("stranger").get(page).status_code == 404
    assert at("resident").get(page).status_code == 403
    for part in ("investigator", "verifier", "coordinator"):
        assert at(part).get(page).status_code in (403, 404)
    for part in ("payer", "payment_reviewer", "clerk", "township_approver", "sampler", "provincial_officer"):
        assert at(part).get(page).status_code == 200
    assert send(at("township_approver"), page, "advance", amount="1", document="x").status_code == 302
    fund.refresh_from_db()
    assert fund.balance == 50_000_00


def test_a_list_of_funds_asks_as_much_for_one_as_for_many(at, people, django_assert_max_num_queries):
    reserved(people)
    client = at("payer")
    client.get("/desk/funds/")
    from tests.factories.places import place

    for code in ("220122102", "220122103", "220122104"):
        reserved(people, path=place(code))
    with django_assert_max_num_queries(16):
        assert client.get("/desk/funds/").content.decode().count("50,000.00") >= 4


# --- Contracts ------------------------------------------------------------------------------------------

SIGN = {
    "purchasing": "assistance.purchase", "number": "购1", "provider": "某社会工作服务中心", "service": "visits",
    "provider_code": "52220000500000015K", "people": "100", "unit_price": "50", "from_on": "2022-06-01",
    "until_on": "2022-12-31", "acceptance": "每月走访一次",
}  # fmt: skip


def test_the_meter_warns_and_the_cap_refuses_beside_the_amount(at, people):
    received(people, 310_000_000, 92_000_000)
    signed(people, "购0", 7_900_000)
    county = at("county_approver")
    listed = county.get("/desk/funds/contracts/").content.decode()
    assert "98%" in listed
    assert "接近上限" in listed
    url = "/desk/funds/contracts/new/"
    answers = SIGN | {"path": people.seat.county}
    over = send(county, url, "sign", **answers, amount="150000")
    assert over.status_code == 400
    assert "超过上限 8,040,000.00 元" in over.content.decode()
    assert 'value="150000"' in over.content.decode()
    assert "每月走访一次" in over.content.decode()
    done = send(county, url, "sign", key="k2", **answers, amount="140000")
    assert done.url == f"/desk/funds/contracts/{Contract.objects.get(number='购1').pk}/"


def test_delivered_accepted_and_paid_on_the_page_by_three(at, people):
    received(people, 310_000_000, 92_000_000)
    page = f"/desk/funds/contracts/{signed(people, '购1', 20_000).pk}/"
    assert "还没有交付记录" in at("purchaser").get(page).content.decode()
    done = send(
        at("purchaser"), page, "deliver", period="6月", served="100", claimed="5000", record="记录100份"
    )
    assert done.status_code == 302
    row = Handover.objects.get()
    assert "验收 6月" not in at("purchaser").get(page).content.decode()
    assert (
        send(at("county_approver"), page, f"accept{row.pk}", accepted="5000", opinion="合格").status_code
        == 302
    )
    payer = at("payer")
    none = send(payer, page, f"pay{row.pk}", scheme="assistance.dibao", fund="county")
    assert (none.status_code, "预算余额" in none.content.decode()) == (400, True)
    assert (
        send(payer, page, f"pay{row.pk}", key="k2", scheme="assistance.dibao", fund="central").status_code
        == 302
    )
    assert (
        send(payer, page, f"pay{row.pk}", key="k3", scheme="assistance.dibao", fund="central").status_code
        == 302
    )
    row.refresh_from_db()
    assert row.state == "paid"
    assert at("stranger").get(page).status_code == 404
    assert at("clerk").get("/desk/funds/contracts/").status_code == 403
    assert verify() == ()


# --- An emergency ---------------------------------------------------------------------------------------


def test_an_emergency_is_reported_on_one_page_and_walked_to_the_payment(at, people):
    reserved(people)
    clerk = at("clerk")
    answers = {
        "path": people.seat.village, "name": "测过客", "source": "hotline", "order_number": "12345-7", "cause": "fire",
        "event_place": "国道旁", "situation": "房屋烧毁",
    }  # fmt: skip
    empty = send(clerk, "/desk/cases/report/", "report", name="测过客")
    assert empty.status_code == 400
    assert Case.objects.count() == 0
    for _ in range(2):
        done = send(clerk, "/desk/cases/report/", "report", key="same", **answers)
        case = Case.objects.get()
        assert done.url == f"/desk/cases/{case.pk}/"
    assert clerk.get(done.url).status_code == 200

    def step(part, code, outcome, **evidence):
        task = Task.objects.get(case=case, step=code, state="open")
        url = f"/desk/cases/{case.pk}/tasks/{task.pk}/"
        ends = {"_outcome": outcome} if outcome else {}
        who = officer(getattr(people, part))
        answer = who.send(url, "take", **ends, **evidence)
        if code == "decide":  # what is to be decided is shown once more
            shown = next(one for one in forms_of(answer).values() if "deed" in one.fields)
            answer = who.client.post(url, shown.fields | {"confirm": "1"})
        return answer

    assert step("clerk", "accept", "accept").status_code == 302
    scene = {"found": "衣物烧毁", "identity": "claimed", "need": "1500", "witness": "村主任"}
    assert step("investigator", "assess", "", **scene).status_code == 302
    assert step("township_approver", "decide", "grant").status_code == 302
    unproven = step("clerk", "pay", "", payee="本人", method="cash")
    assert (unproven.status_code, "见证人" in unproven.content.decode()) == (400, True)
    assert step("clerk", "pay", "", payee="本人", method="cash", witness="村主任").status_code == 302
    assert ReservePayment.objects.get().amount == 1500_00
    shown = at("clerk").get(f"/desk/funds/{ReserveFund.objects.get().pk}/").content.decode()
    assert case.number in shown
    papers = Task.objects.get(case=case, step="papers")
    page = f"/desk/cases/{case.pk}/"
    assert "催办" not in at("county_approver").get(page).content.decode()
    with clock.frozen(date(2022, 6, 30)):
        assert "催办" not in at("clerk").get(page).content.decode()
        assert officer(people.county_approver).do(page, f"urge{papers.pk}", text="请尽快补齐") == page
        assert "赵审批已催办 1 次" in at("clerk").get(page).content.decode()
        assert "补齐手续（已催办）" in at("clerk").get("/desk/").content.decode()
