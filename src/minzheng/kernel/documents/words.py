"""A paper is found by its own words: each two characters that stand together are kept as a digest, never in clear.

Chinese has no spaces between words, so two characters are the smallest thing looked for; letters and digits count as
they stand.  The digests are keyed (HMAC-SM3 under the sealing keys' index key): without the key nobody tells what a
paper says, nor whether a name stands in it (ADR 28).  What the digests find is looked through once more in the paper
itself, so that only a paper that says exactly this is shown.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from django.db import connection

from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.clock import now
from minzheng.kernel.errors import MinzhengError, NotAllowed, Refused
from minzheng.kernel.people import keyring
from minzheng.kernel.people.masks import mask_text

from . import pdfs, store
from .models import Document, Words
from .queries import visible_to

__all__ = ["Found", "digests", "find", "read_waiting", "text_of", "waiting"]

# Of a very long paper, such as a roster of a county, the beginning.
LONGEST = 200_000
LOOKED_THROUGH = 60
AT_ONCE = 50
_BREAKS = re.compile(r"[\s，。；：、！？“”‘’（）()《》〈〉【】\[\]|/\\,.;:!?\"'—…·-]+")


class Found:
    """A paper that says what was sought, and the place where it says so."""

    def __init__(self, document: Document, around: tuple[str, str, str]) -> None:
        self.document, self.around = document, around


@lru_cache(maxsize=1)
def _mac(index: bytes) -> hmac.HMAC:
    return hmac.new(hmac.digest(index, b"minzheng words of papers", "sm3"), b"", "sm3")


def _pairs(text: str) -> Iterator[str]:
    """Each two characters that stand together between two breaks."""
    for piece in _BREAKS.split(text.casefold()):
        for at in range(len(piece) - 1):
            yield piece[at : at + 2]


def digests(text: str) -> list[int]:
    """The keyed digests of a text, each once."""
    keyed, found = _mac(keyring.kept().index), []
    for pair in sorted(set(_pairs(text[:LONGEST]))):
        one = keyed.copy()
        one.update(pair.encode())
        found.append(int.from_bytes(one.digest()[:4], "big", signed=True))
    return sorted(set(found))


def text_of(document: Document) -> str:
    """What a paper says, numbers masked: a letter its content, a PDF its text, else only what it is called."""
    said = [document.label, document.subject, document.filename]
    if document.kind == Document.Kind.LETTER:
        said += [document.office, *_leaves(document.data.get("content", {}))]
    elif document.content_type == "application/pdf":
        with store.open_file(document) as file:
            said.append(pdfs.text(file.read()))
    return mask_text("\n".join(said)[:LONGEST])


def _leaves(value: Any) -> Iterator[str]:
    """Every text within a letter's content, in its order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one)


def waiting() -> bool:
    """Whether a paper has not been read yet."""
    return Words.objects.filter(digests=None).exists()


@verb("documents.read_words", label="读取文书词语")
def read_waiting(*, by: Actor) -> int:
    """The next papers, the oldest first; one that cannot be read is found by what it is called."""
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("by_itself", "文书内容由平台自动读取，不能代办。")
    rows = Words.objects.filter(digests=None).select_for_update(skip_locked=True, of=("self",))
    found = list(rows.select_related("document").order_by("document_id")[:AT_ONCE])
    for row in found:
        row.digests, row.read_at = digests(_readable(row.document)), now()
    Words.objects.bulk_update(found, ["digests", "read_at"])
    note(after={"read": len(found)})
    return len(found)


def _readable(document: Document) -> str:
    try:
        return text_of(document)
    except MinzhengError:
        return f"{document.label}\n{document.subject}\n{document.filename}"


def find(text: str, *, by: Actor, most: int = 20) -> list[Found]:
    """The newest papers within the actor's sight that say exactly this."""
    sought = " ".join(text.split())[:40]
    wanted = digests(sought)
    if not wanted:
        raise Refused("search_too_short", "请至少输入两个连续的字，例：住院费用。", field="q")
    places = [f"{path}%" for path in by.scope]
    with connection.cursor() as cursor:
        cursor.execute("SELECT documents_with_words(%s, %s, %s)", [wanted, places, LOOKED_THROUGH])
        numbers = [number for (number,) in cursor.fetchall()]
    seen = visible_to(by).filter(pk__in=numbers).order_by("-pk")
    return list(_saying(seen, sought, most))


def _saying(papers: Iterable[Document], sought: str, most: int) -> Iterator[Found]:
    """Those in which the words really stand together; of an uploaded PDF the digests are believed."""
    pattern = re.compile(r"\s*".join(re.escape(one) for one in sought if not one.isspace()), re.IGNORECASE)
    found = 0
    for paper in papers:
        if found == most:
            return
        if paper.content_type == "application/pdf" and paper.kind == Document.Kind.UPLOAD:
            found += 1
            yield Found(paper, ("", "", ""))
        elif match := pattern.search(said := text_of(paper)):
            found += 1
            yield Found(paper, _around(said, match.start(), match.end()))


def _around(said: str, start: int, end: int) -> tuple[str, str, str]:
    """The words with a little of what stands before and after."""
    before, after = said[max(0, start - 24) : start], said[end : end + 36]
    return before.split("\n")[-1], said[start:end], after.split("\n")[0]
