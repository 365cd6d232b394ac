"""Hands for the pages of standards and releases: who enters, what a page carries, a sheet sent."""

from __future__ import annotations

import io
import re
from typing import Any

import python_calamine
from django.http import HttpResponse
from django.test import Client

from minzheng.kernel.audit import Actor
from tests.factories import user_of

__all__ = ["RELEASES", "STANDARDS", "book", "deed", "enter", "sheet", "text"]

STANDARDS = "/desk/standards/"
RELEASES = f"{STANDARDS}releases/"


def enter(client: Client, who: Actor) -> Client:
    """Sign somebody in."""
    client.force_login(user_of(who))
    return client


def text(response: HttpResponse) -> str:
    """What the page says."""
    return response.content.decode()


def sheet(page: str, code: str) -> dict[str, str]:
    """The hidden fields of one sheet of the page."""
    found = re.search(rf'<form[^>]*id="sheet-{code}".*?</form>', page, re.S)
    assert found is not None, f"no sheet {code}"
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', found[0]))
    hidden.pop("csrfmiddlewaretoken", None)
    return hidden


def deed(client: Client, url: str, code: str, **fields: Any) -> HttpResponse:
    """Open the page, send the sheet; keyword names have underscores where fields have dots."""
    hidden = sheet(text(client.get(url)), code)
    named = {f"{code}-{name.replace('__', '.')}": value for name, value in fields.items()}
    return client.post(url, {**hidden, **named})


def book(response: Any) -> dict[str, list[list[Any]]]:
    """The sheets of a workbook that was sent, by name, below their heads."""
    found = python_calamine.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    return {name: found.get_sheet_by_name(name).to_python()[2:] for name in found.sheet_names}
