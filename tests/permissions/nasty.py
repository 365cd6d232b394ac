"""Words that are no words: script and SQL, laid into every free text that is kept and sent into every field asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, models, transaction
from django.test import Client
from django.urls import get_resolver

from minzheng.kernel import catalogue
from minzheng.kernel.access.models import Posting, User
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.errors import MinzhengError
from minzheng.kernel.people.fields import SealedJSONField, SealedTextField
from tests.factories.cast import SINCE, account, office
from tests.factories.company import HERE, knock, level_place
from tests.permissions.pages import routes

__all__ = [
    "NASTY",
    "Form",
    "asked",
    "everybody",
    "forms_of",
    "keeper",
    "laid_everywhere",
    "plain_pages",
    "rows_kept",
    "shown_raw",
    "undone",
]

NASTY = "\"'></textarea></script><img src=x onerror=alert(1)>'; DROP TABLE people_person; --"
SHORT = "\"'><i x>"
_RAW = re.compile(r"<img src=x onerror|<i x>")
_FREE = re.compile(
    r"(^|_)(name|names|reasons?|note|text|title|memo|address|message|explanation|remark|opinion|description|conclusion"
    r"|purpose|contact|comment|label|ask|need|basis|subject|owner|witness|officer|operator|office|place|where|words"
    r"|provider|issuer|insurer|employer|worker|agent|what|why|document|agreement|room|number|receipt|filename|phone"
    r"|minutes|reference|representative|holder|answer|promise|reply)$"
)
# Long, but no words of anybody's: the platform's own codes, digests and sounds.
_CODES = re.compile(
    r"(^|_)(path|chain|sound|pinyin|device|password|digest|key|about|wordings|reckoned|sha|seal)$"
)
_LONG = 100
_CHINESE = re.compile(r"[一-鿿]")
_GUARDED = (
    "people_person",
    "people_household",
    "casework_case",
    "casework_decision",
    "documents_document",
    "audit_entry",
)


def laid_everywhere() -> int:
    """Every free text of every row that may be changed by hand says it; how many columns do."""
    laid = 0
    for model in apps.get_models():
        if model.__module__.startswith("minzheng.") and model._meta.managed and model._base_manager.exists():
            laid += sum(_laid(model, field) for field in model._meta.local_fields)
    return laid


def _laid(model: Any, field: models.Field[Any, Any]) -> bool:
    """Whether a column holds it now; one that is frozen, or of a form that forbids it, is left."""
    try:
        with transaction.atomic():
            if isinstance(field, (models.JSONField, SealedJSONField)):
                return _laid_within(model, field)
            if isinstance(field, SealedTextField):
                return bool(model._base_manager.update(**{field.name: NASTY}))
            if not _is_free(field):
                return False
            text = NASTY if (field.max_length or 999) >= len(NASTY) else SHORT
            with connection.cursor() as cursor:
                cursor.execute(f'UPDATE "{model._meta.db_table}" SET "{field.column}" = %s', [text])
                return cursor.rowcount > 0
    except DatabaseError:
        return False


def _laid_within(model: Any, field: models.Field[Any, Any]) -> bool:
    """Words in a heap of answers: whatever is written in Chinese says it instead."""
    changed = False
    for key, kept in model._base_manager.values_list("pk", field.name):
        if (said := _said(kept)) != kept:
            changed |= bool(model._base_manager.filter(pk=key).update(**{field.name: said}))
    return changed


def _said(kept: Any) -> Any:
    if isinstance(kept, dict):
        return {name: _said(one) for name, one in kept.items()}
    if isinstance(kept, list):
        return [_said(one) for one in kept]
    return NASTY if isinstance(kept, str) and _CHINESE.search(kept) else kept


def _is_free(field: models.Field[Any, Any]) -> bool:
    if type(field) not in (models.CharField, models.TextField) or field.choices or field.unique:
        return False
    size = field.max_length or 999
    known = bool(_FREE.search(field.name)) or size >= _LONG
    return known and size >= len(SHORT) and not _CODES.search(field.name)


def everybody() -> Client:
    """One account with every post of the place."""
    user = account(name="本地全岗")
    for code, declared in catalogue.current().roles.items():
        where = office(level_place(HERE, declared.item.at))
        Posting.objects.create(user=user, office=where, role=code, from_on=SINCE)
    return confirmed(user)


def keeper(role: str) -> Client:
    """One of the three administrators of the place, who does nothing else."""
    user = account(name="管理")
    Posting.objects.create(user=user, office=office(HERE.county), role=role, from_on=SINCE)
    return confirmed(user)


def confirmed(user: User) -> Client:
    """Signed in, the password given just now, so that weighty deeds are not answered by asking for it."""
    browser = knock(actor_of(user))
    session = browser.session
    session["confirmed"] = 2**40
    session.save()
    return browser


def plain_pages() -> Iterator[str]:
    """Every address of a door for people that names nothing, and the list of one register."""
    for name, route in routes(get_resolver().url_patterns, ""):
        if "<" not in route and not route.startswith(
            ("api/", "static/", "logout", "login/unified", "metrics", "readyz")
        ):
            yield f"/{route}"
        elif name == "desk_register":
            yield from (f"/desk/registers/{code}/" for code in catalogue.current().registers)
        elif name in ("guide", "start"):
            yield from ("/" + route.replace("<str:code>", code) for code in catalogue.current().services)


class Form(HTMLParser):
    """One form of a page as a browser would fill it in."""

    def __init__(self, action: str, method: str) -> None:
        super().__init__()
        self.action, self.method = action, method
        self.texts: list[str] = []
        self.free: list[str] = []
        self.kept: dict[str, str] = {}
        self.files: list[str] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "option" and self._select and given.get("value"):
            if "selected" in given or self._select not in self.kept:
                self.kept[self._select] = given["value"]
        elif tag == "select":
            self._select = name
        elif tag == "textarea" and name:
            self.texts.append(name)
            self.free.append(name)
        elif tag == "input" and name:
            self._input(name, kind, given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        self._select = "" if tag == "select" else self._select

    def _input(self, name: str, kind: str, value: str) -> None:
        if kind in ("text", "search", "tel", "email", "url", "number", "date", "month", "time", "password"):
            self.texts.append(name)
            self.free += [name] if kind in ("text", "search") and not value else []
            self.kept.setdefault(name, value or ("2026-03-03" if kind == "date" else "1"))
        elif kind == "file":
            self.files.append(name)
        elif kind in ("hidden", "checkbox", "radio"):
            self.kept.setdefault(name, value or "on")

    def sent(self, *, every: bool) -> dict[str, Any]:
        """Every field that can be typed into says it, or only those that take words."""
        strange = SimpleUploadedFile(f"{SHORT}.pdf", b"%PDF-1.4 " + NASTY.encode(), "application/pdf")
        said = dict.fromkeys(self.texts if every else self.free, NASTY)
        return {**self.kept, **said, **({} if every else dict.fromkeys(self.files, strange))}


_FORM = re.compile(r"<form(?P<head>[^>]*)>(?P<body>.*?)</form>", re.DOTALL)
_ATTRIBUTE = re.compile(r"""\b(action|method|hx-post|data-autosave)=["']([^"']*)["']""")


def forms_of(page: str, path: str) -> list[Form]:
    """Every form that a page shows."""
    found = []
    for one in _FORM.finditer(page):
        head = dict(_ATTRIBUTE.findall(one["head"]))
        form = Form(head.get("action") or head.get("hx-post") or path, head.get("method", "get").lower())
        form.feed(one["body"])
        found.append(form)
    return found


def asked(forms: list[Form]) -> list[dict[str, str]]:
    """What the forms of a page are asked that only ask: all fields at once, and the one in which one searches."""
    named = {name for form in forms if form.method == "get" for name in (*form.texts, *form.kept)}
    questions = [dict.fromkeys(sorted(named), NASTY)] if named else []
    return [*questions, {"q": NASTY}] if {"q"} < named else questions


def shown_raw(response: Any) -> bool:
    """Whether a page would run what it was given."""
    kind = response.headers.get("Content-Type", "")
    if not kind.startswith("text/html") or getattr(response, "streaming", False):
        return False
    return bool(_RAW.search(response.content.decode(errors="replace")))


def undone(act: Callable[[], Any]) -> Any:
    """Do something, take its result or its refusal, and undo it."""
    with transaction.atomic():
        try:
            return act()
        except MinzhengError as error:
            return error
        finally:
            transaction.set_rollback(True)


def rows_kept() -> list[int]:
    """How many rows the tables hold that no form may empty."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in _GUARDED))
        return list(cursor.fetchone())
