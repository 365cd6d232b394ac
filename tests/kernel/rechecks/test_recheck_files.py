"""The files of a re-check: sealed on the way and where they are kept, and read so that nothing is made up."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from hypothesis import given
from hypothesis import strategies as st

from minzheng.kernel.errors import Mistake
from minzheng.kernel.exchange import bulkkept
from minzheng.kernel.exchange.bulkasking import read_answers
from minzheng.kernel.exchange.bulkfiles import Sealed, Unreadable, opened, sealed
from minzheng.kernel.exchange.bulkkept import Found, kept
from minzheng.kernel.exchange.models import (
    AnswerBlock,
    RecheckPart,
)
from minzheng.kernel.exchange.sources import SOURCES
from minzheng.kernel.signing import sm3
from tests.factories.checks import VEHICLE
from tests.factories.departments import KEY, Departments
from tests.factories.people import a_number
from tests.factories.rechecked import Town, parts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar", "working_tuesday")]


# ------------------------------------------------------------------ files


def test_a_file_changed_anywhere_or_sealed_with_another_key_is_not_opened() -> None:
    key = KEY.encode()
    file = sealed({"kind": "ask", "source": "bank"}, ["0\t1", "1\t2"], key=key)
    assert opened(file, key=key).lines == ("0\t1", "1\t2")
    for at in range(0, len(file) - 1, 7):
        changed = bytes([*file[:at], file[at] ^ 1, *file[at + 1 :]])
        with pytest.raises(Unreadable):
            opened(changed, key=key)
    with pytest.raises(Unreadable):
        opened(file, key=b"x" * 32)
    assert opened(sealed({}, [], key=key), key=key).lines == ()


@given(content=st.binary(max_size=200))
def test_no_bytes_make_the_reading_of_a_file_fall_over(content: bytes) -> None:
    with pytest.raises(Unreadable):
        opened(content, key=KEY.encode())


@given(
    lines=st.lists(st.text(alphabet='0123456789\t{}"a:', max_size=12), max_size=12), size=st.integers(0, 6)
)
def test_whatever_the_lines_say_each_subject_is_found_none_or_unknown(lines: list[str], size: int) -> None:
    read = read_answers(Sealed({}, tuple(lines), "x"), of=SOURCES["bank"], asked=size, unasked={})
    assert len(read) == size
    for seq, (state, record, error) in enumerate(read):
        own = {rest for one, rest in Sealed({}, tuple(lines), "x").rows() if one == seq}
        if not own:
            assert (state, error) == (Found.UNKNOWN, "unanswered")
        elif own == {""}:
            assert state == Found.NONE
        elif len(own) > 1:
            assert (state, error) == (Found.UNKNOWN, "conflicting")
        else:
            assert (state == Found.FOUND) == (not error)
            assert bool(record) == (state == Found.FOUND)


def test_the_departments_refuse_a_file_without_purpose_or_with_a_broken_seal(
    departments: Departments,
) -> None:
    file = sealed({"source": "bank", "purpose": " ", "reference_date": "2026-03-03"}, [], key=KEY.encode())
    assert departments.post("/files/bank", file) == (403, {"error": "purpose_missing"})
    other = sealed({"source": "bank", "purpose": "recheck"}, [f"0\t{a_number()}"], key=b"x" * 32)
    assert departments.post("/files/bank", other) == (400, {"error": "unsealed"})
    right = sealed({"source": "police", "purpose": "recheck"}, [], key=KEY.encode())
    assert departments.post("/files/bank", right)[0] == 403
    assert departments.post("/files/secrets", right) == (400, {"error": "not_json"})


def test_the_migration_seals_the_answers_that_are_there(town: Town) -> None:
    town.put(1, "vehicles", [VEHICLE])
    town.departments.fault("bank", "misfit")
    town.run()
    town.departments.fault("bank", "")
    sealing: Any = importlib.import_module("minzheng.kernel.exchange.migrations.0005_sealed_answers")
    before = MigrationLoader(connection).project_state(("exchange", "0004_sealed_anew"))
    sealing.Migration.operations[0].state_forwards("exchange", before)
    plain = before.apps.get_model("exchange", "BulkAnswer")
    lines = [(part, line) for part in RecheckPart.objects.exclude(source="") for line in kept(part)]
    assert {line.state for _, line in lines} == {1, 2, 3}
    AnswerBlock.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.create_model(plain)
    plain.objects.bulk_create(
        plain(
            part_id=part.pk, person_id=line.person_id, household_id=line.household_id, path=part.path, seq=line.seq,
            state=line.state, error=line.error or None, record=line.record or None,
            raw_sha=sm3(line.raw.encode()) if line.record else None,
            figures=list(line.figures) if line.figures else [0] if line.state == Found.NONE else None,
        )
        for part, line in lines
    )  # fmt: skip
    sealing.seal(before.apps, None)
    assert [(part, line) for part, _ in lines[::3] for line in kept(part)] == lines


def test_answers_lie_sealed_and_a_block_put_in_anothers_place_is_not_read(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulkkept, "_LINES", 2)
    town.put(1, "bank", {"balance": 105_001, "securities": 0, "inflow": 0})
    [part] = parts(town.run(sources=["bank"]))
    assert [line.person_id for line in kept(part)] == [head.pk for _, head in town.homes[:3]]
    assert [line.figures for line in kept(part, only=Found.FOUND)] == [(105_001,)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, answers FROM exchange_answerblock ORDER BY at")
        (first, one), (second, other) = cursor.fetchall()
        assert one[0] == other[0] == "!"
        assert "105001" not in one + other
        with pytest.raises(IntegrityError, match="answerblock_answers_sealed"), transaction.atomic():
            cursor.execute("UPDATE exchange_answerblock SET answers = '1' WHERE id = %s", [first])
        for pk, text in ((first, other), (second, one)):
            cursor.execute("UPDATE exchange_answerblock SET answers = %s WHERE id = %s", [text, pk])
    with pytest.raises(Mistake, match="不在原来的位置"):
        list(kept(part))
