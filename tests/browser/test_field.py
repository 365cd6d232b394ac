"""A visitor goes where there is no network: two visits and a picture wait sealed, the tab dies, all arrive once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect

from minzheng.domains.eldercare.steps import VISITS
from minzheng.kernel.audit import Actor, system
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.documents.models import Document
from minzheng.kernel.visits import contacting, planning
from minzheng.kernel.visits.contacting import Said
from minzheng.kernel.visits.models import Contact, Watched
from tests.browser.looking import _AXE, NARROW, Eyes
from tests.factories.cast import PASSWORD, staff, user_of
from tests.factories.papers import PNG
from tests.factories.people import household, person
from tests.journeys.stage import Stage

FIELD = "/desk/field/"
CODE = "482915"
NAMES = ("测独甲", "测独乙", "测独丙")
WELL = {item.code: "ok" for item in VISITS.seen}
# Everything that lies in the database of the page, as text: sealed bytes are no words.
LYING = """async () => {
  const asked = (one) => new Promise((done) => { one.onsuccess = () => done(one.result); });
  const database = await asked(indexedDB.open("minzheng-field"));
  let told = "";
  for (const name of database.objectStoreNames) {
    for (const row of await asked(database.transaction(name).objectStore(name).getAll())) {
      told += JSON.stringify(row) + (row.data ? new TextDecoder().decode(row.data) : "");
    }
  }
  database.close();
  return told;
}"""
EXPIRED = """async () => {
  const asked = (one) => new Promise((done) => { one.onsuccess = () => done(one.result); });
  const database = await asked(indexedDB.open("minzheng-field"));
  const kept = await asked(database.transaction("meta").objectStore("meta").get("vault"));
  await asked(database.transaction("meta", "readwrite").objectStore("meta").put({ ...kept, keepUntil: 1 }, "vault"));
  database.close();
}"""
# What is kept by itself and what a button keeps come at the same moment: one row, and the later state.
TOGETHER = """async () => {
  const { vault } = window.minzheng.field, one = { state: "draft", work: "twice", photos: {}, answers: {} };
  const first = vault.put(one);
  one.state = "waiting";
  await Promise.all([first, vault.put(one)]);
  const found = (await vault.records()).filter((each) => each.work === "twice").map((each) => each.state);
  await vault.drop(one);
  return found;
}"""
LEFT = """async () => [(await indexedDB.databases()).length, (await caches.keys()).length,
  (await navigator.serviceWorker.getRegistrations()).length, localStorage.length]"""
# The office hears, but its answer is lost on the way, once.
LOST = """() => {
  const real = window.fetch;
  window.fetch = async (url, given) => {
    const answer = await real(url, given);
    if (String(url).includes("hand-in")) { window.fetch = real; throw new TypeError("line"); }
    return answer;
  };
}"""


@pytest.fixture
def visitor(stage: Stage) -> Actor:
    """Goes round in the village; three old people who live alone are due."""
    village = stage.who.seat.village
    with stage.now():
        for name in NAMES:
            household(person(path=village, name=name, birth=date(1940, 1, 1)), path=village)
        planning.replan(rounds="eldercare.visits", path=stage.who.seat.county, by=system("visits"))
        mine = staff("visitor", at=village, name="方巡访", domain="eldercare")
        Watched.objects.update(next_due_on=stage.at.date(), visit_due_on=stage.at.date(), visitor="")
        Watched.objects.filter(person__name__in=NAMES).update(visitor=mine.id)
    return mine


@pytest.fixture
def tab(site: str, chromium: Browser, visitor: Actor, eyes: Eyes) -> Iterator[Page]:
    """A telephone, signed in."""
    context = chromium.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", viewport=NARROW, base_url=site, permissions=["geolocation"],
        geolocation={"latitude": 44.43, "longitude": 125.18, "accuracy": 12}, has_touch=True,
    )  # fmt: skip
    context.set_default_timeout(10_000)
    page = context.new_page()
    eyes.watch(page)
    page.goto(f"/login/?next={FIELD}")
    page.fill("#username", user_of(visitor).username)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    yield page
    context.close()


def _looked(tab: Page) -> None:
    """The rules of access on what is now shown, and nothing wider than the telephone in either size of letters."""
    tab.evaluate(AXE_SCRIPT)
    assert tab.evaluate(_AXE) == []
    for elder in (True, False):
        over = tab.evaluate(
            """(on) => { document.documentElement.toggleAttribute("data-elder", on);
              return document.documentElement.scrollWidth - innerWidth; }""",
            elder,
        )
        assert over <= 0, tab.url


def _unlock(tab: Page, code: str = CODE) -> None:
    tab.get_by_label("本机口令").fill(code)
    tab.get_by_role("button", name="打开", exact=True).click()


def _open(tab: Page, name: str) -> None:
    tab.locator("button.fw-row", has_text=name).last.click()
    expect(tab.locator("h1")).to_contain_text(name)


def _well(tab: Page) -> None:
    tab.locator('[name="met"][value="true"]').check()
    tab.get_by_role("button", name="其余各项都选“正常”").click()


def _save(tab: Page) -> None:
    tab.get_by_role("button", name="保存，等待上传").click()
    expect(tab.locator("h1")).to_have_text("现场工作")


def test_visits_made_without_network_wait_sealed_arrive_once_and_meet_another(
    stage: Stage, tab: Page, visitor: Actor, eyes: Eyes
) -> None:
    context = tab.context
    # Before leaving: a code for the telephone, the day's work on it.
    tab.get_by_label("本机口令").fill("111111")
    tab.get_by_label("再输入一次").fill("111111")
    tab.get_by_role("button", name="设置口令并下载任务").click()
    expect(tab.locator("[data-said]")).to_contain_text("太容易猜到")
    _looked(tab)
    tab.get_by_label("本机口令").fill(CODE)
    tab.get_by_label("再输入一次").fill(CODE)
    tab.get_by_role("button", name="设置口令并下载任务").click()
    expect(tab.locator("[data-said]")).to_contain_text("任务已下载")
    expect(tab.locator("button.fw-row")).to_have_count(3)
    tab.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
    assert tab.evaluate(TOGETHER) == ["waiting"]
    _looked(tab)

    # No network: a whole visit with a picture and a position, and a door that nobody opened.
    context.set_offline(True)
    expect(tab.locator("[data-net]")).to_contain_text("无网络")
    _open(tab, NAMES[0])
    tab.get_by_role("button", name="保存，等待上传").click()
    expect(tab.locator("[data-problem]")).to_contain_text("1 项没有填好")
    _looked(tab)
    _well(tab)
    picture = tab.locator('[data-asked="photo"]')
    assert picture.locator("input[type=file]").is_disabled()
    picture.get_by_label("已征得本人或家属同意拍照").check()
    picture.locator("input[type=file]").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": PNG}
    )
    expect(picture).to_contain_text("已保存在手机上")
    tab.get_by_label("我同意在这条记录中附上此刻的位置").check()
    tab.get_by_role("button", name="记录此刻的位置").click()
    expect(tab.locator(".fw-where")).to_contain_text("误差约 12 米")
    _save(tab)
    _open(tab, NAMES[1])
    tab.locator('[name="method"][value="phone"]').check()
    tab.locator('[name="met"][value="false"]').check()
    tab.locator('[name="words"]').fill("连打两次没有人接")
    _save(tab)
    expect(tab.locator("[data-net]")).to_contain_text("2 条未上传")
    assert Contact.objects.count() == 0
    lying = tab.evaluate(LYING)
    for words in (*NAMES, "连打两次", "44.43", "方巡访", CODE):
        assert words not in lying

    # The tab dies; the page opens without network, for whoever knows the code.
    tab.close()
    tab = context.new_page()
    eyes.watch(tab)
    tab.goto(FIELD)
    _unlock(tab, "482916")
    expect(tab.locator("[data-said]")).to_contain_text("还可以试 7 次")
    _unlock(tab)
    expect(tab.get_by_text("等待上传")).to_have_count(4)
    _looked(tab)

    # Back in the net: in order, once each, though the first answer is lost on the way.
    tab.evaluate(LOST)
    context.set_offline(False)
    expect(tab.locator("[data-said]")).to_contain_text("网络不通")
    tab.get_by_role("button", name="立即上传").dblclick()
    expect(tab.locator("[data-net]")).to_have_text("有网络", timeout=20_000)
    first, second = Contact.objects.order_by("id")
    assert (first.watched.person.name, second.watched.person.name) == NAMES[:2]
    assert (first.metres, first.valid, second.met, second.words) == (0, True, False, "连打两次没有人接")
    assert first.by == visitor.id
    kept = Document.objects.get(pk=first.photo_id)
    assert (kept.content_type, kept.label) == ("image/jpeg", "居家老年人巡访照片（已征得同意）")
    assert Entry.objects.filter(verb="visits.record_contact", outcome="done").count() == 2

    # Somebody else was on the telephone meanwhile: each question that differs is chosen by the visitor.
    context.set_offline(True)
    with stage.now():
        clerk = staff("clerk", at=stage.who.seat.township, name="江经办", domain="eldercare")
        watched = Watched.objects.get(person__name=NAMES[2])
        said = Said(method="phone", met=True, seen=WELL | {"warmth": "watch"})
        contacting.record_contact(watched=watched, said=said, by=clerk)
    _open(tab, NAMES[2])
    _well(tab)
    _save(tab)
    context.set_offline(False)
    expect(tab.locator("[data-said]")).to_contain_text("1 项需要您处理")
    tab.locator("button.fw-row", has_text="有不同记录").first.click()
    expect(tab.locator("h1")).to_have_text("有不同的记录")
    _looked(tab)
    tab.get_by_role("button", name="按所选内容上传").click()
    expect(tab.locator("[data-problem]")).to_contain_text("还有 2 项没有选择")
    tab.locator('[name="differs-method"][value="mine"]').check()
    tab.locator('[name="differs-s_warmth"][value="theirs"]').check()
    tab.get_by_role("button", name="按所选内容上传").click()
    expect(tab.locator("[data-said]")).to_contain_text("1 条记录已上传")
    third = Contact.objects.order_by("-id")[0]
    assert (third.method, third.seen["warmth"]["state"], third.by) == ("home", "watch", visitor.id)
    assert Contact.objects.count() == 4

    _open(tab, NAMES[1])
    tab.locator('[name="words"]').fill("下次再来")
    tab.get_by_role("button", name="返回（保留草稿）").click()

    # Past its hours what was taken along is gone, and what was begun is not.
    tab.evaluate(EXPIRED)
    tab.goto(FIELD)
    _unlock(tab)
    expect(tab.locator(".fw-lead")).to_contain_text("任务已过保留时间")
    expect(tab.locator("button.fw-row")).to_have_count(1)
    expect(tab.locator("button.fw-row")).to_contain_text("没有填完")

    # Signing out asks while something has not arrived, and then leaves nothing.
    tab.goto("/desk/")
    tab.locator("details[data-menu] summary").last.click()
    tab.get_by_role("button", name="退出登录").click()
    expect(tab.locator("[data-toasts]")).to_contain_text("1 条现场记录没有上传")
    tab.get_by_role("button", name="退出登录").click()
    tab.wait_for_url(lambda url: url.count("/") == 3)
    assert tab.evaluate(LEFT) == [0, 0, 0, 0]
    assert [one for one in eyes.wrong if "ERR_INTERNET_DISCONNECTED" not in one] == []
