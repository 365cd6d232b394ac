"""Work out of doors over HTTP: what is taken along, records that count once, meet another's, or are refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from minzheng.domains.eldercare.steps import VISITS
from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.audit import Actor, system
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework.models import Task
from minzheng.kernel.catalogue.checks_outdoors import outdoors
from minzheng.kernel.documents.models import Document
from minzheng.kernel.inspections.models import Check
from minzheng.kernel.monitoring.models import Alert
from minzheng.kernel.people.models import Person
from minzheng.kernel.visits import contacting, managing, planning
from minzheng.kernel.visits.contacting import Said
from minzheng.kernel.visits.models import Contact, Watched
from tests.factories.cast import Cast, cast, staff, user_of
from tests.factories.departments import Departments
from tests.factories.papers import JPEG
from tests.factories.people import household, person
from tests.factories.places import NEXT_COUNTY, NONGAN, place
from tests.factories.walk import HOME_VISIT, Walk

DAY = date(2026, 3, 2)
WELL = {f"s_{item.code}": "ok" for item in VISITS.seen}
MET = {"method": "home", "met": "true", **WELL}
FIELD = "/desk/field/"


@pytest.fixture(autouse=True)
def _a_monday(db: None, office_calendar: None, settings: Any) -> Iterator[None]:
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "whitenoise" not in one]
    place(NONGAN.village.split("/")[-2])
    place(NEXT_COUNTY.village.split("/")[-2])
    with clock.frozen(DAY):
        yield


def at(who: Actor) -> Client:
    browser = Client()
    browser.force_login(user_of(who))
    return browser


def elders(*names: str) -> list[Person]:
    """Old people who live alone in the village, on the ledger and due."""
    found = []
    for name in names:
        found.append(person(birth=date(1944, 5, 1), name=name, phone="13900000001"))
        household(found[-1])
    planning.replan(rounds="eldercare.visits", path=NONGAN.county, by=system("visits"))
    Watched.objects.update(next_due_on=DAY, visit_due_on=DAY)
    return found


def visitor(at_: str = NONGAN.village, name: str = "方巡访") -> Actor:
    return staff("visitor", at=at_, name=name, domain="eldercare")


def send(browser: Client, work: dict[str, Any], answers: dict[str, Any], key: str, **more: Any) -> Any:
    record = {"work": work["code"], "key": key, "answers": answers, "base": work["base"], "ago": 60} | more
    return browser.post(f"{FIELD}hand-in/", json.dumps(record), content_type="application/json")


def taken(browser: Client) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The pack, and its work by title."""
    answer = browser.post(f"{FIELD}take-along/")
    assert answer.status_code == 200, answer.content.decode()
    pack = answer.json()
    return pack, {work["title"]: work for section in pack["sections"] for work in section["works"]}


def test_a_visitor_takes_along_only_what_the_day_needs_and_the_office_knows_it(
    django_assert_num_queries: Any,
) -> None:
    elders("独老人甲", "独老人乙")
    mine = visitor()
    phone = at(mine)
    pack, works = taken(phone)
    assert set(works) == {"独老人甲", "独老人乙"}
    assert pack["rules"]["keep_hours"] == 24
    work = works["独老人甲"]
    assert work["phone"] == "13900000001"
    assert work["position"]
    told = json.dumps(pack, ensure_ascii=False)
    for one in Person.objects.exclude(id_number=None):
        assert one.id_number not in told
    assert [one["code"] for one in pack["forms"][work["form"]]["fields"]][:2] == ["method", "met"]
    entry = Entry.objects.get(verb="fieldwork.take_along")
    assert sorted(entry.after["contacts"]) == sorted(Watched.objects.values_list("pk", flat=True))
    # Whoever has none of it takes nothing; whoever is no staff is not let in; a stranger's work is another's.
    _, none = taken(at(visitor(NEXT_COUNTY.village, "邻县人")))
    assert none == {}
    nobody = Client().post(f"{FIELD}take-along/")
    assert (nobody.status_code, nobody.json()["code"]) == (401, "not_signed_in")
    resident = at(cast().resident).post(f"{FIELD}take-along/")
    assert resident.status_code == 403
    oversees = at(staff("county_officer", at=NONGAN.county, domain="eldercare"))
    assert taken(oversees)[1] == {}


def test_the_kept_page_and_its_worker_name_nobody() -> None:
    elders("独老人甲")
    phone = at(visitor())
    page, worker = phone.get(FIELD), phone.get(f"{FIELD}worker.js")
    assert "方巡访" not in page.content.decode()
    assert "csrf" not in page.content.decode()
    assert page.headers["Content-Security-Policy"]
    kept = json.loads(worker.content.decode().split("const KEPT = ")[1].split(";\n")[0])
    assert [one for one in kept if not one.startswith("/static/")] == [FIELD]
    assert phone.get(f"{FIELD}app.webmanifest").json()["scope"] == FIELD
    assert "no-store" in phone.get(f"{FIELD}me/").headers["Cache-Control"]
    assert Client().get(FIELD).status_code == 302
    # Signing out clears the telephone where something was taken along, and no other browser.
    assert "Clear-Site-Data" not in phone.post("/logout/").headers
    going = at(visitor())
    taken(going)
    assert "Clear-Site-Data" not in going.post("/logout/", {"why": "idle"}).headers
    going = at(visitor())
    taken(going)
    assert going.post("/logout/").headers["Clear-Site-Data"] == '"storage"'


def test_a_record_counts_once_however_often_it_comes_and_keeps_its_hour() -> None:
    elders("独老人甲")
    phone = at(visitor())
    _, works = taken(phone)
    work = works["独老人甲"]
    picture = SimpleUploadedFile("现场.jpg", JPEG, "image/jpeg")
    without = phone.post(f"{FIELD}photo/", {"file": picture, "work": work["code"], "key": "picture-0001"})
    assert (without.status_code, without.json()["code"]) == (400, "photo_consent")
    ids = set()
    for _ in range(2):
        picture.seek(0)
        answer = phone.post(
            f"{FIELD}photo/",
            {"file": picture, "work": work["code"], "agreed": "true", "key": "picture-0001"},
        )
        ids.add(answer.json()["id"])
    assert Document.objects.filter(pk__in=ids).count() == len(ids) == 1
    answers = {**MET, "photo": str(ids.pop())}
    first = send(phone, work, answers, "record-0001", lat="44.43", lon="125.18", ago=7200)
    again = send(phone, work, answers, "record-0001", lat="44.43", lon="125.18", ago=9000)
    assert (first.status_code, again.status_code) == (200, 200), first.content.decode()
    kept = Contact.objects.get()
    assert (kept.recorded_at - kept.at).total_seconds() == 7200
    assert kept.photo_id
    assert kept.valid
    # The next one on the same work begins from what the first left; two made before either arrived go in order.
    second = send(
        phone, {**work, "base": first.json()["base"]}, {"method": "phone", "met": "false"}, "record-0002"
    )
    assert second.status_code == 200
    assert Contact.objects.count() == 2


def test_a_refusal_is_told_in_plain_words_beside_the_question_and_can_be_put_right() -> None:
    elders("独老人甲")
    mine = visitor()
    phone = at(mine)
    work = taken(phone)[1]["独老人甲"]
    wrong = send(phone, work, {**MET, "s_fire": "act"}, "record-0001")
    assert wrong.status_code == 400
    assert "请写明情况" in wrong.json()["errors"]["words"]
    unseen = send(phone, work, {key: text for key, text in MET.items() if key != "s_fire"}, "record-0001")
    assert list(unseen.json()["errors"]) == ["s_fire"]
    right = send(phone, work, {**MET, "s_fire": "act", "words": "烟道已疏通"}, "record-0001")
    assert right.status_code == 200
    base = {**work, "base": right.json()["base"]}
    late = send(phone, base, MET, "record-0002", ago=80 * 3600)
    assert "不能补记" in late.json()["message"]
    for stranger in (visitor(NEXT_COUNTY.village, "邻县人"), cast().clerk):
        assert send(at(stranger), work, MET, "record-0003").status_code in (403, 404)
        picture = SimpleUploadedFile("现场.jpg", JPEG, "image/jpeg")
        sent = {"file": picture, "work": work["code"], "agreed": "true"}
        assert at(stranger).post(f"{FIELD}photo/", sent).status_code in (403, 404)
    other = Document.objects.count()
    assert send(phone, {**base, "code": "contacts:999999"}, MET, "record-0004").status_code == 404
    assert send(phone, {**base, "code": "nothing:1"}, MET, "record-0005").status_code == 404
    assert send(phone, base, {**MET, "photo": "1"}, "record-0006").status_code == 404
    nonsense = phone.post(f"{FIELD}hand-in/", "[]", content_type="application/json")
    assert nonsense.json()["code"] == "record_unreadable"
    assert (Contact.objects.count(), Document.objects.count()) == (1, other)


def test_a_record_that_meets_another_is_shown_question_by_question() -> None:
    (elder,) = elders("独老人甲")
    phone = at(visitor())
    work = taken(phone)[1]["独老人甲"]
    clerk = staff("clerk", at=NONGAN.township, name="江经办", domain="eldercare")
    one = Watched.objects.get(person=elder)
    theirs = {item.code: "ok" for item in VISITS.seen} | {"warmth": "watch"}
    contacting.record_contact(watched=one, said=Said(method="phone", met=True, seen=theirs), by=clerk)
    met = send(phone, work, MET, "record-0001")
    assert met.status_code == 409
    conflict = met.json()["conflict"]
    shown = {one["code"]: (one["mine"], one["theirs"], one["value"]) for one in conflict["fields"]}
    assert shown == {"method": ("上门", "电话", "phone"), "s_warmth": ("正常", "需留意", "watch")}
    assert (conflict["who"], conflict["final"]) == ("江经办", False)
    assert Contact.objects.count() == 1
    chosen = send(phone, {**work, "base": conflict["base"]}, {**MET, "s_warmth": "watch"}, "record-0001")
    assert chosen.status_code == 200, chosen.content.decode()
    assert Contact.objects.count() == 2
    # What changed without anybody having been there is nothing to weigh: the record is kept; an ended ledger says so.
    base = {**work, "base": chosen.json()["base"]}
    managing.state_groups(watched=one, groups=["alone"], by=clerk)
    assert send(phone, base, MET, "record-0002").status_code == 200
    managing.leave(watched=Watched.objects.get(pk=one.pk), away="elsewhere", since=DAY, words="", by=clerk)
    ended = send(phone, base, MET, "record-0003")
    assert ended.status_code == 400
    assert "已退出巡访" in ended.json()["message"]


def test_an_investigation_is_handed_in_as_its_step_and_a_second_one_is_only_compared(
    departments: Departments,
) -> None:
    who: Cast = cast()
    applicant = person(path=who.seat.village, name="测清明", birth=date(1968, 4, 4))
    family = household(applicant, path=who.seat.village)
    walk = Walk(who, departments, applicant, family)
    walk.apply()
    walk.accept()
    phone, colleague = at(who.investigator), at(who.second_investigator)
    pack, works = taken(phone)
    work = works["测清明"]
    partner = pack["forms"][work["form"]]["fields"][-1]
    assert [name for _, name in partner["options"]] == ["孙调查"]
    theirs = taken(colleague)[1]["测清明"]
    answers = {**HOME_VISIT, "visited_on": "2026-03-02"}
    alone = send(phone, work, answers, "record-0001")
    assert "partner" in alone.json()["errors"]
    done = send(phone, work, {**answers, "partner": str(who.second_investigator.user_id)}, "record-0001")
    assert done.status_code == 200, done.content.decode()
    assert Task.objects.get(case=walk.case, step="investigate").partners == [who.second_investigator.id]
    also = {**answers, "living": "三间平房", "partner": str(who.investigator.user_id)}
    met = send(colleague, theirs, also, "record-0002")
    conflict = met.json()["conflict"]
    assert (met.status_code, conflict["final"], conflict["who"]) == (409, True, "李调查")
    assert next(one["label"] for one in conflict["fields"]) == "实际生活状况"
    assert taken(colleague)[1] == {}


def test_a_warning_and_a_check_are_filled_in_out_of_doors_too() -> None:
    who: Cast = cast()
    home = household(person(path=who.seat.village, name="测谷雨"), path=who.seat.village)
    Alert.objects.create(
        monitor="assistance.low_income", household=home, path=home.path, opened_on=DAY, opened_at=clock.now(),
        due_on=DAY, urgent=True,
    )  # fmt: skip
    phone = at(who.coordinator)
    work = taken(phone)[1]["测谷雨"]
    assert work["mark"] == ["紧急", "bad"]
    assert send(phone, work, {"seen": "一切正常", "result": "refer"}, "record-0001").status_code == 400
    assert send(phone, work, {"seen": "一切正常", "result": "none"}, "record-0001").status_code == 200
    assert Alert.objects.get().state == Alert.State.CLOSED
    late = send(phone, work, {"seen": "家里没人", "result": "none"}, "record-0002")
    assert late.json()["conflict"]["final"]

    inspector = staff("inspector", at=NONGAN.county, name="罗检查", domain="eldercare")
    matter = catalogue.current().supervisions["eldercare.homes_supervision"]
    sheet = matter.item.list_on(matter.item.lists[0].code, DAY)
    assert sheet is not None
    check = Check.objects.create(
        supervision=matter.code, subject="home:1", subject_name="某养老院", path=NONGAN.county, kind="yearly",
        list_code=sheet.code, list_version=sheet.version, inspectors=[inspector.id], inspector_names="罗检查",
        due_on=DAY,
    )  # fmt: skip
    going = at(inspector)
    work = taken(going)[1]["某养老院"]
    answers = {f"{one.code}_result": "meets" for one in sheet.clauses}
    first = sheet.clauses[0].code
    wrong = send(going, work, answers | {f"{first}_result": "not"}, "record-0003")
    assert "请写明问题" in wrong.json()["errors"][f"{first}_words"]
    assert send(going, work, answers, "record-0003").status_code == 200
    check.refresh_from_db()
    assert check.met
    again = send(going, work, answers | {f"{first}_result": "na"}, "record-0004").json()["conflict"]
    assert (again["final"], again["fields"][0]["theirs"]) == (True, "符合")


def test_a_declaration_that_a_telephone_cannot_draw_is_a_sentence_at_start_up() -> None:
    domain = catalogue.current().services["assistance.dibao"].domain
    assert list(outdoors(domain)) == []
    service = domain.services[0]
    panel = next(step for step in service.steps if step.code == "panel")
    from dataclasses import replace

    wrong = replace(
        domain,
        services=(replace(service, steps=(replace(panel, outdoors=declare.Outdoors(position=True)),)),),
    )
    told = " ".join(outdoors(wrong))
    assert "cannot be done out of doors" in told or "which a telephone may not keep" in told
    assert "no place for a position" in told
