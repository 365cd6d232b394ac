"""Whatever leaves as a file passes the one gate that counts it; the test finds the ways out by itself."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, resolve

from minzheng.kernel import catalogue, clock
from minzheng.kernel.documents import bundling, pdfs
from minzheng.kernel.documents.models import Bundle, Document
from minzheng.kernel.people import shelves
from minzheng.kernel.reveals.models import Left
from tests.factories.company import HERE
from tests.factories.ground import Ground
from tests.permissions.nasty import everybody, plain_pages, undone
from tests.permissions.pages import addressed, routes
from tests.permissions.test_every_no import db, ground, tried

__all__ = ["db", "ground", "tried"]
pytestmark = pytest.mark.filterwarnings("ignore:No directory at")
DOORS = Path(__file__).parents[2] / "src" / "minzheng"
# What leaves without a row of anybody's: an empty form, figures of a place, the platform's own words; or to oneself.
NOBODYS = {
    "desk_register_template": "空白模板", "desk_file_template": "空白模板", "desk_plan_workbook": "规划指标",
    "desk_standards_workbook": "标准", "desk_money_statement_workbook": "账簿合计",
}  # fmt: skip


def leaves(answer: Any) -> bool:
    """A file to keep, or the work that a telephone takes along."""
    said = answer.headers.get("Content-Disposition", "")
    return answer.status_code == 200 and said.startswith("attachment")


def asked(browser: Client, path: str) -> tuple[Any, int, bytes]:
    """What an address gives when it is opened, or posted to where it is not opened; and how much of it was counted."""

    def ask() -> tuple[Any, int, bytes]:
        before = Left.objects.count()
        answer = browser.get(path)
        if answer.status_code == 405:
            answer = browser.post(path)
        content = b"".join(answer) if answer.streaming else answer.content
        return answer, Left.objects.count() - before, content

    found: tuple[Any, int, bytes] = undone(ask)
    return found


def ways(ground: Ground) -> Iterator[str]:
    """Every address of desk, portal and machine door, those that name kinds of things included."""
    yield from (path for _, path in addressed(ground))
    yield from plain_pages()
    one = next(iter(catalogue.current().registers))
    kinds = {"desk/registers/": one, "desk/exchange/": next(iter(catalogue.current().extracts))}
    papers = Document.objects.order_by("id").values_list("pk", flat=True)[:1]
    for _, route in routes(get_resolver().url_patterns, ""):
        for start, code in kinds.items():
            if route.startswith(start) and route.count("<") == 1 and "<str:code>" in route:
                yield "/" + route.replace("<str:code>", code)
    yield f"/api/registers/{one}/export"
    for pk in papers:
        yield from (f"/api/documents/{pk}/content", f"/desk/documents/{pk}/?download=1")


def bundle(by: str) -> Bundle:
    """A file for the printer that stands ready."""
    import pypdfium2 as pdfium

    book, out = pdfium.PdfDocument.new(), io.BytesIO()
    book.new_page(595, 842)
    book.save(out)
    name, sha = shelves.put(bundling.SHELF, [out.getvalue()])
    return Bundle.objects.create(
        path=HERE.township, cases=[1, 2], created_by=by, created_by_name="某", asked_at=clock.now(), state="done",
        done=2, pages=1, stored_name=name, sha=sha,
        expires_at=clock.now() + bundling.KEPT,
    )  # fmt: skip


def test_every_way_out_is_counted_at_the_gate(tried: Ground, told: Any) -> None:
    browser = everybody()
    ready = bundle(f"user:{browser.session['_auth_user_id']}")
    paths = [*ways(tried), f"/desk/papers/print/{ready.pk}/file/"]
    out, uncounted, modules = [], [], set()
    for path in dict.fromkeys(paths):
        if path.startswith(("/apply/", "/my/")):
            continue
        answer, counted, content = asked(browser, path)
        if not leaves(answer):
            continue
        match = resolve(path.partition("?")[0])
        modules.add(match.func.__module__)
        out.append(path)
        if not counted and match.url_name not in NOBODYS:
            uncounted.append(f"{path} ({match.url_name})")
        if counted and answer.headers["Content-Type"] == "application/pdf":
            assert "带出" in pdfs.text(content), path
    assert not uncounted, "\n".join(uncounted)
    told(addresses=len(set(paths)), ways_out=len(out))
    assert len(out) > 10, out
    assert NOBODYS.keys() <= {name for name, _ in routes(get_resolver().url_patterns, "")}
    # Whoever writes a file in a view of staff has been asked for one here, or it is said why it holds nobody's data.
    assert {one.split(".")[-1] for one in writers()} <= {one.split(".")[-1] for one in modules} | ELSEWHERE


# Not met here. A roster, a workbook that waits and a Word copy are asked for by other tests, which name the gate; an
# import template holds nobody; what a system downloads by the machine door is counted in code and by no test.
ELSEWHERE = {"rosters", "workbook", "exports", "viewer", "reading", "bringing"}


def writers() -> list[str]:
    """The modules of staff's and machines' doors that write a file to keep."""
    found = []
    for door in ("desk", "api"):
        for path in sorted((DOORS / door).rglob("*.py")):
            text = path.read_text()
            if re.search(r"as_attachment|Content-Disposition", text) and ast.parse(text):
                found.append(".".join(path.relative_to(DOORS.parent).with_suffix("").parts))
    return found


def test_a_paper_taken_along_says_who_took_it_and_the_one_that_is_kept_does_not(tried: Ground) -> None:
    """Every page of the copy; the paper in the store keeps its digest."""
    browser = everybody()
    ready = bundle(f"user:{browser.session['_auth_user_id']}")
    answer, counted, content = asked(browser, f"/desk/papers/print/{ready.pk}/file/")
    assert (answer.status_code, counted) == (200, 1)
    assert re.search(r"本地全岗（user:\d+）\d{4}-\d\d-\d\d \d\d:\d\d 带出　编号 \d+", pdfs.text(content))
    with bundling.opened(ready) as kept:
        assert "带出" not in pdfs.text(kept.read())


def test_what_a_telephone_takes_along_is_counted(tried: Ground) -> None:
    answer, counted, _ = asked(everybody(), "/desk/field/take-along/")
    assert (answer.status_code, counted) == (200, 1)
