"""How a page is handled: by keyboard alone, pressed twice, gone back to, without script, in large letters."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework.models import Case, Task
from minzheng.kernel.documents.models import Document
from tests.browser.driving import Driver
from tests.browser.looking import NARROW, Eyes
from tests.factories.cast import PASSWORD, user_of
from tests.factories.walk import Walk
from tests.journeys.scenario_1 import NAME
from tests.journeys.stage import Stage

ACCEPTED = {"take-complete": "true", "take-kin": "false", "take-_outcome": "accept"}


@pytest.fixture
def handed_in(stage: Stage) -> Case:
    """An application that waits at the window."""
    walk = Walk(stage.who, stage.departments, stage.applicant, stage.family, form={"class_ur": "rural"})
    with stage.now():
        return walk.apply()


def _task(stage: Stage, case: Case) -> str:
    return f"/desk/cases/{case.pk}/tasks/{stage.task(case, 'accept').pk}/"


def _accepted_once(case: Case) -> None:
    assert Task.objects.get(case=case, step="accept").state == Task.State.DONE
    assert Entry.objects.filter(verb="casework.take", outcome="done", case_id=case.pk).count() == 1
    assert Document.objects.filter(case_id=case.pk, letter="acceptance_receipt").count() == 1


def _tab_to(tab: Page, wanted: Locator, *, most: int = 80) -> None:
    """Press Tab until the focus stands where it is wanted."""
    for _ in range(most):
        if wanted.evaluate("(one) => one === document.activeElement"):
            return
        tab.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached by Tab")


def _enter_key(tab: Page) -> None:
    with tab.expect_navigation():
        tab.keyboard.press("Enter")


def test_the_window_accepts_by_keyboard_alone(
    stage: Stage, site: str, chromium: Browser, handed_in: Case
) -> None:
    tab = chromium.new_context(locale="zh-CN").new_page()
    tab.goto(f"{site}/login/?next=/desk/")
    _tab_to(tab, tab.locator("#username"))
    tab.keyboard.type(user_of(stage.who.clerk).username)
    tab.keyboard.press("Tab")
    tab.keyboard.type(PASSWORD)
    _enter_key(tab)
    _tab_to(tab, tab.locator("main table a").first)
    _enter_key(tab)
    if "/tasks/" not in tab.url:
        _tab_to(tab, tab.get_by_role("link", name="办理：受理"))
        _enter_key(tab)
    form = tab.locator("#sheet-take")
    _tab_to(tab, form.locator('[name="take-complete"]'))
    tab.keyboard.press("Space")
    for name, downs in (("take-kin", 1), ("take-_outcome", 0)):
        _tab_to(tab, form.locator(f'[name="{name}"]').first)
        tab.keyboard.press("Space")
        for _ in range(downs):
            tab.keyboard.press("ArrowDown")
    _tab_to(tab, form.locator(".mz-actions button"))
    _enter_key(tab)
    expect(tab.locator("body")).to_contain_text("“受理”已办理")
    _accepted_once(handed_in)
    tab.context.close()


def test_the_focus_is_seen_and_the_first_link_skips_to_the_content(stage: Stage, handed_in: Case) -> None:
    window = stage.enter(stage.who.clerk)
    assert isinstance(window, Driver)
    window.go("/desk/")
    window.tab.keyboard.press("Tab")
    first = window.tab.locator(":focus")
    assert first.inner_text() == "跳到正文"
    assert first.evaluate("(one) => one.getBoundingClientRect().top >= 0")
    window.tab.keyboard.press("Enter")
    window.tab.keyboard.press("Tab")
    assert window.tab.locator("main :focus").count() == 1


@pytest.mark.parametrize("script", [True, False])
def test_a_double_click_does_it_once(
    stage: Stage, site: str, chromium: Browser, handed_in: Case, script: bool
) -> None:
    window = stage.enter(stage.who.clerk)
    assert isinstance(window, Driver)
    state = window.tab.context.storage_state()
    tab = chromium.new_context(java_script_enabled=script, storage_state=state).new_page()
    tab.goto(site + _task(stage, handed_in))
    form = tab.locator("#sheet-take")
    for name, value in ACCEPTED.items():
        form.locator(f'[name="{name}"][value="{value}"]').check()
    form.locator(".mz-actions button").dblclick(no_wait_after=True)
    # The second click breaks off the first way there; only where one arrives matters.
    expect(tab).to_have_url(f"{site}/desk/cases/{handed_in.pk}/", timeout=30_000)
    _accepted_once(handed_in)
    assert not Entry.objects.filter(verb="casework.take", outcome="refused").exists()
    tab.context.close()


def test_going_back_after_a_submission_submits_nothing(stage: Stage, handed_in: Case) -> None:
    window = stage.enter(stage.who.clerk)
    assert isinstance(window, Driver)
    window.go(f"/desk/cases/{handed_in.pk}/")
    window.follow("办理：受理")
    window.press("", ACCEPTED, within="sheet-take")
    window.tab.go_back()
    window.tab.wait_for_load_state()
    _accepted_once(handed_in)
    again = window.tab.locator("#sheet-take .mz-actions button")
    if again.count():
        # The old page as the browser kept it: pressing its button once more changes nothing and says so.
        with window.tab.expect_navigation():
            again.click()
        expect(window.tab.locator("body")).to_contain_text("已办理")
    window.tab.reload()
    _accepted_once(handed_in)


def test_large_letters_stay_on_from_page_to_page(stage: Stage, eyes: Eyes) -> None:
    home = stage.enter(stage.applicant_at_home)
    assert isinstance(home, Driver)
    home.go("/")
    before = home.tab.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    home.tab.locator("[data-elder-switch]").filter(visible=True).first.click()
    home.go("/services/")
    assert home.tab.locator("html[data-elder]").count() == 1
    after = home.tab.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    assert after >= before * 1.2
    assert home.tab.viewport_size == NARROW
    assert eyes.wrong == []


def test_the_portal_serves_without_script(stage: Stage, site: str, chromium: Browser) -> None:
    tab = chromium.new_context(java_script_enabled=False, viewport=NARROW).new_page()  # type: ignore[arg-type]
    tab.goto(f"{site}/login/?next=/services/assistance.dibao/start/")
    tab.fill("#username", user_of(stage.applicant_at_home).username)
    tab.fill("#password", PASSWORD)
    tab.get_by_role("button", name="登录").click()
    tab.get_by_role("button", name="开始填写").click()
    expect(tab.locator("main")).to_contain_text(NAME)
    assert Case.objects.get().state == Case.State.DRAFT
    tab.context.close()
