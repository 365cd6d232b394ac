"""A newer key seals everything anew while the office works; and a dump of the database shows nobody's data."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from minzheng.config.backup import server
from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, system
from minzheng.kernel.audit.models import Entry, Write
from minzheng.kernel.casework.models import Case, Decision
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import Mistake, NotAllowed, Refused, Stale
from minzheng.kernel.events import actions as events
from minzheng.kernel.events.models import Effect, FollowUp
from minzheng.kernel.exchange.bulkkept import Found, Kept, keep
from minzheng.kernel.exchange.models import Recheck, RecheckPart
from minzheng.kernel.ledger import actions
from minzheng.kernel.ledger.content import as_approved
from minzheng.kernel.ledger.models import Payment
from minzheng.kernel.ledger.proof import verify
from minzheng.kernel.ledger.sending import bank_file
from minzheng.kernel.notices.models import Message
from minzheng.kernel.people import filesealing, keyring, redigesting, rotating
from minzheng.kernel.people.models import Person
from minzheng.kernel.people.sealing import BODY, MARK, alike, mark
from tests.factories import cast
from tests.factories.departments import Departments
from tests.factories.money import approved, entitled
from tests.factories.people import person
from tests.factories.walk import HOME_VISIT, HOUSEHOLD, Walk

DAY = date(2022, 4, 20)
BY = system("rotate_keys")
NEIGHBOUR = "邻居说近来常去医院透析"
RECORD = '{"balance":105001,"securities":0,"inflow":0}'


@pytest.fixture
def own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The keys of this test alone: those of the others, and whatever comes to them."""
    path = tmp_path / "fields.keys"
    shutil.copy(keyring.place(), path)
    monkeypatch.setenv("MINZHENG_FIELD_KEYS_FILE", str(path))
    monkeypatch.setattr(keyring, "LOOK_AGAIN", -1.0)
    keyring.read_again()
    yield path
    monkeypatch.undo()
    keyring.read_again()


@pytest.fixture
def office(transactional_db: None, office_calendar: None, departments: Departments, own_keys: Path) -> Walk:
    """A family's case is granted and three households are paid; everything is committed."""
    with clock.frozen(DAY):
        people = cast()
        home = Person.objects.get(pk=people.resident.person_id)
        Person.objects.filter(pk=home.pk).update(phone="13912345678")
        family = home.memberships.get().household
        walk = Walk(people, departments, home, family)
        walk.until_confirmed()
        for at in range(3):
            entitled(people.county_approver, amount=38400 + at)
        rechecked(people.seat.county, home.pk, family.pk)
        lived(home, people.clerk)
    return walk


def rechecked(county: str, person_id: int, household_id: int) -> None:
    """What a bank has answered in a yearly re-check."""
    run = Recheck.objects.create(
        path=county, year=2022, reference_date=DAY, basis="年度复核", schemes=[], source_codes=["bank"], by=BY.id,
        by_name=BY.name, asked_at=clock.now(),
    )  # fmt: skip
    part = RecheckPart.objects.create(run=run, path=county, source="bank")
    keep(part, [Kept(Found.FOUND, person_id, household_id, 0, figures=(105_001,), record=RECORD)])


def lived(who: Person, clerk: Actor) -> None:
    """What a window was told of somebody, and what was done about a certificate."""
    told = events.Told(source="village", day=DAY, words=NEIGHBOUR)
    events.report(kind="marriage", person=who, told=told, by=clerk)
    card = events.Told(source="disability", day=DAY, reference="CL-1", detail={"category": "6", "grade": "2"})
    event = events.report(kind="disability_new", person=who, told=card, by=system("events"))
    events.fan_out(event.pk)


def rotate(*words: str) -> str:
    out = StringIO()
    call_command("rotate_keys", *words, stdout=out)
    return out.getvalue()


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every sealed row as it is read."""
    tables = {one.table: one for one in rotating.sealed_tables()}
    found = {}
    for model in apps.get_models():
        if one := tables.get(model._meta.db_table):
            names = [f.attname for f in model._meta.local_concrete_fields if f.column in one.kinds]
            found[one.table] = list(model._base_manager.order_by("pk").values_list("pk", *names))
    return found


def sql(statement: str, *of: Any) -> Any:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, of)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def dumped() -> str:
    process, complaints = server.program("pg_dump", server.name(), "--data-only", stdout=subprocess.PIPE)
    content, _ = process.communicate()
    with complaints:
        assert process.returncode == 0, server.said(complaints)
    return content.decode()


def files() -> dict[Path, str]:
    """Every file of a paper, and what it says by its digest."""
    found = [one for one in Path(settings.MEDIA_ROOT).rglob("*") if one.is_file()]
    return {one: filesealing.digest(one) for one in found}


def shown(content: str) -> list[str]:
    """What a dump says in plain: numbers, phones and accounts of everybody, words of answers, letters and visits."""
    numbers = {
        str(value)
        for table, rows in everything().items()
        for model in [next(m for m in apps.get_models() if m._meta.db_table == table)]
        for row in rows
        for value, field in zip(row[1:], _sealed(model), strict=True)
        if value and field.kind != "content"
    }
    words = {RECORD, HOUSEHOLD["need"], HOUSEHOLD["phone"], HOME_VISIT["living"]}
    words |= {NEIGHBOUR, *Effect.objects.exclude(words="").values_list("words", flat=True)}
    words |= {one.text for one in FollowUp.objects.all()} | {one.text for one in Message.objects.all()}
    words |= {line for one in Document.objects.filter(kind="letter") for line in _long(one.data["content"])}
    assert len(numbers) > 8
    assert len(words) > 10
    return sorted(one for one in numbers | words if one in content)


def _sealed(model: Any) -> list[Any]:
    return [one for one in model._meta.local_concrete_fields if getattr(one, "sealed", False)]


def _long(content: Any) -> Iterator[str]:
    """The sentences of a letter."""
    if isinstance(content, str) and len(content) > 20 and not content.isascii():
        yield content
    if isinstance(content, dict | list):
        for one in content.values() if isinstance(content, dict) else content:
            yield from _long(one)


@pytest.mark.django_db(transaction=True)
def test_everything_is_sealed_anew_and_nothing_else_has_changed(
    office: Walk, own_keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.frozen(DAY):
        batch = approved(office.who)
        sent = actions.send(batch=batch, by=office.who.payer)
    assert shown(dumped()) == []
    before, old, papers = everything(), keyring.kept().newest, files()
    assert (
        {path.name for path in papers}
        == set(Document.objects.values_list("sha", flat=True))
        == {*papers.values()}
    )
    plain, *_ = papers
    plain.write_bytes(filesealing.opened_file(plain.open("rb")).read())
    assert sum(map(len, before.values())) > 40

    # Killed in the middle, it goes on where rows are left, and begins no second key.
    monkeypatch.setattr(rotating, "_AT_ONCE", 2)
    rotating.add_key(by=BY)
    work = rotating.reseal(by=BY)
    for _ in range(4):
        next(work)
    work.close()
    some = sum(rotating.left_over(by=BY).values())
    with pytest.raises(CommandError, match="旧密钥不能停用"):
        rotate("--retire")
    assert some > 0
    assert f"还有 {some} 行、{len(papers)} 个文书文件" in rotate()
    new = keyring.kept().newest
    assert list(keyring.kept().keys)[-2:] == [old, new]
    assert rotating.left_over(by=BY) == {}
    assert "用旧密钥封存的共 0 行、0 个文书文件" in rotate("--check")

    assert everything() == before
    assert (files(), {*map(filesealing.key_of_file, papers)}) == (papers, {new})
    assert as_approved(batch)
    assert bank_file(record=sent.record, by=office.who.payer).content == sent.content
    assert verify() == ()
    assert shown(dumped()) == []
    told = Entry.objects.filter(verb__startswith="people.", actor=BY.id, outcome="done").order_by("id")
    assert [one.verb for one in told] == ["people.add_field_key", "people.reseal", "people.refile"]
    assert told[2].after == {"key": new, "files": len(papers), "unreadable": []}
    assert told[1].after["rows"]["ledger_payment"] == Payment.objects.count() >= 3
    assert not Write.objects.filter(operation="UPDATE", statement__contains="unnest(").exists()

    # The old keys go, and everything still opens.
    assert old in rotate("--retire")
    assert list(keyring.read_again().keys) == [new]
    assert (everything(), files()) == (before, papers)
    case = Case.objects.get(pk=office.case.pk)
    case.save()
    Decision.objects.get(case=case).save()
    assert everything() == before


@pytest.mark.django_db
def test_nothing_but_a_newer_seal_of_the_same_passes_the_guards(own_keys: Path) -> None:
    with clock.frozen(DAY):
        people = cast()
        for at in range(2):
            entitled(people.county_approver, amount=38400 + at)
        batch = approved(people)
    one, other = Payment.objects.order_by("id").values_list("pk", flat=True)
    keyring.add_key()
    (was,), (others,) = (
        sql("SELECT account FROM ledger_payment WHERE id = %s", pk)[0] for pk in (one, other)
    )
    newer = rotating._column([was], "account")[0]
    assert newer is not None
    change = "UPDATE ledger_payment SET account = %s WHERE id = %s"
    for wrong in (
        others,  # another account
        rotating._column([others], "account")[0],
        newer[:MARK] + was[MARK:BODY] + newer[BODY:],  # another body under the same key
        newer[:BODY] + "A" + newer[BODY:],
        newer[:-6] + ".9999y",
        "",
    ):
        with pytest.raises(DatabaseError, match="never edited"):
            sql(change, wrong, one)
    with pytest.raises(IntegrityError, match="never edited"):
        sql("UPDATE ledger_payment SET account = %s, amount = amount + 1 WHERE id = %s", newer, one)
    assert sql(change, newer, one) == 1
    assert as_approved(batch)
    # Somebody else's body under this row's mark passes the guard, opens for nobody, and is never paid.
    keyring.add_key()
    theirs = rotating._column([others], "account")[0]
    assert theirs is not None
    moved = newer[:MARK] + theirs[MARK:-6] + newer[-6:]
    assert sql(change, moved, one) == 1
    with pytest.raises(Mistake, match="打不开"):
        Payment.objects.get(pk=one)
    assert not as_approved(batch)
    with clock.frozen(DAY), pytest.raises(Stale, match="已停止办理"):
        actions.send(batch=batch, by=people.payer)
    # Rotation leaves it alone and says where it lies; by hand nobody changes keys at all.
    keyring.add_key()
    assert [each.unreadable for each in rotating.reseal(by=BY) if each.unreadable] == [(one,)]
    assert rotating.left_over(by=BY) == {"ledger_payment": 1}
    with pytest.raises(NotAllowed, match="不能在网页上办理"):
        rotating.add_key(by=people.payer)


def _all_are_found_and_unique(families: dict[str, Person], shared: int) -> None:
    """Every number finds its file, nobody is put on file twice, and equal accounts are equal wherever they stand."""
    for number, one in families.items():
        assert Person.objects.get(id_number=number) == one
        assert set(Person.objects.filter(id_number__in=[number, "0"])) == {one}
        assert one in Person.objects.filter(phone=one.phone)
        with pytest.raises(IntegrityError, match="person_one_file_per_number"), transaction.atomic():
            Person.objects.create(path="22/", hukou_path="22/", name="又", initials="Y", id_number=number)
    ((found,),) = sql(_SAME_ACCOUNT)
    assert found == shared


_SAME_ACCOUNT = f"""
SELECT count(*) FROM ledger_payment p JOIN ledger_entitlement e ON {alike("p.account")} = {alike("e.account")}"""


@pytest.mark.django_db(transaction=True)
def test_the_key_of_the_digests_is_changed_while_everybody_is_found_and_stays_unique(
    office: Walk, own_keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.frozen(DAY):
        batch = approved(office.who)
        sent = actions.send(batch=batch, by=office.who.payer)
    monkeypatch.setattr(rotating, "_AT_ONCE", 2)
    files = {str(one.id_number): one for one in Person.objects.exclude(id_number=None)}
    ((shared,),) = sql(_SAME_ACCOUNT)
    before, index = everything(), keyring.kept().index
    marks = [mark(number, "id_number") for number in files]
    assert len(files) > 3
    assert shared >= 3
    _all_are_found_and_unique(files, shared)

    redigesting.begin(by=BY)
    for work in (redigesting.DOUBLING, redigesting.THINNING):
        _all_are_found_and_unique(files, shared)
        some = rotating.through(work, by=BY)
        assert any(batch.table.table == "people_person" for batch in some)
        some.close()  # stopped in the middle of the persons
        left = rotating.rest(work, by=BY)
        assert 0 < left["people_person"] < len(files)
        _all_are_found_and_unique(files, shared)
        # Who is put on file in the middle is found, too, and not twice.
        new = person(phone=f"13{len(files):09d}")
        files[str(new.id_number)] = new
        _all_are_found_and_unique(files, shared)
        with pytest.raises(CommandError, match="摘要密钥正在更换"):
            rotate()
        with pytest.raises(CommandError, match="旧摘要"):
            rotate("--retire")
        assert f"共 {sum(left.values())} 行" in rotate("--check")
        if work is redigesting.DOUBLING:
            with pytest.raises(Refused, match="还有号码没有新摘要"):
                redigesting.switch(by=BY)
            list(rotating.through(work, by=BY))
            redigesting.switch(by=BY)
    assert "摘要密钥更换完成" in rotate("--digests")
    _all_are_found_and_unique(files, shared)
    assert "停用旧的摘要密钥" in rotate("--retire")
    assert keyring.read_again().digesting == (keyring.kept().index,)
    assert keyring.kept().index != index

    for table, rows in before.items():
        assert [row for row in everything()[table] if row in rows] == rows
    _all_are_found_and_unique(files, shared)
    assert not any(one in dumped() for one in marks)
    assert as_approved(batch)
    assert bank_file(record=sent.record, by=office.who.payer).content == sent.content
    assert verify() == ()
    assert "用旧密钥封存的共 0 行" in rotate("--check")
