"""The residents' door before anybody signs in: a service is found and explained, and what is personal is closed."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from minzheng.portal import finding
from tests.factories.cast import Cast
from tests.factories.phones import DIBAO, HOSTILE, signed_in, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]


@pytest.mark.parametrize(
    "typed", ["低保", "zuidishenghuo", "db", "ZDSHBZ", "没收入", "家里没钱了", "最低生活保障"]
)
def test_a_service_is_found_by_name_by_what_people_say_by_pinyin_and_initials(typed: str) -> None:
    assert DIBAO in [one.code for one in finding.found(typed)]


def test_nothing_is_found_for_nonsense_and_the_page_says_what_to_do(client: Client, who: Cast) -> None:
    page = text_of(client.get("/services/?q=xyzxyz"))
    assert "没有找到这项服务" in page
    assert "12345" in page


def test_only_situations_that_lead_somewhere_are_shown(client: Client, who: Cast) -> None:
    page = text_of(client.get("/"))
    assert "家里有困难" in page
    assert "办社会组织" not in page
    assert "婚姻登记机关" in text_of(client.get("/services/?situation=marriage"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [("结婚证", "不用户口簿"), ("lihun", "三十天"), ("丧葬费", "死亡证明"), ("收养", "第一千一百零五条"),
     ("高龄津贴", "不用申请"), ("gaoling", "不用申请"), ("投诉", "意见箱"), ("进度", "我的事项")],
)  # fmt: skip
def test_what_is_no_service_to_apply_for_is_found_with_what_to_do(
    client: Client, who: Cast, typed: str, said: str
) -> None:
    page = text_of(client.get("/services/", {"q": typed}))
    assert said in page
    assert "没有找到" not in page


def test_what_everybody_calls_a_service_comes_before_names_that_only_contain_it() -> None:
    assert [one.code for one in finding.found("低保")] == [DIBAO, "assistance.edge"]
    assert finding.found("dibao")[0].code == DIBAO


def test_a_service_of_the_office_is_not_offered_to_residents(client: Client, hers: Client) -> None:
    assert client.get("/services/assistance.dibao_review/").status_code == 404
    assert hers.get("/services/assistance.dibao_review/start/").status_code == 404


def test_the_guide_gives_limits_and_standards_with_their_source(client: Client, who: Cast) -> None:
    page = text_of(client.get(f"/services/{DIBAO}/"))
    for words in ("30个工作日", "546.00 元/月", "第二十二条", "平台核验，无需提交", "《社会救助法》第十三条"):
        assert words.replace(" ", "") in page.replace(" ", ""), words


def test_where_confirmation_is_delegated_the_guide_gives_the_shorter_limit(client: Client, who: Cast) -> None:
    from minzheng.kernel.standards.models import ParameterRow

    ParameterRow.objects.create(
        key="dibao.decided_by", path=who.seat.county, from_on=date(2023, 1, 1), value="township", unit="code",
        source="测试：县里委托乡镇确认", confidence="common",
    )  # fmt: skip
    page = text_of(client.get(f"/services/{DIBAO}/?place={who.seat.county.split('/')[-2]}"))
    assert re.search(r"多久办完</dt><dd>20 ?个工作日内", page)
    assert "乡镇（街道），受县级民政部门委托" in page


def test_the_search_box_gives_back_what_was_typed_without_making_it_a_script(
    client: Client, who: Cast
) -> None:
    for url in ("/services/?q=", "/board/?q=", "/verify/x", f"/places/?to={DIBAO}&q="):
        assert HOSTILE not in text_of(client.get(url + HOSTILE.replace("/", "")))


def test_every_public_page_answers_without_signing_in(client: Client, who: Cast) -> None:
    for url in (
        "/",
        "/services/",
        "/board/",
        f"/board/{who.seat.village.split('/')[-2]}/",
        "/verify/",
        "/login/",
    ):
        assert client.get(url).status_code == 200, url


@pytest.mark.parametrize(
    "url", ["/my/", "/my/messages/", "/apply/1/", "/my/cases/1/", f"/services/{DIBAO}/start/"]
)
def test_what_is_personal_asks_to_sign_in_first(client: Client, who: Cast, url: str) -> None:
    assert client.get(url)["Location"] == f"/login/?next={url}"


def test_an_officer_without_a_file_is_told_to_use_the_desk(who: Cast) -> None:
    answer = signed_in(who.clerk).get("/my/")
    assert answer.status_code == 403
    assert "工作台" in text_of(answer)
