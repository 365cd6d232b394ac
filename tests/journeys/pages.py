"""A page as a person reads it: its words, its links, its forms; and a reader who walks by Django's test client.

Whatever is sent was found on the page: the form with that button, the fields with those names, the token
and the key that the form carries.  The browser's walk reads its pages with the same eyes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from tests.factories.cast import user_of
from tests.journeys.stage import Paper, Stage

__all__ = ["Button", "Control", "Page", "PageForm", "Reader", "read_page"]

_VOID = {"script", "style", "template", "noscript"}


@dataclass
class Control:
    """One field of a form: its kind, what stands in it, and what may be chosen."""

    kind: str
    value: str | None = None
    options: list[str] = field(default_factory=list)


@dataclass(eq=False)
class Button:
    """A button that sends the form, and what it sends itself; two that say the same are still two."""

    words: str = ""
    name: str = ""
    value: str = ""


@dataclass
class PageForm:
    """A form: where it goes, its fields by name, its buttons; ``place`` counts the forms of the page."""

    place: int
    action: str
    method: str
    id: str
    controls: dict[str, Control] = field(default_factory=dict)
    buttons: list[Button] = field(default_factory=list)

    def button(self, words: str) -> Button | None:
        """The button that says this; with nothing said the last one, which sends the form."""
        if not words:
            return self.buttons[-1] if self.buttons else None
        same = [one for one in self.buttons if one.words == words]
        return (same or [one for one in self.buttons if words in one.words] or [None])[0]


@dataclass
class Page:
    """What stands on a page."""

    words: str
    links: list[tuple[str, str]]
    forms: list[PageForm]

    def link(self, words: str) -> str:
        """Where the link leads that says this; the exact words go before words that contain them."""
        found = [href for text, href in self.links if text == words]
        found = found or [href for text, href in self.links if words in text]
        assert found, f"no link “{words}” among {[text for text, _ in self.links]}"
        return found[0]

    def form(self, words: str, names: Sequence[str] = (), *, within: str = "") -> PageForm:
        """The form with a button that says this and with all the fields named."""
        found = [
            one for one in self.forms
            if one.button(words) and set(names) <= set(one.controls) and within in ("", one.id)
        ]  # fmt: skip
        told = [(one.id, [b.words for b in one.buttons], sorted(one.controls)) for one in self.forms]
        assert found, f"no form “{words}” with {list(names)} among {told}"
        return found[0]


class _Reading(HTMLParser):
    """One pass over the page."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.links: list[list[str]] = []
        self.forms: list[PageForm] = []
        self._hidden = 0
        self._link = self._button = self._form = False
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _VOID:
            self._hidden += 1
        if self._hidden:
            return
        if tag == "a" and "href" in given:
            self.links.append(["", given["href"]])
            self._link = True
        elif tag == "form":
            method, action = given.get("method", "get").lower(), given.get("action", "")
            self.forms.append(PageForm(len(self.forms), action, method, given.get("id", "")))
            self._form = True
        elif self._form:
            self._control(tag, given)

    def _control(self, tag: str, given: dict[str, str]) -> None:
        controls, name = self.forms[-1].controls, given.get("name", "")
        if tag == "button" and given.get("type", "submit") == "submit":
            self.forms[-1].buttons.append(Button("", name, given.get("value", "")))
            self._button = True
        elif tag == "select" and name:
            controls[name] = Control("select", "")
            self._select = name
        elif tag == "option" and self._select:
            controls[self._select].options.append(given.get("value", ""))
            if "selected" in given:
                controls[self._select].value = given.get("value", "")
        elif tag == "textarea" and name:
            controls[name] = Control("text", "")
            self._area = name
        elif tag == "input" and name:
            self._input(controls, name, given)

    def _input(self, controls: dict[str, Control], name: str, given: dict[str, str]) -> None:
        kind, value = given.get("type", "text"), given.get("value", "on" if "checked" in given else "")
        if kind in ("radio", "checkbox"):
            control = controls.setdefault(name, Control(kind))
            control.options.append(given.get("value", "on"))
            if "checked" in given:
                control.value = given.get("value", "on")
        else:
            controls[name] = Control(kind, None if kind == "file" else value)

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        if self._area:
            self.forms[-1].controls[self._area].value = str(self.forms[-1].controls[self._area].value) + data
        self.text.append(data)
        if self._link:
            self.links[-1][0] += data
        if self._button:
            self.forms[-1].buttons[-1].words += data

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            self._hidden -= 1
        elif tag == "a":
            self._link = False
        elif tag == "button":
            self._button = False
        elif tag == "form":
            self._form = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""


def read_page(html: str) -> Page:
    """The page with white space as a reader sees it."""
    reading = _Reading()
    reading.feed(html)
    for form in reading.forms:
        for button in form.buttons:
            button.words = _line(button.words)
        for control in form.controls.values():
            if control.kind == "text" and control.value is not None:
                # A browser drops the line break after the opening tag and sends the others as two characters.
                control.value = control.value.removeprefix("\n")
    return Page(_line(" ".join(reading.text)), [(_line(a), b) for a, b in reading.links], reading.forms)


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


class Reader:
    """Someone at a door, by the test client, with the token check on."""

    def __init__(self, stage: Stage, who: Actor | None) -> None:
        self.stage = stage
        self.who = who
        self.client = Client(enforce_csrf_checks=True)
        if who is not None:
            self.client.force_login(user_of(who))
        self.page = Page("", [], [])
        self.path = "/"
        self.status = 0

    @property
    def words(self) -> str:
        """Everything the page says."""
        return self.page.words

    def go(self, url: str) -> str:
        """Open a page that must be there."""
        self._take(self._ask("get", url))
        assert self.status == 200, (url, self.status, self.words[:600])
        return self.words

    def status_of(self, url: str) -> int:
        """What an address answers, without going there."""
        return self._ask("get", url, follow=False).status_code

    def follow(self, words: str) -> str:
        """Go where a link of the page leads."""
        return self.go(urljoin(self.path, self.page.link(words).split("#")[0]))

    def fetch(self, words: str) -> bytes:
        """The file behind a link of the page."""
        where = urljoin(self.path, self.page.link(words))
        answer = self._ask("get", where, follow=False)
        self.stage.seen(where, self.who)
        assert answer.status_code == 200, (words, answer.status_code)
        return b"".join(answer.streaming_content) if answer.streaming else answer.content

    def add_row(self) -> None:
        """One line more in a table that is filled in."""
        self.press("添加一行")

    def press(
        self, words: str, answers: Mapping[str, str] | None = None, *, papers: Mapping[str, Paper] | None = None,
        within: str = "", expect: int = 200,
    ) -> str:  # fmt: skip
        """Fill in the form that has this button, and press it."""
        answers, papers = dict(answers or {}), dict(papers or {})
        form = self.page.form(words, [*answers, *papers], within=within)
        sent = self._filled(form, answers)
        button = form.button(words)
        if button is not None and button.name:
            sent[button.name] = button.value
        files = {name: SimpleUploadedFile(one.name, one.content, one.kind) for name, one in papers.items()}
        where = urljoin(self.path, form.action)
        self._take(self._ask(form.method, where, {**sent, **files}))
        assert self.status == expect, (words, self.path, self.status, self.words[:1500])
        return self.words

    def _filled(self, form: PageForm, answers: Mapping[str, str]) -> dict[str, Any]:
        """What a browser would send: what stands in the form, and what was typed into it."""
        kept = {
            name: control.value for name, control in form.controls.items()
            if control.value is not None and control.kind not in ("file", "submit")
        }  # fmt: skip
        for name, value in answers.items():
            control = form.controls[name]
            assert control.kind != "hidden", f"nobody types into “{name}”"
            assert not control.options or value in control.options, (name, value, control.options)
            kept[name] = value
        return kept

    def _ask(
        self, method: str, url: str, sent: Mapping[str, Any] | None = None, *, follow: bool = True
    ) -> Any:
        with clock.frozen(self.stage.at):
            # Each request is a minute of its own, so that what was done first also stands first.
            self.stage.tick()
            return getattr(self.client, method)(url, sent or {}, follow=follow)

    def _take(self, response: HttpResponse) -> None:
        asked = response.request  # type: ignore[attr-defined]
        self.path = asked["PATH_INFO"] + (f"?{asked['QUERY_STRING']}" if asked["QUERY_STRING"] else "")
        self.status = response.status_code
        content = io.BytesIO(b"".join(response.streaming_content)) if response.streaming else None  # type: ignore[attr-defined]
        html = content.getvalue() if content else response.content
        self.page = read_page(html.decode("utf-8", "replace"))
        self.stage.seen(self.path, self.who)
