"""The masked fields of two files side by side, for the steward who decides whether they are one person's."""

from __future__ import annotations

from minzheng.kernel.audit import Actor
from minzheng.kernel.people import masks
from minzheng.kernel.reveals.targets import Masked, told_by, unknown

from . import queries

__all__ = ["TARGET"]

TARGET = "pair"
_LABELS = {"id_number": "身份证号码", "phone": "联系电话"}


def _found(about: str, field: str, by: Actor) -> Masked:
    """``first-id_number`` or ``second-phone`` of a pair."""
    whose, _, name = field.partition("-")
    if not about.isdigit() or len(about) > 18 or whose not in ("first", "second") or name not in _LABELS:
        raise unknown()
    pair = queries.pair_of(int(about), by)
    person = pair.first if whose == "first" else pair.second
    return Masked(
        row=person, path=pair.path, label=_LABELS[name], value=str(getattr(person, name) or ""), kind=name,
        person_name=masks.mask_name(person.name),
    )  # fmt: skip


told_by(TARGET, _found)
