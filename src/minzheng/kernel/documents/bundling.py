"""Letters of many cases become one file for the printer: made by the worker with the eyes of whoever asked for it.

Each case stands for itself: one whose letter is missing or cannot be read is listed with its reason, and the others are
printed all the same.  The file is kept for a day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import BinaryIO

from django.db.models import Q, QuerySet
from procrastinate.contrib.django import app

from minzheng.kernel import clock
from minzheng.kernel.access.models import User
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.audit import Actor, note, system, verb, viewing
from minzheng.kernel.errors import MinzhengError, Mistake, NotFound, Refused, Stale
from minzheng.kernel.people import shelves
from minzheng.kernel.signing import sm3

from . import pdfs, store
from .models import Bundle, Document
from .queries import visible_to

__all__ = [
    "MOST",
    "again",
    "ask",
    "bundle_of",
    "bundles_of",
    "fetch",
    "make",
    "opened",
    "sweep",
    "unfinished",
]

MOST = 500
SHELF = "bundles"
KEPT = timedelta(hours=24)
OF_PLATFORM = system("documents")
TASK = "minzheng.kernel.documents.tasks.make_bundle"
State = Bundle.State
AT_WORK = (State.WAITING, State.RUNNING)


@verb("documents.ask_bundle", label="申请批量打印")
def ask(*, cases: Sequence[int], letter: str = "", by: Actor) -> Bundle:
    """The letters of these cases as one file: of one kind, or each case's newest."""
    chosen = list(dict.fromkeys(cases))
    if not chosen:
        raise Refused("nothing_chosen", "没有选中任何办件。请返回勾选要打印的办件。", field="case")
    if len(chosen) > MOST:
        raise Refused("too_many_chosen", f"一次最多打印 {MOST} 件。请分几次打印。", field="case")
    if not by.scope:
        raise Refused("no_place", "您没有岗位，不能批量打印。请联系安全管理员。")
    made = Bundle.objects.create(
        path=by.scope[0],
        cases=chosen,
        letter=letter,
        created_by=by.id,
        created_by_name=by.name,
        asked_at=clock.now(),
    )
    app.configure_task(TASK, queue="documents").defer(bundle_id=made.pk)
    note(about=made, path=made.path, after={"cases": len(chosen), "letter": letter})
    return made


@verb("documents.bundle_again", label="重新打印未成功的办件")
def again(*, bundle_id: int, by: Actor) -> Bundle:
    """Those that failed, once more, as a file of their own."""
    old = bundle_of(bundle_id, by=by)
    failed = [int(number) for number in old.failures] or (old.cases if old.state == State.FAILED else [])
    if not failed:
        raise Refused("nothing_failed", "这次打印没有失败的办件。")
    made: Bundle = ask(cases=failed, letter=old.letter, by=by)
    note(about=made, path=made.path, after={"again_of": old.pk, "cases": len(failed)})
    return made


def bundles_of(by: Actor) -> QuerySet[Bundle]:
    """What somebody asked for, the latest first."""
    return Bundle.objects.filter(created_by=by.id).order_by("-id")


def bundle_of(bundle_id: int, *, by: Actor) -> Bundle:
    """One of them; nobody else's."""
    found = bundles_of(by).filter(pk=bundle_id).first()
    if found is None:
        raise NotFound("bundle_unknown", "没有这次批量打印，或者不是您申请的。请返回列表。")
    return found


def unfinished() -> list[int]:
    """What was asked for a while ago and has not come to an end."""
    waiting = Q(state__in=AT_WORK, asked_at__lt=clock.now() - timedelta(minutes=30))
    return list(Bundle.objects.filter(waiting).order_by("id").values_list("id", flat=True))


def make(bundle_id: int) -> None:
    """Write it from its beginning, telling as it goes how far it is."""
    one = Bundle.objects.filter(pk=bundle_id, state__in=AT_WORK).first()
    if one is None:
        return
    Bundle.objects.filter(pk=one.pk).update(state=State.RUNNING, done=0)
    try:
        asker = actor_of(User.objects.get(pk=int(one.created_by.removeprefix("user:")), is_active=True))
        with viewing.closed():
            viewing.show(asker)
            content, pages, failures = _collected(one, asker)
        name = shelves.put(SHELF, [content])[0] if content else ""
        reason = "" if content else "选中的办件都没有可打印的文书，原因逐件列在下面。"
        finish(one, name=name, content=content, pages=pages, failures=failures, reason=reason, by=OF_PLATFORM)
    except (MinzhengError, User.DoesNotExist) as error:
        why = error.message if isinstance(error, MinzhengError) else "申请人的账号已停用。"
        finish(one, name="", content=b"", pages=0, failures={}, reason=why, by=OF_PLATFORM)


def _collected(one: Bundle, by: Actor) -> tuple[bytes, int, dict[str, str]]:
    """The letters in the order in which the cases were chosen, and why some are not among them."""
    letters, failures, parts = _letters(one, by), {}, []
    for done, number in enumerate(one.cases, 1):
        try:
            parts.append(_content(letters.get(number)))
        except MinzhengError as error:
            failures[str(number)] = error.message
        if done % 20 == 0:
            Bundle.objects.filter(pk=one.pk).update(done=done)
    if not parts:
        return b"", 0, failures
    content = pdfs.joined(parts)
    return content, pdfs.page_count(content), failures


def _letters(one: Bundle, by: Actor) -> Mapping[int, Document]:
    """Of each case the newest letter that stands; one question, however many cases."""
    standing = visible_to(by).filter(
        case_id__in=one.cases, kind=Document.Kind.LETTER, superseded_by=None, withdrawn_at=None
    )
    if one.letter:
        standing = standing.filter(letter=one.letter)
    return {
        paper.case_id: paper for paper in standing.defer("data").order_by("id") if paper.case_id is not None
    }


def _content(letter: Document | None) -> bytes:
    if letter is None:
        raise NotFound("letter_missing", "没有这种有效文书，或者不在您的查看范围内。")
    with store.open_file(letter) as file:
        return file.read()


@verb("documents.finish_bundle", label="完成批量打印", beyond="打印件由平台代为生成，属于申请人的单位")
def finish(
    one: Bundle, *, name: str, content: bytes, pages: int, failures: Mapping[str, str], reason: str, by: Actor
) -> None:
    """It may be fetched now, or it is said why there is none."""
    now = clock.now()
    one.refresh_from_db()
    one.state = State.FAILED if reason else State.DONE
    one.stored_name, one.sha, one.reason = name, sm3(content) if content else "", reason[:300]
    one.pages, one.failures, one.done = pages, dict(failures), len(one.cases)
    one.finished_at, one.expires_at = now, None if reason else now + KEPT
    one.save()
    note(about=one, path=one.path, after={"state": one.state, "pages": pages, "failed": len(failures)})


@verb("documents.fetch_bundle", label="下载批量打印文件")
def fetch(*, bundle_id: int, by: Actor) -> Bundle:
    """Whoever asked for it takes it, until its time is over."""
    one = bundle_of(bundle_id, by=by)
    if one.state != State.DONE or one.expires_at is None or one.expires_at <= clock.now():
        raise Stale("bundle_gone", "这份打印文件还没有生成，或者已经过期。请重新申请打印。")
    one.fetched += 1
    one.save(update_fields=["fetched"])
    note(about=one, path=one.path, after={"pages": one.pages})
    return one


def opened(one: Bundle) -> BinaryIO:
    """The file, if it is still what was written."""
    found = shelves.opened(SHELF, one.stored_name, one.sha)
    if found is None:
        raise Mistake("bundle_altered", "这份文件与生成时不一致，不能下载。请重新打印，并告知系统管理员。")
    return found


def sweep() -> int:
    """What nobody may fetch any more is removed from disk."""
    gone = Bundle.objects.filter(state=State.DONE, expires_at__lte=clock.now())
    for name in gone.values_list("stored_name", flat=True):
        shelves.removed(SHELF, name)
    return gone.update(state=State.GONE, stored_name="")
