"""Letters looked at in the window of a case and on a telephone, found, printed; messages that did not arrive."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect

from minzheng.kernel import clock
from minzheng.kernel.casework.models import Case
from minzheng.kernel.documents import bundling, tasks
from minzheng.kernel.documents.models import Bundle
from minzheng.kernel.notices.models import Message, Sending
from tests.browser.driving import Driver
from tests.browser.looking import NARROW, Eyes
from tests.factories import household, person
from tests.factories.departments import Departments
from tests.factories.walk import Walk
from tests.journeys.stage import Stage

PAPERS = "/desk/papers/"


@pytest.fixture
def case(stage: Stage, departments: Departments) -> Case:
    """A family whose application was accepted, and a message of it that did not arrive."""
    with stage.now():
        village = stage.who.seat.village
        applicant = person(path=village, name="测清明", birth=date(1968, 4, 4))
        family = household(applicant, path=village, class_ur="rural")
        walk = Walk(stage.who, departments, applicant, family, form={"class_ur": "rural"})
        walk.apply()
        found = walk.accept()
        message = Message.objects.filter(case_id=found.pk).latest("pk")
        Sending.objects.create(
            message=message, person=applicant, path=village, channel="sms", state="failed", error="phone_off",
            written_at=clock.now(), next_at=clock.now(), sent_to="199****0001", attempts=1,
        )  # fmt: skip
        tasks.read_words(0)
        return found


def test_a_letter_is_looked_at_found_and_printed_and_what_did_not_arrive_is_seen(
    stage: Stage, case: Case, eyes: Eyes
) -> None:
    desk = stage.enter(stage.who.clerk)
    assert isinstance(desk, Driver)
    desk.go(f"/desk/cases/{case.pk}/")
    desk.tab.locator("a[data-leaves]").first.click()
    window = desk.tab.locator("dialog.mz-preview-leaves")
    expect(window.locator("img").first).to_have_js_property("complete", True)
    expect(window.locator("img").first).not_to_have_js_property("naturalWidth", 0)
    desk.tab.set_viewport_size(NARROW)  # type: ignore[arg-type]
    assert window.evaluate("(one) => one.getBoundingClientRect().right <= innerWidth")
    window.get_by_text("单独打开").click()
    expect(desk.tab.locator(".mz-leaves img").first).not_to_have_js_property("naturalWidth", 0)
    desk.arrived()
    desk.go(f"/desk/cases/{case.pk}/")
    desk.press("出具表格", {"kind": "application_form"})
    desk.go(PAPERS)
    desk.press("查找", {"q": "低"}, expect=400)
    desk.press("查找", {"q": "我的事项"})
    assert "受理通知书" in desk.words
    desk.go(f"{PAPERS}print/")
    desk.go(f"{PAPERS}print/choose/")
    desk.press("打印选中的办件")
    with stage.now():
        bundling.make(Bundle.objects.get().pk)
    expect(desk.tab.locator("main")).to_contain_text("已经生成", timeout=15_000)
    eyes.look(desk.tab, f"{desk.path}over/", 200)
    for page in ("sendings/", "sendings/wording/", f"sendings/{Sending.objects.get().pk}/"):
        desk.go(f"{PAPERS}{page}")
    desk.press("重新发送")
    home = stage.enter(stage.who.resident)
    home.go("/my/contact/")
    home.press("保存", {"email": "不是邮箱"}, expect=400)
    assert eyes.wrong == []
