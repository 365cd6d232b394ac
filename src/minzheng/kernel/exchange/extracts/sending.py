"""What is new, changed or ended in a place since it was last sent, as one file; and the other side's receipt for it.

A record is known by its key and the hash of what was sent: nothing is sent twice as it was, and what the other side
refused is sent again.
"""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.together import update_together
from minzheng.kernel.documents import malware
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.exchange.models import ExtractOut, ExtractOutRow
from minzheng.kernel.signing import sm3

from .cleaning import written
from .duties import Declared, extract_of, require
from .receipts import Said, receipt_of

__all__ = ["acknowledge", "export_changes"]

Line = ExtractOutRow.State
_CHUNK = 5000


@verb("extracts.export", label="导出变更文件")
def export_changes(*, extract: str, path: str, by: Actor) -> ExtractOut:
    """Settle what has changed in the place; the file can be fetched as often as it is needed."""
    declared, now = extract_of(extract, by), clock.now()
    require(declared, by, path=path)
    if declared.item.ways == "in":
        message = f"“{declared.item.label}”只导入，没有要送出的内容。请选择要导出的数据集。"
        raise Refused("extract_only_in", message, field="extract")
    # Two who export the same place at once would send the same records twice.
    waiting = (
        ExtractOut.objects.select_for_update().filter(extract=extract, path=path).order_by("-id").first()
    )
    found = list(_changes(declared, path))
    if not found:
        since = f"自 {waiting.number} 以来" if waiting else ""
        raise Refused("nothing_changed", f"该地区{since}没有新增、变更或终止的记录，不需要导出。")
    out = ExtractOut.objects.create(
        extract=extract, path=path, number=f"DC{now:%Y%m%d%H%M%S}{secrets.token_hex(2).upper()}", on=now.date(),
        content_sha=sm3("".join(one["sha"] for one in found).encode()), by=by.id, by_name=by.name, at=now,
        **Counter(one["change"] for one in found),
    )  # fmt: skip
    ExtractOutRow.objects.bulk_create(
        (ExtractOutRow(out=out, extract=extract, line=line, **one) for line, one in enumerate(found, 1)),
        batch_size=_CHUNK,
    )
    counts = {"new": out.new, "changed": out.changed, "ended": out.ended}
    note(about=out, path=path, after=counts | {"content": out.content_sha})
    return out


def _changes(declared: Declared, path: str) -> Iterator[dict[str, Any]]:
    extract = declared.item
    every = iter(extract.current(path, clock.today()))
    while records := list(islice(every, _CHUNK)):
        last = _last(declared.code, [one[extract.key] for one in records])
        for record in records:
            cells = {one.code: written(one, record[one.code]) for one in extract.fields}
            sha = sm3(json.dumps(cells, ensure_ascii=False, sort_keys=True).encode())
            change = _change(last.get(record[extract.key]), sha, ended=bool(record[extract.until]))
            if change:
                yield {
                    "key": record[extract.key], "change": change, "cells": cells, "sha": sha, "path": record["path"],
                }  # fmt: skip


def _change(last: str | None, sha: str, *, ended: bool) -> str:
    """What is to be said of a record; of one that began and ended unsaid, nothing."""
    if last is None:
        return "" if ended else "new"
    if last == sha:
        return ""
    return "ended" if ended else "changed"


def _last(extract: str, keys: Iterable[str]) -> Mapping[str, str]:
    """The hash under which each record was last sent and not refused, wherever it then lived."""
    sent = ExtractOutRow.objects.filter(extract=extract, key__in=list(keys)).exclude(state=Line.REFUSED)
    return dict(sent.order_by("key", "-id").distinct("key").values_list("key", "sha"))


@verb("extracts.acknowledge", label="登记对方回执")
def acknowledge(*, out: ExtractOut, content: bytes, by: Actor) -> ExtractOut:
    """Every record the other side names is accepted or refused with its reason; the same receipt counts once."""
    row = ExtractOut.objects.select_for_update().filter(pk=out.pk).first()
    if row is None:
        raise NotFound("extract_file_unknown", "没有这个批次，或不在您的管辖范围内。请返回列表重新选择。")
    require(extract_of(row.extract, by), by, path=row.path)
    malware.search([content])
    number, said = receipt_of(content)
    if row.receipt:
        if row.receipt == number:
            note(about=row, path=row.path, after={"known": True})
            return row
        raise Refused(
            "receipt_differs", f"这个批次已登记过回执 {row.receipt}。请核对是否选错了文件。", field="file"
        )
    lines = {one.key: one for one in row.lines.select_for_update()}
    _mark(lines, said)
    row.state, row.receipt, row.acknowledged_at = ExtractOut.State.ACKNOWLEDGED, number, clock.now()
    row.refused = sum(one.state == Line.REFUSED for one in lines.values())
    row.save()
    note(about=row, path=row.path, after={"receipt": number, "named": len(said), "refused": row.refused})
    return row


def _mark(lines: Mapping[str, ExtractOutRow], said: Iterable[Said]) -> None:
    touched = []
    for one in said:
        line = lines.get(one.key)
        if line is None:
            message = f"回执第 {one.line} 行的记录编号不在这个批次里。请核对是否选错了文件。"
            raise Refused("receipt_row_unknown", message, field="file")
        line.state = Line.ACCEPTED if one.accepted else Line.REFUSED
        line.reason = "" if one.accepted else one.reason[:200] or "对方没有写明原因"
        touched.append(line)
    update_together(touched, ["state", "reason"])
