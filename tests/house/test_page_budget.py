"""What a page may cost: its queries and its weight stand in a file, and may only shrink.

`MINZHENG_WRITE_BUDGET=1 python3 run.py test tests/house/test_page_budget.py` writes what was measured, never more.
"""

from __future__ import annotations

import gzip
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from minzheng.kernel import clock
from minzheng.kernel.areas.paths import uid_of
from minzheng.kernel.casework import drafting
from minzheng.kernel.casework.models import Task
from minzheng.kernel.feedback.words import ENDED
from minzheng.kernel.notices.links import token
from minzheng.kernel.notices.models import Posting
from tests.factories import NONGAN, cast, user_of
from tests.factories.cast import Cast, resident_of
from tests.factories.people import household, person
from tests.factories.standings import standing
from tests.factories.walk import Walk

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
# Whoever is not signed in, on a telephone and a slow line; and whoever is, in the midst of an application.
OPEN = {
    "door home": "/", "door services": "/services/", "door services searched": "/services/?q=dibao",
    "door guide": "/services/assistance.dibao/", "door self-check": "/self-check/assistance.receivable/",
    "door places": "/places/?to=assistance.dibao", "door places searched": "/places/?to=assistance.dibao&q=nongan",
    "door board": "/board/", "door board searched": "/board/?q=fulong", "door village": "/board/{village}/",
    "door posting": "/board/postings/{posting}/", "door objection": "/board/objections/", "door verify": "/verify/",
    "door quality": "/quality/", "door opinions": "/opinions/", "door accessibility": "/accessibility/",
    "door houses": "/houses/", "door inspections": "/inspections/", "door rating": "/r/{rating}/",
}  # fmt: skip
OWN = {
    "door my matters": "/my/", "door messages": "/my/messages/", "door contact": "/my/contact/",
    "door letters": "/my/letters/", "door learning": "/my/learning/", "door care": "/my/care/",
    "door requests": "/my/requests/", "door case": "/my/cases/{case}/", "door receipt": "/my/cases/{case}/receipt/",
    "door rate": "/my/cases/{case}/rate/{task}/", "door family": "/apply/{draft}/family/",
    "door members": "/apply/{draft}/members/", "door member": "/apply/{draft}/members/{member}/",
    "door household": "/apply/{draft}/household/", "door payee": "/apply/{draft}/payee/",
    "door papers": "/apply/{draft}/papers/", "door consent": "/apply/{draft}/consent/",
    "door review": "/apply/{draft}/review/",
}  # fmt: skip
_OUTSIDE = ("BEGIN", "COMMIT", "SET ", "SAVEPOINT", "RELEASE", "SELECT set_config")


def budget() -> dict[str, tuple[int, int]]:
    """Page: most queries, most kilobytes as they travel."""
    lines = [
        line.rsplit(maxsplit=2) for line in FILE.read_text(encoding="utf-8").splitlines() if line.strip()
    ]
    return {name: (int(queries), int(kilobytes)) for name, queries, kilobytes in lines}


def measured() -> dict[str, tuple[int, int]]:
    who = cast()
    browser = Client()
    browser.force_login(user_of(who.clerk))
    found = of(browser, PAGES)
    me, numbers = at_the_door(who)
    numbered = [{name: url.format_map(numbers) for name, url in pages.items()} for pages in (OPEN, OWN)]
    return found | of(Client(), numbered[0]) | of(me, numbered[1])


def at_the_door(who: Cast) -> tuple[Client, dict[str, Any]]:
    """A resident whose application is accepted and posted, and who has begun another."""
    applicant = person(path=who.seat.village, name="林大山", birth=date(1960, 1, 9), phone="13804310001")
    home = household(applicant, person(path=who.seat.village, name="林小山"), path=who.seat.village)
    walk = Walk(who=who, departments=None, applicant=applicant, family=home)
    walk.apply()
    walk.accept()
    posting = Posting.objects.create(
        case_id=walk.case.pk, path=who.seat.village, title="低保公示", place="公示栏", posted_on=clock.today(), days=7,
        last_day=clock.today() + timedelta(days=7), provisional=False, posted_by="user:0", posted_by_name="某",
        content={"applicant": "林大山", "members": 2, "amount": 60000, "objection_phone": "12345"},
    )  # fmt: skip
    task = Task.objects.get(case=walk.case, step="accept", state="done")
    mine = resident_of(applicant)
    draft = drafting.start_draft(
        "assistance.temporary", applicant=applicant, household=home, path=home.path, channel="online", by=mine
    )
    browser = Client()
    browser.force_login(user_of(mine))
    return browser, {
        "village": uid_of(who.seat.village), "posting": posting.pk, "rating": token(ENDED, task.pk),
        "case": walk.case.pk, "task": task.pk, "draft": draft.pk, "member": draft.members.order_by("id").first().pk,
    }  # fmt: skip


def of(browser: Client, pages: dict[str, str]) -> dict[str, tuple[int, int]]:
    """Queries and packed kilobytes of each page, as it is drawn the second time."""
    found = {}
    for name, url in pages.items():
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
        text = "".join(f"{page:<26}{queries:>4}{size:>5}\n" for page, (queries, size) in rows.items())
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
