"""我能享受什么 by HTTP: anybody asks, nothing is kept, wrong input is told beside its field, the way on is there."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from minzheng.kernel import clock
from minzheng.kernel.casework.models import Case
from minzheng.portal import finding
from tests.factories.cast import Cast, cast, resident_of, user_of
from tests.factories.people import household, person
from tests.factories.screened import CODE, FAMILY, GRANDMOTHER, WARD, flat

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
ASK, ANSWER, BEGIN = (f"/self-check/{CODE}/{end}" for end in ("", "answer/", "begin/"))
WORKER = FAMILY | {"alone": "false", "people": [GRANDMOTHER | {"age": "45", "doing": "job", "income": "300"}]}


@pytest.fixture(autouse=True)
def _a_working_monday() -> Iterator[None]:
    with clock.frozen(date(2026, 11, 23)):
        yield


@pytest.fixture
def who() -> Cast:
    return cast()


@pytest.fixture
def visitor(who: Cast) -> Client:
    """Somebody without an account."""
    return Client()


@pytest.fixture
def daughter(who: Cast) -> Client:
    """A resident of a registered family, signed in."""
    me = person(path=who.seat.village, name="测小满", birth=date(1981, 5, 21), sex="2")
    household(me, path=who.seat.village, class_ur="rural")
    client = Client()
    client.force_login(user_of(resident_of(me)))
    return client


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def counted() -> dict[str, int]:
    """How many rows every table holds."""
    return {
        model._meta.db_table: model._default_manager.count()
        for model in apps.get_models()
        # How often an address came within the minute is counted under a digest, whatever it asked.
        if model._meta.managed and model._meta.db_table != "access_tally"
    }


def test_the_first_page_and_the_search_lead_to_it(visitor: Client) -> None:
    assert ASK in visitor.get("/").content.decode()
    assert visitor.get("/self-check/").headers["Location"] == ASK
    for typed in ("我能享受什么", "补贴", "能领什么", "buzhu", "bt", "低保"):
        found = finding.screenings(typed)
        assert (ASK in [one["url"] for one in found]) is (typed != "buzhu"), typed
        assert (ASK in visitor.get("/services/", {"q": typed}).content.decode()) is bool(found)


def test_ten_questions_are_asked_without_an_account(visitor: Client) -> None:
    page = visitor.get(ASK)
    assert page.status_code == 200
    assert page.content.decode().count('<h2 id="q-') == 10
    assert "农安县" in words(page)
    assert "身份证号码；" in words(page)
    assert "sessionid" not in page.cookies


def test_the_answer_says_what_how_much_why_and_where(visitor: Client) -> None:
    page = visitor.post(ANSWER, flat(FAMILY))
    said = words(page)
    assert page.status_code == 200
    for told in (
        "农安县", "合计每月大约 1,830.00 元", "不是决定", "特困人员救助供养 申请人本人（81岁）", "每月 600.00 元",
        "孤儿基本生活费 替人抚养的孩子（9岁）", "依据 《社会救助法》第十三条",
        "与申请人本人（81岁）的特困人员救助供养不同时享受",
        "需要您选择", "身份证、户口簿", "乡镇人民政府（街道办事处）窗口", "没有问到的，我们这样估算", "打印",
    ):  # fmt: skip
        assert told in said, told
    assert "位成员" not in said
    assert "22/2201" not in page.content.decode()


def test_nothing_is_stored_and_nothing_is_logged(visitor: Client, caplog: pytest.LogCaptureFixture) -> None:
    before = counted()
    with caplog.at_level(logging.DEBUG), CaptureQueriesContext(connection) as asked:
        visitor.get(ASK)
        visitor.post(ANSWER, flat(FAMILY))
        visitor.post(ANSWER, flat(FAMILY) | {"deposits": "很多"})
    assert counted() == before
    written = [query["sql"] for query in asked if not query["sql"].startswith("SELECT")]
    assert all("INTO access_tally" in one for one in written), written
    assert not any("3000" in query["sql"] or "81" in query["sql"].split("uid")[0][-3:] for query in asked)
    noted = " ".join(record.getMessage() for record in caplog.records if record.name != "django.db.backends")
    assert "3000" not in noted
    assert set(visitor.cookies) <= {"csrftoken"}


def test_what_is_left_open_is_said_to_be_open(visitor: Client) -> None:
    open_ = {"class_ur": "rural", "people": [{"relation": "self", "age": "72", "doing": "retired"}]}
    said = words(visitor.post(ANSWER, flat(open_)))
    assert "还差几项情况才能判断" in said
    assert "存款 第 4 题“有多少存款？”的回答" in said
    assert "合计每月" not in said


def test_wrong_input_is_told_beside_its_field_and_everything_stays(visitor: Client) -> None:
    page = visitor.post(
        ANSWER, flat(FAMILY | {"deposits": "很多", "people": [GRANDMOTHER | {"age": "八十"}]}, place="")
    )
    source = page.content.decode()
    assert page.status_code == 400
    problems = re.findall(r'<li><a href="#([^"]+)">([^<]+)</a></li>', source)
    assert [anchor for anchor, _ in problems] == ["f-place", "f-people-0-age", "f-deposits"]
    assert all(f'id="{anchor}"' in source for anchor, _ in problems)
    assert 'id="f-deposits-error"' in source
    assert 'value="很多"' in source
    assert 'value="八十"' in source
    nobody = visitor.post(ANSWER, flat(FAMILY | {"people": [WARD]}))
    assert nobody.status_code == 400
    assert 'id="f-people-error"' in nobody.content.decode()


def test_a_row_more_or_less_needs_no_script_and_checks_nothing_yet(visitor: Client) -> None:
    more = visitor.post(ANSWER, flat(FAMILY) | {"_add": "people", "deposits": "很多"})
    assert more.status_code == 200
    assert 'name="people-2-age"' in more.content.decode()
    assert 'value="很多"' in more.content.decode()
    less = visitor.post(ANSWER, flat(FAMILY) | {"_remove": "people-0"}).content.decode()
    assert 'name="people-1-age"' not in less


def test_the_answers_travel_in_the_page_and_can_be_changed(visitor: Client) -> None:
    source = visitor.post(ANSWER, flat(FAMILY)).content.decode()
    form = source[source.index("data-entries") :]
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form[: form.index("</form>")]))
    hidden.pop("csrfmiddlewaretoken", None)
    assert hidden == flat(FAMILY)
    again = visitor.post(ANSWER, hidden | {"_edit": "1"}).content.decode()
    assert 'value="220122" selected' in again
    assert re.search(r'name="people-1-age" value="9"', again)
    assert visitor.get(ANSWER).headers["Location"] == ASK


def test_what_is_typed_is_never_taken_for_markup(visitor: Client) -> None:
    hostile = '"><script>alert(1)</script>'
    for name in ("place", "deposits", "people-0-age", "misfortune"):
        source = visitor.post(ANSWER, flat(FAMILY) | {name: hostile}).content.decode()
        assert "<script>alert" not in source
    source = visitor.post(ANSWER, flat(FAMILY) | {hostile[:30]: hostile[:30]}).content.decode()
    assert "<script>alert" not in source


@pytest.mark.parametrize("posted", [{}, {"people-0-age": "81"}, {"people-9999-age": "x"}, {"place": "22"}])
def test_an_empty_or_odd_post_is_answered_with_the_questions(visitor: Client, posted: dict[str, str]) -> None:
    assert visitor.post(ANSWER, posted).status_code == 400


def test_an_unknown_screening_is_not_found(visitor: Client) -> None:
    assert visitor.get("/self-check/assistance.nothing/").status_code == 404
    assert visitor.post("/self-check/assistance.nothing/answer/", flat(FAMILY)).status_code == 404


def test_a_post_from_elsewhere_is_refused() -> None:
    assert Client(enforce_csrf_checks=True).post(ANSWER, flat(FAMILY)).status_code == 403


def test_without_an_account_the_way_into_the_application_is_sign_in(visitor: Client) -> None:
    source = visitor.post(ANSWER, flat(WORKER)).content.decode()
    assert f'href="/services/assistance.dibao/start/" data-carry="{ASK}"' in source
    assert BEGIN not in source
    sent = visitor.post(BEGIN, flat(WORKER) | {"service": "assistance.dibao"})
    assert sent.headers["Location"].startswith("/login/")
    assert not Case.objects.exists()


def test_a_resident_begins_with_what_was_answered_once(daughter: Client) -> None:
    source = daughter.post(ANSWER, flat(WORKER)).content.decode()
    assert not Case.objects.exists()
    key = re.search(r'name="key" value="([^"]+)"', source)
    assert key is not None
    sent = flat(WORKER) | {"service": "assistance.dibao", "key": key[1]}
    first = daughter.post(BEGIN, sent)
    case = Case.objects.get()
    assert first.headers["Location"] == f"/apply/{case.pk}/family/"
    assert case.state == Case.State.DRAFT
    assert case.form == {
        "class_ur": "rural", "houses": 1, "deposits": 300000, "vehicles": 0, "rigid_spending": 800000,
    }  # fmt: skip
    assert daughter.post(BEGIN, sent).headers["Location"] == "/services/assistance.dibao/start/"
    assert Case.objects.count() == 1
    both = {"service": ["assistance.dibao", "assistance.temporary"], "key": "again"}
    assert "最低生活保障已有一份申请，没有重复建立" in words(daughter.post(BEGIN, sent | both, follow=True))


def test_only_what_is_offered_to_residents_can_be_begun(daughter: Client) -> None:
    for service in ("assistance.dibao_review", "nothing", ""):
        assert daughter.post(BEGIN, flat(WORKER) | {"service": service}).status_code == 404
    assert not Case.objects.exists()


def test_a_large_family_asks_the_database_no_more_than_one_person(visitor: Client) -> None:
    posts = [flat(WORKER), flat(FAMILY | {"people": [GRANDMOTHER, *([WARD] * 11)]})]
    visitor.post(ANSWER, posts[0])
    numbers = []
    for posted in posts:
        with CaptureQueriesContext(connection) as queries:
            assert visitor.post(ANSWER, posted).status_code == 200
        numbers.append(len(queries))
    assert numbers[0] == numbers[1] <= 6
