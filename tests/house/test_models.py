"""What is kept: said in Chinese, tied to the kernel only, one migration at the end of each app."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pghistory.models
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def kept() -> list[type[models.Model]]:
    """Every model of ours; the tables of past states take their words from the model they follow."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("minzheng.") and not issubclass(model, pghistory.models.Event)
    ]


def without_chinese(listed: Iterable[type[models.Model]]) -> list[str]:
    """Models and fields whose name a user could not read."""
    found = []
    for model in listed:
        words = {model._meta.label: model._meta.verbose_name}
        words |= {
            f"{model._meta.label}.{field.name}": field.verbose_name
            for field in model._meta.fields
            if not field.auto_created
        }
        found += [
            f"{name}: verbose_name={word!r}" for name, word in words.items() if not CHINESE.search(str(word))
        ]
    return found


def reaching_out(listed: Iterable[type[models.Model]]) -> list[str]:
    """Relations that leave a domain for anything but the kernel, or that the kernel has upward."""
    found = []
    for model in listed:
        for field in model._meta.local_fields + model._meta.local_many_to_many:
            if field.related_model is None:
                continue
            own, other = model.__module__.split("."), field.related_model.__module__.split(".")
            if own[:3] == other[:3] or other[0] != "minzheng":
                continue
            if other[1] != "kernel":
                found.append(f"{model._meta.label}.{field.name} points to {field.related_model._meta.label}")
            elif own[1] == "domains" and field.remote_field.related_name != "+":
                found.append(f"{model._meta.label}.{field.name} needs related_name='+'")
    return found


def test_every_model_and_field_is_called_something_in_chinese() -> None:
    found = without_chinese(kept())
    assert not found, "\n" + "\n".join(found)


def test_domains_point_to_the_kernel_and_the_kernel_to_itself() -> None:
    found = reaching_out(kept())
    assert not found, "\n" + "\n".join(found)


@pytest.fixture
def seeded() -> Iterable[type[models.Model]]:
    """Two models nobody should write, in a registry of their own."""
    person = apps.get_model("people", "Person")
    standing = apps.get_model("assistance", "Standing")

    def model(name: str, module: str, to: type[models.Model]) -> type[models.Model]:
        class Meta:
            app_label = "seeded"
            apps = type(apps)()

        to_field = models.ForeignKey(to, models.PROTECT, verbose_name="人员")
        fields = {"__module__": module, "Meta": Meta, "person": to_field, "note": models.TextField()}
        return type(name, (models.Model,), fields)

    return [
        model("Bed", "minzheng.domains.eldercare.models", standing),
        model("Chair", "minzheng.domains.eldercare.models", person),
    ]


def test_the_checks_see_what_is_wrong(seeded: list[type[models.Model]]) -> None:
    assert reaching_out(seeded) == [
        "seeded.Bed.person points to assistance.Standing",
        "seeded.Chair.person needs related_name='+'",
    ]
    assert without_chinese(seeded) == [
        "seeded.Bed: verbose_name='bed'",
        "seeded.Bed.note: verbose_name='note'",
        "seeded.Chair: verbose_name='chair'",
        "seeded.Chair.note: verbose_name='note'",
    ]


def ours() -> list[str]:
    return [config.label for config in apps.get_app_configs() if config.name.startswith("minzheng.")]


def test_each_app_ends_in_one_migration() -> None:
    loader = MigrationLoader(None)
    for label in ours():
        leaves = loader.graph.leaf_nodes(label)
        assert len(leaves) == min(1, sum(app == label for app, _ in loader.disk_migrations)), leaves


@pytest.mark.django_db
def test_the_migrations_say_all_that_the_models_say(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        call_command("makemigrations", *ours(), check=True, dry_run=True)
    except SystemExit:
        pytest.fail(f"python3 run.py manage makemigrations\n{capsys.readouterr().out}")


@pytest.mark.django_db
def test_every_declared_constraint_and_index_is_in_the_database() -> None:
    """A later migration may take an index along unnoticed; what the models promise must stand in the tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint UNION SELECT relname FROM pg_class WHERE relkind = 'i'"
            " UNION SELECT tgname FROM pg_trigger"
        )
        there = {name for (name,) in cursor.fetchall()}
    declared = {one.name for model in kept() for one in (*model._meta.constraints, *model._meta.indexes)}
    assert declared - there == set()
