"""The database itself: as the platform's own role, by raw SQL, nobody sees a row that is not theirs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg
import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, models, transaction
from django.test import override_settings

from launch import places
from minzheng.config.walls import proving, tables
from minzheng.kernel import clock
from minzheng.kernel.access.models import SignedIn, User
from minzheng.kernel.audit import Actor, note, verb, viewing
from minzheng.kernel.casework.models import Case
from minzheng.kernel.people.models import Person
from tests.factories.cast import account
from tests.factories.company import ELSEWHERE, HERE
from tests.factories.ground import DAY, Ground, build
from tests.factories.people import person

APPROVER = "assistance.county_approver"
NAMING = {"people.Person", "people.Household", "casework.Case"}
# Accounts of staff are everybody's to see, those of residents and their sessions are tried apart.
WALLED = [one for one in tables.walled() if not tables.shown_with(one)]


@pytest.fixture(scope="module")
def db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """One transaction around all tests of this module, undone at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def ground(db: None, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """Two counties with people, cases, money and papers, laid out once by the owner."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("walls")), clock.frozen(DAY):
        return build()


@contextmanager
def as_viewer(by: Actor | None) -> Iterator[None]:
    """What a request of this actor sees; of nobody, where there is none."""
    with viewing.closed():
        if by is not None:
            viewing.show(by)
        yield


def rows(model: type[models.Model], condition: str = "true") -> set[str]:
    """Where its rows lie, by raw SQL, past every query of the kernel."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT ctid::text FROM "{model._meta.db_table}" WHERE {condition}')
        return {row[0] for row in cursor.fetchall()}


def seen_by(by: Actor | None) -> dict[str, set[str]]:
    """The rows of every walled table that a request of this actor sees."""
    with as_viewer(by):
        return {model._meta.db_table: rows(model) for model in WALLED}


def stranger_of(ground: Ground) -> Actor:
    """The same post in another city."""
    return next(one.actor for one in ground.people if one.role == APPROVER and one.where == "elsewhere")


def test_no_table_that_names_a_person_or_a_case_stands_open() -> None:
    own = [one for one in apps.get_models() if one.__module__.startswith("minzheng.") and one._meta.managed]
    for model in own:
        if not tables.stands_open(model):
            continue
        named = {field.related_model._meta.label for field in model._meta.local_fields if field.is_relation}
        columns = {field.column for field in model._meta.local_fields}
        assert not named & NAMING, f"{model._meta.label} stands open and names a person"
        assert not columns & {"person_id", "household_id", "case_id"}, model._meta.label
    assert len(WALLED) > 100


def test_nobody_sees_nothing_a_place_its_own_rows_and_a_stranger_none_of_them(ground: Ground) -> None:
    assert not any(seen_by(None).values())
    here, elsewhere = seen_by(ground.someone(APPROVER)), seen_by(stranger_of(ground))
    laid_out = 0
    for model in WALLED:
        table = model._meta.db_table
        assert not here[table] & elsewhere[table], table
        if "path" in {field.column for field in model._meta.local_fields}:
            inside = rows(model, f"path LIKE '{HERE.county}%'")
            assert here[table] >= inside, table
            laid_out += bool(inside)
    assert laid_out > 5


def test_a_resident_sees_the_own_household_and_nobody_else(ground: Ground) -> None:
    seen = seen_by(ground.part("applicant"))
    family = f"id IN ({ground.applicant.pk}, {ground.wife.pk})"
    assert seen["people_person"] == rows(Person, family)
    assert len(seen["people_household"]) == 1
    assert seen["casework_case"] == rows(Case, f"applicant_id = {ground.applicant.pk}")
    assert not seen["ledger_account"]


def test_the_account_of_a_resident_and_where_it_is_signed_in_are_shown_with_the_person_alone(
    ground: Ground,
) -> None:
    """Accounts of staff are named in every office; whoever knows of no person learns of no account of one either."""
    user = User.objects.get(person_id=ground.applicant.pk)
    begun = SignedIn.objects.create(user=user, session_key="s1", begun_at=clock.now(), address="10.0.0.1")
    clerk = account(name="测同事")
    there = SignedIn.objects.create(user=clerk, session_key="s2", begun_at=clock.now(), address="10.0.0.2")

    def sees(by: Actor | None, door: str = "") -> tuple[bool, bool, bool, bool]:
        with as_viewer(by), viewing.door(door) if door else nullcontext():
            return (
                bool(rows(User, f"id = {user.pk}")), bool(rows(SignedIn, f"id = {begun.pk}")),
                bool(rows(User, f"id = {clerk.pk}")), bool(rows(SignedIn, f"id = {there.pk}")),
            )  # fmt: skip

    everything, staff_alone = (True, True, True, True), (False, False, True, True)
    assert sees(None) == sees(stranger_of(ground)) == sees(ground.part("other resident")) == staff_alone
    assert sees(ground.part("applicant")) == sees(ground.someone(APPROVER)) == everything
    assert sees(None, "sign_in") == everything


def test_the_role_owns_nothing_and_cannot_become_the_owner() -> None:
    password = places.VAR / "pg-test" / "serving-password"
    address = urlsplit(os.environ["DATABASE_URL"])
    if address.username != "minzheng" or not password.exists():
        pytest.skip("a database that is not ours keeps its own password for the role")
    host = address.netloc.rpartition("@")[2]
    serving = f"postgresql://minzheng_app:{quote(password.read_text())}@{host}{address.path}"
    with psycopg.connect(serving, autocommit=True) as server:
        bound = server.execute(
            "SELECT NOT rolsuper AND NOT rolbypassrls AND NOT rolcreaterole FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        assert bound == (True,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            server.execute("SET ROLE minzheng")


def test_a_view_that_the_platform_did_not_tell_shows_nothing(ground: Ground) -> None:
    """SQL slipped in as the role: the setting forged, a proof guessed, told again, told on another connection."""
    proven = ["verb:x", "22/%", "", "verb:x", "", "user:1", "%"]

    def told(turn: int, proof: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT minzheng_tell(%s, %s, %s, %s, %s, %s, %s, %s, %s)", [*proven, turn, proof])

    with as_viewer(ground.someone(APPROVER)), connection.cursor() as cursor:
        seen = rows(Person)
        assert seen
        here, turn = connection.connection.info.backend_pid, connection._turn
        for forged in ("\x1f".join([*proven[:6], "", "%"]), "x", ""):
            cursor.execute("SELECT set_config('minzheng.view', %s, false)", [forged])
            assert rows(Person) == set()
            assert rows(Case) == set()
        connection._told = None
        assert rows(Person) == seen
        for turn_, proof in (
            (turn + 9, "0" * 64), (turn - 1, proving.proof(here, turn - 1, proven)),
            (turn + 9, proving.proof(here + 1, turn + 9, proven)), (turn + 8, proving.proof(here, turn + 9, proven)),
        ):  # fmt: skip
            with pytest.raises(ProgrammingError, match=r"was not told|told before"), transaction.atomic():
                told(turn_, proof)
        connection._told = None
        assert rows(Person) == seen
        for statement in (
            "SELECT setval('minzheng_kept.told', 1)", "SELECT currval('minzheng_kept.told')",
            "SELECT * FROM minzheng_kept.key", "SELECT minzheng_homes_of(1)", "CREATE TABLE minzheng_kept.x (x int)",
        ):  # fmt: skip
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                cursor.execute(statement)


def test_the_walls_and_the_audit_are_not_the_roles_to_change(ground: Ground) -> None:
    for statement in (
        "ALTER TABLE people_person DISABLE ROW LEVEL SECURITY",
        "DROP POLICY wall_see ON people_person",
        "UPDATE audit_entry SET reason = 'x'",
        "DELETE FROM audit_entry",
        "TRUNCATE people_person",
    ):
        with (
            pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
            transaction.atomic(), as_viewer(ground.someone(APPROVER)), connection.cursor() as cursor,
        ):  # fmt: skip
            cursor.execute(statement)


def test_a_verb_writes_in_its_county_and_beyond_it_only_where_it_is_declared_to(ground: Ground) -> None:
    far = person(path=ELSEWHERE.village, name="测远方")
    here = ground.someone(APPROVER)

    @verb("test.rename")
    def narrow(*, by: Actor) -> None:
        note(about=far)
        Person.objects.filter(pk=far.pk).update(name="改名")

    @verb("test.rename_anywhere", beyond="the test says so")
    def far_reaching(*, by: Actor) -> None:
        note(about=far)
        Person.objects.filter(pk=far.pk).update(name="改名")

    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        narrow(by=here)
    try:
        far_reaching(by=here)
    finally:
        viewing.BEYOND.pop("test.rename_anywhere")
    far.refresh_from_db()
    assert far.name == "改名"


def test_a_list_of_a_place_is_found_by_its_index_behind_the_walls(ground: Ground) -> None:
    here = ground.someone(APPROVER)
    with as_viewer(here), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Person.objects.filter(path__startswith=HERE.county).only("id").explain()
        cursor.execute("SET LOCAL enable_seqscan = on")
    (indexed,) = [line for line in plan.splitlines() if "Index Cond" in line]
    assert "path" in indexed


def test_after_a_rollback_the_database_is_told_again(ground: Ground) -> None:
    here = ground.someone(APPROVER)
    with as_viewer(here):
        before = rows(Person)
    with as_viewer(None):
        try:
            with transaction.atomic():
                viewing.show(here)
                assert rows(Person) == before
                raise LookupError
        except LookupError:
            pass
        assert rows(Person) == before
    with as_viewer(None):
        assert rows(Person) == set()


def told() -> tuple[str, ...]:
    """What row security goes by, asked past Django, so that nothing is told for the question."""
    assert connection.connection is not None
    found = connection.connection.execute(
        "SELECT current_setting('minzheng.view', true), current_user::text"
    ).fetchone()
    return tuple(found or ())


@pytest.mark.parametrize("again", [1, 2])
def test_back_at_a_savepoint_the_database_shows_what_it_showed_when_it_was_set(
    ground: Ground, again: int
) -> None:
    here, there = ground.someone(APPROVER), ground.part("applicant")
    with as_viewer(here), transaction.atomic():
        seen, as_told = rows(Person), told()
        for _ in range(again):
            with transaction.atomic():
                with as_viewer(there):
                    assert rows(Person) != seen
                with as_viewer(None):
                    assert rows(Person) == set()
                assert told() != as_told
                transaction.set_rollback(True)
            assert told() == as_told
            assert rows(Person) == seen
        sid = transaction.savepoint()
        with as_viewer(there):
            for _ in range(again):
                theirs = rows(Person)
                transaction.savepoint_rollback(sid)
                assert rows(Person) == theirs != seen
        assert rows(Person) == seen
