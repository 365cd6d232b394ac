"""The deeds of registers: new entries, and what comes next for one; at the machine door as at the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from minzheng.kernel import catalogue, declare
from minzheng.kernel.registers import deeding, owning
from tests.factories.ground import Ground

from .deeds import RESIDENTS, Deed, Ids

__all__ = ["keeping"]


def keeping(code: str, register: catalogue.Declared[declare.Register]) -> Iterator[Deed]:
    """One block for each deed; with nothing filled in, whoever may is asked to fill it in."""
    for one in register.item.opens:
        roles = frozenset(register.role(role) for role in one.by)
        yield Deed(
            f"{code} new: {one.code}", lambda g: {},
            lambda g, ids, by, deed=one.code: deeding.open_one(code, deed, {}, by=by), roles, told=True, anywhere=True,
            method="POST", path=f"/registers/{code}/deeds/{one.code}",
        )  # fmt: skip
        if one.own is not None:
            yield Deed(
                f"{code} own: {one.code}", lambda g: {},
                lambda g, ids, by, deed=one.code: owning.open_own(code, deed, {}, by=by),
                parts=RESIDENTS - {"maker"}, told=True,
            )  # fmt: skip
    for one in register.item.deeds:
        roles = frozenset(register.role(role) for role in one.by)
        yield Deed(
            f"{code}: {one.code}", _an_entry(code),
            lambda g, ids, by, deed=one.code: deeding.carry_out(code, ids["entry"], deed, {}, by=by), roles, told=True,
            method="POST", path=f"/registers/{code}/{{entry}}/deeds/{one.code}",
        )  # fmt: skip


def _an_entry(code: str) -> Callable[[Ground], Ids]:
    def ready(g: Ground) -> Ids:
        return {"entry": g.entry(code)}

    return ready
