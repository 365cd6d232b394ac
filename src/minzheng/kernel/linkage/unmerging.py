"""A merge that was wrong is undone: every pointer it moved goes back, whatever it filled in is taken out again.

What came after the merge stays with the kept file, since it was recorded of that one; the steward is told how much.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.errors import NotFound, Refused, Stale
from minzheng.kernel.people.models import Person

from . import duties
from .ending import stand_again
from .merging import _homes, open_aftermath, require_reason
from .models import Merge, Pair, Trace

__all__ = ["undo"]


@verb(
    "linkage.undo",
    label="撤销档案合并",
    beyond="合并时转移的记录可能在其他地区，须一并转回",
    opens=("*", "指向档案的每一行都要一并转移，不读内容"),
)
def undo(*, merge: Merge, reason: str, by: Actor) -> Merge:
    """Two files again, as before the merge; the pair is remembered as different people."""
    row = Merge.objects.select_for_update().filter(pk=merge.pk).first()
    if row is None:
        raise NotFound("pair_unknown", "没有这次合并，或不在您的管辖范围内。请返回列表重新选择。")
    people = (
        Person.objects.select_for_update().filter(pk__in=(row.kept_id, row.lost_id)).order_by("pk").in_bulk()
    )
    kept, lost = people[row.kept_id], people[row.lost_id]
    duties.require(by, path=duties.common(duties.common(kept.path, lost.path), row.path))
    require_reason(reason)
    _require_standing(row, kept)
    lost.merged_into, lost.version = None, lost.version + 1
    lost.save(update_fields=["merged_into", "version"])
    back, gone = _turn_back(row)
    stand_again(row)
    kept_as_is = _take_out(row, kept)
    words = f"转回{back}条记录。"
    if gone:
        words += f"另有{gone}条记录合并后已另行更正，未转回。"
    if kept_as_is:
        words += "合并时补充、后来又更正过的内容保持现状。"
    row.undone_at, row.undone_by, row.undone_by_name = clock.now(), by.id, by.name
    row.undone_reason, row.undone_words = reason.strip()[:300], words
    row.save()
    _remember(row, reason, by)
    open_aftermath(row, _homes(kept, lost), undone=True)
    note(about=row, path=row.path, reason=reason, after={"back": back, "not_back": gone})
    return row


def _require_standing(row: Merge, kept: Person) -> None:
    if row.undone_at is not None:
        raise Stale("already_undone", "这次合并已经撤销。请刷新后查看。")
    if kept.merged_into_id is not None:
        raise Refused("merged_since", "保留档案后来又并入了另一份档案。请先撤销那次合并，再撤销这一次。")


def _turn_back(row: Merge) -> tuple[int, int]:
    """How many rows point to the other file again, and how many were changed since."""
    moved: dict[tuple[str, str], list[str]] = defaultdict(list)
    for label, column, pk in row.moved.values_list("model", "column", "row"):
        moved[label, column].append(pk)
    back = total = 0
    for (label, column), rows in moved.items():
        total += len(rows)
        back += _turned(apps.get_model(label), column, rows, row)
    return back, total - back


def _turned(model: type[models.Model], column: str, rows: list[str], row: Merge) -> int:
    quote, pk = connection.ops.quote_name, model._meta.pk
    table, key = quote(model._meta.db_table), quote(str(pk.column))
    statement = f"UPDATE {table} SET {quote(column)} = %s WHERE {key} = ANY(%s) AND {quote(column)} = %s"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [row.lost_id, [pk.to_python(one) for one in rows], row.kept_id])
            return int(cursor.rowcount)
    except IntegrityError as error:
        raise Refused(
            "unmerge_conflict",
            f"暂时不能撤销：“{model._meta.verbose_name}”中合并后又有新的记录，与原来的相抵触。请先处理，再撤销。",
        ) from error


def _take_out(row: Merge, kept: Person) -> bool:
    """What the merge filled in is emptied again, unless somebody has corrected it since."""
    changed: dict[str, Any] = {}
    for name, (before, after) in row.filled.items():
        field = Person._meta.get_field(name)
        assert isinstance(field, models.Field)
        if getattr(kept, name) == field.to_python(after):
            changed[name] = field.to_python(before)
    for name, value in changed.items():
        setattr(kept, name, value)
    kept.version += 1
    kept.save(update_fields=[*changed, "version"])
    return len(changed) < len(row.filled)


def _remember(row: Merge, reason: str, by: Actor) -> None:
    """Both are searched anew, but not for each other: that they are two people has now been found out."""
    Trace.objects.filter(person__in=(row.kept_id, row.lost_id)).delete()
    pair = row.pair or Pair.objects.filter(
        first=min(row.kept_id, row.lost_id), second=max(row.kept_id, row.lost_id)
    ).first()  # fmt: skip
    if pair is None:
        return
    pair.state, pair.reason = Pair.State.DIFFERENT, reason.strip()[:300]
    pair.decided_at, pair.decided_by, pair.decided_by_name = clock.now(), by.id, by.name
    pair.digest, pair.version = "", pair.version + 1
    pair.save()
