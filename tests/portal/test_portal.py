"""The residents' door by HTTP: what each page says, what it refuses, and that it carries out each deed once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework.accepting import ask_correction
from minzheng.kernel.casework.appealing import accept_appeal, decide_appeal
from minzheng.kernel.casework.models import Appeal, Case, Decision, Objection
from minzheng.kernel.casework.posting import answer_objection
from minzheng.kernel.documents.models import Document
from minzheng.kernel.documents.store import open_file
from minzheng.kernel.errors import Refused
from minzheng.kernel.exchange import actions as exchange
from minzheng.kernel.exchange.models import Consent, Discrepancy, Verification
from minzheng.kernel.notices.models import Message
from minzheng.kernel.people.models import Household, Person
from minzheng.portal import drafts, finding
from tests.factories.cast import Cast, cast, resident_of, user_of
from tests.factories.departments import Departments
from tests.factories.money import a_card
from tests.factories.papers import PDF, PNG, upload
from tests.factories.people import a_number, household, person
from tests.factories.walk import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]

DIBAO = "assistance.dibao"
HOSTILE = "<script>alert(1)</script>"
MEMBER = {"lives_together": "true", "work_capacity": "none"}
HOUSEHOLD = {
    "class_ur": "rural", "need": "父亲生病", "housing": "own", "houses": "1", "deposits": "3000", "vehicles": "0",
    "phone": "13800000000",
}  # fmt: skip


@pytest.fixture
def who() -> Cast:
    return cast()


@pytest.fixture
def daughter(who: Cast) -> Person:
    return person(name="林小雨", birth=date(1990, 4, 2), sex="2")


@pytest.fixture
def father(who: Cast) -> Person:
    return person(name="林大山", birth=date(1950, 1, 9))


@pytest.fixture
def home(daughter: Person, father: Person) -> Household:
    return household(daughter, father, relations=("02", "51"))


@pytest.fixture
def hers(client: Client, daughter: Person, home: Household) -> Client:
    """The daughter's phone, signed in."""
    return signed_in(resident_of(daughter))


def signed_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(user_of(actor))
    return client


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, f"no hidden {name}"
    return found[1]


def text_of(response: Any) -> str:
    return str(response.content.decode())


def press(client: Client, url: str, answers: dict[str, Any] | None = None, **more: Any) -> Any:
    """Open a page and send its form with its own key and version."""
    html = text_of(client.get(url))
    form = {"key": hidden(html, "key")}
    if 'name="version"' in html:
        form["version"] = hidden(html, "version")
    return client.post(url, form | (answers or {}), **more)


def begun(client: Client) -> Case:
    """A draft made by the button."""
    assert press(client, f"/services/{DIBAO}/start/").status_code == 302
    return Case.objects.latest("id")


def filled(client: Client) -> Case:
    """A draft filled in page by page."""
    case = begun(client)
    for one in case.members.order_by("id"):
        kin = (
            {}
            if one.person_id == case.applicant_id
            else {"kin-relation": one.relation, "kin-counted": "true"}
        )
        assert press(client, f"/apply/{case.pk}/members/{one.pk}/", MEMBER | kin).status_code == 302
    assert press(client, f"/apply/{case.pk}/household/", HOUSEHOLD).status_code == 302
    payee = {"payee_owner": case.applicant.name, "payee_account": a_card()}
    assert press(client, f"/apply/{case.pk}/payee/", payee).status_code == 302
    return case


# --- Finding a service -------------------------------------------------------------------------------


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


# --- Applying ----------------------------------------------------------------------------------------


def test_the_family_is_prefilled_and_a_draft_is_taken_up_again(hers: Client) -> None:
    case = begun(hers)
    page = text_of(hers.get(f"/apply/{case.pk}/family/"))
    assert "林大山" in page
    assert "父亲" in page
    assert f"/apply/{case.pk}/" in text_of(hers.get("/my/"))
    assert press(hers, f"/services/{DIBAO}/start/")["Location"] == f"/apply/{case.pk}/"
    assert Case.objects.count() == 1


def test_numbers_on_pages_are_masked(hers: Client, father: Person) -> None:
    case = filled(hers)
    for step in ("family", "household", "payee", "review"):
        page = text_of(hers.get(f"/apply/{case.pk}/{step}/"))
        assert str(father.id_number) not in page
        assert "13800000000" not in page
        assert a_card() not in page


def test_a_member_is_added_by_name_and_number_once(hers: Client) -> None:
    case, number = begun(hers), a_number(birth=date(2012, 5, 1))
    newcomer = {"name": "林小禾", "id_number": number, "relation": "20", "counted": "true"}
    url = f"/apply/{case.pk}/family/"
    sent = newcomer | {"key": "k1", "version": str(case.version)}
    assert hers.post(url, sent).status_code == hers.post(url, sent).status_code == 302, (
        "a second press is no error"
    )
    assert case.members.count() == 3
    again = press(hers, url, newcomer)
    assert again.status_code == 400
    assert "已经在成员名单里" in text_of(again)


def test_a_number_that_belongs_to_another_name_tells_nothing_of_its_bearer(hers: Client, who: Cast) -> None:
    stranger = person(name="何不知", birth=date(1980, 1, 1))
    case = begun(hers)
    newcomer = {"name": "林小禾", "id_number": str(stranger.id_number), "relation": "20", "counted": "true"}
    answer = press(hers, f"/apply/{case.pk}/family/", newcomer)
    assert answer.status_code == 400
    assert "姓名和身份证号码对不上" in text_of(answer)
    assert "何不知" not in text_of(answer)
    assert case.members.count() == 2


def test_a_wrong_check_digit_is_told_beside_the_field_and_what_was_typed_stays(hers: Client) -> None:
    case, number = begun(hers), a_number()
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    answer = press(
        hers,
        f"/apply/{case.pk}/family/",
        {"name": HOSTILE, "id_number": wrong, "relation": "20", "counted": "true"},
    )
    page = text_of(answer)
    assert answer.status_code == 400
    assert 'id="f-id_number-error"' in page
    assert wrong in page
    assert HOSTILE not in page


def test_somebody_not_counted_needs_a_reason(hers: Client) -> None:
    case = begun(hers)
    newcomer = {"name": "林小禾", "id_number": a_number(), "relation": "20", "counted": "false"}
    answer = press(hers, f"/apply/{case.pk}/family/", newcomer)
    assert answer.status_code == 400
    assert "请选择不计入的原因" in text_of(answer)
    assert press(hers, f"/apply/{case.pk}/family/", newcomer | {"reason": "prison"}).status_code == 302
    assert case.members.filter(counted=False, not_counted_reason="prison").exists()


def test_a_member_is_removed_after_a_page_that_asks(hers: Client, father: Person) -> None:
    case = begun(hers)
    url = f"/apply/{case.pk}/family/{case.members.get(person=father).pk}/remove/"
    assert "林大山" in text_of(hers.get(url))
    assert press(hers, url).status_code == 302
    assert not case.members.filter(person=father).exists()
    assert hers.post(url).status_code == 302, "a second press finds nothing left to remove"


def test_an_answer_taken_back_is_gone(hers: Client) -> None:
    case = filled(hers)
    url = f"/apply/{case.pk}/household/"
    assert press(hers, url, HOUSEHOLD | {"company_capital": "5000"}).status_code == 302
    case.refresh_from_db()
    assert case.form["company_capital"] == 500_000
    assert press(hers, url, {**HOUSEHOLD, "phone": ""}).status_code == 302
    case.refresh_from_db()
    assert "company_capital" not in case.form
    assert case.sealed["phone"] == "13800000000", "a number on file is kept when left blank"


def test_later_keeps_a_page_half_filled_in(hers: Client) -> None:
    case = begun(hers)
    answer = press(hers, f"/apply/{case.pk}/household/", {"need": "父亲生病", "later": "1"})
    assert answer["Location"] == "/my/"
    case.refresh_from_db()
    assert case.form == {"need": "父亲生病"}
    assert "父亲生病" in text_of(hers.get(f"/apply/{case.pk}/household/"))


def test_the_page_saves_itself_and_learns_the_new_version(hers: Client) -> None:
    case = begun(hers)
    typed = {"version": str(case.version), "need": "父亲生病", "houses": "一套"}
    answer = hers.post(f"/apply/{case.pk}/household/save/", typed)
    case.refresh_from_db()
    assert answer.json() == {"set": {"version": str(case.version)}}
    assert case.form == {"need": "父亲生病"}, "what cannot yet be read is left for later"
    assert hers.post(f"/apply/{case.pk}/household/save/", typed).status_code == 409


def test_a_session_that_ended_is_told_to_the_page_that_saves_itself(client: Client, hers: Client) -> None:
    case = begun(hers)
    answer = client.post(f"/apply/{case.pk}/household/save/", {"need": "x"})
    assert answer.status_code == 403
    assert answer.json()["code"] == "not_signed_in"


def test_a_stale_page_is_told_so_with_a_way_back(hers: Client) -> None:
    case = begun(hers)
    url = f"/apply/{case.pk}/household/"
    old = {"key": "k1", "version": str(case.version)}
    assert hers.post(url, HOUSEHOLD | old).status_code == 302
    answer = hers.post(url, HOUSEHOLD | old | {"key": "k2"}, headers={"referer": f"http://testserver{url}"})
    assert answer.status_code == 409
    assert f'href="{url}"' in text_of(answer)


def test_what_is_missing_is_listed_with_its_page_and_nothing_is_handed_in(hers: Client) -> None:
    case = begun(hers)
    answer = press(hers, f"/apply/{case.pk}/review/", {"commitment": "true"})
    page = text_of(answer)
    assert answer.status_code == 400
    assert f"/apply/{case.pk}/household/#f-need" in page
    assert "林大山·" in page
    case.refresh_from_db()
    assert case.state == Case.State.DRAFT


def test_without_the_commitment_nothing_is_handed_in(hers: Client) -> None:
    case = filled(hers)
    answer = press(hers, f"/apply/{case.pk}/review/")
    assert answer.status_code == 400
    assert 'id="f-commitment-error"' in text_of(answer)


def test_an_application_is_handed_in_once_however_often_the_button_is_pressed(hers: Client) -> None:
    case = filled(hers)
    url = f"/apply/{case.pk}/review/"
    html = text_of(hers.get(url))
    sent = {"key": hidden(html, "key"), "version": hidden(html, "version"), "commitment": "true"}
    first, second = hers.post(url, sent), hers.post(url, sent)
    assert first["Location"] == second["Location"] == f"/my/cases/{case.pk}/receipt/"
    case.refresh_from_db()
    assert case.tasks.count() == 1
    assert Entry.objects.filter(verb="casework.submit", outcome=Entry.Outcome.DONE).count() == 1
    receipt = text_of(hers.get(first["Location"]))
    assert str(case.number)[-8:] in receipt
    assert "林大山" in receipt, "who has still to sign is named"
    for page in (receipt, text_of(hers.get(f"/my/cases/{case.pk}/"))):
        assert f"http://testserver/my/sign/{case.pk}/" in page, "and is sent the way to sign"
    assert "您已有一件正在办理" in text_of(hers.get(f"/services/{DIBAO}/start/"))


def test_everybody_signs_for_himself(hers: Client, father: Person, daughter: Person) -> None:
    case, his = filled(hers), signed_in(resident_of(father))
    unread = press(hers, f"/apply/{case.pk}/consent/")
    assert unread.status_code == 400
    assert press(hers, f"/apply/{case.pk}/consent/", {"agree": "yes"}).status_code == 302
    assert list(Consent.objects.values_list("person_id", "channel")) == [(daughter.pk, "portal")]
    assert f"/my/sign/{case.pk}/" in text_of(his.get("/my/"))
    asked = text_of(his.get(f"/my/sign/{case.pk}/"))
    assert "林小雨正在申请" in asked
    assert press(his, f"/my/sign/{case.pk}/", {"agree": "yes"}).status_code == 302
    assert Consent.objects.filter(withdrawn_at=None).count() == 2
    assert press(his, f"/my/sign/{case.pk}/", {"do": "withdraw"}).status_code == 302
    assert Consent.objects.filter(withdrawn_at=None).count() == 1


def test_a_paper_is_uploaded_shown_and_taken_back(hers: Client) -> None:
    case = begun(hers)
    url = f"/apply/{case.pk}/papers/"
    assert press(hers, url, {"material": "invoices", "file": upload(PDF, "票据.pdf")}).status_code == 302
    paper = Document.objects.get(case_id=case.pk)
    assert "票据.pdf" in text_of(hers.get(url))
    assert hers.post(f"{url}{paper.pk}/remove/", {"key": "k"}).status_code == 302
    hers.get(url)  # the message of the deed is shown once
    assert "票据.pdf" not in text_of(hers.get(url))


def test_a_file_that_is_not_what_it_says_is_refused(hers: Client) -> None:
    case = begun(hers)
    answer = press(
        hers, f"/apply/{case.pk}/papers/", {"material": "invoices", "file": upload(b"MZ\x90", "票据.png")}
    )
    assert answer.status_code == 400
    assert not Document.objects.filter(case_id=case.pk).exists()


def test_a_post_too_large_is_refused_by_its_length(hers: Client) -> None:
    case = begun(hers)
    answer = hers.generic(
        "POST", f"/apply/{case.pk}/papers/", b"x", CONTENT_LENGTH=str(10**8), content_type="text/plain"
    )
    assert answer.status_code == 400
    assert "上限" in text_of(answer)


def test_an_upload_needs_its_token(daughter: Person, home: Household) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user_of(resident_of(daughter)))
    assert client.post("/apply/1/papers/", {"file": upload(PNG)}).status_code == 403


# --- Following ---------------------------------------------------------------------------------------


@pytest.fixture
def walk(who: Cast, daughter: Person, father: Person, home: Household, departments: Departments) -> Walk:
    return Walk(who, departments, daughter, home)


@pytest.fixture
def phone(walk: Walk, daughter: Person) -> Client:
    return signed_in(resident_of(daughter))


def test_a_stranger_finds_nothing_of_a_case(walk: Walk, who: Cast, phone: Client) -> None:
    case, other = walk.apply(), signed_in(who.resident)
    draft_pages = ["", "family/", "members/", "household/", "payee/", "papers/", "consent/", "review/"]
    pages = [
        f"/my/cases/{case.pk}/{rest}" for rest in ("", "receipt/", "withdraw/", "appeal/1/", "differences/1/")
    ]
    pages += [f"/apply/{case.pk}/{rest}" for rest in draft_pages] + [f"/my/sign/{case.pk}/"]
    walk.accept()
    pages += [f"/my/documents/{one.pk}/" for one in Document.objects.filter(case_id=case.pk)]
    for url in pages:
        assert other.get(url).status_code == 404, url
        assert other.post(url, {"key": "k"}).status_code == 404, url
    nothing = text_of(other.get(f"/my/cases/{case.pk + 1000}/"))
    assert re.sub(r'value="\w+"', "", nothing) == re.sub(
        r'value="\w+"', "", text_of(other.get(f"/my/cases/{case.pk}/"))
    )


def test_another_member_does_not_see_the_applicants_pages(walk: Walk, father: Person) -> None:
    case, his = walk.apply(), signed_in(resident_of(father))
    assert his.get(f"/my/cases/{case.pk}/").status_code == 404
    assert his.get(f"/my/sign/{case.pk}/").status_code == 200


def test_where_it_stands_is_said_in_words_with_office_and_day(walk: Walk, phone: Client) -> None:
    case = walk.apply()
    page = text_of(phone.get(f"/my/cases/{case.pk}/"))
    assert "窗口正在查看申请内容和签字是否齐全" in page
    case = walk.accept()
    page = text_of(phone.get(f"/my/cases/{case.pk}/"))
    assert "正在进行入户调查；正在向有关部门核对家庭经济状况" in page
    assert "受理通知书" in page
    assert Entry.objects.filter(verb="portal.case", case_id=case.pk).count() == 2, "reading is kept"


def test_what_officers_wrote_for_each_other_is_not_shown(walk: Walk, phone: Client) -> None:
    case = walk.apply()
    walk.accept()
    walk.investigate(living="屋内杂乱，邻居反映其好赌")
    walk.verify()
    walk.do("assess", "return", walk.who.investigator, reason="内部意见：再查存款")
    page = text_of(phone.get(f"/my/cases/{case.pk}/"))
    assert "退回补充核实" in page
    for inner in ("好赌", "内部意见", "李调查", "冯核对"):
        assert inner not in page


def test_a_paper_is_fetched_whole_and_the_fetching_kept(walk: Walk, phone: Client) -> None:
    walk.apply()
    walk.accept()
    paper = Document.objects.get(letter="acceptance_receipt")
    answer = phone.get(f"/my/documents/{paper.pk}/")
    assert b"".join(answer.streaming_content)[:5] == b"%PDF-"
    assert Entry.objects.filter(verb="portal.document", subject__endswith=f":{paper.pk}").exists()


def test_a_correction_is_answered_on_the_same_pages(who: Cast, hers: Client) -> None:
    case = filled(hers)
    press(hers, f"/apply/{case.pk}/review/", {"commitment": "true"})
    ask_correction(case.tasks.get().pk, items=["写明<b>病情</b>"], by=who.clerk)
    page = text_of(hers.get(f"/my/cases/{case.pk}/"))
    assert "写明&lt;b&gt;病情&lt;/b&gt;" in page
    assert press(hers, f"/apply/{case.pk}/household/", {**HOUSEHOLD, "need": "脑梗"}).status_code == 302
    answer = press(hers, f"/apply/{case.pk}/review/", {"commitment": "true"})
    assert answer["Location"] == f"/my/cases/{case.pk}/receipt/"
    case.refresh_from_db()
    assert (case.state, case.form["need"]) == (Case.State.SUBMITTED, "脑梗")


def test_a_difference_is_explained_with_a_paper(walk: Walk, daughter: Person, phone: Client) -> None:
    from minzheng.kernel.casework import verifying

    case = walk.apply()
    walk.accept()
    walk.put_on_file({daughter.pk: {"tax_social": {"base": 500_000, "months": 12, "taxed": 0, "fund": 0}}})
    task = walk.task("verify")
    for act in (verifying.begin, verifying.ask, verifying.report):
        act(task.pk, by=walk.who.verifier)
    found = Discrepancy.objects.get()
    url = f"/my/cases/{case.pk}/differences/{found.pk}/"
    assert url in text_of(phone.get(f"/my/cases/{case.pk}/"))
    assert "60000.00 元/年" in text_of(phone.get(url))
    assert press(phone, url, {"text": ""}).status_code == 400
    assert press(phone, url, {"text": "去年已经下岗", "file": upload(PNG, "证明.png")}).status_code == 302
    found.refresh_from_db()
    assert (found.state, found.explanation) == (Discrepancy.State.EXPLAINED, "去年已经下岗")
    assert Document.objects.get(pk=found.document_id).filename == "证明.png"


def test_an_application_is_withdrawn_once(walk: Walk, phone: Client) -> None:
    case = walk.apply()
    url = f"/my/cases/{case.pk}/withdraw/"
    html = text_of(phone.get(url))
    sent = {"key": hidden(html, "key"), "version": hidden(html, "version"), "reason": HOSTILE}
    assert phone.post(url, sent).status_code == phone.post(url, sent).status_code == 302
    page = text_of(phone.get(f"/my/cases/{case.pk}/"))
    assert "您已撤回这件申请" in page
    assert HOSTILE not in page
    assert Entry.objects.filter(verb="casework.withdraw", outcome=Entry.Outcome.DONE).count() == 1


def _refused(walk: Walk) -> Decision:
    walk.answers = {walk.applicant.pk: {"wage": "90000", "work_capacity": "full"}}
    walk.apply()
    walk.accept()
    walk.investigate()
    walk.verify()
    walk.assess("oppose")
    walk.confirm("refuse", reason="内部理由")
    walk.serve()
    return Decision.objects.get(case=walk.case)


def test_a_refusal_gives_its_reasons_and_may_be_appealed_once(walk: Walk, phone: Client) -> None:
    decision = _refused(walk)
    page = text_of(phone.get(f"/my/cases/{walk.case.pk}/"))
    assert "不予确认的理由：家庭月人均收入" in page
    assert "农安县人民政府申请行政复议" in page
    assert "农安县人民法院起诉" in page
    url = f"/my/cases/{walk.case.pk}/appeal/{decision.pk}/"
    html = text_of(phone.get(url))
    sent = {"key": hidden(html, "key"), "reasons": f"收入算错了{HOSTILE}"}
    assert phone.post(url, sent).status_code == phone.post(url, sent).status_code == 302
    assert Appeal.objects.count() == 1
    page = text_of(phone.get(f"/my/cases/{walk.case.pk}/"))
    assert "已提出" in page
    assert HOSTILE not in page
    judge, appeal = walk.who.reviewer, Appeal.objects.get()
    accept_appeal(appeal.pk, accepted=True, by=judge)
    decide_appeal(appeal.pk, result="upheld", opinion="事实清楚", by=judge)
    told = text_of(phone.get("/my/messages/"))
    assert "行政复议：已受理" in told
    assert "行政复议决定：维持" in told
    assert "15日内向" in told


def test_after_its_last_day_an_appeal_is_refused_with_what_remains(walk: Walk, phone: Client) -> None:
    decision = _refused(walk)
    with clock.frozen(clock.today() + timedelta(days=90)):
        page = text_of(phone.get(f"/my/cases/{walk.case.pk}/appeal/{decision.pk}/"))
        assert "期限已经届满" in page
        assert (
            phone.post(f"/my/cases/{walk.case.pk}/appeal/{decision.pk}/", {"reasons": "不服"}).status_code
            == 400
        )
    assert not Appeal.objects.exists()


def test_a_grant_tells_the_sum_and_the_month(walk: Walk, phone: Client) -> None:
    walk.until_confirmed()
    page = text_of(phone.get(f"/my/cases/{walk.case.pk}/"))
    assert "予以确认" in page
    assert "起发放" in page
    assert f"{Decision.objects.get().payload['amount'] // 100:,}." in page


def test_a_message_is_marked_read_by_its_addressee_alone(walk: Walk, who: Cast, phone: Client) -> None:
    walk.apply()
    walk.accept()
    message = Message.objects.latest("id")
    assert "申请已受理" in text_of(phone.get("/my/messages/"))
    assert signed_in(who.resident).post(f"/my/messages/{message.pk}/read/", {"key": "k"}).status_code == 404
    assert phone.post(f"/my/messages/{message.pk}/read/", {"key": "k"}).status_code == 302
    message.refresh_from_db()
    assert message.read_at is not None


# --- The board and verification ------------------------------------------------------------------------


def _posted(walk: Walk) -> str:
    walk.apply()
    walk.accept()
    walk.investigate()
    walk.verify()
    walk.assess()
    walk.panel()
    walk.post()
    return walk.who.seat.village.split("/")[-2]


def test_the_village_reads_the_five_permitted_facts_and_nothing_more(walk: Walk, client: Client) -> None:
    uid = _posted(walk)
    answer = client.get(f"/board/{uid}/")
    page = text_of(answer)
    assert "林*雨" in page
    assert "林小雨" not in page, "the whole name is for those who live here"
    assert "林小雨" in text_of(signed_in(walk.who.resident).get(f"/board/{uid}/"))
    assert "林小雨" not in text_of(signed_in(walk.who.clerk).get(f"/board/{uid}/"))
    assert str(walk.applicant.id_number) not in page
    assert str(walk.case.number) not in page
    assert answer["X-Robots-Tag"] == "noindex"
    assert client.get("/board/220183103201/").status_code == 200
    assert "林小雨" not in text_of(client.get("/board/220183103201/"))


def test_a_neighbour_objects_once_and_is_told_what_was_found(walk: Walk, who: Cast, client: Client) -> None:
    from minzheng.kernel.notices.models import Posting

    uid = _posted(walk)
    url = f"/board/postings/{Posting.objects.get().pk}/"
    assert "登录后提出" in text_of(client.get(url))
    neighbour = signed_in(who.resident)
    html = text_of(neighbour.get(url))
    sent = {"key": hidden(html, "key"), "name": "林小满", "text": f"家里有车{HOSTILE}"}
    assert neighbour.post(url, sent)["Location"] == neighbour.post(url, sent)["Location"] == f"/board/{uid}/"
    assert Objection.objects.count() == 1
    assert "家里有车" not in text_of(client.get(f"/board/{uid}/")), (
        "what is said against a neighbour is not posted"
    )
    answer_objection(Objection.objects.get().pk, upheld=False, answer="车是借用的，已还", by=who.clerk)
    assert "异议不成立。核实结果：车是借用的，已还" in text_of(neighbour.get("/my/messages/"))
    assert Message.objects.get(title="您提出的公示异议有了答复").compartment == "reporter"


def test_after_its_last_day_nothing_hangs_and_nobody_objects(walk: Walk, who: Cast) -> None:
    from minzheng.kernel.notices.models import Posting

    uid, notice = _posted(walk), Posting.objects.get()
    neighbour = signed_in(who.resident)
    with clock.frozen(notice.last_day + timedelta(days=1)):
        assert "林小雨" not in text_of(neighbour.get(f"/board/{uid}/"))
        assert neighbour.get(f"/board/postings/{notice.pk}/").status_code == 404


def test_a_letter_is_verified_by_its_code_and_names_nobody(walk: Walk, client: Client) -> None:
    walk.apply()
    walk.accept()
    letter = Document.objects.get(letter="acceptance_receipt")
    page = text_of(client.get(f"/verify/{letter.check_code.lower()}/"))
    assert "文书真实有效" in page
    assert letter.number in page
    assert "林小雨" not in page
    assert client.get("/verify/000000000000/").status_code == 404
    assert client.get(f"/verify/?code={letter.check_code}")["Location"] == f"/verify/{letter.check_code}/"
    with open_file(letter) as file:
        content = file.read()
    told = text_of(client.post("/verify/", {"file": upload(content, "通知书.pdf")}, follow=True))
    assert "一字不差" in told
    assert letter.number in told
    altered = content.replace(b"%%EOF", b"%%EOF ")
    assert "可能被改动过" in text_of(
        client.post("/verify/", {"file": upload(altered, "通知书.pdf")}, follow=True)
    )
    assert client.post("/verify/", {}).status_code == 400


# --- Counting queries ------------------------------------------------------------------------------------


def test_my_list_costs_the_same_for_one_matter_and_for_many(
    hers: Client, daughter: Person, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    begun(hers)
    with CaptureQueriesContext(
        connection,
    ) as few:
        hers.get("/my/")
    first = Case.objects.get()
    Case.objects.bulk_create(
        Case(
            service=DIBAO, service_version="1", form_version="1", channel="online", applicant=daughter,
            path=first.path, created_at=clock.now(), created_by=first.created_by, state=Case.State.WITHDRAWN,
        )
        for _ in range(15)
    )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        page = text_of(hers.get("/my/"))
    assert page.count("已撤回") == 15
    assert len(many) == len(few)


def test_the_list_is_paged_by_key(hers: Client, daughter: Person) -> None:
    first = begun(hers)
    Case.objects.bulk_create(
        Case(
            service=DIBAO, service_version="1", form_version="1", channel="online", applicant=daughter,
            path=first.path, created_at=clock.now(), created_by=first.created_by, state=Case.State.WITHDRAWN,
        )
        for _ in range(25)
    )  # fmt: skip
    page = text_of(hers.get("/my/"))
    older = re.search(r'href="(/my/\?before=\d+)"', page)
    assert older
    assert f"/apply/{first.pk}/" in text_of(hers.get(older[1]))


def test_every_service_offered_can_be_drawn_as_pages(who: Cast) -> None:
    for one in finding.offered():
        asked = [
            f.code
            for step in ("household", "payee", "review")
            for f in drafts.part(one.item.form, step).fields
        ]
        assert sorted(asked) == sorted(f.code for f in one.item.form.fields)
        assert drafts.steps_of(one.item)[-1].code == "review"


# --- What a check has found, and the letters under which it was asked -----------------------------------


def test_everyone_of_the_family_reads_what_is_on_file_of_himself_and_may_object(
    walk: Walk, father: Person, daughter: Person, phone: Client
) -> None:
    case = walk.apply()
    walk.accept()
    walk.investigate()
    on_file = {father.pk: {"medical": {"insured": "resident", "charged": 700, "own_paid": 300}}}
    walk.verify(on_file)
    url, his = f"/my/checks/{case.pk}/", signed_in(resident_of(father))
    assert url in text_of(phone.get(f"/my/cases/{case.pk}/"))
    assert "近12个月个人负担" in text_of(his.get(url))
    hers = text_of(phone.get(url))
    assert "近12个月个人负担" not in hers, "what is on file of another is his own to read"
    assert press(his, url, {"text": ""}).status_code == 400
    assert press(his, url, {"text": "这不是我的账户"}).status_code == 302
    assert "异议正在处理" in text_of(his.get(url))
    assert signed_in(resident_of(person(name="王邻居"))).get(url).status_code == 404
    walk.assess()
    walk.panel()
    with clock.frozen(walk.post() + timedelta(days=1)):
        walk.take_down()
        with pytest.raises(Refused, match="提出了异议"):
            walk.confirm()


def test_a_letter_is_taken_back_and_signed_anew_also_while_benefits_are_drawn(
    walk: Walk, daughter: Person, phone: Client
) -> None:
    case = walk.apply()
    Case.objects.filter(pk=case.pk).update(state=Case.State.GRANTED, accepted_on=clock.today())
    mine = Consent.objects.get(person=daughter)
    assert "/my/letters/" in text_of(phone.get("/my/"))
    page = text_of(phone.get("/my/letters/"))
    assert "撤回授权" in page
    back = {"letter": mine.pk, "do": "withdraw", "key": "w1"}
    assert phone.post("/my/letters/", back).status_code == 302
    assert phone.post("/my/letters/", back).status_code == 302, "pressed twice"
    mine.refresh_from_db()
    assert mine.withdrawn_at is not None
    assert phone.post("/my/letters/", {"letter": mine.pk, "do": "sign", "key": "s1"}).status_code == 400
    assert (
        phone.post("/my/letters/", {"letter": mine.pk, "do": "sign", "agree": "yes", "key": "s2"}).status_code
        == 302
    )
    assert Consent.objects.filter(person=daughter, withdrawn_at=None).count() == 1
    other = Consent.objects.exclude(person=daughter).first()
    assert other is not None
    assert phone.post("/my/letters/", {"letter": other.pk, "do": "withdraw", "key": "x"}).status_code == 404


def test_a_matter_taken_back_is_asked_about_no_more_and_its_letters_end_with_it(
    walk: Walk, phone: Client
) -> None:
    from minzheng.kernel.casework import verifying

    case = walk.apply()
    walk.accept()
    verifying.begin(walk.task("verify").pk, by=walk.who.verifier)
    [check] = Verification.objects.filter(case_id=case.pk)
    assert press(phone, f"/my/cases/{case.pk}/withdraw/").status_code == 302
    check.refresh_from_db()
    assert check.state == Verification.State.STOPPED
    assert not Consent.objects.filter(case_id=case.pk, withdrawn_at=None).exists()
    with pytest.raises(Refused, match="已停止"):
        exchange.collect(verification=check, by=walk.who.verifier)
    assert not check.queries.exclude(asked_at=None).exists()
    assert "随事项结束" in text_of(phone.get("/my/letters/"))
