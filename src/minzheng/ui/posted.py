"""What a page posts, read back into the answers a form checks.

Rows are named ``<code>-<number>-<field>``; numbers need not follow on.  A button named ``_add`` or
``_remove`` asks for one row more or less, without JavaScript: the page is drawn again, nothing is checked.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from minzheng.kernel.declare.forms import Field, Form, Rows

__all__ = ["ADD", "FILE", "REMOVE", "changes_rows", "files_of", "read_form"]

ADD, REMOVE, FILE = "_add", "_remove", "-file"
_TYPED_DIGITS = {"number", "money", "day"}


def changes_rows(data: QueryDict) -> bool:
    """Whether the post only adds or removes a row: draw the page again, check nothing yet."""
    return ADD in data or REMOVE in data


def read_form(form: Form, data: QueryDict, prefix: str = "") -> dict[str, Any]:
    """The mapping that ``Form.clean`` takes; what was left blank is left out."""
    answers: dict[str, Any] = {}
    for f in form.fields:
        if isinstance(f, Rows):
            answers[f.code] = _rows(f, data, prefix)
        elif value := _typed(f, data, f"{prefix}{f.code}"):
            answers[f.code] = value
    return answers


def files_of(
    form: Form, files: MultiValueDict[str, UploadedFile[Any]], prefix: str = ""
) -> dict[str, UploadedFile[Any]]:
    """Pictures sent along with the form itself, by field; the door stores them and keeps their numbers."""
    sent = {f.code: files.get(f"{prefix}{f.code}{FILE}") for f in form.fields if f.kind == "photo"}
    return {code: one for code, one in sent.items() if one is not None}


def _typed(f: Field, data: QueryDict, name: str) -> str:
    text = data.get(name, "").replace("\r\n", "\n").strip()
    return unicodedata.normalize("NFKC" if f.kind in _TYPED_DIGITS else "NFC", text)


def _rows(f: Rows, data: QueryDict, prefix: str) -> list[dict[str, str]]:
    start = f"{prefix}{f.code}-"
    numbered = re.compile(re.escape(start) + r"(\d{1,4})-")
    found = {int(match[1]) for name in data if (match := numbered.match(name))}
    unwanted = data.get(REMOVE, "")
    rows = []
    for number in sorted(found):
        if unwanted == f"{start}{number}":
            continue
        typed = {one.code: _typed(one, data, f"{start}{number}-{one.code}") for one in f.of}
        answered = {code: text for code, text in typed.items() if text}
        if answered or changes_rows(data):
            rows.append(answered)
    if data.get(ADD) == f"{prefix}{f.code}" and len(rows) < f.most:
        rows.append({})
    return rows
