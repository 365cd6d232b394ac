"""Identity numbers, phones and accounts at rest: sealed, found, kept apart, and nowhere in plain in their tables."""

from __future__ import annotations

import stat

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from minzheng.kernel.errors import Mistake
from minzheng.kernel.people import keyring
from minzheng.kernel.people.bulksealing import opened_many, sealed_many
from minzheng.kernel.people.models import Person
from minzheng.kernel.people.sealing import key_of, opened, sealed

VALUES = {
    "id_number": ["220102196001010018", "22010219600101001X"],
    "phone": ["13812345678", "0431-88888888-12", ""],
    "account": ["6217000000000000012", "6217000000000000013", "1234"],
}


@pytest.fixture
def own_keys(tmp_path, monkeypatch):
    monkeypatch.setenv("MINZHENG_FIELD_KEYS_FILE", str(tmp_path / "keys" / "fields.keys"))
    with pytest.raises(Mistake, match="没有找到个人信息密钥文件"):
        keyring.read_again()
    assert keyring.made_if_missing()
    keyring.read_again()
    yield tmp_path / "keys" / "fields.keys"
    monkeypatch.undo()
    keyring.read_again()


def test_values_one_by_one_and_many_at_once_are_sealed_alike_under_keys_that_change(own_keys):
    assert stat.S_IMODE(own_keys.stat().st_mode) == 0o600
    before = {kind: [sealed(one, kind) for one in values] for kind, values in VALUES.items()}
    old = keyring.kept().newest
    new = keyring.add_key()
    for kind, values in VALUES.items():
        many = sealed_many(values, kind)
        assert opened_many(before[kind], kind) == opened_many(many, kind) == values
        assert [opened(one, kind) for one in many] == values
        assert [one[:23] for one in many] == [one[:23] for one in before[kind]]
        assert all(key_of(one) == new for one in many if one)
        # What was read under an old key is written under the new one.
        assert all(key_of(sealed(opened(one, kind), kind)) == new for one in before[kind] if one)
    assert before["account"][0].endswith(".0012y")
    assert before["account"][1].endswith(".0013n")
    keyring.drop_keys({old})
    with pytest.raises(Mistake, match=f"没有编号 {old} 的密钥"):
        opened(before["phone"][0], "phone")


def test_a_value_that_was_altered_or_moved_to_another_kind_is_not_opened(own_keys):
    one = sealed("220102196001010018", "id_number")
    altered = one[:40] + ("A" if one[40] != "A" else "B") + one[41:]
    for stored, kind in ((altered, "id_number"), (one, "phone")):
        with pytest.raises(Mistake, match="打不开"):
            opened(stored, kind)
        with pytest.raises(Mistake, match="打不开"):
            opened_many([one, stored], kind)


@pytest.mark.django_db
def test_every_sealed_column_takes_no_plain_value_and_is_found_by_its_digest():
    """Asked of the database itself: the check of each table, and the indexed column beside the searched ones."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE contype = 'c'")
        checks = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT indexdef FROM pg_indexes")
        indexes = "\n".join(line for (line,) in cursor.fetchall())
    found = [
        (model._meta.db_table, field)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if getattr(field, "sealed", False)
    ]
    assert len(found) >= 40
    for table, field in found:
        assert f"{table}_{field.column}_sealed" in checks
        if getattr(field, "found_by", False) and not table.endswith("event"):
            assert f"({field.column}_mark)" in indexes or f", {field.column}_mark)" in indexes
    refused = pytest.raises(IntegrityError, match="people_person_phone_sealed")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_person"
            " (path, internal_number, name, initials, sex, ethnic, hukou_path, phone, version)"
            " VALUES ('22/', 'UID1', '测', 'C', '0', '01', '22/', '13812345678', 1)"
        )


@pytest.mark.django_db
def test_a_person_is_found_by_a_number_that_the_table_and_its_past_do_not_show():
    number, phone = VALUES["id_number"][0], VALUES["phone"][0]
    one = Person.objects.create(
        path="22/", hukou_path="22/", name="测", initials="C", id_number=number, phone=phone
    )
    Person.objects.filter(pk=one.pk).update(name="测二", phone="13912345678")
    assert Person.objects.get(id_number=number).phone == "13912345678"
    assert Person.objects.filter(phone__in=["13912345678", "13812345678"]).count() == 1
    assert not Person.objects.filter(phone=phone).exists()
    with pytest.raises(IntegrityError, match="person_one_file_per_number"), transaction.atomic():
        Person.objects.create(path="22/", hukou_path="22/", name="又", initials="Y", id_number=number)
    with connection.cursor() as cursor:
        for table in ("people_person", "people_personevent"):
            cursor.execute(f"SELECT string_agg(t::text, '') FROM {table} t")
            (text,) = cursor.fetchone()
            assert "!" in text
            assert not any(plain in text for plain in (number, phone, "13912345678"))
