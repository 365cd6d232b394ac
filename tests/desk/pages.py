"""A page of the desk as an officer uses it: the forms on it with what they carry, sent the way a browser would."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client

from minzheng.kernel.audit import Actor
from tests.factories.cast import user_of

__all__ = ["Officer", "forms_of", "officer"]


@dataclass
class PageForm:
    """A form on a page: where it goes and what stands in it."""

    action: str
    code: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._inside = False
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = True
            self.forms.append(PageForm(given.get("action", ""), given.get("id", "").removeprefix("sheet-")))
        elif self._inside:
            self._part(tag, given)

    def _part(self, tag: str, given: dict[str, str]) -> None:
        name, fields = given.get("name", ""), self.forms[-1].fields
        if tag == "input" and name and given.get("type") not in ("file", "radio", "checkbox"):
            fields[name] = given.get("value", "")
        elif tag == "input" and name and "checked" in given:
            fields[name] = given.get("value", "on")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            fields[self._select] = given.get("value", "")
        elif tag == "textarea" and name:
            self._area = name
            fields[name] = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].fields[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""


def forms_of(response: HttpResponse) -> dict[str, PageForm]:
    """The forms of a page by the code of their sheet."""
    parser = _Forms()
    parser.feed(response.content.decode())
    return {form.code: form for form in parser.forms}


@dataclass
class Officer:
    """Someone signed in at the desk."""

    who: Actor
    client: Client

    def open(self, url: str, *, status: int = 200) -> str:
        """The page as text."""
        response = self.client.get(url)
        assert response.status_code == status, (url, response.status_code, response.content.decode()[:3000])
        return response.content.decode()

    def form(self, url: str, code: str) -> PageForm:
        """The form of a sheet on a page, as it stands."""
        response = self.client.get(url)
        assert response.status_code == 200, (url, response.status_code)
        found = forms_of(response)
        assert code in found, (url, code, sorted(found))
        return found[code]

    def send(self, url: str, code: str, **answers: Any) -> HttpResponse:
        """Open the page, fill in the sheet, send it; what comes back."""
        form = self.form(url, code)
        filled = {f"{code}-{name}": value for name, value in answers.items()}
        return self.client.post(form.action or url, form.fields | filled)

    def do(self, url: str, code: str, **answers: Any) -> str:
        """The same, where it is to succeed; the address it leads to."""
        response = self.send(url, code, **answers)
        assert response.status_code == 302, _why(response)
        return response["Location"]


def _why(response: HttpResponse) -> str:
    text = response.content.decode()
    found = [part.split("<")[0] for part in text.split('class="mz-error"')[1:]]
    at = text.find('role="alert"')
    return f"{response.status_code} {found} {text[at : at + 900]}"


def officer(who: Actor) -> Officer:
    """Sign this actor in."""
    client = Client()
    client.force_login(user_of(who))
    return Officer(who, client)
