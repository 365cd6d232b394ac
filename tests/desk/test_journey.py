"""From a visit to a delivered decision, by the pages alone, one account for each officer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from minzheng.kernel import clock
from minzheng.kernel.casework.models import Case, Decision, SampledCase, Task
from minzheng.kernel.documents.models import Document
from minzheng.kernel.ledger.models import Entitlement
from minzheng.kernel.notices.models import Posting
from minzheng.kernel.visits.models import Lead
from tests.desk.pages import Officer, officer
from tests.factories.money import a_card
from tests.factories.walk import Walk

pytestmark = pytest.mark.django_db

FORM = {
    "class_ur": "rural",
    "need": "家人生病，收入减少",
    "housing": "own",
    "houses": "1",
    "deposits": "0",
    "vehicles": "0",
    "phone": "13800000000",
    "commitment": "true",
}
VISIT = {
    "visited_on": "2026-03-03", "together_confirmed": "true", "housing": "own", "living": "平房两间，陈设简单",
    "agrees": "true", "signed": "true",
}  # fmt: skip


def _page(case: Case, step: str) -> str:
    task = Task.objects.get(case=case, step=step, state="open")
    return f"/desk/cases/{case.pk}/tasks/{task.pk}/"


def _apply(walk: Walk) -> Case:
    """The coordinator visits, follows the lead, fills in the application and hands it in."""
    at_home = officer(walk.who.coordinator)
    place = f"/desk/visits/new/{walk.family.pk}/"
    lead_url = at_home.do(
        place, "visit-assistance.patrol", need="illness", seen="家里有病人，没有收入", urgent="false",
        _person=str(walk.applicant.pk),
    )  # fmt: skip
    lead = Lead.objects.get(household=walk.family)
    assert lead_url == f"/desk/visits/leads/{lead.pk}/"
    assert "家里有病人" in at_home.open(lead_url)
    start = f"/desk/cases/new/{walk.applicant.pk}/?lead={lead.pk}"
    at_home.open(start)
    sent = at_home.client.post(start, {"service": "assistance.dibao", "lead": str(lead.pk), "key": "k1"})
    case = Case.objects.get(applicant=walk.applicant)
    assert sent["Location"] == f"/desk/cases/{case.pk}/draft/"
    base = f"/desk/cases/{case.pk}/draft/"
    payee = {"payee_owner": walk.applicant.name, "payee_account": a_card()}
    at_home.do(f"{base}form/", "form", **FORM, **payee)
    for member in case.members.all():
        at_home.do(f"{base}members/{member.pk}/", "member", lives_together="true", work_capacity="none")
    for member in case.members.all():
        at_home.do(f"{base}letters/", f"sign{member.person_id}", seen="true")
    at_home.open(base)
    assert at_home.do(f"{base}submit/", "submit") == f"/desk/cases/{case.pk}/"
    lead.refresh_from_db()
    assert (lead.state, lead.case_id) == ("applied", case.pk)
    case.refresh_from_db()
    assert case.state == Case.State.SUBMITTED
    return case


def _check(walk: Walk, case: Case) -> None:
    """The county asks the departments and reports."""
    county = officer(walk.who.verifier)
    walk.case = case
    walk.put_on_file()
    page = _page(case, "verify")
    county.do(page, "begin")
    walk.departments.fault("vehicles", "malformed")
    county.do(page, "ask")
    silent = county.open(page)
    for words in ("答复残缺或不合约定，不予采信", "分钟自动再问", "不当作没有"):
        assert words in silent
    walk.departments.fault("vehicles", "")
    county.do(page, "ask")
    assert "不予采信" not in county.open(page)
    county.do(page, "report")
    text = county.open(page)
    assert "公安机关交通管理部门" in text
    assert "完成核对" in text
    assert county.do(page, "take") == f"/desk/cases/{case.pk}/"


def _until_posted(walk: Walk, case: Case) -> None:
    who = walk.who
    window = officer(who.clerk)
    text = window.open(_page(case, "accept"))
    assert "系统核验，无需提交" in text
    window.do(_page(case, "accept"), "take", complete="true", kin="false", _outcome="accept")
    field = officer(who.investigator)
    field.do(_page(case, "investigate"), "take", _partner1=str(who.second_investigator.user_id), **VISIT)
    _check(walk, case)
    field.do(_page(case, "assess"), "take", opinion="情况属实", _outcome="propose")
    panel = {"met_on": "2026-03-03"}
    for n in range(3):
        row = {"name": f"评审{n}", "post": "村民代表", "recused": "false", "vote": "agree"}
        panel |= {f"members-{n}-{key}": value for key, value in row.items()}
    officer(who.panel_secretary).do(_page(case, "panel"), "take", _outcome="agree", **panel)
    window.do(_page(case, "post"), "post", place="村委会公示栏")


def _decide(deciding: Officer, case: Case) -> None:
    """First what will be carried out, then the decision."""
    page = _page(case, "confirm")
    asked = deciding.send(page, "take", _outcome="grant")
    text = asked.content.decode()
    assert asked.status_code == 200
    assert "728.67" in text
    assert not Decision.objects.filter(case=case).exists()
    from tests.desk.pages import forms_of

    form = next(iter(one for one in forms_of(asked).values() if "deed" in one.fields))
    done = deciding.client.post(page, form.fields | {"confirm": "1"})
    assert done.status_code == 302
    again = deciding.client.post(page, form.fields | {"confirm": "1"})
    assert again.status_code == 302
    assert Decision.objects.filter(case=case).count() == 1


def test_a_family_is_found_checked_posted_confirmed_and_told_by_pages_alone(walk: Walk) -> None:
    case = _apply(walk)
    _until_posted(walk, case)
    notice = Posting.objects.get(case_id=case.pk)
    window = officer(walk.who.clerk)
    assert "公示期未满" in window.open(_page(case, "post"))
    with clock.frozen(notice.last_day + timedelta(days=1)):
        window.do(_page(case, "post"), "take", _outcome="done")
        _decide(officer(walk.who.county_approver), case)
        window.do(_page(case, "serve"), "take", way="in_person")
        case.refresh_from_db()
        assert case.state == Case.State.GRANTED
        assert case.closed_at is not None
        assert Entitlement.objects.get(case_id=case.pk).amount == 72867
        text = window.open(f"/desk/cases/{case.pk}/")
        assert "728.67" in text
        assert "发起低保复核" in text
        _sampled(walk, case)


def _sampled(walk: Walk, case: Case) -> None:
    """The city draws the file, finds a fault, the township puts it right, the city closes it."""
    city = officer(walk.who.sampler)
    page = city.do("/desk/sampling/", "draw-assistance.dibao_files", size="1")
    assert "测*明" in city.open(page)
    drawn = SampledCase.objects.get(case=case)
    file = f"/desk/sampling/files/{drawn.pk}/"
    answers = dict.fromkeys(("visit_form", "verification", "publicity", "amount"), "true")
    city.do(file, "check", **answers, problem="照片不清", _sound="no")
    town = officer(walk.who.clerk)
    assert file in town.open("/desk/sampling/")
    town.do(file, "rectify", text="已补拍")
    city.do(file, "close")
    drawn.refresh_from_db()
    assert drawn.state == SampledCase.State.CLOSED
    replayed = city.client.post(page, follow=True)
    assert "结果与原抽取一致" in replayed.content.decode()


def test_every_officer_opens_the_case_and_every_paper_of_it(walk: Walk) -> None:
    case = walk.until_confirmed()
    papers = Document.objects.filter(case_id=case.pk)
    assert papers.count() >= 3
    for who in (walk.who.clerk, walk.who.county_approver, walk.who.provincial_officer):
        desk = officer(who)
        assert case.number in desk.open(f"/desk/cases/{case.pk}/")
        for paper in papers:
            answer = desk.client.get(f"/desk/documents/{paper.pk}/")
            assert answer.status_code == 200
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
