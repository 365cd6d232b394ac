"""我能享受什么 in a real browser on a phone: by hand, back again, without script, and on into the application."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from minzheng.kernel.casework.models import Case
from tests.browser.driving import Driver
from tests.browser.looking import NARROW, Eyes
from tests.factories.cast import PASSWORD, user_of
from tests.factories.screened import CODE, FAMILY, GRANDMOTHER, WARD, flat
from tests.journeys.stage import Stage

ASK = f"/self-check/{CODE}/"
WORKER = FAMILY | {"alone": "false", "people": [GRANDMOTHER | {"age": "45", "doing": "job", "income": "300"}]}


def _fill(tab: Page, answers: dict[str, Any]) -> None:
    """Every answer by hand; a row is added for each further person."""
    for _ in answers["people"][1:]:
        tab.locator("[data-rows-add]").click()
    for name, value in flat(answers).items():
        field = tab.locator(f'[name="{name}"]')
        if field.first.get_attribute("type") == "radio":
            tab.locator(f'[name="{name}"][value="{value}"]').check()
        elif field.evaluate("(one) => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def _phone(stage: Stage) -> Driver:
    visitor = stage.enter(None)
    assert isinstance(visitor, Driver)
    visitor.go("/")
    visitor.go(ASK)
    return visitor


def _ask(visitor: Driver) -> None:
    with visitor.tab.expect_navigation() as arrival:
        visitor.tab.get_by_role("button", name="看结果").click()
    assert arrival.value is not None
    visitor.eyes.look(visitor.tab, f"{ASK}answer/", arrival.value.status)


def test_a_daughter_asks_on_her_phone_and_comes_back_to_what_she_typed(stage: Stage, eyes: Eyes) -> None:
    visitor = _phone(stage)
    tab = visitor.tab
    _ask(visitor)
    expect(tab.locator("[data-summary]")).to_contain_text("请选择您家所在的县")
    visitor.go(ASK)
    _fill(tab, FAMILY | {"people": [GRANDMOTHER, WARD]})
    _ask(visitor)
    expect(tab.locator("h1")).to_have_text("您家可能享受的待遇")
    expect(tab.locator(".mz-total")).to_contain_text("1,830.00")
    for summary in tab.locator("summary").filter(visible=True).all():
        summary.click()
    expect(tab.locator(".mz-offer").first).to_contain_text("为什么")
    tab.go_back()
    expect(tab.locator('[name="people-1-age"]')).to_have_value("9")
    expect(tab.locator('[name="deposits"]')).to_have_value("3000")
    expect(tab.locator('[name="father"]')).to_have_value("dead")
    assert tab.locator('[name="class_ur"][value="rural"]').is_checked()
    assert eyes.wrong == []


def test_without_script_it_works_the_same(site: str, stage: Stage, chromium: Browser) -> None:
    stage.enter(None)
    tab = chromium.new_context(java_script_enabled=False, viewport=NARROW).new_page()  # type: ignore[arg-type]
    tab.goto(site + ASK)
    tab.locator("[data-rows-add]").click()
    expect(tab.locator('[name="people-1-age"]')).to_have_count(1)
    _fill(tab, FAMILY | {"people": [GRANDMOTHER]})
    for name, value in flat(FAMILY).items():
        if name.startswith("people-1"):
            field = tab.locator(f'[name="{name}"]')
            if field.evaluate("(one) => one.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
    tab.get_by_role("button", name="看结果").click()
    expect(tab.locator(".mz-total")).to_contain_text("1,830.00")
    tab.get_by_role("button", name="修改我的回答").click()
    expect(tab.locator('[name="people-1-age"]')).to_have_value("9")
    tab.context.close()


@pytest.mark.parametrize("elder", [False, True])
def test_signing_in_brings_the_answers_along_into_a_draft(stage: Stage, eyes: Eyes, elder: bool) -> None:
    who = user_of(stage.applicant_at_home)
    visitor = _phone(stage)
    tab = visitor.tab
    if elder:
        tab.locator("[data-elder-switch]").filter(visible=True).first.click()
    _fill(tab, WORKER)
    _ask(visitor)
    assert not Case.objects.filter(state=Case.State.DRAFT).exists()
    tab.get_by_role("link", name="登录后申请最低生活保障").click()
    tab.locator("#username").fill(who.username)
    tab.locator('[name="password"]').fill(PASSWORD)
    tab.keyboard.press("Enter")
    apply = tab.get_by_role("button", name="申请最低生活保障")
    expect(apply).to_be_visible()
    apply.click()
    tab.wait_for_url("**/apply/*/family/")
    expect(tab.locator("body")).to_contain_text("刚才的回答已带入")
    assert Case.objects.get(state=Case.State.DRAFT).form["deposits"] == 300000
    assert eyes.wrong == []
