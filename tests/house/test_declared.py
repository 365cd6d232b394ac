"""Whatever a domain declares, its one value lists; what is left out would silently not exist."""

from __future__ import annotations

import dataclasses
from types import ModuleType
from typing import Any

import pytest

from minzheng.config import domains as listed
from minzheng.kernel import declare

ROOMS = ("roles", "services", "schemes", "registers", "visits", "samplings", "indicators", "screenings")
WORDS = (
    declare.Role, declare.Service, declare.Scheme, declare.Register, declare.Visit, declare.Sampling,
    declare.Indicator, declare.Step, declare.Material, declare.Screening,
)  # fmt: skip


def declared(module: Any) -> dict[str, object]:
    """The declarations that stand by name in a module, alone or in a tuple."""
    found: dict[str, object] = {}
    for name, value in vars(module).items():
        for at, one in enumerate(value if isinstance(value, tuple) else (value,)):
            if isinstance(one, WORDS):
                found[f"{name}[{at}]" if isinstance(value, tuple) else name] = one
    return found


def reached(domain: declare.Domain) -> list[object]:
    """Everything the domain's value lists, with the steps and materials of its services."""
    items: list[object] = [item for room in ROOMS for item in getattr(domain, room)]
    for service in domain.services:
        items += [*service.steps, *service.materials]
    return items


def left_out(module: Any, domain: declare.Domain) -> list[str]:
    """What a module declares and the domain does not list.  One object counts, not one that looks like it."""
    known = {id(item) for item in reached(domain)}
    return [name for name, item in declared(module).items() if id(item) not in known]


def modules_of(domain: declare.Domain) -> list[ModuleType]:
    """The rooms of a domain in which things are declared."""
    from importlib import import_module, util
    from pkgutil import iter_modules

    package = f"minzheng.domains.{domain.folder.name}"
    rooms = [f"{package}.{room}" for room in ("domain", "steps", "roles", "registers", "screening")]
    found = [import_module(room) for room in rooms if util.find_spec(room)]
    # Where a room has grown into several modules, each of them.
    parts = [
        f"{one.__name__}.{part.name}" for one in found for part in iter_modules(getattr(one, "__path__", ()))
    ]
    return [*found, *(import_module(part) for part in parts)]


@pytest.mark.parametrize("domain", listed.DOMAINS, ids=lambda domain: domain.code)
def test_everything_declared_is_listed(domain: declare.Domain) -> None:
    found = [
        f"{module.__name__}.{name}" for module in modules_of(domain) for name in left_out(module, domain)
    ]
    assert not found, "\n".join(found)


def test_a_declaration_left_out_is_seen() -> None:
    (domain, *_) = listed.DOMAINS
    page = ModuleType("page")
    page.clerk = domain.roles[0]  # type: ignore[attr-defined]
    assert left_out(page, domain) == []
    page.stray = dataclasses.replace(domain.roles[0])  # type: ignore[attr-defined]
    page.many = (domain.roles[0], declare.Role("ghost", "无人之职", declare.COUNTY))  # type: ignore[attr-defined]
    assert left_out(page, domain) == ["stray", "many[1]"]


def test_every_domain_folder_is_in_the_one_list() -> None:
    from tests.house.sources import domains

    assert domains() == sorted(domain.folder.name for domain in listed.DOMAINS)
    assert all(domain.folder.name == domain.code for domain in listed.DOMAINS)
