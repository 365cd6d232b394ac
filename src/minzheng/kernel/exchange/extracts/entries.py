"""The form of a register's deed as the columns of a file: each line is one entry, made by the verb behind the deed.

A line is tried before it is told to be good: the verb carries it out, after the lines above it, and all of them are put
back.  So a file is never refused for what nobody told of when it was looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import ProtectedError

from minzheng.kernel import audit, catalogue, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.deed import name_of
from minzheng.kernel.declare import Extract, ExtractField, Wrong
from minzheng.kernel.declare.extracting import Kind
from minzheng.kernel.declare.fields import Field
from minzheng.kernel.errors import Mistake, NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.exchange.models import IntakeRow
from minzheng.kernel.people.sealing import mark

__all__ = ["by_file", "extract_of", "held"]

MOST = 1000
_KINDS: Mapping[str, Kind] = {"day": "date", "money": "money", "number": "number", "id_number": "id_number"}
_FIX = "请更正后重新核对这一行。"
Rows = Mapping[int, Mapping[str, Any]]
Register = catalogue.Declared[declare.Register]


def by_file(register: Register) -> declare.Deed | None:
    """The deed whose entries a file may bring."""
    return next((deed for deed in register.item.opens if deed.by_file is not None), None)


def held(declared: catalogue.Declared[Any], roles: Iterable[declare.Role], by: Actor) -> list[str]:
    """The places over which the actor holds one of these roles at its level."""
    at = {declared.role(role): role.at for role in roles}
    return sorted({post.path for post in by.posts if post.role in at and post.level == at[post.role]})


def extract_of(code: str, by: Actor) -> catalogue.Declared[Extract] | None:
    """The file of a register as it is drawn for somebody: the choices of its columns are those of the form."""
    found = catalogue.current().registers.get(code)
    deed = by_file(found) if found else None
    if found is None or deed is None:
        return None
    return catalogue.Declared(found.code, found.domain, _File(found, deed, by).extract())


class _File:
    """One register's file for one actor."""

    def __init__(self, register: Register, deed: declare.Deed, by: Actor) -> None:
        self.register, self.deed, self.by = register, deed, by
        self.form = deed.asks(None, by)
        # Lines whose entry was there before the file, by key, with what the line says.
        self.known: dict[str, Mapping[str, Any]] = {}

    def extract(self) -> Extract:
        """The shape: what the form asks, line by line."""
        item = self.register.item
        return Extract(
            item.code, item.label, "", tuple(_column(one) for one in self.form.fields), self.deed.by, self.check,
            self.stands, self.take, self.put_back, basis=item.basis, most=MOST, named=self.named, ways="in",
        )  # fmt: skip

    def named(self, row: Mapping[str, Any]) -> str:
        """An entry has no key of its own yet: what the line says is its key, and nothing where it says too little."""
        if any(row.get(one.code) is None for one in self.form.fields if one.required):
            return ""
        return mark(json.dumps([row.get(one.code) for one in self.form.fields]), "imported")

    def stands(self, keys: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """What lines of files already made or found, so that a line brought again is no second entry."""
        taken = IntakeRow.objects.filter(
            intake__extract=self.register.code, state=IntakeRow.State.TAKEN, key__in=list(keys)
        )
        known = {key: self.known[key] for key in keys if key in self.known}
        return known | {one.key: one.before["kept"] for one in taken}

    def check(self, rows: Rows) -> Iterator[tuple[int, Wrong]]:
        """Every line carried out after those above it, and all of them put back."""
        known = self.stands([self.named(row) for row in rows.values()])
        found: list[tuple[int, Wrong]] = []
        made: set[str] = set()
        with audit.aside(), transaction.atomic():
            for line, row in rows.items():
                if self.named(row) not in known:
                    found += [(line, wrong) for wrong in self._tried(row, made)]
            transaction.set_rollback(True)
        yield from found

    def _tried(self, row: Mapping[str, Any], made: set[str]) -> list[Wrong]:
        """What is wrong with a line; ``made`` names the entries that the lines above it made."""
        try:
            with transaction.atomic():
                told = self._made(row)
        except (Refused, NotAllowed, NotFound, Stale) as error:
            said = error.errors if isinstance(error, Refused) else {}
            return [self._wrong(code, text) for code, text in (said or {"": error.message}).items()]
        name = name_of(told.entry)
        if told.known and name in made:
            return [self._wrong("", "与上面的另一行是同一条记录。")]
        if told.known:
            self.known[self.named(row)] = {code: value for code, value in row.items() if code != "change"}
        made.add(name)
        return []

    def _wrong(self, code: str, text: str) -> Wrong:
        label = next((one.label for one in self.form.fields if one.code == code), "这一行")
        why = f"按“{self.deed.label}”的规定核对没有通过。"
        return Wrong(label, text.removeprefix(f"{label}：").removeprefix(label), why, _FIX)

    def _made(self, row: Mapping[str, Any]) -> declare.Made:
        """What the verb made of a line."""
        given = {
            one.code: one.raw(row[one.code]) for one in self.form.fields if row.get(one.code) is not None
        }
        told = self.deed.do(None, self.form.clean(given), by=self.by, key=None)
        if not isinstance(told, declare.Made):
            raise Mistake(
                "deed_made_nothing", f"{self.register.code}: {self.deed.code} does not tell what it made"
            )
        return told

    def take(self, rows: Sequence[Mapping[str, Any]], number: str) -> dict[str, Mapping[str, Any]]:
        """Each line by its verb, in the order of the file; what was made is kept with the line."""
        del number
        made = dict[str, Mapping[str, Any]]()
        for row in rows:
            with audit.aside() as said:
                told = self._made(row)
            name = name_of(told.entry)
            audit.part(said.parts[-1]["verb"], about=name)
            made[self.named(row)] = {"known" if told.known else "made": name}
        return made

    def put_back(self, rows: Mapping[str, Mapping[str, Any] | None]) -> None:
        """Entries with which nothing was done since are taken away, the last first; their history stays."""
        for before in reversed(list(rows.values())):
            name = (before or {}).get("made")
            if name is None:  # it was there before the file
                continue
            label, pk = str(name).rsplit(":", 1)
            entry = (
                apps.get_model(label)._default_manager.select_for_update(of=("self",)).filter(pk=pk).first()
            )
            if entry is not None:
                self._gone(entry)

    def _gone(self, entry: Any) -> None:
        past = getattr(type(entry), "pgh_event_model", None)
        if past is not None and past._default_manager.filter(pgh_obj_id=entry.pk).exists():
            raise _went_on(entry)
        assert self.deed.by_file is not None
        if self.deed.by_file.beside is not None:
            self.deed.by_file.beside(entry)
        try:
            entry.delete()
        except ProtectedError as error:
            raise _went_on(entry) from error


def _went_on(entry: Any) -> Refused:
    words = f"编号 {entry.pk} 的记录入库以后又办理过别的事项，不能整批撤销。请在台账中核对，先处理这一条。"
    return Refused("entry_went_on", words, entry=entry.pk)


def _column(one: Field) -> ExtractField:
    """A question of the form as a column of the file."""
    options: dict[str, str] = {}
    kind: Kind = _KINDS.get(one.kind, "text")
    if one.kind in ("photo", "rows"):
        raise Mistake("deed_not_by_file", f"{one.code}: a line of a file holds no {one.kind}")
    if one.kind == "choice":
        options = _apart(one.options)  # type: ignore[attr-defined]
    elif one.kind == "yesno":
        options = {"yes": "是", "no": "否"}
    return ExtractField(
        one.code, one.label, "code" if options else kind, one.required, options,
        one.help or (f"如 {one.example}" if one.example else ""), getattr(one, "longest", 60),
    )  # fmt: skip


def _apart(options: Mapping[str, str]) -> dict[str, str]:
    """Two houses of one name are told apart by their number."""
    words = list(options.values())
    return {code: f"{word}（{code}）" if words.count(word) > 1 else word for code, word in options.items()}
