"""A register leaves the house as a workbook or on paper, and a view of it is kept to come back to."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import IO, Any

from django.db.models import QuerySet
from procrastinate.contrib.django import app

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.errors import NotFound, Refused, Stale
from minzheng.kernel.reveals.leaving import left
from minzheng.kernel.reveals.limits import number

from . import queries
from .kept import export_of
from .models import Export, SavedView
from .queries import find, matching
from .reach import Declared, reader
from .words import Asked
from .writing import Released, Told, written

__all__ = ["ask_export", "change_view", "drop_view", "export", "fetched", "keep_view", "leaves", "printed"]

# A sheet holds 1,048,576 rows; whoever needs more needs a report, not a list.
MOST = 1_000_000
MOST_ON_PAPER = 500
TASK = "minzheng.kernel.registers.tasks.make"
_NUMBER = re.compile(r"[0-9]{15,}")


@verb("registers.export", label="导出台账")
def export(
    code: str,
    *,
    by: Actor,
    filters: Mapping[str, str] | None = None,
    search: str = "",
    only: Collection[str] = (),
) -> IO[bytes]:
    """The entries within scope as a workbook in a temporary file, open at its beginning; memory stays flat."""
    asked = Asked(filters or {}, search, tuple(only))
    leaving = leaves(code, asked, by=by)
    note(path=_where(by, asked), after=_told(code, leaving.rows, asked))
    left(leaving.declared.item.label, rows=leaving.rows, path=reader(leaving.declared, by).scope[0], by=by)
    return leaving.write()


@dataclass(frozen=True)
class Leaving:
    """Entries that may leave the house for somebody."""

    declared: Declared
    found: QuerySet[Any]
    asked: Asked
    by: Actor
    rows: int

    def write(self, told: Told = lambda _: None, released: Released | None = None) -> IO[bytes]:
        """The workbook; ``told`` hears how many entries are written."""
        return written(self.declared, self.found, self.asked, by=self.by, told=told, released=released)


def leaves(code: str, asked: Asked, *, by: Actor) -> Leaving:
    """The one gate of every workbook, at once or by the worker: who may have which entries of a register."""
    declared = find(code, by=by)
    found = matching(declared, by=by, filters=asked.filters, search=asked.search)
    total = int(found[: MOST + 1].count())
    if total > MOST:
        raise Refused("export_too_long", f"超过 {MOST:,} 条，一张工作表放不下。请先按地区或类别筛选再导出。")
    return Leaving(declared, found, asked, by, total)


@verb("registers.ask_export", label="申请导出台账")
def ask_export(code: str, *, asked: Asked, by: Actor) -> Export:
    """A workbook that is made while its reader does something else."""
    total = leaves(code, asked, by=by).rows
    made = Export.objects.create(
        register=code, path=by.scope[0], asked=asked.to_json(), rows=total, created_by=by.id,
        created_by_name=by.name, asked_at=clock.now(),
    )  # fmt: skip
    app.configure_task(TASK, queue="exports").defer(export_id=made.pk)
    note(about=made, path=made.path, after=_told(code, total, asked))
    return made


@verb("registers.print", label="打印台账")
def printed(code: str, *, asked: Asked, by: Actor) -> queries.Page:
    """The first entries on paper; that they were printed leaves a mark."""
    page = queries.listing(
        code, by=by, filters=asked.filters, search=asked.search, size=MOST_ON_PAPER, only=asked.only, leaving=True
    )  # fmt: skip
    note(path=_where(by, asked), after=_told(code, len(page.lines), asked))
    declared = find(code, by=by)
    left(f"{declared.item.label}（打印）", rows=len(page.lines), path=reader(declared, by).scope[0], by=by)
    return page


@verb("registers.keep_view", label="保存台账视图")
def keep_view(code: str, *, name: str, asked: Asked, shared: bool, by: Actor) -> SavedView:
    """A view under a name; the same name again is the same view, changed."""
    declared, name = find(code, by=by), _named(name)
    if _NUMBER.search(asked.search):
        raise Refused("view_number", "查询内容里有身份号码，不能保存为视图。请清除后再保存。", field="name")
    matching(declared, by=by, filters=asked.filters, search=asked.search)
    kept, _ = SavedView.objects.update_or_create(
        register=code, created_by=by.id, name=name,
        defaults={
            "asked": asked.to_json(), "shared": shared, "path": by.scope[0], "created_by_name": by.name,
            "created_at": clock.now(),
        },
    )  # fmt: skip
    note(about=kept, path=kept.path, after={"register": code, "shared": shared})
    return kept


@verb("registers.change_view", label="修改台账视图")
def change_view(view_id: int, *, name: str, shared: bool, default: bool, by: Actor) -> SavedView:
    """Another name, shared with the office or not, and whether the register opens with it; one at most does."""
    found, name = _own_view(view_id, by), _named(name)
    others = SavedView.objects.filter(register=found.register, created_by=by.id).exclude(pk=found.pk)
    if others.filter(name=name).exists():
        raise Refused("view_name_taken", f"您已有名为“{name}”的视图。请换一个名称。", field="name")
    if default:
        others.filter(default=True).update(default=False)
    before = {"name": found.name, "shared": found.shared, "default": found.default}
    found.name, found.shared, found.default = name, shared, default
    found.save()
    note(
        about=found,
        path=found.path,
        before=before,
        after={"name": name, "shared": shared, "default": default},
    )
    return found


@verb("registers.drop_view", label="删除台账视图")
def drop_view(view_id: int, *, by: Actor) -> None:
    """Only whoever saved a view removes it."""
    found = _own_view(view_id, by)
    note(about=found, path=found.path, before={"register": found.register})
    found.delete()


@verb("registers.fetch_export", label="下载台账")
def fetched(export_id: int, *, by: Actor) -> Export:
    """Whoever asked for a workbook takes it, until its time is over."""
    found = export_of(export_id, by=by)
    if found.state != Export.State.DONE or found.expires_at is None or found.expires_at <= clock.now():
        raise Stale("export_gone", "这份导出还没有生成，或者已经过期。请回到台账重新导出。")
    if found.clear and found.fetched >= number("reveals.clear_downloads", path=found.path):
        raise Stale("export_taken", "这份未脱敏的文件已达到下载次数上限。确需再用的，请重新申请。")
    found.fetched += 1
    found.save(update_fields=["fetched"])
    note(about=found, path=found.path, after={"register": found.register, "rows": found.rows})
    label = find(found.register, by=by).item.label
    left(label, rows=found.rows, path=found.path, by=by, clear=found.clear, number=found.number)
    return found


def _named(name: str) -> str:
    name = name.strip()
    if not name or len(name) > 40:
        raise Refused("view_name", "请给视图起一个名称（不超过40个字）。", field="name")
    return name


def _own_view(view_id: int, by: Actor) -> SavedView:
    found = SavedView.objects.select_for_update().filter(pk=view_id, created_by=by.id).first()
    if found is None:
        raise NotFound("view_unknown", "没有这个视图，或者不是您保存的。请刷新页面查看。")
    return found


def _where(by: Actor, asked: Asked) -> str:
    return asked.filters.get("path", "") or next(iter(by.scope), "")


def _told(code: str, total: int, asked: Asked) -> dict[str, Any]:
    """How much and by which filters; never whom."""
    return {
        "register": code,
        "rows": total,
        "filters": dict(asked.filters),
        "searched": bool(asked.search.strip()),
    }
