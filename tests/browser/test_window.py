"""A clerk with thirty people waiting: found by keyboard, needs ticked, one receipt; the list, the search, the bell."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Browser, Page

from minzheng.kernel.counter.models import Intake
from tests.browser.looking import NARROW, WIDE, Eyes
from tests.journeys.stage import Stage


def pictured(tab: Page, name: str) -> None:
    """Where MINZHENG_SHOTS names a folder, the page in both widths and both sizes of letters."""
    if folder := os.environ.get("MINZHENG_SHOTS"):
        for size in (NARROW, WIDE):
            tab.set_viewport_size(size)  # type: ignore[arg-type]
            for letters in ("", "-large"):
                tab.evaluate(
                    "(e) => document.documentElement.toggleAttribute('data-elder', e)", bool(letters)
                )
                path = str(Path(folder) / f"{name}-{size['width']}{letters}.png")
                tab.screenshot(path=path, full_page=True)
        tab.evaluate("() => document.documentElement.removeAttribute('data-elder')")


def test_a_visitor_is_heard_by_keyboard_and_given_one_receipt(
    stage: Stage, site: str, chromium: Browser, eyes: Eyes
) -> None:
    driver = stage.door(stage, stage.who.clerk)  # type: ignore[attr-defined]
    tab: Page = driver.tab
    driver.go("/desk/cases/new/")
    pictured(tab, "new")
    tab.locator("#f-register-id_number").press_sequentially(stage.applicant.id_number or "")
    tab.get_by_role("link", name="已有档案，直接受理").click()
    tab.wait_for_url(f"**/desk/cases/new/{stage.applicant.pk}/")
    pictured(tab, "start")
    eyes.look(tab, "/desk/cases/new/1/", 200)
    tab.get_by_label("收入低，基本生活困难").check()
    assert tab.locator('[value="assistance.dibao"]').is_checked()
    assert tab.locator('[name="department"][value="jobs"]').is_checked()
    tab.get_by_label("看病、上学等必需支出太大").check()
    tab.get_by_role("link", name="十个问题测一测").click()
    pictured(tab, "screen")
    eyes.look(tab, "/desk/counter/people/1/screen/", 200)
    tab.go_back()
    tab.get_by_label("收入低，基本生活困难").check()
    pictured(tab, "start-chosen")
    tab.get_by_role("button", name="登记受理").dblclick()
    tab.wait_for_url("**/desk/counter/*/")
    intake = Intake.objects.get()
    eyes.look(tab, "/desk/counter/1/", 200)
    pictured(tab, "intake")
    driver.go(f"/desk/counter/{intake.pk}/receipt/")
    pictured(tab, "receipt")
    driver.go("/desk/counter/")
    pictured(tab, "receipts")

    tab.set_viewport_size(WIDE)  # type: ignore[arg-type]
    driver.go("/desk/")
    pictured(tab, "tasks")
    tab.set_viewport_size(WIDE)  # type: ignore[arg-type]
    tab.keyboard.press("Control+k")
    tab.keyboard.type(stage.applicant.initials, delay=20)
    tab.wait_for_selector("[data-hit]")
    pictured(tab, "search-open")
    tab.set_viewport_size(WIDE)  # type: ignore[arg-type]
    eyes.look(tab, "/desk/search/open/", 200)
    tab.focus("#find-all")
    tab.keyboard.press("ArrowDown")
    assert tab.evaluate("document.activeElement.hasAttribute('data-hit')")
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**/desk/cases/new/{stage.applicant.pk}/")
    tab.locator("h1").click()
    tab.keyboard.press("?")
    assert tab.get_by_role("heading", name="键盘快捷键").is_visible()
    pictured(tab, "keys")
    eyes.look(tab, "/desk/keys/", 200)
    tab.keyboard.press("Escape")
    tab.locator("h1").click()
    tab.keyboard.press("g")
    tab.keyboard.press("b")
    tab.wait_for_url("**/desk/bell/")
    pictured(tab, "bell")
    eyes.look(tab, "/desk/bell/", 200)
    assert not eyes.wrong, eyes.wrong
