"""What is looked at on every page a browser comes to: access rules, layout, errors the page told its console."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Page

__all__ = ["ONLOOKER", "Eyes", "Seen"]

WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# What the browser blocked is told on the console, where errors are gathered anyway.
ONLOOKER = """addEventListener("securitypolicyviolation",
  (e) => console.error("CSP " + e.violatedDirective + " blocked " + e.blockedURI))"""
_AXE = """() => axe.run(document, {resultTypes: ["violations"], selectors: false}).then(({violations}) => violations
  .filter((one) => one.impact === "serious" || one.impact === "critical")
  .map((one) => one.id + ": " + one.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(" | ")))"""
_TOO_WIDE = """(elder) => {
  const html = document.documentElement, was = html.hasAttribute("data-elder");
  html.toggleAttribute("data-elder", elder);
  const over = html.scrollWidth - innerWidth;
  const who = over > 0 ? [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1).slice(-1)
    .map((one) => one.tagName + "." + one.className).join() : "";
  html.toggleAttribute("data-elder", was);
  return over > 0 ? over + " px by " + who : "";
}"""
# A chart is saved as a picture: what it would be saved as must be one.
_PICTURES = """() => window.echarts ? [...document.querySelectorAll("[data-canvas]")].filter((one) => {
  const chart = echarts.getInstanceByDom(one);
  if (!chart) return false;
  const text = decodeURIComponent(chart.getDataURL({ type: "svg" }).split(",").slice(1).join(","));
  return new DOMParser().parseFromString(text, "image/svg+xml").querySelector("parsererror");
}).map((one) => one.parentElement.innerText.slice(0, 20)) : []"""
# A page that answers 400 or 403 on purpose is told by the browser as a resource that did not load.
_EXPECTED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


@dataclass(frozen=True)
class Seen:
    """The kinds of pages already looked at by anybody: a file each, as several processes play side by side."""

    folder: Path

    def first(self, path: str, status: int) -> bool:
        """Whether nobody came to this kind of page before; from now on somebody has."""
        try:
            self._mark(path, status).open("x").close()
        except FileExistsError:
            return False
        return True

    def before(self, path: str, status: int) -> bool:
        """Whether somebody came to this kind of page."""
        return self._mark(path, status).exists()

    def __len__(self) -> int:
        return len(list(self.folder.iterdir()))

    def _mark(self, path: str, status: int) -> Path:
        kind = re.sub(r"\d+|[0-9A-Z]{12}", "N", path.split("?")[0])
        return self.folder / f"{kind.replace('/', '~')} {status}"


@dataclass
class Eyes:
    """Everything that was seen, once for each kind of page, and what was wrong with it."""

    seen: Seen
    wrong: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Listen to the page for as long as it is open."""
        page.add_init_script(ONLOOKER)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.wrong.append(f"{page.url}: {error}"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not _EXPECTED.match(message.text):
            self.wrong.append(f"{message.location.get('url', '')}: {message.text}")

    def look(self, page: Page, path: str, status: int) -> None:
        """The first page of each kind is measured in both widths, both sizes of letters, and by axe."""
        if not self.seen.first(path, status):
            return
        page.evaluate(AXE_SCRIPT)
        self.wrong += [f"axe {path} ({status}) {one}" for one in page.evaluate(_AXE)]
        self.wrong += [f"{path}: no picture of {one}" for one in page.evaluate(_PICTURES)]
        mine = page.viewport_size
        for size in (WIDE, NARROW):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            for elder in (False, True):
                if over := page.evaluate(_TOO_WIDE, elder):
                    letters = "large" if elder else "usual"
                    self.wrong.append(f"{path} ({status}) at {size['width']} px, {letters} letters: {over}")
        if mine is not None:
            page.set_viewport_size(mine)
