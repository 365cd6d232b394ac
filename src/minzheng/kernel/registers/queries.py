"""A register as a list: found by name, spelling or number, filtered, paged by key both ways, counted to a cap."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import IntegerField, Model, Q, QuerySet, Subquery

from minzheng.kernel import declare
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.areas.queries import names as place_names
from minzheng.kernel.audit import Actor, read
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.people.fields import SealedJSONField
from minzheng.kernel.people.naming import patterns

from .columns import field_of, is_name, lookup, painter, places
from .reach import Declared, find, model_of, readable, reader, rows
from .words import field_in_words, in_words, in_yuan, label_of

__all__ = [
    "CAP", "Entry", "Line", "Page", "chosen", "entry", "find", "listing", "matching",
    "order_of", "readable",
]  # fmt: skip

CAP = 10_000
LONGEST = 60
MOST_WORDS = 4
_PATH = re.compile(r"(?:[0-9A-Za-z]+/)+")
_ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")


@dataclass(frozen=True)
class Line:
    """One entry in a list: its number, its place, and its cells in the order of the columns."""

    id: int
    path: str
    cells: tuple[Any, ...]


@dataclass(frozen=True)
class Page:
    """A page of a register; ``previous`` and ``next`` are the keys to turn it with, empty at either end."""

    columns: tuple[declare.Column, ...]
    lines: tuple[Line, ...]
    count: int
    previous: str
    next: str

    @property
    def count_words(self) -> str:
        """How many there are; beyond the cap nobody waits for an exact number."""
        return f"{CAP:,}+" if self.count > CAP else str(self.count)


@dataclass(frozen=True)
class Entry:
    """One entry with all that is kept of it, in words, and the case it came from."""

    row: Model
    id: int
    path: str
    place: str
    facts: tuple[tuple[str, Any], ...]
    case_id: int | None


class _Counted(Subquery):
    """How many rows there are, asked once beside the rows themselves."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def listing(
    code: str,
    *,
    by: Actor,
    filters: Mapping[str, str] | None = None,
    search: str = "",
    after: str = "",
    before: str = "",
    size: int = 30,
    only: Collection[str] = (),
    leaving: bool = False,
    within: Collection[str] = (),
    among: QuerySet[Any] | None = None,
) -> Page:
    """One page within scope, after or before a key: one query for rows with their count, one for names.

    No others than ``among``; what is ``leaving`` on paper has its names masked; places are short ``within`` one.
    """
    declared = find(code, by=by)
    found = matching(declared, by=by, filters=filters or {}, search=search)
    found = found if among is None else found.filter(pk__in=among.order_by().values("pk"))
    columns, back = chosen(declared, only), bool(before) and not after
    raws, more, total = _turned(declared, found, columns, after or before, back=back, size=size)
    names = places(columns, (raw[3:] for raw in raws), within=within)
    paint = painter(model_of(declared), columns, leaving=leaving)
    ends = (_key(raws[0][2], raws[0][0]), _key(raws[-1][2], raws[-1][0])) if raws else ("", "")
    return Page(
        columns=columns, lines=tuple(Line(raw[0], raw[1], paint(raw[3:], names)) for raw in raws), count=total,
        previous=ends[0] if (more if back else bool(after)) else "", next=ends[1] if (back or more) else "",
    )  # fmt: skip


def _turned(
    declared: Declared,
    found: QuerySet[Any],
    columns: tuple[declare.Column, ...],
    key: str,
    *,
    back: bool,
    size: int,
) -> tuple[list[tuple[Any, ...]], bool, int]:
    """The rows after (or before) a key, whether there are more, and how many there are in all."""
    field, down = order_of(declared.item)
    page = found.order_by(*_order(field, down != back))
    if key:
        page = page.filter(_beyond(declared, field, down != back, key))
    counted = _Counted(found.order_by().values("pk")[: CAP + 1])
    wanted: tuple[Any, ...] = (counted, "pk", "path", field, *(lookup(column) for column in columns))
    rows_here = list(page.values_list(*wanted)[: size + 1])
    raws = [raw[1:] for raw in (rows_here[:size][::-1] if back else rows_here[:size])]
    if rows_here:
        return raws, len(rows_here) > size, int(rows_here[0][0])
    return raws, False, found[: CAP + 1].count() if key else 0


def matching(declared: Declared, *, by: Actor, filters: Mapping[str, str], search: str = "") -> QuerySet[Any]:
    """The entries within scope that meet the filters and the search."""
    found = rows(declared, by=by)
    for column in declared.item.columns:
        if column.filter and (wanted := filters.get(column.code, "").strip()):
            found = found.filter(_meets(column, wanted))
    inside = _narrow(declared, by, filters)
    for text in _words(search[:LONGEST]):
        found = found.filter(_named(declared, text, inside=inside))
    return found


def _words(search: str) -> list[str]:
    """A personal number is one word however it was set apart."""
    whole = "".join(search.split())
    return [whole] if _ID_NUMBER.fullmatch(whole.upper()) else search.split()[:MOST_WORDS]


def chosen(declared: Declared, only: Collection[str]) -> tuple[declare.Column, ...]:
    """The columns asked for in the order of the declaration; all of them where none is."""
    columns = declared.item.columns
    return tuple(column for column in columns if column.code in only) or columns


def _narrow(declared: Declared, by: Actor, filters: Mapping[str, str]) -> bool:
    """Whether no more than counties are looked through, so that a name is also found by what stands within it."""
    asked = [value for column in declared.item.columns if column.kind == "place"
             and (value := filters.get(column.code, "").strip())]  # fmt: skip
    places = asked or reader(declared, by).scope
    return bool(places) and all(county_of(place) is not None for place in places)


def entry(code: str, row_id: int, *, by: Actor) -> Entry:
    """One entry with all its fields; looking at it leaves a mark."""
    declared = find(code, by=by)
    model = model_of(declared)
    related = [f.name for f in model._meta.fields if f.is_relation]
    row = rows(declared, by=by).select_related(*related).filter(pk=row_id).first()
    if row is None:
        raise NotFound("entry_unknown", "没有这条记录，或不在您的管辖范围内。")
    read("registers.entry", by=by, about=row, path=row.path)
    names = place_names([row.path])
    return Entry(
        row=row, id=row.pk, path=row.path, place=names[row.path], facts=_facts(declared, row, names),
        case_id=getattr(row, "case_id", None),
    )  # fmt: skip


def order_of(register: declare.Register) -> tuple[str, bool]:
    """The field by which a register is ordered, and whether downwards."""
    return register.order.removeprefix("-"), register.order.startswith("-")


def _order(field: str, down: bool) -> list[str]:
    sign = "-" if down else ""
    return [f"{sign}{field}"] if field in {"id", "pk"} else [f"{sign}{field}", f"{sign}id"]


def _beyond(declared: Declared, field: str, down: bool, key: str) -> Q:
    """The rows that come after a key in this order."""
    try:
        value, pk = json.loads(base64.urlsafe_b64decode(key.encode() + b"=="))
        of = field_of(model_of(declared), "id" if field == "pk" else field)
        value, pk = of.to_python(value), int(pk)
    except (ValueError, TypeError, ValidationError) as error:
        raise Refused("page_key", "翻页地址不完整。请从台账首页重新查询。") from error
    sign = "lt" if down else "gt"
    if field in {"id", "pk"}:
        return Q(**{f"id__{sign}": pk})
    return Q(**{f"{field}__{sign}": value}) | Q(**{field: value, f"id__{sign}": pk})


def _key(value: Any, pk: int) -> str:
    text = json.dumps([value, pk], cls=DjangoJSONEncoder, ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _meets(column: declare.Column, wanted: str) -> Q:
    if column.kind == "place":
        if not _PATH.fullmatch(wanted):
            raise Refused("filter_place", "地区条件不正确。请重新选择地区。", field=column.code)
        return Q(**{f"{lookup(column)}__startswith": wanted})
    if column.kind == "choice" and wanted.removeprefix("!") not in column.options:
        raise Refused("filter_choice", f"“{column.label}”没有这个选项。请重新选择。", field=column.code)
    if column.kind == "choice" and wanted.startswith("!"):
        return ~Q(**{lookup(column): wanted[1:]})
    return Q(**{lookup(column): wanted})


def _named(declared: Declared, text: str, *, inside: bool) -> Q:
    """By whole identity number, by spelling of a name, by beginning of a name or number: one of them, never all.

    Every word typed must be met.  A part of a name or number is looked for only where few rows are looked through.
    """
    part = "contains" if inside and len(text) > 1 else "startswith"
    searched = [column for column in declared.item.columns if column.search]
    model, plain = model_of(declared), text.upper().replace(" ", "")
    persons = [column for column in searched if is_name(model, column)]
    if _ID_NUMBER.fullmatch(plain):
        return _any(persons, lambda at: {f"{at.removesuffix('name')}id_number": plain})
    if plain.isascii() and plain.isalpha():
        return _spelled(searched, persons, plain.lower())
    if plain.isascii():
        numbers = [column for column in searched if column not in persons]
        return _any(numbers, lambda at: {f"{at}__{part}": plain})
    return _any(searched, lambda at: {f"{at}__{part}": text})


def _spelled(searched: list[declare.Column], persons: list[declare.Column], typed: str) -> Q:
    """By initials where they are stored, by whole pinyin of any column, by the letters a number begins with."""
    met = _any(persons, lambda at: {f"{at.removesuffix('name')}initials__startswith": typed})
    for pattern in patterns(typed):
        met |= _any(searched, lambda at, like=pattern: {f"{at}__regex": like})
    return met | _any(
        [c for c in searched if c not in persons], lambda at: {f"{at}__startswith": typed.upper()}
    )


def _any(columns: list[declare.Column], condition: Any) -> Q:
    met = Q(pk__in=[])
    for column in columns:
        met |= Q(**condition(lookup(column)))
    return met


def _facts(declared: Declared, row: Model, names: Mapping[str, str]) -> tuple[tuple[str, Any], ...]:
    """Every field of the entry: declared columns first and in their words, then whatever else is kept."""
    columns = declared.item.columns
    raw = [_follow(row, column.code) for column in columns]
    found = [
        (column.label, _told(column.kind, value))
        for column, value in zip(columns, painter(type(row), columns)(raw, names), strict=True)
    ]
    shown = {column.code.split(".")[0] for column in columns} | {"id", "case_id", "version"}
    # What a model keeps for the platform alone, as the code by which a visitor finds an answer.
    shown |= set(getattr(type(row), "kept_back", ()))
    for field in row._meta.fields:
        if field.name in declared.item.told_by:
            found += declared.item.told_by[field.name].shown(getattr(row, field.name) or {})
        elif field.name not in shown and not isinstance(field, SealedJSONField):
            found.append((label_of(field), field_in_words(row, field)))
    return tuple(found)


def _follow(row: Any, code: str) -> Any:
    for name in code.split("."):
        row = getattr(row, name, None)
    return row


def _told(kind: str, value: Any) -> str:
    return in_yuan(value) if kind == "money" and isinstance(value, int) else in_words(value)
