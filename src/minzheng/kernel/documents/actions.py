"""The writes of this room: keep what somebody hands in, write a letter, take a paper back.

A file is on disk before its row is committed; a row is never changed, only superseded or withdrawn.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.files.base import File

from minzheng.kernel import clock
from minzheng.kernel.access.queries import evaluates
from minzheng.kernel.areas.paths import county_of, parent
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor, current, note, part, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import NotAllowed, Refused

from . import letters, limits, malware, store, typeset
from .checks import clean_name, content_type_of, size_in_words
from .letters import Letter
from .models import Document, Series, Words

__all__ = ["spoken_code", "store_upload", "withdraw", "write_letter"]

# Without I, L, O and U: a code read out on the phone is not misheard (Crockford's base 32; 60 bits).
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PIECE = 256 * 1024


@verb("documents.store_upload", label="上传材料")
def store_upload(
    *,
    file: File[bytes],
    label: str,
    path: str,
    case_id: int | None = None,
    person_id: int | None = None,
    subject: str = "",
    by: Actor,
    key: str | None = None,
) -> Document:
    """Keep a file somebody handed in, once it is found to be what it says."""
    if current().verb == "documents.store_upload":
        note(case_id=case_id, path=path)
    _may_hand_in(by, path, person_id, case_id)
    now = clock.now()
    refuse_excess = _excess(limits.upload_limit(path=path, on=now.date()))
    refuse_excess(file.size or 0)
    name = clean_name(file.name or "")
    with store.receive(file.chunks(_PIECE), too_much=refuse_excess) as incoming:
        if incoming.size == 0:
            raise Refused("file_empty", "这个文件是空的，没有内容。请重新选择文件上传。", field="file")
        content_type = _looked_through(incoming, name=name, path=path, on=now.date())
        code = spoken_code()
        document = Document(
            kind=Document.Kind.UPLOAD, number=f"材{now.year}-{code}", check_code=code,
            label=label[:80], path=path, case_id=case_id, person_id=person_id, subject=subject[:200],
            filename=name, content_type=content_type,
        )  # fmt: skip
        return _keep(document, incoming, at=now, by=by)


@verb("documents.write_letter", label="出具文书")
def write_letter(
    *,
    letter: Letter | str,
    data: Mapping[str, Any] | letters.Shape,
    path: str,
    case_id: int | None,
    person_id: int | None = None,
    subject: str = "",
    replaces: Document | None = None,
    by: Actor,
    key: str | None = None,
) -> Document:
    """Set a letter, number it and keep it; a letter that would leave something out is refused."""
    kind, now = letters.find(letter), clock.now()
    content = letters.build(kind.shape, data, name=f"《{kind.label}》")
    frame = _frame(kind, content, at=now, path=path, by=by)
    document = Document(
        kind=Document.Kind.LETTER, letter=kind.code, number=frame.number, check_code=frame.check_code,
        label=frame.title[:80], path=path, case_id=case_id, person_id=person_id, subject=subject[:200],
        office=content.office, filename=f"{frame.title[:60]}.pdf", content_type="application/pdf",
        data={"content": letters.as_json(content), "frame": frame.as_json()},
    )  # fmt: skip
    with store.receive([typeset.pdf(kind, content, frame)], too_much=lambda size: None) as incoming:
        document = _keep(document, incoming, at=now, by=by)
    if replaces is not None:
        _supersede(replaces, document)
    return document


@verb("documents.withdraw", label="撤回文书")
def withdraw(*, document: Document, reason: str, by: Actor, key: str | None = None) -> Document:
    """Take back a paper issued or handed in by mistake; whoever verifies it is told so from now on."""
    if not reason.strip():
        raise Refused("reason_missing", "请写明撤回的原因。", field="reason")
    row = Document.objects.select_for_update().get(pk=document.pk)
    if by.kind is not Kind.SYSTEM and by.id != row.created_by:
        raise NotAllowed("not_the_maker", "文书由出具或者上传的人撤回，您不能撤回。")
    if not row.in_force:
        raise Refused("document_not_in_force", f"“{row}”已经撤回或者被替代，不能再次撤回。")
    row.withdrawn_at, row.withdrawn_reason = clock.now(), reason.strip()[:200]
    row.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    _tell_audit(row, event="withdrawn")
    return row


def _may_hand_in(by: Actor, path: str, person_id: int | None, case_id: int | None) -> None:
    """Staff hand in for their place, a resident for himself, an evaluator what belongs to no case and no person."""
    own = by.person_id is not None and by.person_id == person_id
    own = own or (evaluates(by) and person_id is None and case_id is None)
    if by.kind is not Kind.SYSTEM and not own and not by.covers(path):
        raise NotAllowed("out_of_scope", "您不能为这里上传材料。请由本人或者当地工作人员上传。")


def _looked_through(incoming: store.Incoming, *, name: str, path: str, on: date) -> str:
    """What kind of file it is, once it is found to be what it says and nothing that harms is found in it."""
    content = incoming.content()
    kind = content_type_of(content, name=name, most_pixels=limits.pixel_limit(path=path, on=on))
    malware.search([content])
    return kind


def _keep(document: Document, incoming: store.Incoming, *, at: datetime, by: Actor) -> Document:
    document.size, document.sha, document.stored_name = incoming.size, incoming.sha, incoming.keep()
    document.created_at, document.created_by, document.created_by_name = at, by.id, by.name
    document.save(force_insert=True)
    Words.objects.create(document=document, path=document.path)
    _tell_audit(document, event="kept")
    return document


def _tell_audit(document: Document, *, event: str) -> None:
    """The audit row is about this paper, or, within a larger verb, mentions it."""
    facts = {"document": document.pk, "number": document.number, "label": document.label, "sha": document.sha}
    if current().verb.startswith("documents."):
        note(about=document, case_id=document.case_id, path=document.path, after=facts)
    else:
        part(f"documents.{event}", **facts)


def _supersede(old: Document, new: Document) -> None:
    row = Document.objects.select_for_update().get(pk=old.pk)
    if not row.in_force:
        raise Refused("document_not_in_force", f"“{row}”已经撤回或者被替代，不能再次替代。")
    row.superseded_by = new
    row.save(update_fields=["superseded_by"])


def _frame(kind: Letter, content: letters.Shape, *, at: datetime, path: str, by: Actor) -> typeset.Frame:
    """Number, title, day and check code of a letter about to be set."""
    code = spoken_code()
    base = getattr(settings, "MINZHENG_ADDRESS", "http://127.0.0.1:8000").rstrip("/")
    return typeset.Frame(
        number=_number(kind.word, path=_seat(by, path), on=at.date()),
        title=kind.title(content),
        issued_at=at.replace(microsecond=0),
        check_code=code,
        address=f"{base}/verify/{code}",
        remedies=limits.remedies(path=path, on=at.date()),
    )


def _seat(by: Actor, path: str) -> str:
    """The place of the office that writes: the widest post that covers the case, else the case's own."""
    covering = [post.path for post in by.posts if path.startswith(post.path)]
    return min(covering, key=len, default=path)


def _number(word: str, *, path: str, on: date) -> str:
    """The next number of the year; the row is locked, so that two letters never share one."""
    year = on.year
    Series.objects.get_or_create(path=path, word=word, year=year)
    row = Series.objects.select_for_update().get(path=path, word=word, year=year)
    row.last += 1
    row.save(update_fields=["last"])
    if limits.number_form(path=path, on=on) == "name":
        return f"{_called(path)}{word}〔{year}〕{row.last}号"
    place = path.rstrip("/").rsplit("/", 1)[-1]
    return f"{word}〔{year}〕{place}-{row.last:04d}号"


def _called(path: str) -> str:
    """The place by its names from the county down, which no other place bears."""
    steps, county = [path], county_of(path) or path
    while len(steps[0]) > len(county) and (above := parent(steps[0])):
        steps.insert(0, above)
    called = names(steps)
    return "".join(called[one] for one in steps)


def spoken_code() -> str:
    """Twelve letters and digits that nobody guesses and nobody mishears."""
    return "".join(secrets.choice(ALPHABET) for _ in range(12))


def _excess(limit: int) -> Callable[[int], None]:
    """Refuses a size above the limit, declared or counted."""

    def refuse(size: int) -> None:
        if size > limit:
            message = f"文件超过 {size_in_words(limit)} 的上限，不能上传。请压缩图片，或者分成几份上传。"
            raise Refused("file_too_large", message, field="file", limit=limit)

    return refuse
