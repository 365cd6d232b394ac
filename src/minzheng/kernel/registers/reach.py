"""How far a reader sees into a register: the posts whose duty it is to read it, and no others."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet

from minzheng.kernel import catalogue, declare
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import NotAllowed, NotFound

__all__ = ["Declared", "find", "model_of", "readable", "reader", "register_over", "rows"]

Declared = catalogue.Declared[declare.Register]


def reader(declared: Declared, by: Actor) -> Actor:
    """The actor with only those posts that read this register; a coordinator's village widens no one's scope."""
    if by.kind is Kind.SYSTEM:
        return by
    roles = {declared.role(role) for role in declared.item.read_by}
    held = tuple(post for post in by.posts if post.role in roles)
    return by.narrowed(held)


def readable(by: Actor) -> list[Declared]:
    """The registers that the actor's posts may read, in the order of the catalogue."""
    listed = catalogue.current().registers.values()
    return [one for one in listed if by.kind is Kind.SYSTEM or reader(one, by).posts]


def find(code: str, *, by: Actor) -> Declared:
    """One register by its qualified code, for whoever may read it."""
    declared = catalogue.current().registers.get(code)
    if declared is None:
        raise NotFound("register_unknown", "没有这本台账。请从台账目录中选择。")
    if by.kind is not Kind.SYSTEM and not reader(declared, by).posts:
        raise NotAllowed(
            "register_role", f"您的岗位不能查阅“{declared.item.label}”。确因工作需要的，请联系上级增加岗位。"
        )
    return declared


def register_over(model: type[Model], *, by: Actor) -> str:
    """The code of the first register of this model that the actor reads; empty where there is none."""
    return next((one.code for one in readable(by) if one.item.model == model._meta.label), "")


def model_of(declared: Declared) -> type[Model]:
    """The model whose rows are the register's entries."""
    return apps.get_model(declared.item.model)


def rows(declared: Declared, *, by: Actor) -> QuerySet[Any]:
    """The entries within the reader's scope; every list, count, page and export starts here."""
    reading = reader(declared, by)
    found = in_scope(model_of(declared)._default_manager.all(), reading)
    return found if declared.item.within is None else declared.item.within(found, reading)
