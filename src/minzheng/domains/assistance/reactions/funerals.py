"""A tekun person has died: the sum for the funeral is due once; undone when the death was none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare import Ask, Happened, Reacted
from minzheng.kernel.registers.words import in_yuan

from ..actions import open_funeral, void_funeral
from ..models import FuneralSum
from .reviews import due

__all__ = ["called_off", "due_once"]


def due_once(happened: Happened, *, by: Actor) -> Reacted:
    """An entry in the register, and the township is asked who arranges the funeral."""
    row = open_funeral(person=happened.person, died_on=happened.day, by=by)
    if row is None:
        return Reacted.nothing("此人去世时不是特困人员，或丧葬费已列入台账。")
    text = (
        f"特困人员去世，丧葬费{in_yuan(row.amount)}。"
        f"请在台账“特困人员丧葬费”登记办理人和收款账户。（{happened.number}）"
    )
    ask = Ask(
        label="登记丧葬办理人", text=text, path=row.path, person_id=row.person_id,
        due_on=due("tekun.term.funeral", path=row.path, since=max(happened.day, clock.today())),
    )  # fmt: skip
    return Reacted(f"丧葬费{in_yuan(row.amount)}已列入台账。", (row,), {"funeral": row.pk}, (ask,))


def called_off(happened: Happened, kept: Mapping[str, Any], *, by: Actor) -> Reacted:
    """The person lives, or died on another day: the entry counts no more."""
    row = FuneralSum.objects.get(pk=kept["funeral"])
    return Reacted(void_funeral(funeral=row, reason=f"{happened.number}已撤销", by=by) + "。", (row,))
