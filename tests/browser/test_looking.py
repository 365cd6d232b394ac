"""The eyes themselves: what they must notice, they notice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.looking import Eyes, Seen

FAULTS = {
    "color-contrast": "<p style='color:#ccc;background:#fff'>看不清的字</p>",
    "px, usual letters": "<div style='width:2000px;height:9px'></div>",
    "px, large letters": "<style>[data-elder] b{display:block;width:2000px;height:9px}</style><b></b>",
    "label": "<input name='unnamed'>",
    "CSP": "<script>1</script>",
    "thrown": "<script>setTimeout(() => { throw new Error('thrown') })</script>",
}


@pytest.fixture
def eyes(tmp_path: Path) -> Eyes:
    """Eyes that have seen nothing yet."""
    return Eyes(Seen(tmp_path))


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


def _shown(tab: Page, eyes: Eyes, body: str, *, guarded: bool = False) -> str:
    html = f"<!doctype html><html lang=zh><title>页</title><main><h1>页</h1>{body}</main></html>"
    policy = {"Content-Security-Policy": "script-src 'none'"} if guarded else {}
    tab.route(
        "**/*",
        lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=policy),
    )
    eyes.watch(tab)
    tab.goto("http://127.0.0.1:9/")
    tab.wait_for_timeout(50)
    eyes.look(tab, "/", 200)
    return "\n".join(eyes.wrong)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_on_a_page_is_seen(tab: Page, eyes: Eyes, fault: str) -> None:
    assert fault in _shown(tab, eyes, FAULTS[fault], guarded=fault == "CSP")


def test_nothing_is_said_of_a_sound_page(tab: Page, eyes: Eyes) -> None:
    assert _shown(tab, eyes, "<p>好</p>") == ""
