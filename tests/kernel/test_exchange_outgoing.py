"""What goes out: questions of other departments, by agreement and quota; and case steps pushed, never twice."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.audit import system
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework import taking
from minzheng.kernel.casework.models import Case
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.exchange import outbox, tasks
from minzheng.kernel.exchange.disclosing import Asked, department_actor, disclose
from minzheng.kernel.exchange.keys import partner_key
from minzheng.kernel.exchange.models import Answered, Outgoing, Spent
from minzheng.kernel.people.models import Person
from minzheng.kernel.signing import NONCE, is_signed, sign
from minzheng.kernel.standards.models import ParameterRow
from tests.factories.cast import cast
from tests.factories.departments import Departments
from tests.factories.money import entitled
from tests.factories.people import a_number, household, person
from tests.factories.places import NEXT_COUNTY, place
from tests.factories.walk import Walk, walk_of_one

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]

DAY = date(2026, 3, 3)
QUESTION, PURPOSE = "assistance.drawing", "public_housing"
PATH = "/api/exchange/questions"
State = Outgoing.State


@pytest.fixture(autouse=True)
def _a_day(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.VAR = tmp_path
    with clock.frozen(DAY):
        yield


@pytest.fixture
def recipient() -> Person:
    who = cast()
    head = person(path=who.seat.village, name="测秋分", birth=date(1970, 1, 1))
    home = household(head, path=who.seat.village)
    entitled(system("test"), home=home, members=(head,), from_month=Month(2025, 1), path=who.seat.village)
    return head


def _ask(number: Any, *, department: str = "housing", key: bytes | None = None, **changes: Any) -> Any:
    said = {
        "question": QUESTION, "number": str(number), "purpose": PURPOSE, "officer": "测住建",
        "fields": ["receives", "kind"],
    }  # fmt: skip
    body = json.dumps(said | changes).encode()
    headers = sign(key or partner_key(department), what="POST", path=PATH, body=body)
    return _send(body, headers | {"X-Minzheng-Department": department})


def _send(body: bytes, headers: dict[str, str]) -> Any:
    return Client().post(PATH, data=body, content_type="application/json", headers=headers)


# ------------------------------------------------------------------ questions of other departments


def test_a_granted_question_is_answered_signed_and_kept_with_who_what_and_why(recipient: Person) -> None:
    response = _ask(recipient.id_number)
    said = response.json()
    assert (response.status_code, said["answer"]) == (200, {"receives": True, "kind": "dibao"})
    key = partner_key("housing")
    assert is_signed(key, response.headers, what="200", path=PATH, body=response.content)
    [kept] = Answered.objects.all()
    assert said["reference"] == kept.pk
    assert (kept.grant, kept.department, kept.officer, kept.purpose) == (
        "assistance.housing", "housing", "测住建", PURPOSE,
    )  # fmt: skip
    assert (kept.person, kept.path, kept.fields, kept.outcome) == (
        recipient, recipient.path, ["kind", "receives"], "given",
    )  # fmt: skip
    entry = Entry.objects.get(verb="exchange.disclose")
    assert (entry.actor, entry.actor_name, entry.article) == (
        "department:housing", "住房和城乡建设部门", "数据共享协议（演示）第1号",
    )  # fmt: skip
    assert str(recipient.id_number) not in json.dumps([entry.after, entry.reason], ensure_ascii=False)
    assert Spent.objects.get().count == 1


def test_who_draws_nothing_and_who_is_not_on_file_are_told_apart_by_nothing(recipient: Person) -> None:
    other = person(path=recipient.path, name="测冬至")
    for number in (other.id_number, a_number()):
        assert _ask(number).json()["answer"] == {"receives": False, "kind": ""}
    assert Answered.objects.filter(person=None).count() == 1


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"purpose": "gossip"}, 403, "purpose_not_granted"),
        ({"fields": ["receives", "since"]}, 403, "field_not_granted"),
        ({"fields": []}, 403, "field_not_granted"),
        ({"question": "assistance.income"}, 403, "no_grant"),
        ({"officer": " "}, 400, "officer_missing"),
    ],
)
def test_what_is_not_granted_is_refused_in_words_and_the_refusal_is_kept(
    recipient: Person, changes: dict[str, Any], status: int, error: str
) -> None:
    response = _ask(recipient.id_number, **changes)
    assert (response.status_code, response.json()["error"]) == (status, error)
    assert response.json()["message"]
    kept = Answered.objects.get()
    assert (kept.outcome, kept.reason, kept.fields, kept.answer_sha) == ("refused", error, [], "")
    assert not Spent.objects.exists()


def test_another_department_sees_only_its_own_fields(recipient: Person) -> None:
    ask = {"department": "education", "purpose": "student_aid"}
    assert _ask(recipient.id_number, **ask, fields=["receives"]).json()["answer"] == {"receives": True}
    assert _ask(recipient.id_number, **ask).json()["error"] == "field_not_granted"


def test_an_agreement_holds_from_its_first_day_until_its_last(recipient: Person) -> None:
    with clock.frozen(date(2021, 12, 31)):
        assert _ask(recipient.id_number).json()["error"] == "no_grant"
    office = _giving()
    grant = next(one for one in office.grants if one.code == "housing")
    over = replace(grant, until=date(2026, 3, 3))
    assert grant.holds(DAY)
    assert not over.holds(DAY)
    assert over.holds(date(2026, 3, 2))


def _giving() -> declare.Domain:
    return next(one for one in catalogue.current().domains if one.grants)


def _with(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    office = _giving()
    grants = tuple(replace(one, **changes) if one.code == "housing" else one for one in office.grants)
    changed = catalogue.Catalogue(
        [replace(one, grants=grants) if one is office else one for one in catalogue.current().domains]
    )
    monkeypatch.setattr(catalogue, "current", lambda: changed)


def test_over_the_quota_of_the_day_nothing_is_told_and_tomorrow_is_another_day(
    recipient: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with(monkeypatch, per_day=2)
    assert [_ask(recipient.id_number).status_code for _ in range(3)] == [200, 200, 429]
    assert "额度" in _ask(recipient.id_number).json()["message"]
    assert Answered.objects.filter(reason="over_quota").count() == 2
    with clock.frozen(DAY + timedelta(days=1)):
        assert _ask(recipient.id_number).status_code == 200


def test_a_grant_for_one_place_does_not_reach_another(
    recipient: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(NEXT_COUNTY.village.split("/")[-2])
    _with(monkeypatch, path=NEXT_COUNTY.county)
    assert _ask(recipient.id_number).json()["error"] == "out_of_place"


@pytest.mark.django_db(transaction=True)
def test_of_many_questions_at_once_no_more_are_answered_than_the_quota(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _with(monkeypatch, per_day=3)
    told: list[str] = []

    def work(n: int) -> None:
        asked = Asked(QUESTION, a_number(), PURPOSE, "测住建", ("receives",), f"request-number-{n}")
        try:
            with clock.frozen(DAY):
                by = department_actor("housing", "住房和城乡建设部门")
                told.append(disclose(asked=asked, department="housing", by=by).kept.outcome)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=30)
    assert sorted(told) == ["given"] * 3 + ["refused"] * 5
    assert Spent.objects.get().count == 3


def test_the_database_lets_nobody_pass_the_quota_and_keeps_no_answer_without_a_grant(
    recipient: Person,
) -> None:
    with pytest.raises(IntegrityError, match="spent_within_quota"), transaction.atomic():
        Spent.objects.create(grant="x", day=DAY, count=2, quota=1)
    _ask(recipient.id_number)
    with pytest.raises(IntegrityError, match="answered_or_refused"), transaction.atomic():
        Answered.objects.update(grant="")


def test_unsigned_forged_replayed_and_strange_requests_are_told_nothing(recipient: Person) -> None:
    assert _ask(recipient.id_number, key=b"x" * 32).status_code == 401
    assert _ask(recipient.id_number, department="lottery", key=b"x" * 32).status_code == 401
    assert _ask(recipient.id_number, department="education", key=partner_key("housing")).status_code == 401
    assert not Answered.objects.exists()
    body = json.dumps(
        {
            "question": QUESTION,
            "number": str(recipient.id_number),
            "purpose": PURPOSE,
            "officer": "测",
            "fields": ["receives"],
        }
    ).encode()
    headers = sign(partner_key("housing"), what="POST", path=PATH, body=body) | {
        "X-Minzheng-Department": "housing"
    }
    assert _send(body, headers).status_code == 200
    again = _send(body, headers)
    assert (again.status_code, again.json()["error"]) == (401, "replayed")
    assert _send(body.replace("测".encode(), b"x"), headers).status_code == 401
    assert _send(body, {}).status_code == 401
    assert Client().get(PATH).status_code == 405
    assert Answered.objects.count() == Spent.objects.get().count == 1


def test_a_request_from_another_hour_is_not_taken(recipient: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    then = time.time() - 301
    with monkeypatch.context() as patched:
        patched.setattr(time, "time", lambda: then)
        headers = sign(partner_key("housing"), what="POST", path=PATH, body=b"{}")
    assert _send(b"{}", headers | {"X-Minzheng-Department": "housing"}).status_code == 401


@pytest.mark.parametrize(
    "body", [b"", b"[", b"[]", b'{"fields": 3}', b'{"number": 5, "fields": []}', b"\xff"]
)
def test_nonsense_is_refused_as_nonsense(body: bytes) -> None:
    headers = sign(partner_key("housing"), what="POST", path=PATH, body=body)
    response = _send(body, headers | {"X-Minzheng-Department": "housing"})
    assert (response.status_code, response.json()["error"]) == (400, "question_malformed")
    assert headers[NONCE] == response.headers[NONCE]


def test_nobody_else_may_speak_for_a_department(recipient: Person) -> None:
    asked = Asked(QUESTION, str(recipient.id_number), PURPOSE, "测", ("receives",), "n" * 16)
    who = cast()
    for by in (who.verifier, who.resident, system("test"), department_actor("education", "教育部门")):
        with pytest.raises(NotAllowed, match="签名校验"):
            disclose(asked=asked, department="housing", by=by)
    assert not Answered.objects.exists()


# ------------------------------------------------------------------ what is pushed


@pytest.fixture
def walk(departments: Departments) -> Walk:
    return walk_of_one(departments)


def _pushed(departments: Departments, case: Case) -> list[tuple[int, str, int]]:
    with closing(sqlite3.connect(departments.data)) as file:
        select = "select seq, content, times from pushed where subject = ? order by seq"
        return list(file.execute(select, (case.number,)))


def test_each_step_of_a_case_is_told_once_and_in_order(walk: Walk, departments: Departments) -> None:
    walk.apply()
    case = walk.accept()
    assert [row.state for row in Outgoing.objects.order_by("id")] == [State.WAITING] * 2
    tasks.push(timestamp=0)
    rows = list(Outgoing.objects.order_by("id"))
    assert {row.state for row in rows} == {State.ACKNOWLEDGED}
    assert all(len(row.receipt) == 32 and row.acknowledged_at for row in rows)
    said = [json.loads(content) for _, content, _ in _pushed(departments, case)]
    assert [(one["step"], one["status"]) for one in said] == [("submit", "0"), ("accept", "4")]
    assert {one["item"] for one in said} == {"assistance.dibao"}
    tasks.push(timestamp=0)
    assert [times for *_, times in _pushed(departments, case)] == [1, 1]


def test_a_step_that_is_undone_tells_nothing(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    walk.apply()
    before = Outgoing.objects.count()

    def broken(*_: Any, **__: Any) -> None:
        raise Refused("broken", "中途出错")

    monkeypatch.setattr(taking.audit, "note", broken)
    with pytest.raises(Refused, match="中途出错"):
        walk.accept()
    assert Outgoing.objects.count() == before
    assert walk.fresh().state == Case.State.SUBMITTED


def test_an_acknowledgement_that_was_lost_leads_to_no_second_telling(
    walk: Walk, departments: Departments
) -> None:
    case = walk.apply()
    departments.fault("platform", "lost")
    tasks.push(timestamp=0)
    row = Outgoing.objects.get()
    assert (row.state, row.attempts, row.error) == (State.WAITING, 1, "unreachable")
    assert row.next_at == clock.now() + timedelta(minutes=1)
    departments.fault("platform", "")
    tasks.push(timestamp=0)
    row.refresh_from_db()
    assert row.attempts == 1
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        tasks.push(timestamp=0)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.ACKNOWLEDGED, 2)
    [(_, _, times)] = _pushed(departments, case)
    assert times == 2
    assert len(_pushed(departments, case)) == 1


def test_the_platform_takes_no_other_content_under_a_key_it_has(departments: Departments) -> None:
    told = {"key": "case:x:1", "subject": "x", "seq": 1, "sha": "a" * 64, "content": {}}
    first = departments.post("/platform/cases", told)
    assert departments.post("/platform/cases", told) == first
    assert departments.post("/platform/cases", told | {"sha": "b" * 64}) == (409, {"error": "key_taken"})
    assert departments.post("/platform/cases", told | {"key": ""})[0] == 400
    assert departments.post("/platform/cases", told, headers={})[0] == 401


@pytest.mark.parametrize(
    ("kind", "error"), [("down", "unreachable"), ("refused", "status_403"), ("malformed", "status_200")]
)
def test_what_is_not_acknowledged_is_tried_again_later_and_later_then_put_before_a_human(
    walk: Walk, departments: Departments, kind: str, error: str
) -> None:
    walk.apply()
    departments.fault("platform", kind)
    pauses = []
    at = clock.now()
    for _ in range(12):
        with clock.frozen(at):
            tasks.push(timestamp=0)
            row = Outgoing.objects.get()
            pauses.append((row.next_at - at).seconds // 60)
            at = row.next_at
    assert pauses == [1, 5, 15] + [60] * 9
    assert (row.state, row.error, row.attempts) == (State.DEAD, error, 12)
    departments.fault("platform", "")
    with clock.frozen(at + timedelta(days=1)):
        tasks.push(timestamp=0)
        assert Outgoing.objects.get().state == State.DEAD
        for by in (walk.who.stranger, walk.who.resident):
            with pytest.raises(NotAllowed, match="管辖范围"):
                outbox.send_again(outgoing_id=row.pk, by=by)
        with pytest.raises(NotAllowed, match="核对岗位"):
            outbox.send_again(outgoing_id=row.pk, by=walk.who.clerk)
        outbox.send_again(outgoing_id=row.pk, by=walk.who.verifier)
        tasks.push(timestamp=0)
    assert Outgoing.objects.get().state == State.ACKNOWLEDGED
    with pytest.raises(Refused, match="不需要处理"):
        outbox.send_again(outgoing_id=row.pk, by=walk.who.verifier)


def test_a_later_step_waits_behind_an_earlier_one_that_is_not_through(
    walk: Walk, departments: Departments
) -> None:
    walk.apply()
    departments.fault("platform", "down")
    tasks.push(timestamp=0)
    case = walk.accept()
    departments.fault("platform", "")
    tasks.push(timestamp=0)
    assert [row.state for row in Outgoing.objects.order_by("id")] == [State.WAITING] * 2
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        tasks.push(timestamp=0)
    assert [seq for seq, *_ in _pushed(departments, case)] == sorted(
        row.seq for row in Outgoing.objects.all()
    )
    assert {row.state for row in Outgoing.objects.all()} == {State.ACKNOWLEDGED}


def test_where_nothing_is_pushed_nothing_is_written_and_nobody_sends_by_hand(walk: Walk) -> None:
    ParameterRow.objects.create(
        key="exchange.push.case", path=walk.who.seat.county, from_on=date(2020, 1, 1), value="false", unit="boolean",
        source="测试", confidence="assumption",
    )  # fmt: skip
    walk.apply()
    assert not Outgoing.objects.exists()
    row = Outgoing(path=walk.who.seat.county)
    with pytest.raises(NotAllowed, match="系统自动"):
        outbox.push(row=row, over=walk.departments.line(), by=walk.who.clerk)


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_send_the_same_thing(departments: Departments) -> None:
    with transaction.atomic():
        for n in range(12):
            outbox.put(channel="case", subject=f"T{n}", seq=1, path="22/2201/220122/", content={"n": n})

    def work() -> None:
        try:
            with clock.frozen(DAY):
                outbox.send_waiting(by=system("exchange"))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=30)
    assert {(row.state, row.attempts) for row in Outgoing.objects.all()} == {(State.ACKNOWLEDGED, 1)}
