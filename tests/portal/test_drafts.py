"""A resident fills in an application: saved page by page, told what is wrong beside it, handed in once."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework.models import Case
from minzheng.kernel.documents.models import Document
from minzheng.kernel.exchange.models import Consent
from minzheng.kernel.people.models import Household, Person
from minzheng.portal import drafts, finding
from tests.factories.cast import Cast, resident_of, user_of
from tests.factories.money import a_card
from tests.factories.papers import PDF, PNG, upload
from tests.factories.people import a_number, person
from tests.factories.phones import DIBAO, HOSTILE, HOUSEHOLD, begun, filled, hidden, press, signed_in, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]


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


def test_every_service_offered_can_be_drawn_as_pages(who: Cast) -> None:
    for one in finding.offered():
        asked = [
            f.code
            for step in ("household", "payee", "review")
            for f in drafts.part(one.item.form, step).fields
        ]
        assert sorted(asked) == sorted(f.code for f in one.item.form.fields)
        assert drafts.steps_of(one.item)[-1].code == "review"
