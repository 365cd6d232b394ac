"""The permission matrix as a reviewed file, and every no in it tried: by the verb, at the machine door, on lists."""

from __future__ import annotations

import functools
import io
import json
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from django.test import override_settings

from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit.deed import appended
from minzheng.kernel.casework.models import Case, Task
from minzheng.kernel.errors import MinzhengError, NotAllowed, NotFound
from minzheng.kernel.people.masks import mask_name
from tests.factories.company import HERE, Someone, staff_at
from tests.factories.ground import DAY, Ground, build
from tests.permissions.deeds import Cell, Deed, cell, deeds
from tests.permissions.matrix import drawn
from tests.permissions.pages import addressed, local, strangers

MATRIX = Path(__file__).with_name("matrix.txt")
DEEDS = list(deeds())
STATUS: Mapping[Cell, int] = {"no": 403, "none": 404}
pytestmark = pytest.mark.filterwarnings("ignore:No directory at")


@pytest.fixture(scope="module")
def db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """One transaction around all tests of this module, undone at its end; each test has its own part of it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def ground(db: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Built once for all attempts."""
    folder = tmp_path_factory.mktemp("ground")
    with override_settings(MEDIA_ROOT=folder), clock.frozen(DAY):
        made = build()
        made.folder = folder
        yield made


@pytest.fixture
def tried(ground: Ground, settings: Any) -> Iterator[Ground]:
    """The ground for one test; whatever the test does is undone."""
    settings.MEDIA_ROOT = ground.folder
    with transaction.atomic():
        yield ground
        transaction.set_rollback(True)


class Attempts:
    """Everybody tries in turn, each from the state at the beginning.

    A no was undone by the verb that said it, all but its line in the audit; so the way back to the savepoint is only
    gone where something was done.
    """

    def __init__(self) -> None:
        self.beginning, self.something = transaction.savepoint(), False
        appended.connect(self._heard)

    def _heard(self, outcome: str, **_: Any) -> None:
        """A line of the audit: what was done on the way to a no is undone as well."""
        self.something = self.something or outcome == "done"

    def undone(self, act: Callable[[], Any]) -> Any:
        """Do something, take its result or its refusal, and undo it."""
        got: Any
        try:
            got = act()
        except MinzhengError as error:
            got = error
        if self.something or transaction.get_rollback() or not is_no(got):
            transaction.savepoint_rollback(self.beginning)
            transaction.set_rollback(False)
        self.something = False
        return got


def is_no(got: Any) -> bool:
    """Whether an attempt was turned away, by a verb or at a door."""
    return isinstance(got, NotAllowed | NotFound) or getattr(got, "status_code", 0) in (403, 404)


class Answer(NamedTuple):
    """What the machine door answers."""

    status_code: int
    said: dict[str, Any]


def test_the_matrix_is_the_one_that_was_reviewed() -> None:
    """A change of who may do what shows as a diff of a file; MINZHENG_WRITE_MATRIX=1 writes it anew."""
    text = drawn()
    if os.environ.get("MINZHENG_WRITE_MATRIX"):
        MATRIX.write_text(text)
    assert MATRIX.read_text() == text, "权限矩阵有变化：核对后用 MINZHENG_WRITE_MATRIX=1 重写 matrix.txt"


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.code)
def test_each_verb_says_yes_and_no_as_the_matrix_does(deed: Deed, tried: Ground) -> None:
    wrong = []
    ids = deed.ready(tried)
    attempts = Attempts()
    for who in knocking(deed, tried.people, door=False):
        got = attempts.undone(lambda who=who: deed.verb(tried, ids, who.actor))
        said: Cell = "no" if isinstance(got, NotAllowed) else "none" if isinstance(got, NotFound) else "yes"
        wanted = cell(deed, who)
        if said != wanted and not (deed.told and {said, wanted} == {"no", "none"}):
            wrong.append(f"{who}: {said}, should be {wanted}" + (f" ({got})" if said != "yes" else ""))
    assert not wrong, f"{deed.code}\n" + "\n".join(wrong)


def filled(value: Any, ids: Mapping[str, Any]) -> Any:
    """A body with the numbers of the ground put in."""
    if isinstance(value, str) and value.startswith("{"):
        return ids[value[1:-1]]
    return {name: filled(one, ids) for name, one in value.items()} if isinstance(value, dict) else value


def knocking(deed: Deed, people: list[Someone], *, door: bool) -> Iterator[Someone]:
    """Who tries a deed: each post of its domains here, elsewhere and at a wrong level, and residents.

    To a deed of one domain the posts of another are all alike: one of them tries at each kind of place, another one
    for another deed, so that the attempts grow with the domains and not with their square.  At a ``door``, behind
    which the verb says it again, so are the posts elsewhere and at a wrong level that would not do in their place.
    """
    domains = {one.code for one in catalogue.current().domains}
    own = {code for code in domains if deed.code.startswith(f"{code}.")} | {
        one.split(".")[0] for one in deed.roles
    }
    alike: dict[tuple[str, str], list[Someone]] = {}
    for who in people:
        domain = who.role.split(".")[0]
        another = bool(who.role) and domain not in (own or domains)
        if another or (door and who.where in ("elsewhere", "other level") and who.role not in deed.roles):
            alike.setdefault((domain, who.where), []).append(who)
        else:
            yield who
    turn = zlib.crc32(deed.code.encode())
    yield from (same[turn % len(same)] for same in alike.values())


@pytest.mark.parametrize("deed", [one for one in DEEDS if one.path], ids=lambda deed: deed.code)
def test_the_machine_door_says_the_same(deed: Deed, tried: Ground) -> None:
    wrong: list[str] = []
    heard: set[bool] = set()
    ids = {"applicant": tried.applicant.pk, **deed.ready(tried)}
    path, nowhere = deed.path.format(**ids), deed.path.format(**dict.fromkeys(ids, 999_999_999))
    body = json.dumps(filled(dict(deed.body), ids))
    attempts = Attempts()
    for who in knocking(deed, tried.people, door=True):
        browser = tried.browser(who)

        def ask(path: str) -> Answer:
            response = browser.generic(deed.method, f"/api{path}", body, content_type="application/json")  # noqa: B023
            if response.streaming:
                assert b"".join(response)
                return Answer(response.status_code, {})
            assert response.status_code < 500, response.content[:500]
            return Answer(response.status_code, json.loads(response.content))

        (status, said), wanted = attempts.undone(lambda: ask(path)), cell(deed, who)
        if wanted == "yes":
            # As for the verb: whoever may is told when it is not the turn of an entry.
            ok = status in (200, 201, 400, 409)
        else:
            ok = status == STATUS[wanted] or (deed.told and status in (403, 404))
        if not ok:
            wrong.append(f"{who}: {status} {said.get('message', '')}, should be {wanted}")
        elif status == 404 and path != nowhere and bool(who.role) not in heard:
            # Once for staff and once for residents: what exists must sound like what does not.
            heard.add(bool(who.role))
            if (missing := attempts.undone(lambda: ask(nowhere)).said) != said:
                wrong.append(f"{who}: what exists sounds unlike what does not: {said} / {missing}")
    assert not wrong, f"{deed.method} {deed.path}\n" + "\n".join(wrong)


@pytest.mark.parametrize("deed", [one for one in DEEDS if one.apart], ids=lambda deed: deed.code)
def test_duties_kept_apart_stay_apart(deed: Deed, tried: Ground) -> None:
    """Whoever acted in another duty, alone or as partner, and whoever is kin or of the family, is told no."""
    [role] = deed.roles
    ids = deed.ready(tried)
    task = Task.objects.get(pk=ids["task"])
    by = staff_at(role, HERE, catalogue.current().roles[role].item.at, name="兼任")
    wrong = []
    for other in sorted(deed.apart):
        for acted in ({"done_by": by.id}, {"partners": [by.id]}):
            kept = {"case": task.case, "step": f"as {other}"[:40], "role": other, "path": task.path}
            with transaction.atomic():
                Task.objects.create(**kept, **acted, state="done", opened_at=clock.now(), done_at=clock.now())
                if not isinstance(got := Attempts().undone(lambda: deed.verb(tried, ids, by)), NotAllowed):
                    wrong.append(f"{other} {acted}: {got}")
                transaction.set_rollback(True)
    assert not wrong, f"{deed.code}\n" + "\n".join(wrong)


STEPS = [one for one in DEEDS if ": take " in one.code]


@pytest.mark.parametrize("deed", STEPS, ids=lambda deed: deed.code)
def test_nobody_acts_in_the_case_of_the_own_family_or_of_kin(deed: Deed, tried: Ground) -> None:
    [role] = deed.roles
    ids = deed.ready(tried)
    case = Task.objects.get(pk=ids["task"]).case
    level = catalogue.current().roles[role].item.at
    kin = staff_at(role, HERE, level, name="近亲属")
    case.kin_of = kin.id
    case.save()
    assert isinstance(Attempts().undone(lambda: deed.verb(tried, ids, kin)), NotAllowed)
    relative = replace(staff_at(role, HERE, level, name="家人"), person_id=tried.wife.pk)
    assert isinstance(Attempts().undone(lambda: deed.verb(tried, ids, relative)), NotAllowed)


@pytest.mark.parametrize("service", list(catalogue.current().services))
def test_lists_and_counts_hold_what_may_be_opened_and_nothing_else(service: str, tried: Ground) -> None:
    """Cases, work lists and registers: in the list exactly for those whom the matrix lets open the case."""
    reading = next(one for one in DEEDS if one.code == f"{service}: read the case")
    ids = reading.ready(tried)
    task = Task.objects.get(case_id=ids["case"], state="open")
    wrong = []
    for who in tried.people:
        browser = tried.browser(who)
        listed = browser.get("/api/cases", {"service": service, "limit": 100}).json()["items"]
        if (ids["case"] in [one["id"] for one in listed]) != (cell(reading, who) == "yes"):
            wrong.append(f"{who}: cases {len(listed)}")
        mine = [one["id"] for one in browser.get("/api/tasks", {"limit": 100}).json()["items"]]
        may = who.role == task.role and who.where != "elsewhere"
        if (task.pk in mine) != may and not (who.name == "maker" and task.role == "assistance.coordinator"):
            wrong.append(f"{who}: tasks {mine}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("register", list(catalogue.current().registers))
def test_a_register_lists_counts_and_exports_only_what_lies_within_the_post(
    register: str, tried: Ground
) -> None:
    reading = next(one for one in DEEDS if one.code == f"{register}: read an entry")
    entry = tried.entry(register)
    wrong, attempts = [], Attempts()
    for who in knocking(reading, tried.people, door=False):
        browser = tried.browser(who)
        response = attempts.undone(lambda browser=browser: browser.get(f"/api/registers/{register}"))
        said = response.json()
        shown = [one["id"] for one in said.get("items", [])]
        if (entry in shown) != (cell(reading, who) == "yes"):
            wrong.append(f"{who}: list {said}")
        if response.status_code == 200 and int(said["count"]) != len(shown):
            wrong.append(f"{who}: count {said['count']}")
        taken = attempts.undone(lambda browser=browser: browser.get(f"/api/registers/{register}/export"))
        content = b"".join(taken) if taken.streaming else b""
        told = _words(content)
        if ("测在册" in told or mask_name("测在册") in told) != (cell(reading, who) == "yes"):
            wrong.append(f"{who}: export {taken.status_code}")
    assert not wrong, "\n".join(wrong)


def _words(workbook: bytes) -> str:
    """All text of a workbook."""
    if not workbook:
        return ""
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))


@pytest.mark.parametrize("deed", STEPS, ids=lambda deed: deed.code)
def test_the_page_of_a_step_says_the_same(deed: Deed, tried: Ground) -> None:
    wrong = []
    task = Task.objects.get(pk=deed.ready(tried)["task"])
    path = f"/desk/cases/{task.case_id}/tasks/{task.pk}/"
    attempts = Attempts()
    for who in knocking(deed, tried.people, door=True):
        browser, wanted = tried.browser(who), cell(deed, who)
        if not who.actor.posts:
            wanted = "no"
        for method in ("get", "post"):
            if method == "post" and wanted != "no":
                continue
            status = attempts.undone(
                lambda browser=browser, method=method: getattr(browser, method)(path)
            ).status_code
            # To the officers of another domain the case itself does not exist.
            stranger = (
                wanted == "no" and who.actor.posts and who.role and who.role.split(".")[0] not in deed.code
            )
            if status != (404 if stranger else STATUS.get(wanted, 200)):
                wrong.append(f"{who}: {method} {status}, should be {wanted}")
    assert not wrong, "\n".join(wrong)


def test_every_page_of_something_is_closed_to_strangers(tried: Ground) -> None:
    """Every address of the desk and the portal that names something, for staff of other places and residents."""
    wrong, tries, pages, outside = [], 0, addressed(tried), strangers(tried)
    attempts = Attempts()
    for name, path in pages:
        for who, browser in outside:
            if who != "resident" and (who == "auditor") != path.startswith("/desk/accounts/audit/"):
                continue  # the audit is one charge's alone, and all else is not
            for method, closed in (("get", {404, 405}), ("post", {403, 404, 405})):
                if (name, method) == ("read_message", "get"):
                    continue  # leads back to the list, whatever the number
                tries += 1
                status = attempts.undone(functools.partial(getattr(browser, method), path)).status_code
                # A resident has no desk at all, an officer no matters of her own, and each is told so.
                wrong_door = path.startswith("/desk/") == (who == "resident")
                if status not in (closed | {403} if wrong_door else closed):
                    wrong.append(f"{who}: {method} {path} ({name}) {status}")
    assert tries > 100
    assert not wrong, "\n".join(wrong)


def test_every_page_of_a_closed_case_is_closed_to_every_role_of_the_place_that_does_not_open_it(
    tried: Ground,
) -> None:
    """The same addresses, for somebody there who holds every role: a compartment is no matter of place."""
    about = re.compile(r"/desk/(cases/[0-9]|appeals/[0-9]|reveals/field/case)")
    found = [path for _, path in addressed(tried) if about.match(path)]
    browser = local()
    page = next(path for path in found if re.fullmatch(r"/desk/cases/[0-9]+/", path))
    assert Attempts().undone(functools.partial(browser.get, page)).status_code == 200
    Case.objects.update(compartment="children")
    attempts = Attempts()
    told = {path: attempts.undone(functools.partial(browser.get, path)).status_code for path in found}
    assert len(told) > 10
    assert not {path: status for path, status in told.items() if status not in (404, 405)}
