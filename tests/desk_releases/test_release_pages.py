"""A release through HTTP: drafted, tried, signed by two, published, taken back; and every hand that may not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from minzheng.kernel import clock
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.clock import Month
from minzheng.kernel.releases import applying, simulating
from minzheng.kernel.releases.models import Attention, Release, Signature, Simulation
from tests.desk_releases.pages import RELEASES, STANDARDS, book, deed, enter, sheet, text
from tests.factories import NEXT_COUNTY, staff
from tests.factories.raised import JULY, Raised, again, county, poor

pytestmark = pytest.mark.django_db
DRAFT = {
    "kind": "standard", "from_month": "2022-07", "title": "2022年<b>提高</b>标准", "source": "农政发〔2022〕9号",
}  # fmt: skip


@pytest.fixture
def raised() -> Iterator[Raised]:
    """October: urban households on dibao, paid for July to September, one of them without facts."""
    with clock.frozen(date(2022, 10, 10)):
        ground = county()
        poor(ground, "甲", members=1, yearly=0, amount=54600)
        poor(ground, "乙", members=4, yearly=2160000, amount=38400)
        poor(ground, "丙", members=1, yearly=0, amount=54600, facts=False)
        ground.pay(JULY, Month(2022, 8), Month(2022, 9))
        yield ground


@pytest.fixture
def drafted(raised: Raised) -> Release:
    return raised.draft()


def page_of(of: Release) -> str:
    return f"{RELEASES}{of.pk}/"


def run_of(of: Simulation) -> str:
    return f"{STANDARDS}simulations/{of.pk}/"


def test_a_raise_goes_from_draft_to_arrears_by_three_hands(client: Client, raised: Raised) -> None:
    enter(client, raised.drafter)
    made = deed(client, f"{RELEASES}new/", "draft", **DRAFT, path=raised.path)
    release = Release.objects.get()
    url = page_of(release)
    assert (made.status_code, made.headers["Location"]) == (302, url)
    assert "还没有填写数值" in text(client.get(url))

    assert deed(client, url, "values", dibao__standard__urban="580").status_code == 302
    page = text(client.get(url))
    assert "580.00 元/月" in page
    assert "546.00 元/月" in page
    assert "+6.2%" in page
    asked = deed(client, url, "simulate")
    run = Simulation.objects.get()
    assert asked.headers["Location"] == run_of(run)
    assert "等待开始" in text(client.get(run_of(run)))
    simulating.run(run.pk)
    assert "金额增加" in text(client.get(run_of(run)))

    for who in (raised.first, raised.second):
        enter(client, who)
        assert "会签的内容" in text(client.get(url))
        assert deed(client, url, "sign", checked="true").status_code == 302
    assert again(release).state == "signed"
    enter(client, raised.drafter)
    assert deed(client, url, "publish").status_code == 302
    applying.carry_out(release.pk)
    page = text(client.get(url))
    assert "已发布" in page
    assert "510.00 元" in page  # three months of 34 and of 136 yuan
    owed = text(client.get(f"{url}arrears/"))
    assert owed.count("2022-07") == 2
    assert "2 户，6 个户月" in owed

    enter(client, raised.first)
    assert deed(client, url, "back_out", reason="文件撤回").status_code == 302
    assert "已撤销" in text(client.get(url))
    assert "文件撤回" in text(client.get(url))


def test_what_is_typed_wrongly_is_told_beside_its_field_and_kept(
    client: Client, raised: Raised, drafted: Release
) -> None:
    enter(client, raised.drafter)
    wrong = deed(client, f"{RELEASES}new/", "draft", **{**DRAFT, "source": ""}, path=raised.path)
    assert wrong.status_code == 400
    assert "依据文件名称和文号：必填" in text(wrong)
    assert "2022年&lt;b&gt;提高&lt;/b&gt;标准" in text(wrong)
    for given, said in (
        ("5a", "应填金额"),
        ("580.005", "最多两位小数"),
        ("-1", "不能为负数"),
        ("", "至少填写一项"),
    ):
        answer = deed(client, page_of(drafted), "values", dibao__standard__urban=given)
        assert answer.status_code == 400
        assert said in text(answer)
    assert drafted.values.get().value == "58000"


def test_a_standard_that_falls_or_leaps_or_breaks_its_floor_is_marked(client: Client, raised: Raised) -> None:
    enter(client, raised.drafter)
    fallen = text(client.get(page_of(raised.draft("50000"))))
    assert "低于原标准" in fallen
    leapt = text(client.get(page_of(raised.draft("90000"))))
    assert "变动超过一半" in leapt
    assert "城市特困人员基本生活标准 8926.00 元/年，低于城市低保标准的 1.3 倍" in leapt
    assert "应不低于 14040.00 元/年" in leapt
    fine = text(client.get(page_of(raised.draft("56000"))))
    assert "没有问题" in fine


def test_a_value_is_taken_out_by_the_button_beside_it(
    client: Client, raised: Raised, drafted: Release
) -> None:
    enter(client, raised.drafter)
    page = text(client.get(page_of(drafted)))
    button = re.search(r'form="sheet-remove" name="value" value="(\d+)"', page)
    assert button is not None
    hidden = sheet(page, "remove")
    for _ in range(2):
        assert client.post(page_of(drafted), {**hidden, "value": button[1]}).status_code == 302
    assert not drafted.values.exists()
    assert Entry.objects.filter(verb="releases.remove_value", outcome="done").count() == 1


def test_a_rule_is_released_by_its_dated_code_in_words(client: Client, raised: Raised) -> None:
    release = raised.draft(kind="rule")
    enter(client, raised.drafter)
    url = f"{page_of(release)}?parameter=dibao.mode"
    page = text(client.get(url))
    assert "分档发放" in page
    assert deed(client, url, "values", dibao__mode="tier").status_code == 302
    assert "补差发放" in text(client.get(page_of(release)))
    assert release.values.get(key="dibao.mode").value == "tier"
    ratio = f"{page_of(release)}?parameter=edge.multiple"
    assert deed(client, ratio, "values", edge__multiple="二倍").status_code == 400
    assert deed(client, ratio, "values", edge__multiple="1.6").status_code == 302


def test_saving_twice_with_one_press_is_one_change(client: Client, raised: Raised, drafted: Release) -> None:
    enter(client, raised.drafter)
    hidden = sheet(text(client.get(page_of(drafted))), "values") | {"values-dibao.standard.urban": "590"}
    for _ in range(2):
        assert client.post(page_of(drafted), hidden).status_code == 302
    assert drafted.values.get().value == "59000"
    assert (
        Entry.objects.filter(verb="releases.change_value", outcome="done").count() == 2
    )  # one is the fixture's
    overtaken = sheet(text(client.get(page_of(drafted))), "values") | {"values-dibao.standard.urban": "610"}
    raised.tried(again(drafted))
    assert client.post(page_of(drafted), overtaken).status_code == 409
    assert drafted.values.get().value == "59000"


def test_pressing_twice_does_it_once(client: Client, raised: Raised, drafted: Release) -> None:
    enter(client, raised.drafter)
    hidden = sheet(text(client.get(page_of(drafted))), "simulate")
    for _ in range(2):
        assert client.post(page_of(drafted), hidden).status_code == 302
    assert Simulation.objects.count() == 1
    simulating.run(Simulation.objects.get().pk)
    enter(client, raised.first)
    signed = {**sheet(text(client.get(page_of(drafted))), "sign"), "sign-checked": "true"}
    for _ in range(2):
        assert client.post(page_of(drafted), signed).status_code == 302
    assert Signature.objects.count() == 1


def test_a_page_that_was_overtaken_says_so(client: Client, raised: Raised, drafted: Release) -> None:
    raised.tried(drafted)
    enter(client, raised.first)
    hidden = {**sheet(text(client.get(page_of(drafted))), "sign"), "sign-checked": "true"}
    raised.tried(again(drafted))
    answer = client.post(page_of(drafted), hidden)
    assert answer.status_code == 409
    assert "重新核对" in text(answer)
    assert not Signature.objects.exists()


def test_who_may_not_is_offered_nothing_and_told_so(client: Client, raised: Raised, drafted: Release) -> None:
    raised.tried(drafted)
    drafter = text(enter(client, raised.drafter).get(page_of(drafted)))
    assert 'id="sheet-sign"' not in drafter
    other = text(enter(client, raised.who.county_approver).get(page_of(drafted)))
    for code in ("sign", "publish", "simulate", "withdraw", "values", "remove"):
        assert f'id="sheet-{code}"' not in other
    assert client.get(f"{RELEASES}new/").status_code == 403
    for who in (raised.who.clerk, raised.who.resident):
        assert enter(client, who).get(RELEASES).status_code == 403
        assert client.get(page_of(drafted)).status_code in (403, 404)


def test_the_next_county_finds_none_of_it(client: Client, raised: Raised) -> None:
    release = raised.published(raised.draft())
    run, sample = release.simulations.get(), release.simulations.get().samples.first()
    attention = release.attentions.first()
    assert sample is not None
    assert attention is not None
    stranger = staff("standards_drafter", "standards_signer", at=NEXT_COUNTY.county)
    enter(client, stranger)
    assert "2022年城市低保标准" not in text(client.get(RELEASES))
    url = page_of(release)
    for address in (
        url, f"{url}arrears/", f"{url}attention/", f"{url}attention/{attention.pk}/", run_of(run),
        f"{run_of(run)}progress/", f"{run_of(run)}households/{sample.pk}/",
        f"{STANDARDS}simulations/compare/?first={run.pk}&second={run.pk}",
    ):  # fmt: skip
        assert client.get(address).status_code == 404, address
    for address in (
        url,
        f"{url}arrears/workbook/",
        f"{run_of(run)}workbook/",
        f"{url}attention/{attention.pk}/",
    ):
        assert client.post(address).status_code == 404, address


def test_progress_is_told_until_the_run_is_over(client: Client, raised: Raised, drafted: Release) -> None:
    enter(client, raised.drafter)
    deed(client, page_of(drafted), "simulate")
    run = Simulation.objects.get()
    Simulation.objects.filter(pk=run.pk).update(state="running", started_at=clock.now(), done=1, total=4)
    with clock.frozen(date(2022, 10, 11)):
        part = client.get(f"{run_of(run)}progress/")
    assert "1 / 4 户" in text(part)
    assert "预计还需" in text(part)
    assert 'value="25"' in text(part)
    Simulation.objects.filter(pk=run.pk).update(state="failed", failure="<i>档案</i>读不出")
    assert client.get(f"{run_of(run)}progress/").headers["HX-Refresh"] == "true"
    failed = text(client.get(run_of(run)))
    assert "试算没有完成" in failed
    assert "<i>档案" not in failed


def test_results_are_sorted_compared_and_taken_out(client: Client, raised: Raised, drafted: Release) -> None:
    first = raised.tried(drafted)
    enter(client, raised.drafter)
    deed(client, page_of(drafted), "values", dibao__standard__urban="600")
    second = raised.tried(again(drafted))
    page = text(client.get(run_of(second), {"sort": "difference", "reckoned": "all"}))
    assert "合计" in page
    assert "低保边缘家庭" in page
    assert "草稿已改" in text(client.get(run_of(first)))
    both = text(client.get(f"{STANDARDS}simulations/compare/", {"first": first.pk, "second": second.pk}))
    assert re.search(r"mz-row-total.*?170\.00.*?270\.00.*?100\.00", both, re.S)
    for wrong in ({}, {"first": first.pk}, {"first": "x", "second": second.pk}):
        assert client.get(f"{STANDARDS}simulations/compare/", wrong).status_code == 400
    sent = client.post(f"{run_of(second)}workbook/")
    sheets = book(sent)
    assert list(sheets) == ["试算说明", "按地区和项目", "增减分布", "抽看家庭"]
    assert any(line[0] == "合计" and line[-1] == 270 for line in sheets["按地区和项目"])
    assert Entry.objects.filter(verb="desk.workbook", outcome="read").count() == 1


def test_a_household_is_shown_with_both_reasons_and_the_look_is_kept(
    client: Client, raised: Raised, drafted: Release
) -> None:
    run = raised.tried(drafted)
    sample = run.samples.filter(group="winners").first()
    assert sample is not None
    page = text(enter(client, raised.drafter).get(f"{run_of(run)}households/{sample.pk}/"))
    assert "546.00 元/月 → 580.00 元/月" in page
    assert page.count("计算过程") == 2
    assert "测*" in page
    assert not any(f"测{name}" in page for name in raised.homes)
    assert Entry.objects.filter(verb="releases.look_at", outcome="read").count() == 1


def test_what_is_left_to_a_human_is_listed_and_done_once(client: Client, raised: Raised) -> None:
    release = raised.published(raised.draft())
    enter(client, raised.drafter)
    url = f"{page_of(release)}attention/"
    assert "没有家庭经济状况档案" in text(client.get(url))
    one = Attention.objects.get()
    assert deed(client, f"{url}{one.pk}/", "attend", words="").status_code == 400
    hidden = sheet(text(client.get(f"{url}{one.pk}/")), "attend") | {
        "attend-words": "已入户，<b>按新标准</b>"
    }
    for _ in range(2):
        assert client.post(f"{url}{one.pk}/", hidden).status_code == 302
    assert "没有待处理的家庭" in text(client.get(url))
    assert "方拟订" in text(client.get(url, {"state": "all"}))
    assert "<b>按新" not in text(client.get(f"{url}{one.pk}/"))


def test_the_list_of_arrears_goes_on_and_is_taken_out_whole(client: Client, raised: Raised) -> None:
    for number in range(12):
        poor(raised, f"户{number}", members=1, yearly=0, amount=54600)
    raised.pay(Month(2022, 10))
    release = raised.published(raised.draft())
    enter(client, raised.drafter)
    url, lines = f"{page_of(release)}arrears/", 0
    address: str | None = url
    while address:
        page = text(client.get(address))
        lines += page.count('data-label="月份"')
        following = re.search(r'rel="next" href="([^"#]+)', page)
        address = url + following[1].replace("&amp;", "&") if following else None
    assert lines == release.arrears.count() > 30
    sent = client.post(f"{url}workbook/")
    rows = book(sent)["补发与追缴"]
    assert len(rows) == lines
    assert round(sum(line[-2] for line in rows) * 100) == sum(
        release.arrears.values_list("difference", flat=True)
    )


def test_html_in_a_title_stays_text(client: Client, raised: Raised) -> None:
    release = raised.draft(title="<script>x</script>", source="<i>文</i>")
    enter(client, raised.drafter)
    for url in (page_of(release), RELEASES, run_of(raised.tried(release))):
        page = text(client.get(url))
        assert "<script>x" not in page
        assert "<i>文" not in page


def test_the_pages_ask_no_more_for_many_households_than_for_one(
    client: Client, raised: Raised, django_assert_num_queries: Callable[..., Any]
) -> None:
    small = raised.published(raised.draft())
    enter(client, raised.drafter)
    addresses = ("", "arrears/", "attention/")
    counts = {}
    for one in addresses:
        client.get(page_of(small) + one)
        with CaptureQueriesContext(connection) as found:
            client.get(page_of(small) + one)
        counts[one] = len(found)
    run = run_of(small.simulations.get())
    with CaptureQueriesContext(connection) as few:
        client.get(run)
    counts[run] = len(few)
    for number in range(6):
        poor(raised, f"户{number}", members=1, yearly=0, amount=58000, facts=number % 2 == 0)
    raised.pay(Month(2022, 10))
    large = raised.published(raised.draft("60000", month=Month(2022, 8)))
    for one in addresses:
        client.get(page_of(large) + one)
        with django_assert_num_queries(counts[one]):
            client.get(page_of(large) + one)
    later = run_of(large.simulations.get())
    with django_assert_num_queries(counts[run]):
        client.get(later)
