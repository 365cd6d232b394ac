"""The deeds of registers: new entries, and what comes next for one; at the machine door as at the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.registers import actions as exporting
from minzheng.kernel.registers import deeding, owning
from minzheng.kernel.registers import queries as registers
from minzheng.kernel.registers.models import SavedView
from tests.factories.company import HERE
from tests.factories.ground import Ground

from .deed import RESIDENTS, Deed, Ids

__all__ = ["keeping", "own_views", "reading_and_exporting"]


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


def reading_and_exporting(code: str, one: catalogue.Declared[declare.Register]) -> Iterator[Deed]:
    readers = frozenset(one.role(role) for role in one.item.read_by)
    yield Deed(
        f"{code}: read an entry", lambda g: {"entry": g.entry(code)},
        lambda g, ids, by: registers.entry(code, ids["entry"], by=by),
        readers, method="GET", path=f"/registers/{code}/{{entry}}", anyhow=True, told=True,
    )  # fmt: skip
    yield Deed(
        f"{code}: export", lambda g: {}, lambda g, ids, by: exporting.export(code, by=by).close(),
        readers, anyhow=True, told=True, anywhere=True,
    )  # fmt: skip


def own_views() -> Iterator[Deed]:
    """A view is changed and dropped by whoever keeps it, not by colleagues with whom it is shared."""
    yield Deed(
        "registers: change_view", _a_view,
        lambda g, ids, by: exporting.change_view(ids["view"], name="改名", shared=False, default=True, by=by),
        parts=frozenset({"maker"}), hidden=True,
    )  # fmt: skip
    yield Deed(
        "registers: drop_view", _a_view, lambda g, ids, by: exporting.drop_view(ids["view"], by=by),
        parts=frozenset({"maker"}), hidden=True,
    )  # fmt: skip


def _a_view(g: Ground) -> Ids:
    """Kept by the village's coordinator, who made the case, and shared with the office."""
    return {"view": SavedView.objects.create(
        register="assistance.standings", path=HERE.village, name="常看", shared=True, created_by=g.maker.id,
        created_by_name="某", created_at=clock.now(),
    ).pk}  # fmt: skip
