"""Coming in, being warned before an idle end, coming back to what was typed; the pages of accounts, by keyboard too."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from playwright.sync_api import Browser, Page

from minzheng.kernel.access.models import Posting
from minzheng.kernel.access.queries import actor_of
from tests.browser.looking import NARROW, WIDE, Eyes
from tests.factories.cast import PASSWORD, account, office, user_of
from tests.journeys.stage import Stage


def pictured(tab: Page, name: str) -> None:
    """Where MINZHENG_SHOTS names a folder, the page as a phone and a desk show it."""
    if folder := os.environ.get("MINZHENG_SHOTS"):
        was = tab.viewport_size
        for size in (NARROW, WIDE):
            tab.set_viewport_size(size)  # type: ignore[arg-type]
            tab.screenshot(path=str(Path(folder) / f"{name}-{size['width']}.png"), full_page=True)
        if was is not None:
            tab.set_viewport_size(was)


def come_in(tab: Page, site: str, username: str, *, onward: str = "") -> None:
    tab.goto(f"{site}/login/?next={onward}")
    tab.fill("#username", username)
    tab.fill("#password", PASSWORD)
    tab.keyboard.press("Enter")
    tab.wait_for_url(lambda url: "/login/" not in url)


def test_whoever_is_called_away_is_warned_and_finds_what_was_typed(
    stage: Stage, site: str, chromium: Browser, eyes: Eyes
) -> None:
    tab = chromium.new_context(locale="zh-CN").new_page()
    eyes.watch(tab)
    tab.clock.install()
    name = user_of(stage.who.clerk).username
    come_in(tab, site, name, onward="/desk/cases/new/")
    tab.fill('[name="register-name"]', "测立冬")
    tab.clock.fast_forward("28:10")
    warning = tab.locator("[data-idle-warning]")
    warning.wait_for()
    assert "分钟" in warning.inner_text()
    assert tab.evaluate("document.activeElement.textContent") == "继续使用"
    pictured(tab, "idle")
    tab.keyboard.press("Enter")
    warning.wait_for(state="hidden")
    assert tab.input_value('[name="register-name"]') == "测立冬"
    tab.clock.fast_forward("28:30")
    warning.wait_for()
    tab.clock.fast_forward("02:00")
    tab.wait_for_url("**/login/?over=idle*")
    assert "已自动退出" in tab.inner_text("main")
    pictured(tab, "over")
    tab.fill("#username", name)
    tab.fill("#password", PASSWORD)
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/desk/cases/new/")
    assert tab.input_value('[name="register-name"]') == "测立冬"
    assert "已恢复" in tab.inner_text("[data-toasts]")
    assert PASSWORD not in tab.evaluate("JSON.stringify(sessionStorage)")
    assert not eyes.wrong
    tab.context.close()


def test_what_one_person_typed_is_not_shown_to_the_next(stage: Stage, site: str, chromium: Browser) -> None:
    tab = chromium.new_context(locale="zh-CN").new_page()
    tab.clock.install()
    come_in(tab, site, user_of(stage.who.clerk).username, onward="/desk/cases/new/")
    tab.fill('[name="register-name"]', "测立冬")
    tab.clock.fast_forward("31:00")
    tab.wait_for_url("**/login/?over=idle*")
    tab.context.clear_cookies()
    come_in(tab, site, user_of(stage.who.coordinator).username, onward="/desk/cases/new/")
    assert "测立冬" not in tab.content()
    assert tab.evaluate('sessionStorage.getItem("mz-typed")') is None
    tab.context.close()


def test_accounts_are_looked_after_and_a_telephone_is_bound(
    stage: Stage, site: str, chromium: Browser, eyes: Eyes
) -> None:
    boss = account(name="安管理")
    county = office(stage.who.seat.county)
    Posting.objects.create(user=boss, office=county, role="access.administrator", from_on=date(2020, 1, 1))
    driver = stage.door(stage, actor_of(boss))  # type: ignore[attr-defined]
    tab: Page = driver.tab
    clerk = user_of(stage.who.clerk)
    for url, name in (
        ("/desk/accounts/", "accounts"), ("/desk/accounts/new/", "account-new"),
        (f"/desk/accounts/{clerk.pk}/", "account"),
        ("/desk/accounts/systems/", "systems"), ("/desk/accounts/systems/new/", "system-new"), ("/account/", "own"),
        ("/account/password/", "password"), ("/account/codes/", "codes"), ("/login/again/", "again"),
    ):  # fmt: skip
        driver.go(url)
        pictured(tab, name)
    tab.goto(f"{site}/desk/accounts/systems/new/")
    for field, value in (("name", "政务服务平台"), ("username", "gov"), ("office", county.code),
                         ("purpose", "查询办件"), ("contact", "数据局 0431-88880000")):  # fmt: skip
        tab.fill(f'[name="system-{field}"]', value)
    tab.locator('[name="system-role"]').select_option("assistance.county_approver")
    tab.get_by_role("button", name="开立").click()
    # The key is given by somebody else.
    giver = account(name="权管理")
    Posting.objects.create(user=giver, office=county, role="access.security", from_on=date(2020, 1, 1))
    tab = stage.door(stage, actor_of(giver)).tab  # type: ignore[attr-defined]
    for url, name in (("/desk/accounts/rights/", "rights"), ("/desk/accounts/systems/1/", "system-rights")):
        tab.goto(f"{site}{url}")
        pictured(tab, name)
    tab.get_by_role("link", name="签发接口密钥").click()
    tab.check('[value="cases.read_case"]')
    pictured(tab, "key-new")
    tab.get_by_role("button", name="签发").click()
    assert tab.inner_text(".mz-secret").startswith("mzk_")
    eyes.look(tab, "/secret/", 200)
    pictured(tab, "key")
    tab.get_by_role("link", name="我已记下").click()
    eyes.look(tab, "/desk/accounts/systems/1/", 200)
    pictured(tab, "system")
    reader = account(name="申审计")
    Posting.objects.create(user=reader, office=county, role="access.auditor", from_on=date(2020, 1, 1))
    audit = stage.door(stage, actor_of(reader)).tab  # type: ignore[attr-defined]
    audit.goto(f"{site}/desk/accounts/audit/")
    pictured(audit, "audit")
    tab.goto(f"{site}/account/codes/")
    assert len(tab.inner_text(".mz-seed").replace(" ", "")) == 32
    tab.fill("#code", "000000")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("[data-summary]")
    pictured(tab, "codes-wrong")
    assert not eyes.wrong, eyes.wrong
