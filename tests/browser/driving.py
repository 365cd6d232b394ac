"""A visitor in a real browser: the same pages, buttons and words as the test client's, pressed by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, Response
from playwright.sync_api import Page as Tab

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from tests.browser.looking import NARROW, WIDE, Eyes
from tests.factories.cast import PASSWORD, user_of
from tests.journeys.pages import Page, PageForm, read_page
from tests.journeys.stage import Paper, Stage

__all__ = ["Driver"]

_SENDS = "button:not([type=button]):not([type=reset])"


class Driver:
    """Someone at the door in a browser of their own; a phone for residents and the coordinator."""

    def __init__(self, stage: Stage, who: Actor | None, tab: Tab, *, base: str, eyes: Eyes) -> None:
        self.stage, self.who, self.tab, self.base, self.eyes = stage, who, tab, base, eyes
        self.page = Page("", [], [])
        self.path, self.status = "/", 0
        eyes.watch(tab)
        at_home = who is None or not who.posts or who.id == stage.who.coordinator.id
        tab.set_viewport_size(NARROW if at_home else WIDE)  # type: ignore[arg-type]
        if who is not None:
            self._come_in(who)

    def _come_in(self, who: Actor) -> None:
        """The first of all by the form, as people do; others with a session that is laid ready.

        Whoever manages accounts has to have given the password just now.
        """
        if who.charges or not self.eyes.seen.before("/login/", 200):
            self.go("/login/")
            self.press("登录", {"username": user_of(who).username, "password": PASSWORD})
            return
        browser = Client()
        with clock.frozen(self.stage.at):
            browser.force_login(user_of(who))
        session = browser.cookies[settings.SESSION_COOKIE_NAME]
        self.tab.context.add_cookies([{"name": session.key, "value": session.value, "url": self.base}])

    @property
    def words(self) -> str:
        """Everything the page says."""
        return self.page.words

    def go(self, url: str) -> str:
        """Open a page that must be there."""
        self._arrived(self.tab.goto(self.base + url))
        assert self.status == 200, (url, self.status, self.words[:600])
        return self.words

    def status_of(self, url: str) -> int:
        """What an address answers, without going there."""
        return self.tab.context.request.get(self.base + url, max_redirects=0).status

    def follow(self, words: str) -> str:
        """Press a link of the page."""
        href = self.page.link(words)
        link = self.tab.locator(f"a[href={json.dumps(href)}]").filter(visible=True).first
        with self.tab.expect_navigation() as arrival:
            link.click()
        self._arrived(arrival.value)
        assert self.status == 200, (words, self.path, self.status)
        return self.words

    def fetch(self, words: str) -> bytes:
        """The file behind a link of the page."""
        answer = self.tab.context.request.get(urljoin(self.tab.url, self.page.link(words)))
        assert answer.status == 200, (words, answer.status)
        return answer.body()

    def add_row(self) -> None:
        """One line more in a table that is filled in; no page comes for it."""
        self.tab.locator("[data-rows-add]").filter(visible=True).first.click()
        self.page = read_page(self.tab.content())

    def press(
        self, words: str, answers: Mapping[str, str] | None = None, *, papers: Mapping[str, Paper] | None = None,
        within: str = "", expect: int = 200,
    ) -> str:  # fmt: skip
        """Fill in the form that has this button, and press it."""
        answers, papers = dict(answers or {}), dict(papers or {})
        form = self.page.form(words, [*answers, *papers], within=within)
        drawn = self.tab.locator("form").nth(form.place)
        self._unfold(drawn)
        for name, value in answers.items():
            self._type(drawn, form, name, value)
        for name, paper in papers.items():
            self._attach(drawn, name, paper)
        button = form.button(words)
        assert button is not None
        self._send(drawn.locator(_SENDS).nth(form.buttons.index(button)))
        assert self.status == expect, (words, self.path, self.status, self.words[:1500])
        return self.words

    def button(self, words: str, *, within: str = "") -> Locator:
        """The button itself, for hands that do more with it than press it."""
        form = self.page.form(words, within=within)
        button = form.button(words)
        assert button is not None
        return self.tab.locator("form").nth(form.place).locator(_SENDS).nth(form.buttons.index(button))

    def arrived(self, response: Response | None = None) -> None:
        """Read the page that is now shown."""
        self._arrived(response)

    def _unfold(self, drawn: Locator) -> None:
        folded = drawn.locator("xpath=ancestor::details[not(@open)]/summary")
        for place in range(folded.count()):
            folded.nth(place).click()

    def _type(self, drawn: Locator, form: PageForm, name: str, value: str) -> None:
        kind = form.controls[name].kind
        if kind in ("radio", "checkbox"):
            drawn.locator(f'input[name="{name}"][value="{value}"]').check()
        elif kind == "select":
            drawn.locator(f'select[name="{name}"]').select_option(value)
        else:
            drawn.locator(f'[name="{name}"]').fill(value)

    def _attach(self, drawn: Locator, name: str, paper: Paper) -> None:
        """A picture with a place of its own is sent at once, and the page says so."""
        box = drawn.locator(f'input[name="{name}"]')
        box.set_input_files({"name": paper.name, "mimeType": paper.kind, "buffer": paper.content})
        photo = box.locator("xpath=ancestor::*[@data-upload]")
        if photo.count():
            photo.get_by_text("已上传").wait_for()

    def _send(self, button: Locator) -> None:
        if button.get_attribute("data-confirm"):
            button.click()
        with self.tab.expect_navigation() as arrival:
            button.click()
        self._arrived(arrival.value)

    def _arrived(self, response: Response | None) -> None:
        parts = urlsplit(self.tab.url)
        self.path = parts.path + (f"?{parts.query}" if parts.query else "")
        self.status = response.status if response is not None else self.status
        self.page = read_page(self.tab.content())
        self.stage.seen(self.path, self.who)
        self.eyes.look(self.tab, self.path, self.status)
