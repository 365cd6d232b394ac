"""Applying for several schemes at once, for a relative, page by page of a paper; and what the search understands."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework import accepting, joining
from minzheng.kernel.casework.models import Case, Mandate
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.exchange.letters import letter
from minzheng.kernel.exchange.models import Consent, Verification
from minzheng.kernel.notices.models import Message
from minzheng.kernel.people.models import Household, Person
from minzheng.portal import finding
from tests.factories.cast import Cast, cast, resident_of, staff
from tests.factories.money import a_card
from tests.factories.papers import PNG, upload
from tests.factories.people import a_number, household, person
from tests.factories.phones import HOUSEHOLD, MEMBER, press, signed_in, text_of
from tests.factories.places import NEXT_COUNTY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]

DIBAO, TEMPORARY, EDGE = "assistance.dibao", "assistance.temporary", "assistance.edge"
SPENT = {"cause": "medical", "event_place": "县医院", "expense": "18000"}


@pytest.fixture
def who() -> Cast:
    return cast()


@pytest.fixture
def daughter(who: Cast) -> Person:
    return person(name="林小雨", birth=date(1990, 4, 2), sex="2")


@pytest.fixture
def father(who: Cast) -> Person:
    """He lives in the next county: what is written for him is written there."""
    return person(path=NEXT_COUNTY.village, name="林大山", birth=date(1950, 1, 9))


@pytest.fixture
def home(daughter: Person) -> Household:
    return household(daughter)


@pytest.fixture
def hers(daughter: Person, home: Household) -> Client:
    return signed_in(resident_of(daughter))


def _fill(client: Client, case: Case, household_answers: dict[str, str]) -> None:
    for one in case.members.order_by("id"):
        kin = (
            {}
            if one.person_id == case.applicant_id
            else {"kin-relation": one.relation, "kin-counted": "true"}
        )
        assert press(client, f"/apply/{case.pk}/members/{one.pk}/", MEMBER | kin).status_code == 302
    assert press(client, f"/apply/{case.pk}/household/", household_answers).status_code == 302
    payee = {"payee_owner": case.applicant.name, "payee_account": a_card()}
    assert press(client, f"/apply/{case.pk}/payee/", payee).status_code == 302


def test_two_schemes_are_filled_in_once_signed_once_and_handed_in_together_or_not_at_all(
    hers: Client, daughter: Person
) -> None:
    assert press(hers, f"/services/{DIBAO}/start/", {"also": [TEMPORARY]}).status_code == 302
    case, other = Case.objects.get(joined_to=None), Case.objects.exclude(joined_to=None).get()
    assert {case.service, other.service} == {DIBAO, TEMPORARY}
    assert text_of(hers.get("/my/")).count("还没有提交") == 1, "one application, not two"
    assert hers.get(f"/apply/{other.pk}/")["Location"] == f"/apply/{case.pk}/"
    page = text_of(hers.get(f"/apply/{case.pk}/household/"))
    assert page.count('name="deposits"') == 1
    assert 'name="expense"' in page
    assert press(hers, f"/apply/{case.pk}/household/", HOUSEHOLD).status_code == 400, (
        "the other's questions too"
    )
    _fill(hers, case, HOUSEHOLD | SPENT)
    case.refresh_from_db()
    other.refresh_from_db()
    own, others = (case, other) if case.service == TEMPORARY else (other, case)
    assert own.form["expense"] == 1_800_000
    assert "expense" not in others.form
    assert press(hers, f"/apply/{case.pk}/consent/", {"agree": "yes"}).status_code == 302
    assert set(Consent.objects.values_list("case_id", flat=True)) == {case.pk, other.pk}
    looked_at = text_of(hers.get(f"/apply/{case.pk}/review/"))
    assert "医疗、教育等支出的票据或结算单" in looked_at
    assert "可以先提交" in looked_at
    review = press(hers, f"/apply/{case.pk}/review/", {"commitment": "true"})
    assert review["Location"] == f"/my/cases/{case.pk}/receipt/"
    case.refresh_from_db()
    other.refresh_from_db()
    assert case.state == other.state == Case.State.SUBMITTED
    daughter = Person.objects.get(pk=case.applicant_id)
    assert daughter.phone == HOUSEHOLD["phone"], "what is missing is told at the number she wrote down"
    receipt = text_of(hers.get(f"/my/cases/{case.pk}/receipt/")).replace(" ", "")
    assert str(case.number) in receipt
    assert str(other.number) in receipt
    assert "<svg" in receipt, "the receipt bears a code"
    assert "一并申请的事项" in text_of(hers.get(f"/my/cases/{other.pk}/"))
    entry = Entry.objects.get(verb="casework.submit_together", outcome="done")
    assert entry.after["joined"] == [other.pk]


def test_one_scheme_can_be_left_out_again_and_what_a_refusal_becomes_is_not_asked_for_twice(
    hers: Client,
) -> None:
    page = text_of(hers.get(f"/services/{DIBAO}/start/"))
    assert f'value="{TEMPORARY}"' in page
    assert f'value="{EDGE}"' not in page, "a refused dibao becomes the edge assessment by itself"
    press(hers, f"/services/{DIBAO}/start/", {"also": [TEMPORARY, EDGE]})
    assert not Case.objects.filter(service=EDGE).exists()
    case, other = Case.objects.get(joined_to=None), Case.objects.exclude(joined_to=None).get()
    assert press(hers, f"/apply/{case.pk}/review/", {"commitment": "true"}).status_code == 400
    assert Case.objects.filter(state=Case.State.SUBMITTED).count() == 0
    answer = hers.post(f"/apply/{case.pk}/joined/{other.pk}/remove/", {"key": "k"})
    assert answer.status_code == 302
    assert 'name="expense"' not in text_of(hers.get(f"/apply/{case.pk}/household/"))


def test_the_services_of_the_office_and_of_others_do_not_go_along(hers: Client, who: Cast) -> None:
    press(hers, f"/services/{DIBAO}/start/")
    case = Case.objects.get()
    mine = resident_of(person(name="他人", birth=date(1980, 1, 2)))
    with pytest.raises(NotFound):
        joining.join(case.pk, services=[TEMPORARY], by=mine)
    owner = resident_of_case(case)
    with pytest.raises(Refused, match="不能合并"):
        joining.join(case.pk, services=["assistance.dibao_review"], by=owner)
    joining.join(case.pk, services=[TEMPORARY, TEMPORARY, DIBAO], by=owner)
    joining.join(case.pk, services=[TEMPORARY], by=owner)
    assert Case.objects.exclude(joined_to=None).count() == 1


def resident_of_case(case: Case) -> Any:
    from minzheng.kernel.access.models import User
    from minzheng.kernel.access.queries import actor_of

    return actor_of(User.objects.get(person_id=case.applicant_id))


def test_a_daughter_applies_for_her_father_with_his_letter_and_both_are_named(
    hers: Client, daughter: Person, father: Person
) -> None:
    mother = person(path=NEXT_COUNTY.village, name="周桂兰", birth=date(1952, 3, 1), sex="2")
    household(father, mother, path=NEXT_COUNTY.village, relations=("02", "10"))
    url = f"/services/{DIBAO}/relative/"
    said = {"name": "林大山", "id_number": father.id_number, "relation": "51", "asked": "true"}
    for wrong, told in (
        ({"name": "林大川"}, "对不上"),
        ({"id_number": a_number(birth=date(1950, 2, 2))}, "对不上"),
        ({"asked": ""}, "委托"),
        ({"name": "林小雨", "id_number": daughter.id_number}, "您本人"),
    ):
        answer = press(hers, url, said | wrong)
        assert answer.status_code == 400
        assert told in text_of(answer)
    assert press(hers, url, said).status_code == 302
    case = Case.objects.get()
    assert (case.applicant, case.agent_name) == (father, "林小雨")
    assert [one.person for one in case.members.all()] == [father], "what the register knows is not shown"
    assert "林小雨正在替您申请" in Message.objects.get(person_id=father.pk).title
    listed = text_of(hers.get(f"/apply/{case.pk}/family/"))
    assert "周桂兰" not in listed
    assert "这里只列出了申请人本人" in listed
    assert "他（她）是申请人的" in listed, "not what they are to whoever fills it in"
    _fill(hers, case, HOUSEHOLD)
    refused = press(hers, f"/apply/{case.pk}/review/", {"commitment": "true"})
    assert "授权委托书" in text_of(refused)
    assert "林小雨" in text_of(hers.get(f"/apply/{case.pk}/mandate/"))
    asked_to_sign = text_of(hers.get("/my/letters/"))
    for line in letter().text.splitlines():
        assert line.strip().lstrip("#12345. ") in asked_to_sign, (
            "whoever signs reads every line of the letter"
        )
    paper = upload(PNG, "委托书.png")
    assert press(hers, f"/apply/{case.pk}/papers/", {"material": "mandate", "file": paper}).status_code == 302
    assert Mandate.objects.get(case=case).document_id == Document.objects.latest("id").pk
    assert press(hers, f"/apply/{case.pk}/review/", {"commitment": "true"}).status_code == 302
    receipt = text_of(hers.get(f"/my/cases/{case.pk}/receipt/"))
    assert "林大山" in receipt
    assert "（替林大山办）" in text_of(hers.get("/my/"))
    assert "林小雨（受申请人委托）" in receipt
    purpose = f"{case.service}:{case.number}"
    check = Verification.objects.create(
        path=case.path, case_id=case.pk, purpose=purpose, basis="测", state="reported", member_ids=[father.pk],
        source_codes=["bank"], reference_date=clock.today(), requested_at=clock.now(), reported_at=clock.now(),
        valid_until=clock.today() + timedelta(days=180), conclusion="exceeds", report_sha="0" * 64, declared={},
    )  # fmt: skip
    check.discrepancies.create(
        path=case.path,
        item="deposits",
        source="bank",
        member=father,
        found=9_000_000,
        explain_due=clock.today(),
    )
    shown = text_of(hers.get(f"/my/cases/{case.pk}/"))
    assert "核对有1项与填报不一致" in shown
    assert "90000" not in shown.replace(",", ""), "what the bank has on file is not the agent's to read"
    assert hers.get(f"/my/checks/{case.pk}/").status_code == 404
    his = signed_in(resident_of(father))
    assert "由林小雨受林大山委托代办" in text_of(his.get(f"/my/cases/{case.pk}/"))
    # What the office writes reaches both: him in full, her that there is news.
    window = staff("clerk", at=(NEXT_COUNTY.township,), name="窗口一人")
    asked = case.tasks.get(state="open").pk
    accepting.ask_correction(asked, items=["医疗费发票"], by=window)
    assert Person.objects.get(pk=father.pk).phone == "", "hers is not taken for his"
    news = Message.objects.filter(person_id=daughter.pk, case_id=case.pk).get()
    assert (news.kind, "医疗费发票" in news.text) == ("task", False)
    assert "等您补正" in text_of(hers.get(f"/my/cases/{case.pk}/"))
    assert signed_in(resident_of(mother)).get(f"/my/cases/{case.pk}/").status_code == 404


def test_whoever_lives_with_the_relative_finds_the_family_listed(daughter: Person) -> None:
    uncle = person(name="林大川", birth=date(1949, 5, 5))
    household(daughter, uncle, relations=("02", "70"))
    said = {"name": "林大川", "id_number": uncle.id_number, "relation": "97", "asked": "true"}
    url = f"/services/{DIBAO}/relative/"
    assert press(signed_in(resident_of(daughter)), url, said).status_code == 302
    found = {one.person_id for one in Case.objects.get().members.all()}
    assert found == {uncle.pk, daughter.pk}


def test_several_pages_of_a_paper_are_kept_once_each_also_when_the_answer_was_lost(hers: Client) -> None:
    press(hers, f"/services/{DIBAO}/start/")
    case = Case.objects.get()
    asked = next(
        one for one in catalogue.current().service(DIBAO).item.materials if one.source == "applicant"
    )
    url = f"/apply/{case.pk}/papers/"
    for _ in range(2):
        sent = {"material": asked.code, "key": "p.1", "file": upload(PNG, "第一页.png")}
        answer = hers.post(url, sent, headers={"accept": "application/json"})
        assert answer.json()["id"]
    both = {"material": asked.code, "key": "q", "file": [upload(PNG, "二.png"), upload(PNG, "三.png")]}
    assert hers.post(url, both).status_code == 302
    assert Document.objects.filter(case_id=case.pk).count() == 3
    wrong = {"material": asked.code, "key": "r", "file": upload(b"no picture", "坏.png")}
    answer = hers.post(url, wrong, headers={"accept": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["message"]


def test_papers_count_as_handed_in_only_once_everything_asked_of_everybody_is_there(hers: Client) -> None:
    press(hers, "/services/assistance.temporary/start/")
    case = Case.objects.get()
    press(hers, f"/apply/{case.pk}/household/", {"need": "家人住院", "later": "1"})
    url = f"/apply/{case.pk}/papers/"
    unticked = '附加材料<span class="mz-sr">，还没有填好'
    assert unticked in text_of(hers.get(f"/apply/{case.pk}/review/"))
    paper = {"material": "invoices", "key": "p", "file": upload(PNG, "结算单.png")}
    assert hers.post(url, paper).status_code == 302
    assert unticked not in text_of(hers.get(f"/apply/{case.pk}/review/"))


def test_consent_is_asked_for_by_a_link_that_a_telephone_can_read(hers: Client) -> None:
    press(hers, f"/services/{DIBAO}/start/")
    case = Case.objects.get()
    page = text_of(hers.get(f"/apply/{case.pk}/consent/"))
    assert f"/my/sign/{case.pk}/" in page
    assert "<title>家人签署授权书的二维码</title>" in page


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("看不起病", TEMPORARY), ("父母老了", "assistance.tekun"), ("下岗", DIBAO), ("着火", "assistance.first_aid"),
     ("laoren", "assistance.tekun")],
)  # fmt: skip
def test_a_service_is_found_by_the_life_situation_people_are_in(typed: str, expected: str) -> None:
    assert expected in [one.code for one in finding.found(typed)]


def test_situations_are_those_services_declare_and_common_questions_are_found(
    client: Client, who: Cast
) -> None:
    home = text_of(client.get("/"))
    for said in ("家里有困难", "老人要照料", "遇到急事难事", "家人生病花费大"):
        assert said in home
    assert "特困人员救助供养" in text_of(client.get("/services/?situation=elders"))
    page = text_of(client.get("/services/?q=家里有车"))
    assert "家里有车就不能申请吗" in page
    assert "大家常问的" not in text_of(client.get("/services/?q=xyzxyz"))
