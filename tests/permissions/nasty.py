"""Words that are no words: script and SQL, laid into every free text that is kept and sent into every field asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.test import Client
from django.urls import get_resolver

from minzheng.kernel import catalogue
from minzheng.kernel.access.models import Posting
from minzheng.kernel.access.queries import actor_of
from tests.factories.cast import SINCE, account, office
from tests.factories.company import HERE, knock, level_place
from tests.permissions.pages import _routes

__all__ = ["NASTY", "asked", "everybody", "laid_everywhere", "plain_pages", "shown_raw"]

NASTY = "'><img src=x onerror=alert(1)>'; DROP TABLE people_person; --"
_RAW = "<img src=x onerror"
_FREE = re.compile(
    r"(^|_)(name|reason|reasons|note|text|title|memo|address|message|explanation|remark|opinion|description|conclusion"
    r"|purpose|contact|comment|label|ask|need|basis|subject)$"
)
_FORM = re.compile(r"<form(?P<head>[^>]*)>(?P<body>.*?)</form>", re.DOTALL)
_FIELD = re.compile(r"<(input|select|textarea)\b[^>]*>")
_NAME = re.compile(r"""\bname=["']([\w.\-]+)["']""")


def laid_everywhere() -> int:
    """Every free text of every row that may be changed by hand says it; how many columns do."""
    laid = 0
    for model in apps.get_models():
        if not model.__module__.startswith("minzheng."):
            continue
        for field in model._meta.local_fields:
            if not _is_free(field):
                continue
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(f'UPDATE "{model._meta.db_table}" SET "{field.column}" = %s', [NASTY])
                    laid += cursor.rowcount > 0
            except DatabaseError:
                continue  # frozen, or of a form that forbids it
    return laid


def _is_free(field: models.Field[Any, Any]) -> bool:
    return (
        type(field) in (models.CharField, models.TextField) and not field.choices and not field.unique
        and (field.max_length or 999) >= len(NASTY) and bool(_FREE.search(field.name))
    )  # fmt: skip


def everybody() -> Client:
    """One account with every post of the place."""
    user = account(name="本地全岗")
    for code, declared in catalogue.current().roles.items():
        where = office(level_place(HERE, declared.item.at))
        Posting.objects.create(user=user, office=where, role=code, from_on=SINCE)
    return knock(actor_of(user))


def plain_pages() -> Iterator[str]:
    """Every address of a door for people that names nothing, and the list of one register."""
    for name, route in _routes(get_resolver().url_patterns, ""):
        if "<" not in route and not route.startswith(
            ("api/", "static/", "logout", "login/unified", "metrics", "readyz")
        ):
            yield f"/{route}"
        elif name == "desk_register":
            yield from (f"/desk/registers/{code}/" for code in catalogue.current().registers)


def asked(page: str) -> list[dict[str, str]]:
    """What the forms of a page are asked that only ask: all fields at once, and the one in which one searches."""
    forms = [one["body"] for one in _FORM.finditer(page) if 'method="post"' not in one["head"].lower()]
    named = {name for form in forms for one in _FIELD.finditer(form) for name in _NAME.findall(one[0])}
    questions = [dict.fromkeys(sorted(named), NASTY)] if named else []
    return [*questions, {"q": NASTY}] if {"q"} < named else questions


def shown_raw(response: Any) -> bool:
    """Whether a page would run what it was given."""
    kind = response.headers.get("Content-Type", "")
    if not kind.startswith("text/html") or getattr(response, "streaming", False):
        return False
    return _RAW in response.content.decode(errors="replace")
