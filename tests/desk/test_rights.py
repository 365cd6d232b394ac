"""Who is kept out, and how: a stranger finds nothing, the wrong post is told why, one deed happens once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.test import Client

from minzheng.kernel import clock
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework import posting
from minzheng.kernel.casework.models import Appeal, Case, Decision, Task
from minzheng.kernel.documents.actions import store_upload
from minzheng.kernel.documents.models import Document
from minzheng.kernel.notices.models import Posting
from minzheng.kernel.people.models import Person
from minzheng.kernel.visits import actions as visits
from minzheng.kernel.visits.models import Lead, Visit
from tests.desk.pages import Officer, forms_of, officer
from tests.factories.cast import resident_of, user_of
from tests.factories.papers import PNG, upload
from tests.factories.people import a_number, household, person
from tests.factories.walk import Walk

pytestmark = pytest.mark.django_db
NASTY = '<script>alert("民")</script><img src=x onerror=alert(1)>'


@pytest.fixture
def applied(walk: Walk) -> Case:
    return walk.apply()


def _addresses(case: Case, walk: Walk) -> Iterator[str]:
    """Every page that is about this case or this family."""
    task = case.tasks.get(state="open")
    lead = visits.raise_lead(
        walk.family, domain="assistance", source="report", text="邻居反映", by=walk.who.coordinator
    )
    paper = store_upload(file=upload(PNG), label="票据", path=case.path, case_id=case.pk, by=walk.who.clerk)
    yield f"/desk/cases/{case.pk}/"
    yield f"/desk/cases/{case.pk}/tasks/{task.pk}/"
    yield f"/desk/cases/{case.pk}/draft/"
    yield f"/desk/cases/{case.pk}/draft/form/"
    yield f"/desk/cases/{case.pk}/draft/members/"
    yield f"/desk/cases/{case.pk}/draft/letters/"
    yield f"/desk/cases/{case.pk}/draft/submit/"
    yield f"/desk/cases/new/{case.applicant_id}/"
    yield f"/desk/documents/{paper.pk}/"
    yield f"/desk/visits/leads/{lead.pk}/"
    yield f"/desk/visits/new/{walk.family.pk}/"
    yield f"/desk/visits/leads/new/{walk.family.pk}/"


def test_a_stranger_from_the_next_county_finds_nothing_of_the_case(applied: Case, walk: Walk) -> None:
    stranger = officer(walk.who.stranger)
    for url in _addresses(applied, walk):
        there = stranger.client.get(url)
        nowhere = stranger.client.get(url.replace(f"/{applied.pk}/", "/999999/"))
        assert there.status_code == nowhere.status_code == 404, url
        assert applied.applicant.name not in there.content.decode()
    text = stranger.open("/desk/cases/")
    assert "测*明" not in text
    assert "没有符合条件的办件" in stranger.open(f"/desk/cases/?q={applied.number}")
    assert "测*明" not in stranger.open("/desk/")


def test_a_stranger_cannot_post_into_the_case(applied: Case, walk: Walk) -> None:
    stranger = officer(walk.who.stranger)
    task = applied.tasks.get(state="open")
    before = Document.objects.count()
    for url in (f"/desk/cases/{applied.pk}/", f"/desk/cases/{applied.pk}/tasks/{task.pk}/"):
        sent = stranger.client.post(
            url, {"deed": "take", "key": "k", "take-_outcome": "accept", "take-complete": "true"}
        )
        assert sent.status_code == 404
    sent = stranger.client.post(f"/desk/cases/{applied.pk}/upload/", {"file": upload(PNG, "a.png")})
    assert sent.status_code == 404
    assert Document.objects.count() == before
    task.refresh_from_db()
    assert task.state == Task.State.OPEN


def test_the_wrong_post_is_told_who_has_the_step(applied: Case, walk: Walk) -> None:
    task = applied.tasks.get(state="open")
    url = f"/desk/cases/{applied.pk}/tasks/{task.pk}/"
    for who in (walk.who.investigator, walk.who.county_approver, walk.who.payer, walk.who.sampler):
        desk = officer(who)
        answer = desk.client.get(url)
        assert answer.status_code == 403
        assert "乡镇窗口受理员" in answer.content.decode()
        text = desk.open(f"/desk/cases/{applied.pk}/")
        assert "乡镇窗口受理员" in text
        assert "办理：受理" not in text
    assert "办理：受理" in officer(walk.who.clerk).open(f"/desk/cases/{applied.pk}/")


def test_a_resident_and_a_guest_have_no_desk(applied: Case, walk: Walk) -> None:
    resident = Client()
    resident.force_login(user_of(walk.who.resident))
    rooms = (
        "",
        "cases/",
        f"cases/{applied.pk}/",
        "cases/new/",
        "visits/",
        "visits/new/",
        "sampling/",
        "appeals/",
    )
    for url in (f"/desk/{room}" for room in rooms):
        assert resident.get(url).status_code == 403
        guest = Client().get(url)
        assert guest.status_code == 302
        assert guest["Location"].startswith("/login/")


def test_a_double_click_does_the_deed_once(applied: Case, walk: Walk) -> None:
    window = officer(walk.who.clerk)
    url = f"/desk/cases/{applied.pk}/tasks/{applied.tasks.get(state='open').pk}/"
    form = window.form(url, "take")
    filled = form.fields | {"take-complete": "true", "take-kin": "false", "take-_outcome": "accept"}
    first, second = window.client.post(url, filled), window.client.post(url, filled)
    assert (first.status_code, second.status_code) == (302, 302)
    assert Entry.objects.filter(case_id=applied.pk, verb="casework.take", outcome="done").count() == 1
    assert applied.tasks.filter(step="investigate").count() == 1


def test_a_page_left_open_while_the_case_went_on_is_stale(applied: Case, walk: Walk) -> None:
    window = officer(walk.who.clerk)
    url = f"/desk/cases/{applied.pk}/tasks/{applied.tasks.get(state='open').pk}/"
    form = window.form(url, "take")
    walk.accept()
    late = window.client.post(
        url,
        form.fields
        | {"key": "another", "take-complete": "true", "take-kin": "false", "take-_outcome": "accept"},
    )
    assert late.status_code == 409
    assert "已由王受理办理" in late.content.decode()


def test_a_refused_form_comes_back_with_what_was_typed_and_the_cure(applied: Case, walk: Walk) -> None:
    window = officer(walk.who.clerk)
    url = f"/desk/cases/{applied.pk}/tasks/{applied.tasks.get(state='open').pk}/"
    answer = window.send(url, "take", _outcome="decline", _reason="")
    assert answer.status_code == 400
    assert "请写明理由" in answer.content.decode()
    answer = window.send(url, "take", complete="true", kin="true", kin_of="nobody", _outcome="accept")
    text = answer.content.decode()
    assert answer.status_code == 400
    assert 'value="nobody"' in text
    assert "请填写有近亲属关系的工作人员账号" in text


def test_markup_in_every_text_stays_text(walk: Walk) -> None:
    walk.form = {**walk.form, "need": NASTY}
    case = walk.apply()
    window = officer(walk.who.clerk)
    walk.accept()
    walk.investigate(living=NASTY)
    visits.raise_lead(walk.family, domain="assistance", source="report", text=NASTY, by=walk.who.coordinator)
    lead = Lead.objects.get(household=walk.family)
    visited = person(path=walk.who.seat.village, name="测小雪")
    household(visited, path=walk.who.seat.village)
    for url in (f"/desk/cases/{case.pk}/", f"/desk/visits/leads/{lead.pk}/", "/desk/visits/", "/desk/"):
        text = window.open(url)
        assert "<script>alert" not in text
        assert "<img src=x" not in text
    assert "&lt;script&gt;alert" in window.open(f"/desk/cases/{case.pk}/")
    found = window.send("/desk/visits/new/", "find", q=NASTY[:40])
    assert "<script>alert" not in found.content.decode()


def test_personal_numbers_are_masked_on_every_page(applied: Case, walk: Walk) -> None:
    number = walk.applicant.id_number
    for who in (walk.who.clerk, walk.who.verifier, walk.who.county_approver):
        desk = officer(who)
        text = desk.open(f"/desk/cases/{applied.pk}/") + desk.open("/desk/") + desk.open("/desk/cases/")
        assert number not in text
        assert applied.sealed["payee_account"] not in text
        assert "13800000000" not in text
    found = officer(walk.who.coordinator).send("/desk/visits/new/", "find", q=number).content.decode()
    assert found.count(number) == 1, "only in the box it was typed into"
    assert "测清明" in found


def test_looking_at_a_case_and_a_paper_is_kept(applied: Case, walk: Walk) -> None:
    window = officer(walk.who.clerk)
    window.open(f"/desk/cases/{applied.pk}/")
    walk.accept()
    paper = Document.objects.filter(case_id=applied.pk).first()
    assert paper is not None
    assert b"".join(window.client.get(f"/desk/documents/{paper.pk}/").streaming_content)  # type: ignore[attr-defined]
    reads = Entry.objects.filter(outcome="read", actor=walk.who.clerk.id).values_list("verb", flat=True)
    assert list(reads) == ["casework.read_case", "documents.read"]


def test_a_large_upload_is_refused_by_its_announced_length(applied: Case, walk: Walk) -> None:
    window = officer(walk.who.clerk)
    answer = window.client.generic(
        "POST", f"/desk/cases/{applied.pk}/upload/", b"x", content_type="multipart/form-data; boundary=b",
        CONTENT_LENGTH=str(100 * 1024 * 1024),
    )  # fmt: skip
    assert answer.status_code == 400
    assert "20 MB" in answer.content.decode()
    wrong = window.client.post(f"/desk/cases/{applied.pk}/upload/", {"file": upload(b"MZ\x90", "a.png")})
    assert wrong["Location"] == f"/desk/cases/{applied.pk}/#papers"
    assert "文件内容与扩展名不符" in window.open(f"/desk/cases/{applied.pk}/")
    assert not Document.objects.filter(case_id=applied.pk, kind="upload").exists()


def test_one_notice_of_correction_answered_and_accepted(applied: Case, walk: Walk) -> None:
    window, at_home = officer(walk.who.clerk), officer(walk.who.coordinator)
    url = f"/desk/cases/{applied.pk}/tasks/{applied.tasks.get(state='open').pk}/"
    window.do(url, "correct", items="户口簿看不清\n\n缺少票据")
    text = at_home.open(f"/desk/cases/{applied.pk}/draft/")
    assert "户口簿看不清" in text
    assert "缺少票据" in text
    at_home.do(f"/desk/cases/{applied.pk}/draft/submit/", "submit")
    again = f"/desk/cases/{applied.pk}/tasks/{applied.tasks.get(state='open').pk}/"
    page = window.open(again)
    assert "不能再次告知" in page
    window.do(again, "take", complete="true", kin="false", _outcome="accept")
    applied.refresh_from_db()
    assert applied.state == Case.State.OPEN


def test_a_difference_is_explained_at_the_window_and_decided_by_the_verifier(walk: Walk) -> None:
    case = walk.apply()
    walk.accept()
    vehicle = {"type": "小型轿车", "first_registered": "2019-05-01", "plate": "吉A****8", "use": "private"}
    walk.put_on_file({walk.applicant.pk: {"vehicles": [vehicle]}})
    county, window = officer(walk.who.verifier), officer(walk.who.clerk)
    url = f"/desk/cases/{case.pk}/tasks/{case.tasks.get(step='verify').pk}/"
    for deed in ("begin", "ask", "report"):
        county.do(url, deed)
    page = county.open(url)
    assert "机动车" in page
    assert 'id="sheet-take"' not in page
    code = next(
        one for one in forms_of(window.client.get(f"/desk/cases/{case.pk}/")) if one.startswith("explain")
    )
    number = code.removeprefix("explain")
    early = county.send(url, f"decide{number}", accept="no", reason="登记在名下")
    assert early.status_code == 400
    window.do(f"/desk/cases/{case.pk}/", code, text="车已于去年报废，未办理注销")
    county.do(url, f"decide{number}", accept="yes", reason="报废证明属实")
    county.do(url, "take")
    assert not case.tasks.filter(step="verify", state="open").exists()


def test_a_decision_against_the_finding_is_not_even_asked_for(walk: Walk) -> None:
    case = walk.apply()
    walk.accept()
    walk.investigate()
    walk.verify()
    walk.assess()
    walk.panel()
    last = walk.post()
    with clock.frozen(last + timedelta(days=1)):
        walk.take_down()
        county = officer(walk.who.county_approver)
        url = f"/desk/cases/{case.pk}/tasks/{case.tasks.get(step='confirm', state='open').pk}/"
        answer = county.send(url, "take", _outcome="refuse", _reason="收入较高")
        assert answer.status_code == 400
        assert "不一致" in answer.content.decode()
        answer = county.send(url, "take", _outcome="refuse")
        assert "请写明理由" in answer.content.decode()
        county.do(url, "take", _outcome="return", _reason="请补充入户照片")
    assert not Decision.objects.filter(case=case).exists()
    assert case.tasks.filter(step="investigate", state="open").exists()


def test_the_decider_stops_and_resumes_the_clock(applied: Case, walk: Walk) -> None:
    walk.accept()
    page = f"/desk/cases/{applied.pk}/"
    county = officer(walk.who.county_approver)
    assert 'id="sheet-pause"' not in officer(walk.who.clerk).open(page)
    assert county.send(page, "pause", why="2").status_code == 400
    soon = (clock.today() + timedelta(days=20)).isoformat()
    county.do(page, "pause", why="2", reason="申请人住院，无法入户", expected_on=soon)
    text = county.open(page)
    assert "已中止" in text
    assert "期限暂停计算" in text
    county.do(page, "resume")
    applied.refresh_from_db()
    assert applied.state == Case.State.OPEN


def test_an_objection_is_answered_before_the_notice_comes_down(walk: Walk) -> None:
    case = walk.apply()
    walk.accept()
    walk.investigate()
    walk.verify()
    walk.assess()
    walk.panel()
    walk.post()
    notice = Posting.objects.get(case_id=case.pk)
    objection = posting.object_to(notice.pk, name="村民甲", text="他家有车", by=walk.who.resident)
    window = officer(walk.who.clerk)
    url = f"/desk/cases/{case.pk}/tasks/{case.tasks.get(step='post', state='open').pk}/"
    with clock.frozen(notice.last_day + timedelta(days=1)):
        assert window.send(url, "take", _outcome="done").status_code == 400
        window.do(url, f"answer{objection.pk}", upheld="no", answer="已核实，车辆系他人所有")
        window.do(url, "take", _outcome="done")
    assert "他家有车" in window.open(f"/desk/cases/{case.pk}/")


def test_an_appeal_is_examined_and_decided_by_the_reviewing_body_alone(walk: Walk) -> None:
    from minzheng.kernel.casework import appealing

    case = walk.until_confirmed()
    with clock.frozen(clock.today() + timedelta(days=9)):
        walk.serve()
        decision = Decision.objects.get(case=case)
        appeal = appealing.file_appeal(decision.pk, reasons="金额偏低", by=resident_of(walk.applicant))
        page = f"/desk/appeals/{appeal.pk}/"
        assert 'id="sheet-examine"' not in officer(walk.who.county_approver).open(page)
        assert officer(walk.who.stranger).client.get(page).status_code == 404
        body: Officer = officer(walk.who.reviewer)
        assert page in body.open("/desk/appeals/")
        assert body.send(page, "examine", accepted="no").status_code == 400
        body.do(page, "examine", accepted="yes")
        body.do(page, "decide", result="upheld", opinion="原决定事实清楚，适用法规正确。")
        appeal.refresh_from_db()
        assert appeal.state == Appeal.State.DECIDED
        assert "金额偏低" in body.open(f"/desk/cases/{case.pk}/")


def test_a_review_starts_from_a_granted_case(walk: Walk) -> None:
    case = walk.until_confirmed()
    window = officer(walk.who.clerk)
    window.do(f"/desk/cases/{case.pk}/", "review-assistance.dibao_review")
    review = Case.objects.get(origin=case)
    assert review.service == "assistance.dibao_review"
    base = f"/desk/cases/{review.pk}/draft/"
    window.do(f"{base}form/", "form", why="job", change="妻子找到工作")
    window.do(f"{base}submit/", "submit")
    review.refresh_from_db()
    assert review.state == Case.State.SUBMITTED
    assert "来源办件" in window.open(f"/desk/cases/{review.pk}/")
    assert "后续办件" in window.open(f"/desk/cases/{case.pk}/")


def test_a_picture_comes_with_the_form_itself_where_no_script_runs(walk: Walk) -> None:
    at_home = officer(walk.who.coordinator)
    page = f"/desk/visits/new/{walk.family.pk}/"
    code = "visit-assistance.patrol"
    form = at_home.form(page, code)
    said = {"_person": str(walk.applicant.pk), "need": "none", "seen": "家里收拾得整齐", "urgent": "false"}
    filled = form.fields | {f"{code}-{name}": value for name, value in said.items()}
    sent = at_home.client.post(page, filled | {f"{code}-photo-file": upload(PNG, "家.png")})
    assert sent.status_code == 302
    visit = Visit.objects.get(household=walk.family)
    assert visit.lead_id is None
    photo = Document.objects.get(pk=visit.answers["photo"])
    assert f"/desk/documents/{photo.pk}/" in at_home.open(f"/desk/visits/{visit.pk}/")
    bad = at_home.form(page, code).fields | {f"{code}-photo-file": upload(b"MZ", "a.png")}
    refused = at_home.client.post(page, bad)
    assert refused.status_code == 400
    assert Visit.objects.count() == 1


def test_a_decision_sent_by_mail_needs_its_receipt(walk: Walk) -> None:
    case = walk.until_confirmed()
    with clock.frozen(clock.today() + timedelta(days=9)):
        window = officer(walk.who.clerk)
        url = f"/desk/cases/{case.pk}/tasks/{case.tasks.get(step='serve', state='open').pk}/"
        assert window.send(url, "take", way="post").status_code == 400
        proof = store_upload(
            file=upload(PNG), label="邮寄回执", path=case.path, case_id=case.pk, by=walk.who.clerk
        )
        window.do(url, "take", way="post", proof=str(proof.pk))
    case.refresh_from_db()
    assert case.closed_at is not None


def test_a_person_without_a_file_is_registered_and_applied_for(walk: Walk) -> None:
    window = officer(walk.who.clerk)
    missing = window.send("/desk/cases/new/", "find", number=a_number())
    assert missing.status_code == 400
    wrong = window.send(
        "/desk/cases/new/",
        "register",
        name="测立冬",
        id_number="222190197003050001",
        path=walk.who.seat.village,
    )
    assert wrong.status_code == 400
    number = a_number(birth=date(1980, 1, 1))
    given = {"name": "测立冬", "id_number": number, "path": walk.who.seat.village, "phone": "13900000000"}
    start = window.do("/desk/cases/new/", "register", **given)
    who = Person.objects.get(id_number=number)
    assert start == f"/desk/cases/new/{who.pk}/"
    assert window.do("/desk/cases/new/", "find", number=number) == start
    form = next(one for one in forms_of(window.client.get(start)).values() if "lead" in one.fields)
    for _ in range(2):
        sent = window.client.post(start, form.fields | {"service": "assistance.dibao"})
        assert sent.status_code == 302
    case = Case.objects.get(applicant=who)
    assert (case.channel, case.agent_name) == ("window", "王受理")
    family = f"/desk/cases/{case.pk}/draft/members/"
    window.do(family, "add", name="测冬至", relation="20", birth="2015-12-22", sex="1")
    child = case.members.get(relation="20")
    window.do(f"{family}{child.pk}/", "member", lives_together="true", work_capacity="none", _relation="30")
    window.do(f"{family}{child.pk}/", "remove")
    assert case.members.count() == 1
    assert "项未填" in window.open(f"/desk/cases/{case.pk}/draft/")
    assert window.send(f"/desk/cases/{case.pk}/draft/submit/", "submit").status_code == 400
    window.do(f"/desk/cases/{case.pk}/draft/", "withdraw", reason="本人决定不申请")
    case.refresh_from_db()
    assert case.state == Case.State.WITHDRAWN
