"""Other systems at the machine door: a key for some operations, one place, until a day; permissions hold as ever."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from minzheng import api
from minzheng.kernel import clock
from minzheng.kernel.access.models import ServiceAccount, ServiceKey
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.documents import pdfs
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.reveals.models import Left
from minzheng.kernel.signin import administering, keys
from tests.doors.knocking import administrator, knock, latest, ruled, security
from tests.factories import NEXT_COUNTY, NONGAN, household, person
from tests.factories.cast import cast, office
from tests.factories.departments import Departments
from tests.factories.walk import Walk

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("office_calendar"),
    pytest.mark.filterwarnings("ignore:No directory at"),
]
NOON = datetime(2026, 3, 3, 12, 0, 20, tzinfo=clock.SHANGHAI)
READS = ["cases.list_cases", "cases.read_case"]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


@pytest.fixture
def walk(departments: Departments) -> Walk:
    """A family's application, handed in."""
    who = cast()
    applicant = person(path=who.seat.village, name="测清明")
    walk = Walk(
        who, departments, applicant, household(applicant, path=who.seat.village), form={"class_ur": "rural"}
    )
    walk.apply()
    return walk


def system_of(path: str, role: str = "assistance.clerk") -> ServiceAccount:
    boss = actor_of(administrator(NONGAN.city))
    return administering.open_service(
        username=f"sys-{ServiceAccount.objects.count()}", name="政务服务平台", office=office(path), role=role,
        purpose="推送办件", contact="数据局", by=boss,
    )  # fmt: skip


def key_of(account: ServiceAccount, wanted: list[str], *, path: str = "", days: int = 30) -> str:
    boss = actor_of(security(NONGAN.city))
    return keys.make_key(account=account, wanted=wanted, path=path or account.path, days=days, by=boss)[1]


def ask(
    token: str, method: str, path: str, body: Any = None, client: Client | None = None
) -> tuple[int, Any]:
    client = client or Client(enforce_csrf_checks=True)
    given = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
    answer = client.generic(method, f"/api{path}", headers={"Authorization": f"Bearer {token}"}, **given)
    return answer.status_code, json.loads(answer.content)


def test_a_key_opens_what_it_is_for_and_every_call_is_kept(walk: Walk) -> None:
    account = system_of(NONGAN.township)
    token = key_of(account, READS)
    status, told = ask(token, "GET", "/cases")
    assert status == 200
    assert [one["id"] for one in told["items"]] == [walk.case.pk]
    assert ask(token, "GET", f"/cases/{walk.case.pk}")[0] == 200
    status, told = ask(token, "GET", "/tasks")
    assert (status, told["code"]) == (403, "key_scope")
    assert "tasks.list_tasks" in told["message"]
    calls = list(Entry.objects.filter(verb="api.call").order_by("id"))
    assert [(one.after["operation"], one.after["status"], one.outcome) for one in calls] == [
        ("cases.list_cases", 200, "read"), ("cases.read_case", 200, "read"), ("tasks.list_tasks", 403, "refused"),
    ]  # fmt: skip
    assert {one.actor_name for one in calls} == {"政务服务平台"}
    read = Entry.objects.get(verb="casework.case", case_id=walk.case.pk)
    assert read.actor == f"user:{account.user_id}", "what the kernel itself keeps bears the same name"
    kept = ServiceKey.objects.get()
    assert kept.used_from == "127.0.0.1"
    assert token not in json.dumps(
        [one.after for one in Entry.objects.all()], ensure_ascii=False, default=str
    )
    assert token.split("_")[-1] not in kept.digest


def test_the_kernels_permissions_hold_for_a_system_as_for_anybody(walk: Walk) -> None:
    """Role × place × operation: each no is tried."""
    task, case = walk.task("accept"), walk.case.pk
    every = [*READS, "tasks.take_task", "tasks.list_tasks", "cases.withdraw_case"]
    body = {"outcome": "accept", "evidence": {"complete": True, "kin": False}}
    said: dict[str, list[int]] = {}
    for label, path, role in (
        ("clerk here", NONGAN.township, "assistance.clerk"),
        ("investigator here", NONGAN.township, "assistance.investigator"),
        ("clerk elsewhere", NEXT_COUNTY.township, "assistance.clerk"),
    ):
        if label == "clerk elsewhere":
            boss = actor_of(security("22/"))
            account = administering.open_service(
                username="sys-far",
                name="邻县系统",
                office=office(path),
                role=role,
                purpose="x",
                contact="x",
                by=actor_of(administrator("22/")),
            )
            token = keys.make_key(account=account, wanted=every, path=path, days=3, by=boss)[1]
        else:
            token = key_of(system_of(path, role), every)
        said[label] = [
            len(ask(token, "GET", "/cases")[1]["items"]), ask(token, "GET", f"/cases/{case}")[0],
            ask(token, "POST", f"/cases/{case}/withdraw", {"reason": "x"})[0],
        ]  # fmt: skip
        if label != "clerk here":
            said[label].append(ask(token, "POST", f"/tasks/{task.pk}", body)[0])
    assert said == {
        "clerk here": [1, 200, 404], "investigator here": [1, 200, 404, 403], "clerk elsewhere": [0, 404, 404, 404],
    }  # fmt: skip
    token = key_of(system_of(NONGAN.township), every)
    status, told = ask(token, "POST", f"/tasks/{task.pk}", body)
    assert (status, told["state"]) == (200, "open"), (
        "a key needs no CSRF token: no browser sends it by itself"
    )


def test_a_key_for_one_village_sees_no_other(walk: Walk) -> None:
    account = system_of(NONGAN.county, "assistance.county_approver")
    other = NONGAN.township.rstrip("/") + "/220122101299/"
    assert len(ask(key_of(account, READS, path=NONGAN.village), "GET", "/cases")[1]["items"]) == 1
    assert ask(key_of(account, READS, path=other), "GET", "/cases")[1]["items"] == []
    assert ask(key_of(account, READS, path=other), "GET", f"/cases/{walk.case.pk}")[0] == 404


@pytest.mark.parametrize(
    "spoilt", ["", "mzk_", "mzk_0123456789abcdef_" + "A" * 43, "x" * 300, "mzk_é_" + "A" * 43]
)
def test_what_is_no_key_opens_nothing(spoilt: str) -> None:
    token = key_of(system_of(NONGAN.township), READS)
    wrong = token[:-1] + ("A" if token[-1] != "A" else "B")
    for one in (spoilt, wrong, token.upper()):
        answer = Client().get("/api/cases", HTTP_AUTHORIZATION=f"Bearer {one}".encode().decode("latin-1"))
        assert answer.status_code == 403
        assert answer.json()["code"] in ("key_refused", "not_signed_in")


def test_expired_revoked_and_closed_all_sound_the_same() -> None:
    boss, account = actor_of(security(NONGAN.city)), system_of(NONGAN.township)
    token = key_of(account, READS, days=2)
    with clock.frozen(NOON + timedelta(days=2)):
        assert ask(token, "GET", "/cases")[1]["code"] == "key_refused"
    keys.revoke_key(old=ServiceKey.objects.get(), reason="泄露", by=boss)
    assert ask(token, "GET", "/cases")[1]["code"] == "key_refused"
    assert latest("access.revoke_key").reason == "泄露"
    fresh = key_of(account, READS)
    assert ask(fresh, "GET", "/cases")[0] == 200
    administering.close_account(user=account.user, reason="停用", by=actor_of(administrator(NONGAN.city)))
    assert ask(fresh, "GET", "/cases")[1]["code"] == "key_refused"
    with pytest.raises(Refused, match="已停用"):
        key_of(ServiceAccount.objects.get(), READS)


def test_a_key_is_changed_with_an_overlap() -> None:
    boss = actor_of(security(NONGAN.city))
    old = key_of(system_of(NONGAN.township), READS, days=300)
    _, new = keys.rotate_key(old=ServiceKey.objects.get(), days=300, by=boss)
    assert [ask(one, "GET", "/cases")[0] for one in (old, new)] == [200, 200]
    with clock.frozen(NOON + timedelta(days=14)):
        assert [ask(one, "GET", "/cases")[0] for one in (old, new)] == [403, 200]


def test_a_system_does_not_sign_in_and_looks_after_no_accounts() -> None:
    account = system_of(NONGAN.township)
    assert knock(account.user.username, "").status_code == 401
    boss = actor_of(administrator(NONGAN.city))
    with pytest.raises(Refused, match="没有密码"):
        administering.reset_password(user=account.user, reason="x", by=boss)
    with pytest.raises(NotAllowed, match="不能管理账号"):
        system_of(NONGAN.county, "access.administrator")


def test_a_key_is_made_by_who_looks_after_the_place_for_what_exists() -> None:
    account = system_of(NONGAN.township)
    stranger, clerk = actor_of(security(NEXT_COUNTY.county)), cast().clerk
    for by in (stranger, clerk):
        with pytest.raises(NotAllowed):
            keys.make_key(account=account, wanted=READS, path=account.path, days=3, by=by)
    boss = actor_of(security(NONGAN.city))
    for wanted, path, days in (([], "", 3), (["x.y"], "", 3), (READS, "", 0), (READS, "", 366)):
        with pytest.raises(Refused):
            keys.make_key(account=account, wanted=wanted, path=path or account.path, days=days, by=boss)
    with pytest.raises(NotFound):
        keys.make_key(account=account, wanted=READS, path=NONGAN.county, days=3, by=boss)


def test_a_system_that_hurries_waits_and_a_bearer_header_is_no_way_round_the_counter() -> None:
    ruled("rate.api", "3", unit="times")
    token = key_of(system_of(NONGAN.township), READS)
    assert [ask(token, "GET", "/cases")[0] for _ in range(4)] == [200, 200, 200, 429]
    with clock.frozen(NOON + timedelta(minutes=1)):
        ruled("rate.api_open", "2", unit="times")
        bogus = [
            Client().get("/api/services", HTTP_AUTHORIZATION=f"Bearer {n}").status_code for n in range(5)
        ]
        assert bogus == [200, 200, 200, 429, 429]


def test_every_operation_of_the_door_can_be_named() -> None:
    found = keys.operations()
    assert len(found) > 30
    assert found["cases.read_case"] == "办件"
    assert all(words and "." in code for code, words in found.items())


def files_in_code() -> set[str]:
    """The operations of the machine door that answer with a file."""
    return {
        one.name
        for page in (Path(api.__file__).parent).glob("*.py")
        for one in ast.walk(ast.parse(page.read_text()))
        if isinstance(one, ast.FunctionDef)
        and any(isinstance(name, ast.Name) and name.id == "FileResponse" for name in ast.walk(one))
    }


def test_each_file_that_a_system_fetches_is_counted_under_its_name(walk: Walk) -> None:
    walk.accept()
    account = system_of(NONGAN.county, "assistance.county_approver")
    token = key_of(account, ["reading.export_register", "reading.download_document"])
    paper = Document.objects.filter(case_id=walk.case.pk, content_type="application/pdf").first()
    assert paper is not None
    asked = {
        "export_register": "/api/registers/assistance.standings/export",
        "download_document": f"/api/documents/{paper.pk}/content",
    }
    assert asked.keys() == files_in_code()
    for path in asked.values():
        before = Left.objects.count()
        answer = Client().get(path, headers={"Authorization": f"Bearer {token}"})
        content = b"".join(answer)  # type: ignore[arg-type]
        assert (answer.status_code, Left.objects.count()) == (200, before + 1), path
        row = Left.objects.latest("id")
        assert (row.created_by, row.created_by_name) == (f"user:{account.user_id}", "政务服务平台")
        assert Entry.objects.filter(actor=row.created_by, verb="api.call").latest("id").after["status"] == 200
    assert f"带出　编号 {row.pk}" in pdfs.text(content)
    # What is refused has not left.
    refused = Client().get(
        asked["download_document"], headers={"Authorization": f"Bearer {key_of(account, READS)}"}
    )
    assert (refused.status_code, Left.objects.count()) == (403, before + 1)
