"""A daughter applies for her father on a phone: the line breaks, she presses twice, and nothing is lost or doubled.

Then every page of the residents' door by axe, at the rules of WCAG 2.2 AA, in both sizes of letters.
"""

from __future__ import annotations

import random
import struct
import zlib
from datetime import date

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from minzheng.kernel.casework.models import Case, Task
from minzheng.kernel.casework.taking import take
from minzheng.kernel.documents.models import Document
from minzheng.kernel.feedback.models import Rating, Remedy
from minzheng.kernel.people.models import Person
from tests.browser.driving import Driver
from tests.browser.looking import Eyes
from tests.factories.cast import resident_of
from tests.factories.money import a_card
from tests.factories.people import household, person
from tests.journeys.stage import Stage

DIBAO = "assistance.dibao"
HOUSEHOLD = {
    "class_ur": "rural", "need": "父亲卧床，没有收入", "housing": "own", "houses": "1", "deposits": "3000",
    "vehicles": "0", "phone": "13800000000",
}  # fmt: skip


def _photograph(width: int, height: int, seed: int) -> bytes:
    """A picture as large as a telephone takes them: too large for a slow line."""
    noise = random.Random(seed)
    rows = b"".join(b"\0" + noise.randbytes(width * 3) for _ in range(height))

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows, 1))
        + chunk(b"IEND", b"")
    )


@pytest.fixture
def father(stage: Stage) -> Person:
    his = person(path=stage.who.seat.village, name="测老人", birth=date(1948, 2, 3))
    household(his, path=stage.who.seat.village)
    return his


@pytest.fixture
def home(stage: Stage, father: Person) -> Driver:
    hers = person(path=stage.who.seat.village, name="测女儿", birth=date(1985, 6, 1), sex="2")
    household(hers, path=stage.who.seat.village)
    driver = stage.enter(resident_of(hers))
    assert isinstance(driver, Driver)
    return driver


def test_a_daughter_applies_for_her_father_though_the_line_breaks(
    stage: Stage, eyes: Eyes, home: Driver, father: Person
) -> None:
    case = _begins(home, father)
    _loses_the_line(home, case)
    _sends_pictures(home, case)
    home.go(f"/apply/{case.pk}/consent/")
    home.go(f"/apply/{case.pk}/review/")
    home.tab.locator("[name=commitment]").check()
    with home.tab.expect_navigation():
        home.button("提交申请").dblclick()
    home.arrived()
    assert home.path == f"/my/cases/{case.pk}/receipt/"
    assert "测女儿（受申请人委托）" in home.words
    case.refresh_from_db()
    assert case.state == Case.State.SUBMITTED
    assert Case.objects.count() == 1
    _is_dissatisfied(stage, home, case)
    # The browser itself says that the line was cut, which the test did.
    assert [one for one in eyes.wrong if "ERR_INTERNET_DISCONNECTED" not in one] == []


def _begins(home: Driver, father: Person) -> Case:
    home.go("/")
    home.press("查找", {"q": "父母老了"})
    assert "特困人员救助供养" in home.words
    home.go(f"/services/{DIBAO}/")
    home.follow("开始申请")
    home.follow("用我的账号替家人申请")
    said = {"name": "测老人", "id_number": str(father.id_number), "relation": "51"}
    home.press("开始填写", said | {"name": "测老年", "asked": "true"}, expect=400)
    home.press("开始填写", said | {"asked": "true"})
    home.follow("名单没有问题，下一步")
    home.follow("填写测老人的情况")
    home.press("保存，下一步", {"lives_together": "true", "work_capacity": "none"})
    return Case.objects.get()


def _loses_the_line(home: Driver, case: Case) -> None:
    """What was typed without a line waits on the telephone, also when the page is closed."""
    tab, url = home.tab, f"{home.base}/apply/{case.pk}/household/"
    tab.goto(url)
    tab.context.set_offline(True)
    tab.locator("[name=need]").fill("父亲卧床，没有收入")
    expect(tab.locator("[data-autosave-status]")).to_contain_text("留在这部手机上")
    tab.locator(".mz-actions button[type=submit]").first.click()
    expect(tab.locator("[data-toasts]")).to_contain_text("现在没有网络")
    tab.evaluate("() => { for (const one of document.forms) delete one.dataset.changed; }")
    tab.goto("about:blank")
    tab.context.set_offline(False)
    home.go(f"/apply/{case.pk}/household/")
    expect(tab.locator("[data-toasts]")).to_contain_text("已经找回")
    assert tab.locator("[name=need]").input_value() == "父亲卧床，没有收入"
    expect(tab.locator("[data-autosave-status]")).to_contain_text("草稿已保存")
    assert (
        tab.evaluate("() => Object.keys(localStorage).filter((one) => one.startsWith('mz-kept')).length") == 0
    )
    home.press("保存，下一步", HOUSEHOLD)
    home.press("保存，下一步", {"payee_owner": "测老人", "payee_account": a_card()})


def _sends_pictures(home: Driver, case: Case) -> None:
    """Two pages at once, made smaller; the line breaks before the first has arrived."""
    tab = home.tab
    home.go(f"/apply/{case.pk}/papers/")
    shots = [
        {"name": f"第{n}页.png", "mimeType": "image/png", "buffer": _photograph(2400, 600, n)} for n in (1, 2)
    ]
    tab.locator("#file-mandate").set_input_files(shots)  # type: ignore[arg-type]
    tab.context.set_offline(True)
    form = tab.locator("form", has=tab.locator("#file-mandate"))
    form.locator("button[type=submit]").click()
    expect(form.locator("[data-pages-state]")).to_contain_text("网络不通")
    with tab.expect_navigation():
        tab.context.set_offline(False)
    kept = list(Document.objects.filter(case_id=case.pk).order_by("id"))
    assert [one.filename for one in kept] == ["第1页.jpg", "第2页.jpg"]
    assert all(one.size < len(shots[0]["buffer"]) / 2 for one in kept)
    home.arrived()
    assert "第2页.jpg" in home.words


def _is_dissatisfied(stage: Stage, home: Driver, case: Case) -> None:
    """The window takes the case in; she says what she thinks of it, once."""
    task = Task.objects.get(case=case, step="accept")
    take(task.pk, outcome="accept", evidence={"complete": "on", "kin": "no"}, by=stage.who.clerk)
    home.go(f"/my/cases/{case.pk}/")
    home.follow("评价一下")
    merits, faults = home.tab.locator(".pt-merits"), home.tab.locator(".pt-faults")
    assert not faults.is_visible()
    home.tab.locator("[name=grade][value='2']").check()
    assert (faults.is_visible(), merits.is_visible()) == (True, False)
    home.press("提交评价", {"text": "跑了三趟"})
    assert "前答复您" in home.words
    assert Remedy.objects.get().rating == Rating.objects.get()
    supervisor = stage.enter(stage.who.township_approver)
    supervisor.go("/desk/feedback/")
    supervisor.go(f"/desk/feedback/{Remedy.objects.get().pk}/")
    supervisor.go("/desk/feedback/opinions/")


AXE = """() => axe.run(document, {runOnly: {type: "tag",
    values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}, selectors: false})
  .then(({violations}) => violations.map((one) => one.id + ": " + one.nodes[0].html.slice(0, 200)))"""


def _strict(tab: Page, base: str, url: str) -> list[str]:
    found = []
    tab.goto(base + url)
    tab.evaluate(AXE_SCRIPT)
    for elder in (False, True):
        tab.evaluate("(elder) => document.documentElement.toggleAttribute('data-elder', elder)", elder)
        found += [f"{url} {'large' if elder else 'usual'} {one}" for one in tab.evaluate(AXE)]
    return found


def test_every_page_of_the_residents_door_keeps_the_rules_of_wcag_22_aa(
    stage: Stage, eyes: Eyes, home: Driver, father: Person
) -> None:
    case = _begins(home, father)
    steps = ("family", "members", "household", "payee", "papers", "consent", "review", "mandate")
    mine = [f"/apply/{case.pk}/{step}/" for step in steps]
    mine.append(f"/apply/{case.pk}/members/{case.members.get().pk}/")
    public = [
        "/", "/services/", "/services/?q=家里有车", "/services/?q=xyz", f"/services/{DIBAO}/",
        f"/places/?to={DIBAO}&q=na", "/self-check/assistance.receivable/", "/board/", "/board/?q=a",
        "/board/objections/", "/verify/", "/verify/XXXX/", "/quality/", "/accessibility/", "/opinions/",
        "/opinions/answer/", "/my/", "/my/messages/",
        f"/services/{DIBAO}/start/", f"/services/{DIBAO}/relative/", "/services/assistance.temporary/start/",
    ]  # fmt: skip
    wrong = [one for url in (*public, *mine) for one in _strict(home.tab, home.base, url)]
    assert wrong == []


def test_an_application_can_be_begun_with_the_keyboard_alone(
    stage: Stage, home: Driver, father: Person
) -> None:
    tab = home.tab
    tab.goto(f"{home.base}/services/{DIBAO}/relative/")
    tab.keyboard.press("Tab")
    assert tab.evaluate("() => document.activeElement.className") == "mz-skip"
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    tab.keyboard.type("测老人")
    tab.keyboard.press("Tab")
    tab.keyboard.type(str(father.id_number))
    tab.keyboard.press("Tab")
    for _ in range(7):
        tab.keyboard.press("ArrowDown")
    assert tab.locator("[name=relation]").input_value() == "51"
    tab.keyboard.press("Tab")
    tab.keyboard.press("Space")
    tab.keyboard.press("Tab")
    with tab.expect_navigation():
        tab.keyboard.press("Enter")
    assert Case.objects.get().applicant == father
