"""The yearly re-check and the data catalogue at the desk, as whoever checks sees them, and nobody else."""

from __future__ import annotations

import pytest
from django.test import Client

from minzheng.kernel import clock
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework import drafting
from minzheng.kernel.casework.models import Case
from minzheng.kernel.exchange import rechecking
from minzheng.kernel.exchange.models import (
    Answered,
    Consent,
    Discrepancy,
    Query,
    Recheck,
    RecheckPart,
    Verification,
)
from minzheng.kernel.exchange.sources import SOURCES
from tests.desk.pages import officer
from tests.factories.cast import resident_of, user_of
from tests.factories.checks import ALIVE, a_recipient

LIST = "/desk/exchange/"
VEHICLE = {"type": "小型轿车", "first_registered": "2016-03-01", "plate": "吉A·***21", "use": "private"}


@pytest.fixture
def recipients(who, departments):
    for n in range(2):
        _, head = a_recipient(n, path=who.seat.village)
        departments.put("police", head.id_number, ALIVE)
        departments.put("property", head.id_number, [{"share": "1", "area": 6000, "use": "住宅"}])
    yield departments
    departments.fault("bank", "")


def test_a_verifier_begins_watches_and_resumes_and_a_double_click_begins_once(who, recipients):
    verifier = officer(who.verifier)
    assert "还没有年度复核" in verifier.open(LIST)
    recipients.fault("bank", "down")
    where = verifier.do(LIST, "start", path=who.seat.county)
    run = Recheck.objects.get()
    assert where == f"{LIST}{run.pk}/"
    assert "等待中" in verifier.open(where)
    rechecking.carry_on(run.pk)
    page = verifier.open(where)
    assert "有来源没有返回" in page
    assert "1 项未返回" in page
    assert "无法连接" in page
    recipients.fault("bank", "")
    verifier.do(where, "retry")
    rechecking.carry_on(run.pk)
    assert "已完成" in verifier.open(where)
    assert "2026年" in verifier.open(LIST)


def test_a_silent_source_is_waited_for_no_longer_only_with_a_reason(who, recipients):
    recipients.fault("bank", "down")
    verifier = officer(who.verifier)
    where = verifier.do(LIST, "start", path=who.seat.county)
    run = Recheck.objects.get()
    rechecking.carry_on(run.pk)
    refused = verifier.send(where, "give_up", source="bank", reason="")
    assert refused.status_code == 400
    assert RecheckPart.objects.get(source="bank").state == "failed"
    verifier.do(where, "give_up", source="bank", reason="银行系统升级")
    rechecking.carry_on(run.pk)
    page = verifier.open(where)
    assert "1 项不再等待" in page
    assert RecheckPart.objects.get(source="bank").state == "given_up"


def test_where_nobody_draws_benefits_the_page_says_so(who):
    verifier = officer(who.verifier)
    refused = verifier.send(LIST, "start", path=who.seat.county)
    assert refused.status_code == 400
    assert "没有可以复核的在保家庭" in refused.content.decode()


def test_others_see_neither_the_run_nor_a_button(who, recipients):
    verifier = officer(who.verifier)
    where = verifier.do(LIST, "start", path=who.seat.county)
    officer(who.stranger).open(where, status=404)
    officer(who.resident).open(LIST, status=403)
    page = officer(who.county_approver).open(where)
    assert "继续办理" not in page
    assert "开始复核" not in officer(who.county_approver).open(LIST)


def test_the_catalogue_lists_every_source_with_ground_fields_and_where_its_figures_go(who, walk):
    walk.until_verified()
    verifier = officer(who.verifier)
    page = verifier.open(f"{LIST}sources/")
    for one in SOURCES.values():
        assert one.label in page
        shown = verifier.open(f"{LIST}sources/{one.code}/")
        assert all(field.label in shown for field in one.fields)
        assert all(item.label in shown for item in one.items)
        assert "第五十八条" in shown
    assert "100%" in page
    assert "存款及有价证券（deposits）" in verifier.open(f"{LIST}sources/bank/")
    verifier.open(f"{LIST}sources/lottery/", status=404)
    assert "未查询" in officer(who.stranger).open(f"{LIST}sources/")


def rechecked(who, recipients):
    """A yearly re-check of two, one of whom has a vehicle that nobody told of; the check that it opened."""
    _, head = a_recipient(7, path=who.seat.village)
    recipients.put("police", head.id_number, ALIVE)
    recipients.put("vehicles", head.id_number, [VEHICLE])
    verifier = officer(who.verifier)
    verifier.do(LIST, "start", path=who.seat.county)
    rechecking.carry_on(Recheck.objects.get().pk)
    one = Verification.objects.get()
    # Granted long ago: no step of it is open any more.
    Case.objects.create(
        pk=one.case_id, number="220122202501010001", service="assistance.dibao", service_version="1", form_version="1",
        state="granted", channel="window", applicant=head, path=one.path, form={}, sealed={}, created_at=clock.now(),
        accepted_on=clock.today(),
        created_by="user:0",
    )  # fmt: skip
    return verifier, head, one


def test_what_a_recheck_found_is_explained_on_a_telephone_and_decided_at_the_desk(who, recipients):
    verifier, head, one = rechecked(who, recipients)
    [car] = one.discrepancies.all()
    where = f"{LIST}checks/{one.pk}/"
    assert where in verifier.open(f"{LIST}checks/")
    assert where not in verifier.open(f"{LIST}checks/?what=ready")
    phone = Client()
    phone.force_login(user_of(resident_of(head)))
    home = phone.get("/my/").content.decode()
    assert f"/my/cases/{one.case_id}/differences/{car.pk}/" in home
    assert "吉A·***21" in phone.get(f"/my/checks/{one.case_id}/").content.decode()
    assert f"sheet-decide{car.pk}" not in verifier.open(where), "first the family has the word"
    phone.post(f"/my/cases/{one.case_id}/differences/{car.pk}/", {"text": "替儿子登记的", "key": "k"})
    assert where in verifier.open(f"{LIST}checks/?what=ready")
    assert "替儿子登记的" in verifier.open(where)
    verifier.do(where, f"decide{car.pk}", accept="yes", reason="有转让协议")
    assert Discrepancy.objects.get().state == "accepted"
    assert where not in verifier.open(f"{LIST}checks/")
    assert f"differences/{car.pk}" not in phone.get("/my/").content.decode()


def test_a_family_objects_and_is_asked_about_anew_and_nobody_else_does_it(who, recipients):
    verifier, head, one = rechecked(who, recipients)
    where, phone = f"{LIST}checks/{one.pk}/", Client()
    phone.force_login(user_of(resident_of(head)))
    assert phone.post(f"/my/checks/{one.case_id}/", {"text": "", "key": "a"}).status_code == 400
    assert phone.post(f"/my/checks/{one.case_id}/", {"text": "车已经注销", "key": "b"}).status_code == 302
    assert phone.post(f"/my/checks/{one.case_id}/", {"text": "车已经注销", "key": "b"}).status_code == 302
    assert "异议正在处理" in phone.get(f"/my/checks/{one.case_id}/").content.decode()
    assert "复核：重新查询" not in officer(who.clerk).open(where)
    recipients.put("vehicles", head.id_number, [])
    verifier.do(where, "recheck")
    verifier.do(where, "ask")
    verifier.do(where, "report")
    one.refresh_from_db()
    assert (one.state, one.round, one.conclusion) == ("reported", 2, "within")
    assert Discrepancy.objects.get().state == "cleared"
    page = verifier.open(where)
    assert "与审计记录一致" in page
    assert VEHICLE["plate"] not in page
    assert VEHICLE["plate"] in verifier.open(f"{where}?round=1")
    officer(who.stranger).open(where, status=404)


def test_every_figure_is_compared_with_the_answer_as_it_was_received_which_opens_for_a_reason(who, walk):
    walk.apply()
    walk.accept()
    walk.investigate()
    walk.verify(
        {walk.applicant.pk: {"vehicles": {"rows": []}, "bank": {"balance": 0, "securities": 0, "inflow": 5}}}
    )
    one, verifier = Verification.objects.get(), officer(who.verifier)
    where = f"{LIST}checks/{one.pk}/"
    assert where in verifier.open(f"/desk/cases/{walk.case.pk}/")
    page = verifier.open(where)
    assert "20 条全部与原文一致" in page
    assert "与签发时的摘要一致" in page
    assert "与审计记录一致" in page
    answer = one.queries.get(source="bank", person=walk.applicant)
    assert answer.raw_sha in page
    assert Entry.objects.filter(verb="exchange.read_check").count() == 1
    field = f"/desk/reveals/field/check/{one.pk}/raw-{answer.pk}/"
    assert field in page
    assert str(walk.applicant.id_number) not in verifier.open(field)
    verifier.do(field, "why", purpose="handling", reason="比对答复原文的摘要")
    assert "&quot;inflow&quot;:5" in verifier.open(field)
    other = one.queries.get(source="police", person=walk.applicant)
    Query.objects.filter(pk=answer.pk).update(answer=other.answer, raw_sha=other.raw_sha)
    page = verifier.open(where)
    assert "留存的内容与收到时不一致" in page
    assert "不是这次查询的答复" in page


def test_what_other_departments_were_told_is_listed_with_agreement_quota_and_refusals(who):
    told = {
        "path": who.seat.village, "department": "housing", "officer": "徐审核", "question": "assistance.drawing",
        "purpose": "public_housing", "request_id": "r1", "at": clock.now(), "grant": "assistance.housing",
    }  # fmt: skip
    Answered.objects.create(**told, outcome="given", fields=["receives"], answer_sha="x")
    Answered.objects.create(**(told | {"request_id": "r2"}), outcome="refused", reason="over_quota")
    page = officer(who.verifier).open(f"{LIST}told/")
    for words in (
        "住房和城乡建设部门",
        "公共租赁住房保障资格审核",
        "徐审核",
        "已拒绝：超过当日额度",
        "是否享受",
    ):
        assert words in page
    assert "已拒绝：" not in officer(who.verifier).open(f"{LIST}told/?outcome=given")
    officer(who.clerk).open(f"{LIST}told/", status=403)


def test_a_guardian_signs_for_a_grown_up_on_a_ground_and_a_letter_is_taken_back_at_the_window(who, walk):
    case = walk.draft()
    wife = case.members.exclude(person=walk.applicant).get().person
    at_home, sheet = officer(who.coordinator), f"sign{wife.pk}"
    letters = f"/desk/cases/{case.pk}/draft/letters/"
    given = {"seen": "true", "guardian": walk.applicant.pk}
    assert "须写明监护依据" in at_home.send(letters, sheet, **given, ground="").content.decode()
    at_home.do(letters, sheet, **given, ground="村委会监护证明2026第3号")
    at_home.do(letters, f"sign{walk.applicant.pk}", seen="true")
    assert Consent.objects.get(person=wife).guardian == walk.applicant
    drafting.submit(case.pk, by=who.coordinator)
    walk.accept()
    page = f"/desk/cases/{case.pk}/"
    hers = Consent.objects.get(person=walk.applicant)
    officer(who.clerk).do(page, "unsign", consent=hers.pk, reason="本人到窗口提出")
    hers.refresh_from_db()
    assert hers.withdrawn_at is not None
    assert "登记撤回授权" not in officer(who.county_approver).open(page)
