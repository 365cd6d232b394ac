"""A resident follows a matter: where it stands, what was found, what was decided, and what may be done against it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from minzheng.kernel import clock
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework.accepting import ask_correction
from minzheng.kernel.casework.appealing import accept_appeal, decide_appeal
from minzheng.kernel.casework.models import Appeal, Case, Decision
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import Refused
from minzheng.kernel.exchange import actions as exchange
from minzheng.kernel.exchange.models import Consent, Discrepancy, Verification
from minzheng.kernel.notices.models import Message
from minzheng.kernel.people.models import Person
from tests.factories.cast import Cast, resident_of
from tests.factories.papers import PNG, upload
from tests.factories.people import person
from tests.factories.phones import DIBAO, HOSTILE, HOUSEHOLD, begun, filled, hidden, press, signed_in, text_of
from tests.factories.walk import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]


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
    walk.until_verified()
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
