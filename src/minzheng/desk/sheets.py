"""A sheet is one form on a desk page: its questions, what was typed, what was wrong, and the deed it asks for.

A page may carry several; the hidden ``deed`` names the one that was sent.  Fields are named
``<sheet>-<field>``.  A refusal comes back on the same page with what was typed; a done deed redirects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial, wraps
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Form
from minzheng.kernel.documents import actions as documents
from minzheng.kernel.documents.limits import upload_limit
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import Refused
from minzheng.ui import posted

__all__ = ["NOTHING", "Do", "Sent", "Sheet", "fresh_key", "handled", "limited", "receive"]

NOTHING = Form("nothing", "", ())
# What a form weighs beside its file: fields and boundaries.
_ROOM = 1024 * 1024


@dataclass(frozen=True)
class Sent:
    """What came in with a sheet: the answers as typed, the key that makes the deed happen once, the version."""

    answers: Mapping[str, Any]
    key: str
    version: int | None
    confirmed: bool = False


# What is done with a sheet once it is sent; the words tell the user that it is done.
Do = Callable[[Sent], str]


@dataclass
class Sheet:
    """One form and its deed; ``do`` returns the words that tell the user it is done."""

    code: str
    form: Form
    do: Do
    submit: str = "提交"
    title: str = ""
    version: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    danger: bool = False
    quiet: bool = False
    confirm: str = ""
    upload_url: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    problem: str = ""
    typed: bool = False
    key: str = field(default_factory=lambda: uuid4().hex)

    @property
    def prefix(self) -> str:
        """The beginning of its field names."""
        return f"{self.code}-"

    @property
    def files(self) -> bool:
        """Whether pictures may come with it."""
        return any(one.kind == "photo" for one in self.form.fields)

    def refused(self, error: Refused) -> None:
        """Show the refusal beside the fields it is about; what belongs to none stands above the form."""
        found = {self.renamed.get(key, key): text for key, text in error.errors.items()}
        known = {one.code for one in self.form.fields}
        self.errors = {key: text for key, text in found.items() if key.split("-")[0] in known}
        others = [text for key, text in found.items() if key.split("-")[0] not in known]
        self.problem = "" if self.errors and not others else "；".join(others) or error.message


def fresh_key(request: HttpRequest) -> str:
    """The key the page carried, or a new one for a post without."""
    return request.POST.get("key", "")[:64] or uuid4().hex


def handled(
    request: HttpRequest,
    sheets: Iterable[Sheet],
    *,
    by: Actor,
    about: Any,
    read: str,
    path: str = "",
    case_id: int | None = None,
) -> tuple[bool, int]:
    """A page about one row: the deed that was sent, as by :func:`receive`; of a look, ``read`` is kept in the audit.

    Where no other place is named, it happens at the row's own.
    """
    where = path or about.path
    if request.method == "POST":
        return receive(request, sheets, by=by, path=where, case_id=case_id)
    audit.read(read, by=by, about=about, path=where)
    return False, 200


def receive(
    request: HttpRequest,
    sheets: Iterable[Sheet],
    *,
    by: Actor,
    path: str,
    case_id: int | None = None,
    store: Callable[..., Document] = documents.store_upload,
) -> tuple[bool, int]:
    """Do the deed of the sheet that was sent: whether it is done, and the status if not; ``store`` keeps its files."""
    named = request.POST.get("deed", "")
    sheet = next((one for one in sheets if one.code == named), None)
    if sheet is None:
        messages.info(request, "这一步已经办理过，或者内容已更新。请核对最新进度。")
        return True, 302
    answers = posted.read_form(sheet.form, request.POST, sheet.prefix)
    sheet.key, sheet.values, sheet.typed = fresh_key(request), answers, True
    if posted.changes_rows(request.POST):
        return False, 200
    try:
        answers |= _stored(request, sheet, partial(store, path=path, case_id=case_id, by=by))
        told = sheet.do(Sent(answers, sheet.key, _version(request), "confirm" in request.POST))
    except Refused as error:
        sheet.refused(error)
        return False, 400
    if told:
        messages.success(request, told)
    return True, 302


def _version(request: HttpRequest) -> int | None:
    given = request.POST.get("version", "")
    return int(given) if given.isdigit() and len(given) < 10 else None


def _stored(request: HttpRequest, sheet: Sheet, store: Callable[..., Document]) -> dict[str, Any]:
    """Pictures sent with the form itself (no JavaScript): kept first, then named by number."""
    kept = {}
    for code, file in posted.files_of(sheet.form, request.FILES, sheet.prefix).items():
        label = next(one.label for one in sheet.form.fields if one.code == code)
        key = f"{sheet.key[:50]}-{code}"[:64]
        kept[code] = str(store(file=file, label=label, key=key).pk)
    return kept


View = Callable[..., HttpResponse]


def limited(view: View) -> View:
    """Refuse what is too large by its announced length, before the body is read or looked at for a token."""
    inner = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def outer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            _not_too_long(request)
        answer: HttpResponse = inner(request, *args, **kwargs)
        return answer

    return outer


def _not_too_long(request: HttpRequest) -> None:
    by: Actor = request.actor  # type: ignore[attr-defined]
    limit = upload_limit(path=by.scope[0] if by.scope else "", on=clock.today())
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not str(length).isdigit() or int(length) > limit + _ROOM:
        megabytes = limit // (1024 * 1024)
        raise Refused("file_too_large", f"上传的内容超过 {megabytes} MB 的上限，没有接收。请压缩或分次上传。")
