"""One visit to the window: heard once, divided among cases and departments, answered once."""

from __future__ import annotations

from datetime import date

import pytest

from minzheng.kernel import clock
from minzheng.kernel.access.models import Posting
from minzheng.kernel.audit import system
from minzheng.kernel.casework.models import Case
from minzheng.kernel.counter.answering import report_late
from minzheng.kernel.counter.models import Intake, Part
from minzheng.kernel.counter.receiving import receive
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.exchange.models import Consent
from minzheng.kernel.notices.models import Message, OfficeNotice
from minzheng.kernel.people.models import Person
from minzheng.kernel.people.queries import members, membership_of
from tests.desk.pages import forms_of, officer
from tests.factories.cast import staff, user_of
from tests.factories.people import a_number, person
from tests.factories.walk import Walk

NEW = "/desk/cases/new/"


def test_a_visitor_is_found_by_name_initials_or_telephone_within_scope(walk: Walk) -> None:
    village = walk.who.seat.village
    other = person(path=village, name="测清明节", birth=date(1990, 1, 1))
    Person.objects.filter(pk=other.pk).update(phone="13900000001")
    window = officer(walk.who.clerk)
    both = window.send(NEW, "find", number="测清明")
    assert both.status_code == 200
    for one in (walk.applicant, other):
        assert f"{NEW}{one.pk}/" in both.content.decode()
    assert window.do(NEW, "find", number="13900000001") == f"{NEW}{other.pk}/"
    assert window.do(NEW, "find", number=other.initials) == f"{NEW}{other.pk}/"
    assert window.do(NEW, "find", number=walk.applicant.id_number) == f"{NEW}{walk.applicant.pk}/"
    away = officer(walk.who.stranger)
    for text in ("测清明", walk.applicant.id_number, "13900000001", "测"):
        assert away.send(NEW, "find", number=text).status_code == 400, text


def test_the_number_says_sex_and_birthday_and_who_is_on_file_already(walk: Walk) -> None:
    window = officer(walk.who.clerk)
    told = window.client.post("/desk/counter/number/", {"number": walk.applicant.id_number}).json()
    assert told["birth"] == "1968-04-04"
    assert told["url"] == f"{NEW}{walk.applicant.pk}/"
    assert officer(walk.who.stranger).client.post(
        "/desk/counter/number/", {"number": walk.applicant.id_number}
    ).json()["url"] == ""  # fmt: skip
    assert window.client.post("/desk/counter/number/", {"number": "222190197003050001"}).status_code == 400


def test_a_family_without_a_file_is_registered_whole_or_not_at_all(walk: Walk) -> None:
    alone = person(path=walk.who.seat.village, name="测霜降", birth=date(1971, 1, 1))
    window = officer(walk.who.clerk)
    url = f"/desk/counter/people/{alone.pk}/household/"
    child = {
        "members-0-number": a_number(birth=date(2015, 5, 5)),
        "members-0-name": "测小雪",
        "members-0-relation": "20",
    }
    wrong = child | {
        "members-1-name": "测大雪",
        "members-1-number": "222190197003050001",
        "members-1-relation": "10",
    }
    assert window.send(url, "family", class_ur="rural", **wrong).status_code == 400
    assert membership_of(alone) is None
    assert not Person.objects.filter(name="测小雪").exists()
    assert window.do(url, "family", class_ur="rural", **child) == f"{NEW}{alone.pk}/"
    held = membership_of(alone)
    assert held is not None
    assert {one.person.name for one in members(held.household)} == {"测霜降", "测小雪"}
    assert window.client.get(url).status_code == 302


def test_one_receipt_divides_a_visit_and_one_answer_ends_it(walk: Walk) -> None:
    window = officer(walk.who.clerk)
    start = f"{NEW}{walk.applicant.pk}/"
    form = next(one for one in forms_of(window.client.get(start)).values() if "lead" in one.fields)
    assert window.client.post(start, form.fields).status_code == 400
    chosen = {
        "need": ["income", "spending"], "service": ["assistance.dibao", "assistance.temporary"],
        "department": ["medical"], "ask-medical": "住院费用超过封顶线", "note": "家里有人住院",
    }  # fmt: skip
    for _ in range(2):
        sent = window.client.post(start, form.fields | chosen)
        assert sent.status_code == 302
    intake = Intake.objects.get(person=walk.applicant)
    assert sent["Location"] == f"/desk/counter/{intake.pk}/"
    first, second, passed = intake.parts.order_by("id")
    assert (first.case.service, second.case.service) == ("assistance.dibao", "assistance.temporary")
    assert second.case.joined_to_id == first.case_id
    assert (passed.accept_by, passed.reply_by) == (date(2026, 3, 6), date(2026, 3, 24))

    page = window.open(f"/desk/counter/{intake.pk}/")
    assert "住院费用超过封顶线" in page
    assert f"/desk/cases/{first.case_id}/draft/" in page
    assert intake.number in window.open(f"/desk/counter/{intake.pk}/receipt/")
    assert "最低生活保障、临时救助" in window.open(f"/desk/cases/{first.case_id}/draft/")
    assert window.client.get(f"/desk/cases/{second.case_id}/draft/")["Location"].endswith(
        f"/{first.case_id}/draft/"
    )
    letters = f"/desk/cases/{first.case_id}/draft/letters/"
    window.do(letters, f"sign{walk.applicant.pk}", seen="true")
    assert set(Consent.objects.values_list("case_id", flat=True)) == {first.case_id, second.case_id}

    url = f"/desk/counter/{intake.pk}/"
    with clock.frozen(date(2026, 3, 9)):
        assert report_late(on=clock.today(), by=system("nightly")) == 1
        assert report_late(on=clock.today(), by=system("nightly")) == 0
        assert OfficeNotice.objects.filter(topic=f"referral:{passed.pk}", path=walk.who.seat.county).exists()
        assert "转办超期" in window.open("/desk/counter/?state=late")
        county = officer(walk.who.county_approver)
        county.do(url, f"settle-{passed.pk}", text="与医保部门商定本周答复")
        window.do(url, f"accepted-{passed.pk}")
    assert window.send(url, f"reply-{passed.pk}", text="").status_code == 400
    window.do(url, f"reply-{passed.pk}", text="已纳入医疗救助")
    assert "还在等" in window.open(url)
    for case in Case.objects.filter(part__intake=intake).order_by("-pk"):
        window.do(f"/desk/cases/{case.joined_to_id or case.pk}/draft/", "withdraw", reason="不再申请") if (
            case.joined_to_id is None
        ) else Case.objects.filter(pk=case.pk).update(state="withdrawn")
    window.do(url, "answer", text="医疗救助已办妥。")
    assert "医疗救助已办妥。" in {one.text for one in Message.objects.filter(person_id=walk.applicant.pk)}
    assert "已答复" in window.open("/desk/counter/?state=answered")
    stranger = officer(walk.who.stranger)
    assert stranger.client.get(url).status_code == 404
    assert intake.number not in stranger.open("/desk/counter/")
    assert officer(walk.who.payer).client.get(url).status_code == 404


def test_the_ten_questions_are_asked_with_what_the_register_knows(walk: Walk) -> None:
    window = officer(walk.who.clerk)
    url = f"/desk/counter/people/{walk.applicant.pk}/screen/"
    page = window.client.get(url)
    form = next(one for one in forms_of(page).values() if "screening" in one.fields)
    assert form.fields["people-0-age"] == "57"
    assert form.fields["people-1-relation"] == "spouse"
    assert window.client.post(url, form.fields).status_code == 400
    answers = form.fields | {
        "class_ur": "rural", "people-0-doing": "unable", "people-1-doing": "farm", "people-0-income": "0",
        "people-1-income": "100", "supporters": "none", "deposits": "0", "houses": "1", "vehicles": "0",
        "spending": "0",
    }  # fmt: skip
    told = window.client.post(url, answers)
    assert told.status_code == 200, told.content.decode()
    assert "现在还不能测算" not in told.content.decode(), told.content.decode()[-3000:]
    carrying = next(one for one in forms_of(told).values() if "carried" in one.fields)
    assert carrying.fields["service"] == "assistance.dibao"
    start = f"{NEW}{walk.applicant.pk}/"
    ready = window.client.post(start, carrying.fields)
    onward = next(one for one in forms_of(ready).values() if "lead" in one.fields)
    assert onward.fields["service"] == "assistance.dibao"
    assert Intake.objects.count() == 0
    assert window.client.post(start, onward.fields)["Location"].endswith("/draft/")
    assert Case.objects.get(applicant=walk.applicant).form["houses"] == 1


def test_what_is_not_the_windows_is_refused(walk: Walk) -> None:
    seat, given = walk.who.seat, {"person": walk.applicant, "household": walk.family, "channel": "window"}
    for who in (walk.who.stranger, walk.who.resident):
        with pytest.raises(NotFound):
            receive(**given, path=seat.village, services=["assistance.dibao"], by=who)
    for wrong in (
        {"services": ["assistance.dibao_review"]}, {"departments": {"nobody": ""}}, {"needs": ["nothing"]},
        {"services": []},
    ):  # fmt: skip
        with pytest.raises(Refused):
            receive(
                **{
                    "path": seat.village,
                    "services": ["assistance.dibao"],
                    "by": walk.who.clerk,
                    **given,
                    **wrong,
                }
            )
    assert not Part.objects.exists()


def test_a_need_leads_straight_to_the_register_of_whoever_may_open_an_entry_there(walk: Walk) -> None:
    """An old person who depends on others: the receipt leads to the bed at home, for the clerk of elder care."""
    both = staff("clerk", at=walk.who.seat.township, name="测两岗", domain="assistance")
    also = Posting.objects.get(user=user_of(both))
    Posting.objects.create(user=also.user, office=also.office, role="eldercare.clerk", from_on=also.from_on)
    two_posts, window = officer(both), officer(walk.who.clerk)
    start = f"{NEW}{walk.applicant.pk}/"
    form = next(one for one in forms_of(two_posts.client.get(start)).values() if "lead" in one.fields)
    chosen = {
        "need": ["elder_dependent"],
        "department": ["elder_desk"],
        "ask-elder_desk": "瘫痪在床，想在家照护",
    }
    assert two_posts.client.post(start, form.fields | chosen).status_code == 302
    receipt = f"/desk/counter/{Intake.objects.get().pk}/"
    link = "/desk/registers/eldercare.home_beds/new/ask/"
    assert link in two_posts.client.get(receipt).content.decode()
    page = two_posts.client.get(link)
    assert (page.status_code, "受理申请" in page.content.decode()) == (200, True)
    # Whoever stands at the window is known: nobody types their number again, nor sees it.
    known = two_posts.client.get(f"{link}?receipt={Intake.objects.get().pk}").content.decode()
    assert (walk.applicant.name in known, "ask-id_number" in known) == (True, False)
    sent = two_posts.client.post(
        f"{link}?receipt={Intake.objects.get().pk}", {"deed": "ask", "key": "w", "ask-consent": "yes"}
    )
    assert (sent.status_code, "没有有效的能力评估报告" in sent.content.decode()) == (400, True)
    assert two_posts.client.get(f"{link}?receipt=999").status_code == 404
    assert link not in window.client.get(receipt).content.decode(), "whoever may not is not led there"
    assert window.client.get(link).status_code == 403
