"""The machine door walked by programs: an application over HTTP, errors in one shape, lists paged by key."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework.models import Case, Task
from minzheng.kernel.events.actions import decide, fan_out
from minzheng.kernel.events.models import LifeEvent
from minzheng.kernel.exchange.models import Query
from tests.factories.cast import resident_of, user_of
from tests.factories.departments import Departments
from tests.factories.money import a_card
from tests.factories.papers import JPEG
from tests.factories.people import household, person
from tests.factories.places import NEXT_COUNTY
from tests.factories.walk import HOME_VISIT, HOUSEHOLD, MEMBER, Walk, walk_of_one

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("office_calendar", "working_tuesday"),
    pytest.mark.filterwarnings("ignore:No directory at"),
]
DAY = date(2026, 3, 3)


@pytest.fixture
def walk(departments: Departments) -> Walk:
    return walk_of_one(departments)


class Door:
    """Somebody's programme at the door."""

    def __init__(self, who: Actor | None, *, csrf: bool = False) -> None:
        self.client = Client(enforce_csrf_checks=csrf)
        if who is not None:
            self.client.force_login(user_of(who))

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Status and JSON."""
        given = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
        response = self.client.generic(method, f"/api{path}", headers=headers or None, **given)  # type: ignore[arg-type]
        return response.status_code, json.loads(
            b"".join(response) if response.streaming else response.content
        )


def application() -> dict[str, Any]:
    """The answers of a household without income."""
    return {**HOUSEHOLD, "class_ur": "rural", "payee_owner": "测清明", "payee_account": a_card()}


def test_a_family_applies_over_http_and_is_granted(walk: Walk) -> None:
    resident = Door(resident_of(walk.applicant))
    clerk, investigator = Door(walk.who.clerk), Door(walk.who.investigator)
    status, case = resident("POST", "/cases", {"service": "assistance.dibao", "answers": application()})
    assert status == 201, case
    pk, member = case["id"], case["members"][0]
    status, _ = resident(
        "PUT", f"/cases/{pk}/members", {"person": member["person"]["id"], "relation": "01", "answers": MEMBER}
    )
    assert status == 200
    assert resident("PUT", f"/cases/{pk}/consents", {"person": walk.applicant.pk})[0] == 200
    status, done = resident("POST", f"/cases/{pk}/submit", {})
    assert (status, done["state"]) == (200, "submitted")
    walk.case = Case.objects.get(pk=pk)
    [task] = clerk("GET", "/tasks")[1]["items"]
    assert (task["step"], task["case"]) == ("accept", pk)
    accepting = {
        "outcome": "accept",
        "evidence": {"complete": True, "kin": False},
        "version": task["version"],
    }
    assert clerk("POST", f"/tasks/{task['id']}", accepting)[1]["state"] == "open"
    partner = walk.who.second_investigator.user_id
    visited = {
        "outcome": "done",
        "evidence": {"visited_on": "2026-03-03", **HOME_VISIT},
        "partners": [partner],
    }
    assert investigator("POST", f"/tasks/{walk.task('investigate').pk}", visited)[0] == 200
    walk.put_on_file()
    verifier, task_id = Door(walk.who.verifier), walk.task("verify").pk
    assert verifier("POST", f"/tasks/{task_id}/verification")[1]["state"] == "started"
    assert verifier("POST", f"/tasks/{task_id}/verification/ask")[1]["state"] == "complete"
    assert verifier("POST", f"/tasks/{task_id}/verification/report")[1]["conclusion"] == "within"
    assert verifier("POST", f"/tasks/{task_id}", {"outcome": "done"})[0] == 200
    walk.assess()
    walk.panel()
    status, notice = clerk("POST", f"/tasks/{walk.task('post').pk}/notice", {"place": "村委会公示栏"})
    assert (status, notice["last_day"]) == (200, "2026-03-10")
    with clock.frozen(date(2026, 3, 11)):
        assert clerk("POST", f"/tasks/{walk.task('post').pk}", {"outcome": "done"})[0] == 200
        approver = Door(walk.who.county_approver)
        assert (
            approver("POST", f"/tasks/{walk.task('confirm').pk}", {"outcome": "grant"})[1]["state"]
            == "granted"
        )
        _, seen = resident("GET", f"/cases/{pk}")
        [paper] = [
            one
            for one in resident("GET", f"/cases/{pk}/documents")[1]["items"]
            if one["letter"] == "decision_grant"
        ]
        content = resident.client.get(f"/api/documents/{paper['id']}/content")
        assert b"".join(content).startswith(b"%PDF")  # type: ignore[arg-type]
        labels = [one["label"] for one in resident("GET", f"/cases/{pk}/timeline")[1]["items"]]
        register = Door(walk.who.provincial_officer)("GET", "/registers/assistance.standings")[1]
    assert seen["decisions"][0]["kind"] == "grant"
    assert labels[0] == "建立申请"
    assert labels[-1] == "审核确认：予以确认"
    assert register["count"] == "1"
    assert register["items"][0]["applicant.name"] == "测清明"


def test_numbers_leave_masked(walk: Walk) -> None:
    case = walk.apply()
    for who in (walk.who.coordinator, walk.who.clerk, resident_of(walk.applicant)):
        text = json.dumps(Door(who)("GET", f"/cases/{case.pk}")[1], ensure_ascii=False)
        assert str(walk.applicant.id_number) not in text
        assert case.sealed["payee_account"] not in text
        assert case.sealed["phone"] not in text
        assert str(walk.applicant.id_number)[-4:] in text
    assert Entry.objects.filter(case_id=case.pk, verb="casework.case", outcome="read").count() == 3


def test_the_same_key_hands_in_once_and_an_old_version_is_stale(walk: Walk) -> None:
    case = walk.draft()
    walk.consent()
    door = Door(walk.who.coordinator)
    version = str(case.version)
    first = door(
        "POST", f"/cases/{case.pk}/submit", {}, **{"If-Match": f'"{version}"', "Idempotency-Key": "k1"}
    )
    again = door(
        "POST", f"/cases/{case.pk}/submit", {}, **{"If-Match": f'"{version}"', "Idempotency-Key": "k1"}
    )
    assert first == again
    assert first[0] == 200
    assert Task.objects.filter(case=case).count() == 1
    status, stale = door("POST", f"/cases/{case.pk}/withdraw", {"version": int(version)})
    assert (status, stale["code"]) == (409, "case_changed")
    # The same word at another address is another deed.
    assert (
        door("POST", f"/cases/{case.pk}/withdraw", {}, **{"Idempotency-Key": "k1"})[1]["state"] == "withdrawn"
    )


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/nothing/here", None, 404, "not_found"),
        ("GET", "/cases/abc", None, 404, "not_found"),
        ("GET", "/cases/0", None, 404, "not_found"),
        ("GET", f"/cases/{2**70}", None, 404, "not_found"),
        ("GET", "/cases/999999999", None, 404, "case_not_found"),
        ("GET", "/services/none", None, 404, "not_declared"),
        ("GET", "/registers/none", None, 404, "register_unknown"),
        ("GET", "/registers/assistance.standings?after=xyz", None, 400, "page_key"),
        ("GET", "/registers/assistance.standings?state=none", None, 400, "filter_choice"),
        ("GET", "/tasks?after=xyz", None, 400, "page_key"),
        ("GET", "/cases?limit=101", None, 400, "request_invalid"),
        ("GET", "/cases?state=%00", None, 400, "characters"),
        ("GET", "/divisions?q=%00", None, 400, "characters"),
        ("GET", "/indicators/none", None, 404, "indicator_unknown"),
        ("GET", "/indicators/assistance.dibao_households?month=2026-13", None, 400, "month_unknown"),
        ("DELETE", "/cases", None, 405, "method"),
        ("POST", "/cases", {"service": "none"}, 400, "applicant_needed"),
        ("POST", "/cases", {"service": "assistance.dibao", "extra": 1}, 400, "request_invalid"),
        ("POST", "/cases", [], 400, "body_unreadable"),
        ("POST", "/cases", {"service": "a\x00"}, 400, "body_unreadable"),
        ("POST", "/cases", {"service": "a\ud800"}, 400, "body_unreadable"),
        ("POST", "/cases", {"service": "a", "answers": {"x": float("nan")}}, 400, "body_unreadable"),
        ("POST", "/samples", {"sampling": "x", "path": "22/", "size": 1}, 404, "division_unknown"),
    ],
)  # fmt: skip
def test_every_mistake_is_told_in_one_shape(
    method: str, path: str, body: Any, status: int, code: str, walk: Walk
) -> None:
    got, said = Door(walk.who.clerk)(method, path, body)
    assert (got, said["code"]) == (status, code), said
    assert set(said) == {"code", "message", "fields"}
    assert said["message"]


def test_what_is_wrong_in_a_form_is_told_field_by_field(walk: Walk) -> None:
    case = walk.draft()
    wrong = {"answers": {"deposits": "-3", "vehicles": "viele", "nothing": 1}}
    status, said = Door(walk.who.coordinator)("PATCH", f"/cases/{case.pk}", wrong)
    assert (status, said["code"]) == (400, "form_invalid")
    assert set(said["fields"]["errors"]) == {"deposits", "vehicles", "nothing"}


def test_nobody_means_no_and_a_foreign_page_cannot_write(walk: Walk) -> None:
    case = walk.apply()
    for method, path, body in (
        ("GET", "/cases", None),
        ("POST", "/cases", {}),
        ("GET", f"/cases/{case.pk}", None),
    ):
        assert Door(None)(method, path, body)[1]["code"] == "not_signed_in"
    door = Door(walk.who.coordinator, csrf=True)
    status, said = door("POST", f"/cases/{case.pk}/withdraw", {})
    assert (status, said["code"]) == (403, "csrf")
    assert walk.fresh().state == Case.State.SUBMITTED
    assert Door(None)("GET", "/services")[0] == 200


def test_lists_turn_by_key_and_ask_the_database_no_more_for_more(
    walk: Walk, django_assert_max_num_queries: Any
) -> None:
    walk.apply()
    door = Door(walk.who.clerk)
    for n in range(12):
        one = person(path=walk.who.seat.village, name=f"测第{n}")
        Walk(
            walk.who,
            walk.departments,
            one,
            household(one, path=walk.who.seat.village),
            form={"class_ur": "rural"},
        ).apply()
    door("GET", "/tasks")  # the first page of a session looks up how long it may last
    for path in ("/cases", "/tasks"):
        with django_assert_max_num_queries(12):
            whole = door("GET", f"{path}?limit=100")[1]["items"]
        assert len(whole) == 13
        found, after = [], None
        while True:
            page = door("GET", f"{path}?limit=5" + (f"&after={after}" if after else ""))[1]
            found += page["items"]
            if (after := page["next"]) is None:
                break
        assert found == whole


def test_the_description_is_drawn_from_the_catalogue(walk: Walk) -> None:
    status, said = Door(None)("GET", "/openapi.json")
    assert (status, said["openapi"]) == (200, "3.1.0")
    schemas = said["components"]["schemas"]
    for code, service in catalogue.current().services.items():
        assert schemas[f"{code}.form"]["properties"] == service.item.form.schema()["properties"]
        assert schemas[f"{code}.member"]["properties"] == service.item.member_form.schema()["properties"]
    named = json.dumps(said)
    for found in named.split('"$ref": "#/components/schemas/')[1:]:
        assert found.split('"')[0] in schemas
    offered = {one["title"] for one in schemas["Started"]["oneOf"]}
    assert offered == {c for c, s in catalogue.current().services.items() if s.item.offered != "follow_on"}


def test_a_large_body_and_half_a_body_are_refused_in_the_same_shape(walk: Walk) -> None:
    door = Door(walk.who.clerk)
    status, said = door("POST", "/cases", {"service": "x" * 6_000_000})
    assert (status, said["code"]) == (400, "too_large")
    response = door.client.generic("POST", "/api/cases", data='{"service": ', content_type="application/json")
    assert response.json()["code"] == "body_unreadable"
    response = door.client.generic("POST", "/api/cases", data="[" * 90_000, content_type="application/json")
    assert response.json()["code"] == "body_unreadable"


def test_a_family_explains_a_difference_over_http(walk: Walk) -> None:
    walk.apply()
    walk.accept()
    walk.put_on_file({walk.applicant.pk: {"bank": {"balance": 9_000_00, "securities": 0, "inflow": 0}}})
    door, task = Door(walk.who.verifier), walk.task("verify").pk
    for verb in ("", "/ask", "/report"):
        assert door("POST", f"/tasks/{task}/verification{verb}")[0] == 200
    assert Query.objects.filter(state="answered").exists()
    resident = Door(resident_of(walk.applicant))
    found = resident("GET", f"/cases/{walk.case.pk}/verification")[1]
    assert found["conclusion"] == "exceeds", found
    [difference] = found["differences"]
    path = f"/cases/{walk.case.pk}/differences/{difference['id']}/explanation"
    assert Door(walk.who.resident)("POST", path, {"text": "不是我家的"})[0] == 404
    assert resident("POST", path, {"text": "替亲戚保管"})[1]["state"] == "explained"
    settled = door(
        "POST", f"/tasks/{task}/differences/{difference['id']}", {"accept": True, "reason": "属实"}
    )
    assert settled[1]["state"] == "accepted"


def test_a_decision_is_appealed_and_files_are_drawn_over_http(walk: Walk) -> None:
    case = walk.until_confirmed()
    with clock.frozen(DAY + timedelta(days=10)):
        resident, reviewer = Door(resident_of(walk.applicant)), Door(walk.who.reviewer)
        decision = case.decisions.get()
        status, appeal = resident("POST", f"/decisions/{decision.pk}/appeals", {"reasons": "金额偏低"})
        assert (status, appeal["state"]) == (201, "filed")
        assert (
            reviewer("POST", f"/appeals/{appeal['id']}/examine", {"accepted": True})[1]["state"] == "accepted"
        )
        ended = reviewer(
            "POST", f"/appeals/{appeal['id']}/decide", {"result": "upheld", "opinion": "计算正确"}
        )
        assert ended[1]["result"] == "upheld"
        city = Door(walk.who.sampler)
        wanted = {"sampling": "assistance.dibao_files", "path": walk.who.seat.city, "size": 1}
        status, sample = city("POST", "/samples", wanted)
        assert status == 201, sample
        seen = {"visit_form": True, "verification": True, "publicity": True, "amount": False}
        one = sample["cases"][0]["id"]
        assert (
            city("POST", f"/sampled/{one}/check", {"findings": seen, "sound": False})[1]["state"] == "faulty"
        )
        assert (
            Door(walk.who.clerk)("POST", f"/sampled/{one}/rectify", {"text": "已重算"})[1]["state"]
            == "rectified"
        )
        assert city("POST", f"/sampled/{one}/close")[1]["state"] == "closed"
        assert Door(walk.who.stranger)("GET", f"/samples/{sample['id']}")[0] == 404


def test_another_system_reports_an_event_and_reads_what_was_done_about_it(walk: Walk) -> None:
    clerk, one = Door(walk.who.clerk), walk.applicant
    death = {"kind": "death", "number": one.id_number, "day": str(DAY), "source": "health", "reference": "YY-1",
             "words": "死亡医学证明"}  # fmt: skip
    status, event = clerk("POST", "/events", death)
    assert (status, event["state"], event["person"]["id_number"]) == (
        201,
        "reported",
        "222190********" + str(one.id_number)[-4:],
    )
    assert clerk("POST", "/events", death)[1]["id"] == event["id"]
    assert clerk("POST", "/events", {**death, "day": "2026-03-01"})[1]["code"] == "reference_differs"
    assert (
        clerk("POST", "/events", {**death, "kind": "hukou_move", "source": "police", "detail": {"to": "9"}})[
            1
        ]["code"]
        == "place_unknown"
    )
    assert Door(walk.who.stranger)("POST", "/events", death)[0] == 404
    assert Door(walk.who.payer)("GET", "/events")[0] == 403
    found = LifeEvent.objects.get()
    decide(event=found, report=found.reports.get(), reason="属实", by=walk.who.county_approver)
    fan_out(found.pk)
    status, told = clerk("GET", f"/events/{event['id']}")
    assert (status, told["state"], len(told["reports"])) == (200, "carried_out", 1)
    assert {row["reaction"]: row["state"] for row in told["log"]}["events.die"] == "done"
    assert clerk("GET", "/events?kind=death")[1]["items"][0]["id"] == event["id"]
    assert Door(walk.who.stranger)("GET", f"/events/{event['id']}")[0] == 404


def test_a_visit_becomes_a_lead_over_http(walk: Walk) -> None:
    door = Door(walk.who.coordinator)
    seen = {"need": "illness", "seen": "丈夫住院", "urgent": False}
    status, visit = door(
        "POST", "/visits", {"kind": "assistance.patrol", "household": walk.family.pk, "answers": seen}
    )
    assert status == 201, visit
    [lead] = door("GET", "/leads")[1]["items"]
    assert lead["id"] == visit["lead"]
    assert Door(walk.who.stranger)("GET", "/leads")[1]["items"] == []
    begun = {
        "service": "assistance.dibao",
        "applicant": walk.applicant.pk,
        "channel": "agent",
        "lead": lead["id"],
    }
    assert door("POST", "/cases", begun)[0] == 201
    assert Door(walk.who.stranger)("POST", "/cases", begun)[1]["code"] == "person_not_found"
    assert door("POST", f"/leads/{lead['id']}/close", {"reason": "已帮助"})[1]["state"] == "closed"


def test_a_picture_is_sent_ahead_of_the_step_that_names_it(walk: Walk) -> None:
    clerk, case = Door(walk.who.clerk), walk.apply()

    def sent(door: Door, content: bytes = JPEG, **told: Any) -> tuple[int, Any]:
        file = SimpleUploadedFile("现场.jpg", content, "image/jpeg")
        answer = door.client.post("/api/documents", {"file": file, "label": "现场照片", **told})
        return answer.status_code, answer.json()

    status, paper = sent(clerk, case=case.pk)
    assert (status, paper["case"], paper["content_type"]) == (201, case.pk, "image/jpeg"), paper
    assert clerk("GET", f"/cases/{case.pk}/documents")[1]["items"][-1]["id"] == paper["id"]
    status, placed = sent(clerk, path=walk.who.seat.village)
    assert (status, placed["case"]) == (201, None)
    assert sent(clerk)[1]["code"] == sent(clerk, case=case.pk, path="22/")[1]["code"] == "paper_place"
    assert sent(clerk, content=b"MZ\x90", case=case.pk)[1]["code"] == "file_mismatch"
    assert sent(clerk, path=NEXT_COUNTY.village)[0] == 403
    assert sent(Door(walk.who.stranger), case=case.pk)[0] == 404
    resident = Door(resident_of(walk.applicant))
    assert sent(resident, case=case.pk)[0] == 201
    assert sent(resident, path=walk.who.seat.village)[1]["code"] == "paper_place"
    assert sent(Door(None), case=case.pk)[0] == 403
    answer = clerk.client.generic("POST", "/api/documents", b"", CONTENT_LENGTH=str(70 * 1024 * 1024))
    assert answer.json()["code"] == "too_large"
