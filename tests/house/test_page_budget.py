"""What a page may cost: its queries and its weight stand in a file, and may only shrink.

`MINZHENG_WRITE_BUDGET=1 python3 run.py test tests/house/test_page_budget.py` writes what was measured, never more.
"""

from __future__ import annotations

import gzip
import os
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from minzheng.kernel import clock
from tests.factories import NONGAN, cast, user_of
from tests.factories.standings import standing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
FILE = Path(__file__).parent / "page_budget.txt"
REGISTER = "/desk/registers/assistance.standings/"
# A clerk of a township is whoever comes most often; the list is measured full.
PAGES = {
    "work list": "/desk/",
    "cases": "/desk/cases/",
    "cases filtered": "/desk/cases/?state=open",
    "cases searched": "/desk/cases/?q=lin",
    "register": REGISTER,
    "register filtered": f"{REGISTER}?state=current",
    "register searched": f"{REGISTER}?q=linxiao",
    "registers": "/desk/registers/",
    "board": "/desk/boards/",
    "board on the wall": "/desk/boards/screen/",
}
_OUTSIDE = ("BEGIN", "COMMIT", "SET ", "SAVEPOINT", "RELEASE", "SELECT set_config")


def budget() -> dict[str, tuple[int, int]]:
    """Page: most queries, most kilobytes as they travel."""
    lines = [
        line.rsplit(maxsplit=2) for line in FILE.read_text(encoding="utf-8").splitlines() if line.strip()
    ]
    return {name: (int(queries), int(kilobytes)) for name, queries, kilobytes in lines}


def measured() -> dict[str, tuple[int, int]]:
    browser = Client()
    browser.force_login(user_of(cast().clerk))
    found = {}
    for name, url in PAGES.items():
        browser.get(url)  # what a process reads once is not the page's
        with CaptureQueriesContext(connection) as taken:
            answer = browser.get(url)
        assert answer.status_code == 200, url
        queries = [one for one in taken if not one["sql"].startswith(_OUTSIDE)]
        found[name] = len(queries), -(-len(gzip.compress(answer.content)) // 1024)
    return found


def test_no_page_costs_more_than_its_budget_and_the_budget_follows_the_page_down():
    with clock.frozen(date(2026, 4, 10)):
        for n in range(31):
            standing(path=NONGAN.village, amount=10000 + n)
        found = measured()
    if os.environ.get("MINZHENG_WRITE_BUDGET"):
        known = budget() if FILE.exists() else {}
        rows = {page: tuple(map(min, cost, known.get(page, cost))) for page, cost in found.items()}
        text = "".join(f"{page:<24}{queries:>4}{size:>5}\n" for page, (queries, size) in rows.items())
        FILE.write_text(text, encoding="utf-8")
    kept = budget()
    assert kept.keys() == found.keys(), "every page measured stands in page_budget.txt, and no other"
    dear = {
        page: (cost, kept[page])
        for page, cost in found.items()
        if cost[0] > kept[page][0] or cost[1] > kept[page][1]
    }
    assert not dear, f"dearer than its budget (queries, KB): {dear}; make the page cheaper"
    loose = {page: (cost[0], kept[page][0]) for page, cost in found.items() if cost[0] < kept[page][0]}
    assert not loose, (
        f"the page needs fewer queries than its budget: shrink it with MINZHENG_WRITE_BUDGET=1 {loose}"
    )


def test_styles_and_scripts_travel_packed(settings, tmp_path):
    from minzheng.config.whitenoise import Packed

    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    public = Packed(lambda _: None, settings=settings)
    style = public.files["/static/ui/ui.css"]
    plain, packed = (style.get_response("GET", taken) for taken in ({}, {"HTTP_ACCEPT_ENCODING": "gzip"}))
    assert dict(packed.headers)["Content-Encoding"] == "gzip"
    whole = plain.file.read()
    small = packed.file.read()
    assert len(small) * 3 < len(whole)
    assert gzip.decompress(small) == whole
    assert dict(packed.headers)["Content-Type"].startswith("text/css")
    for one in (plain, packed):
        one.file.close()
