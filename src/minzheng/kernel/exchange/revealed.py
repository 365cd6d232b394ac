"""The answer of a source as it was received, to the byte, for whoever compares it with its hash."""

from __future__ import annotations

from minzheng.kernel.audit import Actor
from minzheng.kernel.people import masks
from minzheng.kernel.reveals.targets import Masked, told_by, unknown

from .queries import check_of

__all__ = ["TARGET"]

TARGET = "check"


def _found(about: str, field: str, by: Actor) -> Masked:
    """``raw-12``: the answer to question 12 of a check in the reader's places."""
    name, _, number = field.partition("-")
    if name != "raw" or not all(one.isdecimal() and len(one) < 19 for one in (about, number)):
        raise unknown()
    check = check_of(int(about), by=by)
    one = check.queries.select_related("person").filter(pk=int(number)).first()
    if one is None:
        raise unknown()
    return Masked(
        row=one, path=one.path, label=f"{one.of.label}的答复原文", value=one.raw, kind="hidden",
        person_name=masks.mask_name(one.person.name), case_id=check.case_id,
    )  # fmt: skip


told_by(TARGET, _found)
