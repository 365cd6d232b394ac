"""The masked fields of a register's entry, for whoever reads the register: what is shown, and how one is opened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minzheng.kernel.audit import Actor
from minzheng.kernel.people import masks
from minzheng.kernel.people.fields import SealedField
from minzheng.kernel.reveals.targets import Masked, told_by, unknown

from .columns import behind_mask, field_of, is_name, kind_of, masked
from .reach import Declared, find, model_of, rows
from .words import label_of

__all__ = ["TARGET", "masked_facts"]

TARGET = "entry"


def _fields(declared: Declared) -> Iterator[tuple[str, str]]:
    """Path and label of each field behind a mask: declared ones, the number beside a name, what else is sealed."""
    model, columns = model_of(declared), declared.item.columns
    for column in columns:
        if behind_mask(model, column):
            yield column.code, column.label
        elif is_name(model, column):
            prefix = column.code.removesuffix("name")
            yield f"{prefix}id_number", f"{column.label}身份证号码"
            yield f"{prefix}phone", f"{column.label}联系电话"
    listed = {column.code for column in columns}
    for field in model._meta.fields:
        if isinstance(field, SealedField) and field.name not in listed:
            yield field.name, label_of(field)


def masked_facts(declared: Declared, row: Any) -> list[tuple[str, str, str]]:
    """Field, label and masked value of everything that is masked on an entry."""
    found, model = [], model_of(declared)
    for code, label in dict(_fields(declared)).items():
        value = _value(row, code)
        if value:
            found.append((code, label, masked(field_of(model, code), value)))
    return found


def _value(row: Any, code: str) -> Any:
    for name in code.split("."):
        row = getattr(row, name, None)
    return row


def _found(about: str, field: str, by: Actor) -> Masked:
    code, _, number = about.rpartition(":")
    if not number.isdigit() or len(number) > 18:
        raise unknown()
    declared = find(code, by=by)
    labels, model = dict(_fields(declared)), model_of(declared)
    row = rows(declared, by=by).filter(pk=int(number)).first()
    if row is None or field not in labels:
        raise unknown()
    return Masked(
        row=row, path=row.path, label=labels[field], value=str(_value(row, field) or ""),
        kind=kind_of(field_of(model, field)), person_name=_named(declared, row, field),
        case_id=getattr(row, "case_id", None),
    )  # fmt: skip


def _named(declared: Declared, row: Any, field: str) -> str:
    """Whose it is, masked: the name in the same person, else the first name of the entry."""
    beside = field.rpartition(".")[0]
    named = [c.code for c in declared.item.columns if is_name(model_of(declared), c)]
    first = next((code for code in named if code.rpartition(".")[0] == beside), named[0] if named else "")
    return masks.mask_name(str(_value(row, first) or "")) if first else ""


told_by(TARGET, _found)
