"""A county's month in a real browser: budget, run, doubts, signatures, bank, closing, the books; no page too wide."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect

from minzheng.kernel.clock import Month
from minzheng.kernel.ledger import bank
from minzheng.kernel.ledger.actions import close, read_returns, reconcile
from minzheng.kernel.ledger.models import Batch, Budget, Doubt, Journal, MonthlyRun
from minzheng.kernel.ledger.sending import bank_file
from minzheng.kernel.monthly import actions
from minzheng.kernel.people.models import Person
from tests.browser.driving import Driver
from tests.browser.looking import Eyes
from tests.factories import person
from tests.factories.money import SCHEME, a_card, entitled
from tests.journeys.stage import Stage

HOME = "/desk/money/"


@pytest.fixture
def month(stage: Stage) -> Month:
    """The month before the stage's day: five who are paid, one payee who has died, one card for two."""
    with stage.now():
        month, by = Month.of(stage.at.date()).previous, stage.who.county_approver
        village, card = stage.who.seat.village, a_card()
        for n in range(5):
            entitled(by, amount=38400 + n, from_month=month, path=village)
        for n in range(2):
            entitled(by, amount=45000 + n, from_month=month, path=village, account=card)
        members = (person(path=village), person(path=village))
        gone = entitled(by, amount=50000, from_month=month, path=village, members=members)
        Person.objects.filter(pk=gone.payee_id).update(died_on=date(2020, 5, 4))
        return month


def enter(stage: Stage, who: object) -> Driver:
    """At the desk, by browser."""
    found = stage.enter(who)  # type: ignore[arg-type]
    assert isinstance(found, Driver)
    return found


def test_a_month_from_the_budget_to_the_closing_by_hand(stage: Stage, month: Month, eyes: Eyes) -> None:
    payer = enter(stage, stage.who.payer)
    for empty in ("", "runs/", "doubts/", "budgets/", "months/", "statement/", "proof/"):
        payer.go(f"{HOME}{empty}")
    first, second = enter(stage, stage.who.payment_reviewer), enter(stage, stage.who.second_payment_reviewer)
    _allot(first, month)
    batch = _run(payer, stage, month, eyes)
    _answer(first, payer, batch)
    for desk in (first, second):
        desk.go(f"{HOME}{batch.pk}/")
        button = "初核通过" if desk is first else "复核通过，批准发放"
        desk.press(button, expect=400)
        desk.press(button, {"review-checked": "true"})
    _paid(payer, batch)
    _closed(first, month)
    _books(payer, month, batch)
    assert eyes.wrong == []


def _allot(desk: Driver, month: Month) -> None:
    desk.go(f"{HOME}budgets/")
    asked = {
        "allot-scheme": SCHEME, "allot-amount": "10000", "allot-document": "财社〔2022〕12号",
        "allot-year": str(month.year),
    }  # fmt: skip
    desk.press("登记拨款", asked | {"allot-amount": "一万"}, expect=400)
    desk.press("登记拨款", asked)
    desk.go(f"{HOME}budgets/{Budget.objects.get().pk}/")
    desk.press("收回拨款", {"cut-amount": "99999", "cut-document": "财社〔2022〕13号"}, expect=400)


def _run(desk: Driver, stage: Stage, month: Month, eyes: Eyes) -> Batch:
    desk.go(f"{HOME}runs/")
    desk.press("开始", {"start-month": str(month)})
    run = MonthlyRun.objects.get()
    expect(desk.tab.locator("#progress")).to_contain_text("等待开始")
    with stage.now():
        actions.carry_on(run.pk)
    expect(desk.tab.locator("main")).to_contain_text("已完成", timeout=15_000)
    eyes.look(desk.tab, f"{desk.path}over/", 200)
    desk.go(f"{HOME}runs/")
    return Batch.objects.get()


def _answer(desk: Driver, payer: Driver, batch: Batch) -> None:
    desk.go(f"{HOME}doubts/")
    held = Doubt.objects.get(code="payee_dead")
    desk.go(f"{HOME}doubts/{held.pk}/")
    desk.press("提交核实结果", expect=400)
    desk.press("提交核实结果", {"answer-answer": "pay", "answer-words": "到户核实，本人健在，登记有误"})
    assert "重新编制" in desk.words
    payer.go(f"{HOME}{batch.pk}/")
    payer.press("按最新待遇重新编制")


def _paid(desk: Driver, batch: Batch) -> None:
    desk.go(f"{HOME}{batch.pk}/")
    for words in ("发放花名册 PDF", "公示名单 Excel"):
        with desk.tab.expect_download() as kept:
            desk.button(words).click()
        assert kept.value.path().stat().st_size > 1000
    desk.press("送银行")
    stage, by = desk.stage, desk.who
    assert by is not None
    with stage.now():
        batch.refresh_from_db()
        content = bank_file(record=batch.files.get(), by=by).content
        read_returns(batch=batch, rows=bank.read_answer(bank.run_local_bank(content)), by=by)
        reconcile(batch=batch, by=by)
        close(batch=batch, by=by)
    desk.go(f"{HOME}{batch.pk}/")


def _closed(desk: Driver, month: Month) -> None:
    desk.go(f"{HOME}months/?month={month}")
    desk.follow("最低生活保障金")
    desk.press("关账")
    desk.go(f"{HOME}months/?month={month}")
    desk.follow("最低生活保障金")


def _books(desk: Driver, month: Month, batch: Batch) -> None:
    desk.go(HOME)
    assert "本月已冻结" in desk.words
    desk.go(f"{HOME}statement/?span=year")
    desk.go(f"{HOME}statement/?span=days")
    desk.follow("应付救助金")
    desk.go(f"{HOME}journals/{Journal.objects.get(kind='obligation').pk}/")
    desk.go(f"{HOME}journals/{Journal.objects.get(kind='allotment').pk}/")
    desk.go(f"{HOME}proof/")
    desk.press("现在核验")
    assert "没有不一致" in desk.words
