"""What a column of a register reads from the table, and how far its value may be shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model

from minzheng.kernel import declare
from minzheng.kernel.areas.queries import names as place_names
from minzheng.kernel.errors import Mistake
from minzheng.kernel.people import masks
from minzheng.kernel.people.fields import SealedField
from minzheng.kernel.people.models import Person

__all__ = [
    "behind_mask",
    "field_of",
    "is_name",
    "kind_of",
    "lookup",
    "masked",
    "painter",
    "places",
    "shower",
    "with_numbers",
]

_KINDS = {"id_number": "id_number", "phone": "phone", "account": "bank_account", "address": "address"}


def lookup(column: declare.Column) -> str:
    """The column's path in the words of the database: ``applicant.name`` is ``applicant__name``."""
    return column.code.replace(".", "__")


@lru_cache(maxsize=512)
def field_of(model: type[Model], code: str) -> Field[Any, Any]:
    """The field at the end of a dotted path; a path that leads nowhere is a mistake of the declaration."""
    found: Any = None
    try:
        for name in code.split("."):
            owner = model if found is None else found.related_model
            found = owner._meta.get_field(name)
    except (FieldDoesNotExist, AttributeError) as error:
        raise Mistake("register_column", f"register over {model._meta.label}: no column {code!r}") from error
    return cast("Field[Any, Any]", found)


def masked(field: Field[Any, Any], value: Any) -> str:
    """A personal number as staff may see it; a kind nobody labelled is hidden."""
    return masks.mask(kind_of(field), str(value or ""), masks.Audience.STAFF)


def behind_mask(model: type[Model], column: declare.Column) -> bool:
    """Whether the column is shown masked."""
    return column.kind == "masked" or isinstance(field_of(model, column.code), SealedField)


def is_name(model: type[Model], column: declare.Column) -> bool:
    """Whether the column says what somebody is called."""
    found = field_of(model, column.code)
    return found.model is Person and found.name == "name"


def _names_somebody(model: type[Model], column: declare.Column) -> bool:
    """Whether it is a person's name, of a file or written down where there is none."""
    found = field_of(model, column.code)
    return found.name == "name" and (found.model is Person or str(found.verbose_name) == "姓名")


def kind_of(field: Field[Any, Any]) -> str:
    """By which rule a value of the field is masked."""
    return _KINDS.get(field.name, "hidden")


def with_numbers(model: type[Model], columns: Sequence[declare.Column]) -> tuple[declare.Column, ...]:
    """The columns of a list with full numbers: beside each name the identity number of whoever bears it."""
    listed = {column.code for column in columns}
    found: list[declare.Column] = []
    for column in columns:
        found.append(column)
        number = column.code.removesuffix("name") + "id_number"
        if is_name(model, column) and number not in listed:
            found.append(declare.Column(number, f"{column.label}身份证号码", kind="masked"))
    return tuple(found)


def shower(
    model: type[Model], column: declare.Column, *, clear: bool = False, leaving: bool = False
) -> Callable[[Any], Any]:
    """From the stored value to the one that is shown: choices in words, sealed values masked whatever is declared.

    What is ``leaving`` has its names masked as well; what two have released is ``clear``.
    """
    field = field_of(model, column.code)
    if clear and behind_mask(model, column):
        return lambda value: value or ""
    if behind_mask(model, column):
        return lambda value: masked(field, value)
    if leaving and not clear and _names_somebody(model, column):
        return lambda value: masks.mask_name(value or "")
    if column.kind == "choice":
        words: Mapping[Any, Any] = column.options or dict(field.flatchoices or ())
        return lambda value: words.get(value, value)
    return lambda value: value


def painter(
    model: type[Model], columns: Sequence[declare.Column], *, clear: bool = False, leaving: bool = False
) -> Callable[[Sequence[Any], Mapping[str, str]], tuple[Any, ...]]:
    """From a stored row, and the names of places, to the row as it is shown; made once for a whole list."""
    showers = [
        None if column.kind == "place" else shower(model, column, clear=clear, leaving=leaving)
        for column in columns
    ]

    def paint(raw: Sequence[Any], names: Mapping[str, str]) -> tuple[Any, ...]:
        return tuple(
            names.get(value, value) if show is None else show(value)
            for show, value in zip(showers, raw, strict=True)
        )

    return paint


def places(
    columns: Sequence[declare.Column], raws: Iterable[Sequence[Any]], *, within: Iterable[str] = ()
) -> dict[str, str]:
    """The names of all places in some rows, in one query; short for a reader who works ``within`` one place."""
    at = [number for number, column in enumerate(columns) if column.kind == "place"]
    found = {raw[number] for raw in raws for number in at if raw[number]}
    return place_names(found, within=within) if at else {}
