"""Help in place: beside every question of the platform stand the law that lets it be asked, and an example."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator

import pytest
from django.template import Context, Template

import minzheng.desk
import minzheng.portal
from minzheng.desk import frame
from minzheng.desk.laws import law_of
from minzheng.kernel import catalogue
from minzheng.kernel.audit import Actor, Post
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.declare.forms import Field, Form, Rows, Text
from minzheng.ui.examples import example
from tests.factories.places import NONGAN

FREE = {"text", "number", "money", "day", "phone", "id_number", "account"}


def forms() -> Iterator[Form]:
    """Every form that a module of the platform holds, and those that registers and steps ask."""
    for door in (minzheng.desk, minzheng.portal):
        for one in pkgutil.walk_packages(door.__path__, f"{door.__name__}."):
            importlib.import_module(one.name)
    for name, module in list(sys.modules.items()):
        if name.startswith("minzheng."):
            yield from (one for one in vars(module).values() if isinstance(one, Form))
    for register in catalogue.current().registers.values():
        deeds = (*register.item.opens, *register.item.deeds)
        yield from (one.form for one in deeds if isinstance(one.form, Form))
    for service in catalogue.current().services.values():
        yield from (service.item.form, service.item.member_form)
        yield from (step.evidence for step in service.item.steps if step.evidence)


def questions(form: Form) -> Iterator[Field]:
    for one in form.fields:
        yield from one.of if isinstance(one, Rows) else (one,)


def test_every_question_that_is_answered_freely_has_an_example() -> None:
    asked = {(form.code, one.label): one for form in forms() for one in questions(form) if one.kind in FREE}
    assert len(asked) > 300
    without = [key for key, one in asked.items() if not (one.example or example(one.kind, one.label))]
    assert not without, f"give these an example=, or their ending a line in ui/examples.py: {without}"


def test_every_room_of_every_role_says_by_which_law_it_asks() -> None:
    silent = set()
    for code, role in catalogue.current().roles.items():
        by = Actor(
            "user:1",
            "某",
            Kind.STAFF,
            (Post(role=code, level=role.item.at, path=NONGAN.village, office="所"),),
        )
        for room in frame.menu(by, at=""):
            if not law_of(room["url"], by):
                silent.add((room["url"], code.split(".")[0]))
    assert not silent


@pytest.mark.parametrize(
    ("law", "said"), [("某法第一条", "某法第一条"), (lambda: "某法", "某法"), (None, "")]
)
def test_a_question_without_an_article_of_its_own_stands_under_that_of_its_page(
    law: object, said: str
) -> None:
    form = Form("f", "表", (Text("words", "理由"),))
    page = Template("{% load ui %}{% form_fields form %}").render(Context({"form": form, "law": law}))
    assert (f"依据 {said}" in page) == bool(said)
