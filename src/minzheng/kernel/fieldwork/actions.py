"""Taking work along, and handing records in: every record goes through the ordinary verb of its own room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.base import File

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.catalogue.terms import number
from minzheng.kernel.declare.forms import Field, Form
from minzheng.kernel.documents import actions as documents
from minzheng.kernel.documents import queries as papers
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.reveals.leaving import left

from .checks import Checks
from .contacts import Contacts
from .investigations import Investigations
from .warned import Warnings
from .words import Differing, Given, Kept, Source, Work

__all__ = ["SETTINGS", "SOURCES", "Pack", "hand_in", "keep_photo", "take_along"]

SOURCES: tuple[Source, ...] = (Contacts(), Warnings(), Investigations(), Checks())
# What the telephone is told: how long it keeps, when it locks, how small a picture is made.
SETTINGS = ("keep_hours", "unsent_hours", "lock_minutes", "pin_tries", "photo_edge")


@dataclass(frozen=True)
class Pack:
    """What one person takes along at one time: the work by kind, and the rules of the place for the telephone."""

    made_at: datetime
    rules: Mapping[str, int]
    works: tuple[tuple[Source, tuple[Work, ...]], ...]


@verb("fieldwork.take_along", label="下载外出任务")
def take_along(*, by: Actor) -> Pack:
    """The actor's own work of today, written down as having left the office on a telephone."""
    if not by.posts:
        raise NotAllowed("not_staff", "现场工作供有岗位的工作人员使用。")
    place = by.scope[0]
    ahead, most = _value("ahead_days", place), _value("most", place)
    found = tuple((one, tuple(one.works(by, ahead=ahead, most=most))) for one in SOURCES)
    left("外出任务", rows=sum(len(works) for _, works in found), path=place, by=by, clear=True)
    note(
        path=place, after={one.code: [int(work.code.split(":")[1]) for work in works] for one, works in found}
    )
    return Pack(clock.now(), {key: _value(key, place) for key in SETTINGS}, found)


def _value(key: str, path: str) -> int:
    return number(f"fieldwork.{key}", path=path, on=clock.today())


def hand_in(given: Given, *, by: Actor) -> Kept | Differing:
    """One record, kept by the verb of its room; where somebody else came first, what differs is shown instead."""
    source, pk = _source(given.work)
    work = source.work(pk, by)
    _own_pictures(work.form, given, by)
    try:
        told = source.keep(pk, given, by)
    except Stale:
        theirs = source.theirs(pk, given, by)
        if theirs is not None:
            differing = _differing(work.form, given.answers, theirs.answers)
            return Differing(theirs=theirs, fields=differing, work=work)
        told = source.keep(pk, given, by, anyhow=True)
    return Kept(told=told, base=source.work(pk, by).base)


def keep_photo(*, work: str, file: File[bytes], agreed: bool, by: Actor, key: str) -> Document:
    """A picture taken at the door, with the leave of those whose home it is."""
    source, pk = _source(work)
    found = source.work(pk, by)
    if not agreed:
        raise Refused("photo_consent", "拍照须先征得本人或家属同意。请确认后再上传。", field="photo")
    return documents.store_upload(
        file=file,
        label=f"{found.act}照片（已征得同意）",
        path=found.path,
        case_id=found.case_id,
        by=by,
        key=key,
    )


def _source(work: str) -> tuple[Source, int]:
    kind, _, pk = work.partition(":")
    found = next((one for one in SOURCES if one.code == kind), None)
    if found is None or not pk.isdigit() or len(pk) > 18:
        raise NotFound("work_unknown", "没有这项外出任务，或不在您的管辖范围内。")
    return found, int(pk)


def _own_pictures(form: Form, given: Given, by: Actor) -> None:
    """A record brings along only pictures that its maker has sent."""
    for one in form.fields:
        number = given.answers.get(one.code)
        if one.kind != "photo" or not number:
            continue
        picture = papers.get(int(number), by) if str(number).isdigit() else None
        if picture is None or picture.created_by != by.id:
            raise Refused("photo_others", "照片不是由您上传的，请重新拍摄。", field=one.code)


def _differing(
    form: Form, mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> tuple[tuple[str, str, str, str], ...]:
    """Code, question, my answer and theirs as a person reads them, where they differ; pictures are nobody's answer."""
    found = []
    for one in form.fields:
        if one.kind == "photo" or not (one.code in mine or one.code in theirs):
            continue
        ours, others = _plain(one, mine.get(one.code)), _plain(one, theirs.get(one.code))
        if ours != others:
            found.append((one.code, one.label, one.shown(ours), one.shown(others)))
    return tuple(found)


def _plain(asked: Field, value: Any) -> Any:
    """An answer as it is kept; one that cannot be is shown as it was typed, an empty one is none.

    Where a question may be passed over, “no” and nothing are the same.
    """
    if value in (None, ""):
        return None
    try:
        found = asked.clean(value)
    except Refused:
        return str(value)
    return None if found is False and not asked.required else found
