"""What residents do in registers for themselves: ask for something on the portal, and see what has become of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from minzheng.kernel import audit, catalogue, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotAllowed, NotFound
from minzheng.kernel.people.models import Person

from .columns import lookup, painter, places
from .reach import Declared, model_of

__all__ = ["Own", "one_opening", "open_own", "openings", "own_entries"]

_MOST = 20


@dataclass(frozen=True)
class Own:
    """One of my entries, in words."""

    label: str
    facts: tuple[tuple[str, Any], ...]


def openings() -> list[tuple[Declared, declare.Deed]]:
    """Every way in which a resident may make an entry about the own person."""
    every = catalogue.current().registers.values()
    return [(one, deed) for one in every for deed in one.item.opens if deed.own is not None]


def one_opening(code: str, deed: str, by: Actor) -> tuple[Declared, declare.Deed, declare.Form]:
    """One of them with its form."""
    for declared, one in openings():
        if declared.code == code and one.code == deed and one.own is not None:
            return declared, one, one.own if isinstance(one.own, declare.Form) else one.own(by)
    raise NotFound("deed_unknown", "没有这项申请。请返回重新选择。")


def open_own(code: str, deed: str, typed: Mapping[str, Any], *, by: Actor, key: str = "") -> str:
    """Ask for it; the verb behind it takes the person from whoever asks."""
    if by.person_id is None:
        raise NotAllowed("not_a_resident", "这里由居民本人申请。工作人员请在工作台的台账中受理。")
    _, chosen, form = one_opening(code, deed, by)
    return chosen.do(None, form.clean(typed), by=by, key=key or None)


def own_entries(by: Actor) -> list[Own]:
    """Mine, the latest first, register by register; looking at them is kept."""
    found: list[Own] = []
    if by.person_id is None:
        return found
    person = Person.objects.get(pk=by.person_id)
    audit.read("registers.own", by=by, about=person, path=person.path)
    for declared in {one.code: one for one, _ in openings()}.values():
        model, columns = model_of(declared), _shown(declared)
        rows = model._default_manager.filter(person_id=by.person_id).order_by("-pk")
        raws = list(rows.values_list(*(lookup(one) for one in columns))[:_MOST])
        paint, named = painter(model, columns), places(columns, raws)
        labels = [one.label for one in columns]
        found += [
            Own(declared.item.label, tuple(zip(labels, paint(raw, named), strict=True))) for raw in raws
        ]
    return found


def _shown(declared: Declared) -> tuple[declare.Column, ...]:
    """The name of the person is no news to them."""
    return tuple(one for one in declared.item.columns if not one.code.startswith("person."))
