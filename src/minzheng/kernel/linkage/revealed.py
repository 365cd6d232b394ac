"""The masked fields of two files, or of a row and who is like it, for the steward who decides who is who."""

from __future__ import annotations

from minzheng.kernel.audit import Actor
from minzheng.kernel.people import masks
from minzheng.kernel.reveals.targets import Masked, told_by, unknown

from . import queries

__all__ = ["ROW", "TARGET"]

TARGET, ROW = "pair", "unsure"
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


def _of_row(about: str, field: str, by: Actor) -> Masked:
    """``said-id_number`` of a row as it was sent, or ``2-phone`` of the second who is like it."""
    whose, _, name = field.partition("-")
    if not about.isdigit() or len(about) > 18 or name not in _LABELS:
        raise unknown()
    unsure = queries.unsure_of(int(about), by)
    if whose == "said":
        value = unsure.said["number" if name == "id_number" else name]
        return Masked(
            row=unsure, path=unsure.path, label=f"来件的{_LABELS[name]}", value=value, kind=name,
            person_name=masks.mask_name(unsure.said["name"]),
        )  # fmt: skip
    if not whose.isdigit() or not 1 <= int(whose) <= len(unsure.candidates):
        raise unknown()
    person = queries.candidate(unsure, int(whose) - 1, by)
    return Masked(
        row=person, path=unsure.path, label=_LABELS[name], value=str(getattr(person, name) or ""), kind=name,
        person_name=masks.mask_name(person.name),
    )  # fmt: skip


told_by(TARGET, _found)
told_by(ROW, _of_row)
