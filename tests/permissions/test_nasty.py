"""Script and SQL in whatever is kept and whatever is asked: shown as text, and never an error of ours."""

from __future__ import annotations

import functools

import pytest

from tests.factories.ground import Ground
from tests.permissions.nasty import asked, everybody, laid_everywhere, plain_pages, shown_raw
from tests.permissions.pages import addressed
from tests.permissions.test_every_no import db, ground, tried, undone

__all__ = ["db", "ground", "tried"]
pytestmark = pytest.mark.filterwarnings("ignore:No directory at")


def test_script_and_sql_in_whatever_is_kept_and_whatever_is_asked_are_shown_as_text(tried: Ground) -> None:
    """Stored: every free text says it, and every page is opened. Reflected: every field of every list is asked it."""
    staff, resident = everybody(), tried.browsers[tried.part("applicant").id]
    pages = [path for _, path in addressed(tried)]
    assert laid_everywhere() > 40
    wrong, opened, questions = [], 0, 0
    for path in pages + list(plain_pages()):
        browser = resident if path.startswith(("/apply/", "/my/")) else staff
        page = undone(functools.partial(browser.get, path))
        opened += page.status_code == 200
        wrong += [path] if shown_raw(page) else []
        if page.status_code != 200 or page.streaming:
            page.close()
            continue
        for question in asked(page.content.decode(errors="replace")):
            questions += 1
            answer = undone(functools.partial(browser.get, path, question))
            if answer.status_code >= 500 or shown_raw(answer):
                wrong.append(f"{path} {answer.status_code} {question}")
    assert not wrong, "\n".join(wrong)
    assert (opened > 100, questions > 40) == (True, True), (opened, questions)
    for path, sent in (
        ("/desk/cases/", {"q": "\x00' OR 1=1"}),
        ("/desk/people/%00/", {}),
        ("/board/", {"q": "\x00"}),
    ):
        assert undone(functools.partial(staff.get, path, sent)).status_code == 400
    form = {"data": "q=%00", "content_type": "application/x-www-form-urlencoded"}
    assert undone(functools.partial(staff.post, "/desk/search/", **form)).status_code == 400
