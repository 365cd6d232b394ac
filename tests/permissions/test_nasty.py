"""Script and SQL in whatever is kept and whatever is asked: shown as text, and never an error of ours."""

from __future__ import annotations

import copy
import functools
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from tests.factories.ground import Ground
from tests.permissions.nasty import (
    asked,
    everybody,
    forms_of,
    keeper,
    laid_everywhere,
    plain_pages,
    rows_kept,
    shown_raw,
    undone,
)
from tests.permissions.pages import addressed
from tests.permissions.test_every_no import db, ground, tried

__all__ = ["db", "ground", "tried"]
pytestmark = pytest.mark.filterwarnings("ignore:No directory at")


def opened(browser: Client, path: str, question: Any = None) -> Any:
    """A page, read to its end and undone."""

    def read() -> Any:
        page = browser.get(path, question)
        if page.streaming:
            assert list(page.streaming_content) is not None
        return page

    return undone(read)


def all_pages(ground: Ground) -> list[tuple[Client, str]]:
    staff, resident = everybody(), ground.browsers[ground.part("applicant").id]
    three = {
        "/desk/accounts/rights/": keeper("access.security"), "/desk/accounts/audit/": keeper("access.auditor"),
        "/desk/accounts/": keeper("access.administrator"), "/apply/": resident, "/my/": resident,
    }  # fmt: skip
    paths = [*(path for _, path in addressed(ground)), *plain_pages()]
    return [
        (next((whose for start, whose in three.items() if one.startswith(start)), staff), one)
        for one in dict.fromkeys(paths)
    ]


def test_script_and_sql_in_whatever_is_kept_and_whatever_is_asked_are_shown_as_text(
    tried: Ground, told: Any
) -> None:
    """Stored: every free text says it, and every page is opened. Reflected: every field of every list is asked it."""
    pages = all_pages(tried)
    laid = laid_everywhere()
    wrong, seen, questions = [], 0, 0
    for browser, path in pages:
        page = opened(browser, path)
        seen += page.status_code == 200
        wrong += [f"{path} {page.status_code}"] if page.status_code >= 500 or shown_raw(page) else []
        if page.status_code != 200 or page.streaming:
            continue
        for question in asked(forms_of(page.content.decode(errors="replace"), path)):
            questions += 1
            answer = opened(browser, path, question)
            if answer.status_code >= 500 or shown_raw(answer):
                wrong.append(f"{path} {answer.status_code} {question}")
    assert not wrong, "\n".join(wrong)
    told(columns=laid, pages=seen, questions=questions)
    assert (laid > 150, seen > 180, questions > 40) == (True, True, True), (laid, seen, questions)


def test_script_and_sql_typed_into_every_form_are_taken_as_text_or_refused_in_words(
    tried: Ground, told: Any
) -> None:
    """Every form of every page is filled in with it, once in every field and once only where words belong."""
    wrong, sent, taken, before = [], 0, 0, rows_kept()
    for browser, path in all_pages(tried):
        page = opened(browser, path)
        if page.status_code != 200 or page.streaming:
            continue
        for form in forms_of(page.content.decode(errors="replace"), path):
            if form.method != "post" or "logout" in form.action or not form.texts:
                continue
            for every in (True, False):
                status, raw, rows = filled_in(browser, form.action, form.sent(every=every), path)
                sent, taken = sent + 1, taken + (status in (0, 302))
                if status >= 500 or raw or any(now < then for now, then in zip(rows, before, strict=True)):
                    wrong.append(f"{path} {form.action} {status} {raw} {rows} every={every}")
    assert not wrong, "\n".join(wrong)
    told(forms_sent=sent, taken=taken)
    assert (sent > 150, taken > 20) == (True, True), (sent, taken)


def filled_in(browser: Client, action: str, sent: dict[str, Any], path: str) -> tuple[int, bool, list[int]]:
    """One form sent, where it leads opened, what is left counted; all of it undone."""
    held = copy.deepcopy(browser.cookies)
    with transaction.atomic():
        answer = browser.post(action, sent)
        raw, worst = shown_raw(answer), answer.status_code
        if answer.status_code == 302:
            for there in dict.fromkeys((answer.headers["Location"], path)):
                page = browser.get(there)
                raw |= shown_raw(page)
                worst = max(worst, page.status_code if page.status_code >= 500 else 0)
        assert not connection.needs_rollback, (path, action)
        rows = rows_kept()
        transaction.set_rollback(True)
    browser.cookies = held  # a form that signs out is undone as well
    return worst, raw, rows


def test_a_letter_of_number_nought_is_refused_in_words(tried: Ground) -> None:
    staff = everybody()
    for path, sent in (
        ("/desk/cases/", {"q": "\x00' OR 1=1"}),
        ("/desk/people/%00/", {}),
        ("/board/", {"q": "\x00"}),
    ):
        assert opened(staff, path, sent).status_code == 400
    form = {"data": "q=%00", "content_type": "application/x-www-form-urlencoded"}
    assert undone(functools.partial(staff.post, "/desk/search/", **form)).status_code == 400
