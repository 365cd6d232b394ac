"""A county raises its standard in a real browser: three officers, a bar that moves by itself, no page too wide."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from minzheng.kernel.clock import Month
from minzheng.kernel.releases import applying, simulating
from minzheng.kernel.releases.models import Release, Signature, Simulation
from tests.browser.driving import Driver
from tests.browser.looking import Eyes
from tests.factories import staff
from tests.factories.raised import Raised, poor
from tests.journeys.stage import Stage

HOME = "/desk/standards/"


@pytest.fixture
def raised(stage: Stage) -> Raised:
    """One household on dibao, one on file, one that nothing is known of."""
    seat = stage.who.seat.county
    with stage.now():
        made = Raised(
            stage.who,
            drafter=staff("standards_drafter", at=seat, name="方拟订"),
            first=staff("standards_signer", at=seat, name="范会签"),
            second=staff("standards_signer", at=seat, name="费会签"),
        )
        since = Month.of(stage.at.date()).previous
        poor(made, "甲", members=1, yearly=0, amount=54600, since=since)
        poor(made, "乙", members=4, yearly=2160000, amount=38400, since=since)
        poor(made, "丙", members=1, yearly=0, amount=54600, since=since, facts=False)
        made.pay(since)
    return made


def enter(stage: Stage, who: object) -> Driver:
    """At the desk, by browser."""
    found = stage.enter(who)  # type: ignore[arg-type]
    assert isinstance(found, Driver)
    return found


def test_a_raise_is_drafted_tried_signed_and_published_by_hand(
    stage: Stage, raised: Raised, eyes: Eyes
) -> None:
    desk = enter(stage, raised.drafter)
    desk.go(HOME)
    desk.follow("全部参数")
    desk.go(f"{HOME}values/dibao.mode/")
    desk.go(f"{HOME}releases/")
    desk.follow("拟订发布")
    month = str(Month.of(stage.at.date()).previous)
    answers = {"draft-from_month": month, "draft-title": "提高标准", "draft-source": "农政发〔2022〕9号"}
    desk.press("保存草稿，填写标准", answers | {"draft-title": ""}, expect=400)
    desk.press("保存草稿，填写标准", answers)
    release = Release.objects.get()
    page = f"{HOME}releases/{release.pk}/"
    desk.press("保存数值", {"values-dibao.standard.urban": "五百八"}, expect=400)
    desk.press("保存数值", {"values-dibao.standard.urban": "580"})
    desk.press("对全部家庭试算")
    run = Simulation.objects.get()
    expect(desk.tab.locator("#progress")).to_contain_text("等待")
    with stage.now():
        simulating.run(run.pk)
    expect(desk.tab.locator("main")).to_contain_text("金额增加", timeout=15_000)
    eyes.look(desk.tab, f"{desk.path}results/", 200)
    expect(desk.tab.locator("[data-canvas] svg").first).to_be_visible()
    desk.go(f"{HOME}simulations/{run.pk}/")
    desk.go(f"{HOME}simulations/{run.pk}/households/{run.samples.filter(group='winners')[0].pk}/")

    for who in (raised.first, raised.second):
        signer = enter(stage, who)
        signer.go(page)
        signer.press("会签", expect=400)
        signer.press("会签", {"sign-checked": "true"})
    desk.go(page)
    desk.press("发布")
    with stage.now():
        applying.carry_out(release.pk)
    for name in ("", "arrears/", "attention/", f"attention/{release.attentions.get().pk}/"):
        desk.go(page + name)
    desk.press("登记结果", {"attend-words": "已入户核算"})
    enter(stage, raised.first).go(page)
    enter(stage, raised.first).press("撤销发布", {"back_out-reason": "文件撤回"})
    assert Release.objects.get().state == Release.State.BACKED_OUT
    assert eyes.wrong == []


@pytest.mark.parametrize("script", [True, False])
def test_a_double_click_signs_once(
    stage: Stage, site: str, chromium: Browser, raised: Raised, script: bool
) -> None:
    with stage.now():
        release = raised.draft(month=Month.of(stage.at.date()))
        raised.tried(release)
    signer = enter(stage, raised.first)
    state = signer.tab.context.storage_state()
    tab = chromium.new_context(java_script_enabled=script, storage_state=state).new_page()
    tab.goto(f"{site}{HOME}releases/{release.pk}/")
    form = tab.locator("#sheet-sign")
    form.locator('[name="sign-checked"]').check()
    form.locator(".mz-actions button").dblclick(no_wait_after=True)
    expect(tab.locator("main")).to_contain_text("1 人已会签")
    assert Signature.objects.count() == 1
    tab.context.close()


def test_a_standard_is_written_by_keyboard_and_without_script(
    stage: Stage, site: str, chromium: Browser, raised: Raised
) -> None:
    with stage.now():
        release = raised.draft(month=Month.of(stage.at.date()))
    drafter = enter(stage, raised.drafter)
    state = drafter.tab.context.storage_state()
    tab = chromium.new_context(java_script_enabled=False, storage_state=state).new_page()
    tab.goto(f"{site}{HOME}releases/{release.pk}/")
    tab.locator('[name="values-dibao.standard.urban"]').focus()
    tab.keyboard.press("Control+A")
    tab.keyboard.type("612.5")
    with tab.expect_navigation():
        tab.keyboard.press("Enter")
    assert release.values.get().value == "61250"
    remove = tab.locator('button[form="sheet-remove"]')
    remove.focus()
    with tab.expect_navigation():
        tab.keyboard.press("Enter")
    assert not release.values.exists()
    tab.context.close()
