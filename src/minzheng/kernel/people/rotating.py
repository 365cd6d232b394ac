"""A newer key takes the place of an older one while the office works: every sealed row is sealed anew under it.

Batches of rows, each a transaction of its own; what was done stays done when the work is stopped, and it goes on where
rows are left.  The marks stay, so that nothing is found differently, and no state of a row is put aside for it.  An old
key is put away only when no row is sealed under it any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.audit.deed import stretch
from minzheng.kernel.errors import Mistake, NotAllowed, Refused

from . import contents, keyring, refiling
from .bulksealing import opened_many, sealed_many
from .sealing import MARK

__all__ = [
    "Batch",
    "SealedTable",
    "Work",
    "add_key",
    "by_the_platform",
    "left_over",
    "nobody_writes",
    "reseal",
    "rest",
    "retire",
    "sealed_tables",
    "tell",
    "through",
]  # fmt: skip

_VERB = "people.reseal"
_AT_ONCE = 5_000
# The name of the key stands behind the mark and a point.
_OLD = f"""(left("{{0}}", 1) = '!' AND substr("{{0}}", {MARK + 2}, 4) <> %(newest)s)"""
Column = list[str | None]


@dataclass(frozen=True)
class SealedTable:
    """A table with its sealed columns and the kind of each, and the column that numbers its rows."""

    table: str
    label: str
    key: str
    kinds: dict[str, str]


@dataclass(frozen=True)
class Work:
    """What is done to sealed columns, row by row: ``wanting`` is SQL, whether a column is still to be done."""

    verb: str
    wanting: str
    anew: Callable[[Column, str], Column]
    digests_only: bool = False

    def of(self, table: SealedTable) -> SealedTable | None:
        """The table with the columns concerned; contents have no digest."""
        kinds = {
            name: kind
            for name, kind in table.kinds.items()
            if not (self.digests_only and kind == contents.KIND)
        }
        return replace(table, kinds=kinds) if kinds else None

    def where(self, table: SealedTable) -> str:
        """SQL: whether a row has anything that is still to be done."""
        return "(" + " OR ".join(self.wanting.format(column) for column in table.kinds) + ")"


@dataclass(frozen=True)
class Batch:
    """So many rows of a table were sealed anew; these could not be opened and were left alone."""

    table: SealedTable
    rows: int
    unreadable: tuple[int, ...]


def sealed_tables() -> list[SealedTable]:
    """Found from the models, past states included, so that no column can be forgotten."""
    found = []
    for model in apps.get_models():
        fields = [one for one in model._meta.local_concrete_fields if getattr(one, "sealed", False)]
        if fields and model._meta.managed and not model._meta.proxy:
            meta = model._meta
            kinds = {str(one.column): str(one.kind) for one in fields}  # type: ignore[attr-defined]
            found.append(SealedTable(meta.db_table, str(meta.verbose_name), str(meta.pk.column), kinds))
    return sorted(found, key=lambda one: one.table)


@verb("people.add_field_key", label="启用新的个人信息密钥")
def add_key(*, by: Actor) -> str:
    """From now on values are sealed under a new key; what is sealed already goes on being read."""
    by_the_platform(by)
    before = list(_at_rest().keys)
    name = keyring.add_key()
    note(before={"keys": before}, after={"key": name})
    return name


def _at_rest() -> keyring.Ring:
    """The keys; the keys that seal are changed only while the key of the digests is not."""
    ring = keyring.read_again()
    if ring.coming or ring.going:
        message = "摘要密钥正在更换，不能更换封存密钥。请先运行 rotate_keys --digests，再运行 rotate_keys --retire。"
        raise Refused("digest_change_open", message)
    return ring


def left_over(*, by: Actor) -> dict[str, int]:
    """How many rows of each table are sealed under an older key."""
    _at_rest()
    return rest(_resealing(), by=by)


def reseal(*, by: Actor) -> Iterator[Batch]:
    """Every row that is under an older key."""
    _at_rest()
    return through(_resealing(), by=by)


def rest(work: Work, *, by: Actor) -> dict[str, int]:
    """How many rows of each table are still to be done."""
    with stretch(work.verb, by=by), connection.cursor() as cursor:
        return _rest(cursor, work)


def through(work: Work, *, by: Actor) -> Iterator[Batch]:
    """Every row that is to be done, a batch at a time; rows that somebody holds are met in the next pass."""
    by_the_platform(by)
    for table in filter(None, map(work.of, sealed_tables())):
        last: int | None = 0
        while last is not None:
            with stretch(work.verb, by=by), connection.cursor() as cursor:
                last, batch = _batch(cursor, work, table, last)
            if batch.rows or batch.unreadable:
                yield batch


def _resealing() -> Work:
    return Work(_VERB, _OLD, _column)


@verb(_VERB, label="个人信息换用新密钥封存")
def tell(*, rows: dict[str, int], unreadable: dict[str, list[int]], by: Actor) -> None:
    """A pass is finished: how many rows of which table."""
    note(after={"key": keyring.kept().newest, "rows": rows, "unreadable": unreadable})


@verb("people.retire_field_keys", label="停用旧的个人信息密钥")
def retire(*, by: Actor) -> list[str]:
    """The older keys leave the file; nobody writes meanwhile, and not one row may need them."""
    by_the_platform(by)
    ring = _at_rest()
    names = [name for name in ring.keys if name != ring.newest]
    if left := nobody_writes(_resealing()):
        said = "、".join(f"{table} {count} 行" for table, count in left.items())
        raise Refused("old_key_in_use", f"还有内容用旧密钥封存（{said}），旧密钥不能停用。请先完成换钥。")
    if files := refiling.files_left():
        message = f"还有 {files} 个文书文件没有换用新密钥，旧密钥不能停用。请先完成换钥。"
        raise Refused("old_key_in_use", message)
    note(before={"keys": names}, after={"key": ring.newest})
    transaction.on_commit(partial(keyring.drop_keys, set(names)))
    return names


def nobody_writes(work: Work) -> dict[str, int]:
    """What is still to be done, with all writing held back until the transaction ends."""
    with connection.cursor() as cursor:
        names = ", ".join(f'"{table.table}"' for table in sealed_tables())
        cursor.execute(f"LOCK TABLE {names} IN SHARE MODE")
        return _rest(cursor, work)


def by_the_platform(by: Actor) -> None:
    """Keys are no matter of the pages."""
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("keys_by_the_platform", "密钥由系统管理员在服务器上更换，不能在网页上办理。")


def _rest(cursor: Any, work: Work) -> dict[str, int]:
    newest, found = keyring.read_again().newest, {}
    for one in filter(None, map(work.of, sealed_tables())):
        cursor.execute(f'SELECT count(*) FROM "{one.table}" WHERE {work.where(one)}', {"newest": newest})
        if count := cursor.fetchone()[0]:
            found[one.table] = int(count)
    return found


def _batch(cursor: Any, work: Work, one: SealedTable, after: int) -> tuple[int | None, Batch]:
    """The next rows of a table, and where to go on; nothing where there are no more."""
    columns = ", ".join(f'"{column}"' for column in one.kinds)
    cursor.execute(
        f'SELECT "{one.key}", {columns} FROM "{one.table}" WHERE "{one.key}" > %(after)s AND {work.where(one)}'
        f' ORDER BY "{one.key}" LIMIT {_AT_ONCE} FOR NO KEY UPDATE SKIP LOCKED',
        {"after": after, "newest": keyring.kept().newest},
    )
    rows = cursor.fetchall()
    if not rows:
        return None, Batch(one, 0, ())
    anew, unreadable = _anew(rows, list(one.kinds.values()), work.anew)
    if anew:
        _write(cursor, one, anew)
    return rows[-1][0], Batch(one, len(anew), tuple(unreadable))


def _write(cursor: Any, one: SealedTable, rows: list[tuple[Any, ...]]) -> None:
    names = list(one.kinds)
    columns = ", ".join(f'"{column}" = v.c{at}' for at, column in enumerate(names))
    given = ", ".join(["%s::bigint[]", *("%s::text[]" for _ in names)])
    called = ", ".join(["id", *(f"c{at}" for at in range(len(names)))])
    cursor.execute(
        f'UPDATE "{one.table}" t SET {columns} FROM unnest({given}) v ({called}) WHERE t."{one.key}" = v.id',
        [list(column) for column in zip(*rows, strict=True)],
    )


def _anew(
    rows: list[tuple[Any, ...]], kinds: list[str], column: Callable[[Column, str], Column]
) -> tuple[list[tuple[Any, ...]], list[int]]:
    """The same rows done; one that does not open is left as it is, and named."""
    try:
        columns = zip(*rows, strict=True)
        ids = next(columns)
        sealed = [column(list(values), kind) for values, kind in zip(columns, kinds, strict=True)]
        return list(zip(ids, *sealed, strict=True)), []
    except Mistake as wrong:
        if wrong.code != "sealed_unreadable":
            raise
        if len(rows) == 1:
            return [], [rows[0][0]]
    middle = len(rows) // 2
    first, second = _anew(rows[:middle], kinds, column), _anew(rows[middle:], kinds, column)
    return first[0] + second[0], first[1] + second[1]


def _column(values: Column, kind: str) -> Column:
    """What a column holds, sealed anew; blank stays blank."""
    at = [place for place, value in enumerate(values) if value]
    stored = [str(values[place]) for place in at]
    if kind == contents.KIND:
        anew = [contents.resealed(one) for one in stored]
    else:
        anew = sealed_many(opened_many(stored, kind), kind)
        if any(new[:MARK] != old[:MARK] for new, old in zip(anew, stored, strict=True)):
            raise Mistake("sealed_unreadable", "封存的号码与其摘要不符。请联系系统管理员。")
    for place, one in zip(at, anew, strict=True):
        values[place] = one
    return values
