"""Any bytes as a file, at every place where a page takes one; the places are found on the pages themselves."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client

from tests.factories.ground import Ground
from tests.factories.strange_files import STRANGE
from tests.permissions.nasty import Form, forms_of, rows_kept, shown_raw
from tests.permissions.test_every_no import db, ground, tried
from tests.permissions.test_nasty import all_pages, opened

__all__ = ["db", "ground", "tried"]
pytestmark = pytest.mark.filterwarnings("ignore:No directory at")


def handed_in(browser: Client, form: Form, name: str) -> tuple[int, bool]:
    """What is answered, and whether it shows the name of the file as more than text; undone."""
    file = SimpleUploadedFile(name, STRANGE[name], "application/octet-stream")
    sent: dict[str, Any] = {**form.sent(every=False), **dict.fromkeys(form.files, file)}
    for text in form.free:
        sent[text] = "试"
    with transaction.atomic():
        answer = browser.post(form.action, sent)
        raw, status = shown_raw(answer), answer.status_code
        if status == 302:
            page = browser.get(answer.headers["Location"])
            raw, status = raw or shown_raw(page), max(status, page.status_code)
        assert not connection.needs_rollback, (form.action, name)
        transaction.set_rollback(True)
    return status, raw


def test_no_file_is_too_strange_for_any_page_that_takes_one(tried: Ground, told: Any) -> None:
    """Never a fault of ours, never a name that is run, never a row that is gone."""
    places: dict[tuple[str, tuple[str, ...]], tuple[Client, Form]] = {}
    for browser, path in all_pages(tried):
        page = opened(browser, path)
        if page.status_code == 200 and not page.streaming:
            for form in forms_of(page.content.decode(errors="replace"), path):
                if form.method == "post" and form.files:
                    places.setdefault((form.action, tuple(form.files)), (browser, form))
    before, wrong = rows_kept(), []
    for (action, _), (browser, form) in places.items():
        for name in STRANGE:
            status, raw = handed_in(browser, form, name)
            if status >= 500 or raw:
                wrong.append(f"{action} {name} {status} {raw}")
    assert not wrong, "\n".join(wrong)
    told(places=len(places), files=len(STRANGE))
    assert len(places) > 5, list(places)
    assert rows_kept() == before
