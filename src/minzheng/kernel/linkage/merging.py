"""Two files of one person become one: every pointer to the other is turned over, and can be turned back.

The other file stays, with its number and all that is never edited; whoever asks for it is led to the one that is kept.
"""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, connection, transaction

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.errors import NotFound, Refused, Stale
from minzheng.kernel.people.models import Household, Membership, Person

from . import conflicts, duties
from .ending import end_doubles
from .models import Aftermath, Merge, Moved, Pair, Trace
from .pointers import Pointer, pointers

__all__ = ["close_aftermath", "merge", "open_aftermath", "require_reason"]

# What the kept file may lack and the other one know; the number itself never moves.
_FILLED = ("birth", "phone", "disability_category", "disability_grade")


@verb(
    "linkage.merge",
    label="合并人员档案",
    beyond="并入档案名下的记录可能在其他地区，须一并转到保留档案",
    opens=("*", "指向档案的每一行都要一并转移，不读内容"),
)
def merge(*, kept: Person, lost: Person, reason: str, by: Actor, pair: Pair | None = None) -> Merge:
    """Whoever both files are of is one person from now on; stopped where that would contradict itself."""
    require_reason(reason)
    one, other = _held(kept, lost, by)
    conflicts.require_none(one, other)
    homes = _homes(one, other)
    path = duties.common(one.path, other.path)
    made = Merge.objects.create(
        kept=one, lost=other, pair=pair, at=clock.now(), by=by.id, by_name=by.name, reason=reason.strip()[:300],
        path=path, filled=_fill(one, other),
    )  # fmt: skip
    other.merged_into, other.version = one, other.version + 1
    other.save(update_fields=["merged_into", "version"])
    made.stayed = {}
    for pointer in pointers():
        if pointer.moves:
            end_doubles(pointer, made)
            made.moved_rows += _move(pointer, made)
        elif count := _counted(pointer, other.pk):
            made.stayed[pointer.label] = made.stayed.get(pointer.label, 0) + count
    made.save()
    _forget(one, other)
    open_aftermath(made, homes, undone=False)
    note(about=made, path=path, reason=reason, after={
        "kept": one.pk, "lost": other.pk, "moved": made.moved_rows, "stayed": made.stayed,
        "ended": len(made.ended),
    })  # fmt: skip
    return made


def _held(kept: Person, lost: Person, by: Actor) -> tuple[Person, Person]:
    """Both files, locked in the order of their numbers, for a steward of both places."""
    if kept.pk == lost.pk:
        raise Refused("merge_of_one", "这是同一份档案，不必合并。请核对所选档案。")
    rows = Person.objects.select_for_update().filter(pk__in=(kept.pk, lost.pk)).order_by("pk").in_bulk()
    if len(rows) != 2:
        raise NotFound("pair_unknown", "没有这对档案，或不在您的管辖范围内。请返回列表重新选择。")
    one, other = rows[kept.pk], rows[lost.pk]
    duties.require(by, path=duties.common(one.path, other.path))
    if one.merged_into_id is not None or other.merged_into_id is not None:
        raise Stale("already_merged", "其中一份档案已经并入另一份档案。请刷新后查看。")
    return one, other


def _fill(kept: Person, lost: Person) -> dict[str, Any]:
    """What the kept file takes over where it is silent."""
    filled: dict[str, Any] = {}
    if kept.sex not in ("1", "2") and lost.sex in ("1", "2"):
        filled["sex"], kept.sex = [kept.sex, lost.sex], lost.sex
    for name in _FILLED:
        if getattr(kept, name) in (None, "") and (value := getattr(lost, name)) not in (None, ""):
            filled[name] = [getattr(kept, name), value.isoformat() if name == "birth" else value]
            setattr(kept, name, value)
    kept.version += 1
    kept.save(update_fields=[*filled, "version"])
    return filled


def _move(pointer: Pointer, made: Merge) -> int:
    """One column, in one statement that also writes down which rows it moved."""
    quote, pk = connection.ops.quote_name, str(pointer.model._meta.pk.column)
    statement = (
        f"WITH turned AS (UPDATE {quote(pointer.table)} SET {quote(pointer.column)} = %(kept)s "
        f"WHERE {quote(pointer.column)} = %(lost)s RETURNING {quote(pk)} AS row) "
        f'INSERT INTO {quote(Moved._meta.db_table)} (merge_id, model, "column", row) '
        "SELECT %(merge)s, %(model)s, %(column)s, row::text FROM turned"
    )
    given: dict[str, str | int] = {
        "kept": made.kept_id, "lost": made.lost_id, "merge": made.pk, "model": pointer.model._meta.label_lower,
        "column": pointer.column,
    }  # fmt: skip
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, given)
            return int(cursor.rowcount)
    except IntegrityError as error:
        raise Refused(
            "merge_conflict",
            f"暂时不能合并：两份档案在“{pointer.label}”中有相抵触的记录。请先处理其中一条，再合并。",
            reasons=[pointer.label],
        ) from error


def _counted(pointer: Pointer, person: int) -> int:
    return pointer.model._default_manager.filter(**{_lookup(pointer): person}).count()


def _lookup(pointer: Pointer) -> str:
    return next(one.attname for one in pointer.model._meta.concrete_fields if one.column == pointer.column)


def _homes(kept: Person, lost: Person) -> list[Household]:
    held = Membership.objects.filter(person__in=(kept, lost), until_on=None)
    return list(Household.objects.filter(pk__in=held.values("household_id")).order_by("pk"))


def _forget(kept: Person, lost: Person) -> None:
    """Both are compared anew by the next search; what else the other file was likened to is asked of the kept one."""
    Trace.objects.filter(person__in=(kept, lost)).delete()
    asked = Pair.objects.filter(state__in=(Pair.State.OPEN, Pair.State.LATER))
    for column in ("first", "second"):
        asked.filter(**{column: lost}).update(state=Pair.State.GONE)


def open_aftermath(made: Merge, homes: list[Household], *, undone: bool) -> None:
    """The families concerned are looked at anew: who lives there, what they have, what they are paid."""
    why = "成员档案的合并已撤销" if undone else "有成员的两份档案已合并"
    Aftermath.objects.bulk_create(
        [
            Aftermath(
                merge=made, household=home, path=home.path, undone=undone, opened_at=clock.now(),
                text=f"{why}。请核对该户成员、经济状况档案和最近一次核对报告，必要时发起复核。",
            )
            for home in homes
        ],
        ignore_conflicts=True,
    )  # fmt: skip


@verb("linkage.close_aftermath", label="办结合并后的复核")
def close_aftermath(*, aftermath: Aftermath, words: str, by: Actor) -> Aftermath:
    """What was found when the family was looked at anew."""
    row = Aftermath.objects.select_for_update().filter(pk=aftermath.pk).first()
    if row is None:
        raise NotFound("aftermath_unknown", "没有这项复核，或不在您的管辖范围内。请返回列表重新选择。")
    duties.require(by, path=row.path)
    if row.closed_at is not None:
        raise Stale("aftermath_closed", "这项复核已经办结。请刷新后查看。")
    require_reason(words, field="words")
    row.closed_at, row.closed_by_name, row.words = clock.now(), by.name, words.strip()[:300]
    row.save()
    note(about=row, path=row.path, reason=words)
    return row


def require_reason(reason: str, *, field: str = "reason") -> None:
    """A steward's word, in a sentence."""
    if not reason.strip() or len(reason) > 300:
        raise Refused("reason_missing", "请写明依据（不超过300个字）。", field=field)
