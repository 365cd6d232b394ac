"""The written word keeps up with the house: generated pages, links, the glossary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from minzheng.config.management.commands import generate_docs
from minzheng.kernel import catalogue, declare
from tests.house.sources import ROOT

DOCS = ROOT / "docs"
ROOMS = (
    "roles",
    "services",
    "schemes",
    "registers",
    "visits",
    "samplings",
    "indicators",
    "screenings",
    "reserves",
    "purchasings",
)
ROW = re.compile(r"^\| *(?P<term>[^|]+?) *\| *`(?P<code>[^`|]+)` *\| *(?P<meaning>[^|]*?) *\|", re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<to>[^)\s]+)\)|!\[[^\]]*\]\((?P<image>[^)\s]+)\)")


def test_a_page_that_is_behind_or_no_longer_declared_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generate_docs, "FOLDER", tmp_path)
    call_command("generate_docs", stdout=StringIO())
    call_command("generate_docs", check=True, stdout=StringIO())
    (tmp_path / "roles.md").write_text("changed by hand", encoding="utf-8")
    (tmp_path / "service-gone.md").write_text("no longer declared", encoding="utf-8")
    with pytest.raises(CommandError, match=r"roles\.md、service-gone\.md"):
        call_command("generate_docs", check=True)
    call_command("generate_docs", stdout=StringIO())
    assert not (tmp_path / "service-gone.md").exists()
    call_command("generate_docs", check=True, stdout=StringIO())


def declared(domain: declare.Domain) -> Iterator[tuple[str, str]]:
    """The words a domain uses: (Chinese term, identifier)."""
    yield domain.label, domain.code
    for room in ROOMS:
        yield from ((item.label, item.code) for item in getattr(domain, room))
    for service in domain.services:
        yield from ((step.label, step.code) for step in service.steps)


def glossary_gaps(text: str, words: set[tuple[str, str]]) -> list[str]:
    """Words without a row, and rows without a meaning."""
    rows = {(row["term"], row["code"]): row["meaning"] for row in ROW.finditer(text)}
    missing = [f"| {term} | `{code}` | … |" for term, code in sorted(words - rows.keys())]
    return missing + [f"{term} has no meaning" for (term, _), meaning in rows.items() if not meaning]


def test_every_declared_thing_stands_in_the_glossary() -> None:
    words = {word for domain in catalogue.current().domains for word in declared(domain)}
    gaps = glossary_gaps((DOCS / "glossary.md").read_text(encoding="utf-8"), words)
    assert not gaps, "add to docs/glossary.md:\n" + "\n".join(gaps)


def test_the_glossary_names_nothing_that_is_gone() -> None:
    text = (DOCS / "glossary.md").read_text(encoding="utf-8")
    for domain in catalogue.current().domains:
        (section,) = re.findall(
            rf"^## [^\n]*\(`{domain.code}`\)\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE
        )
        rows = {(row["term"], row["code"]) for row in ROW.finditer(section)}
        assert rows - set(declared(domain)) == set(), "no longer declared"


def test_a_gap_in_the_glossary_is_seen() -> None:
    text = "| 受理 | `accept` | The window takes it. |\n| 调查 | `look` |  |\n"
    assert glossary_gaps(text, {("受理", "accept"), ("调查", "look"), ("受理", "take")}) == [
        "| 受理 | `take` | … |",
        "调查 has no meaning",
    ]


def broken_links(page: Path) -> list[str]:
    """Links and pictures of a page that lead nowhere in the repository."""
    found = []
    for link in LINK.finditer(re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)):
        to = (link["to"] or link["image"]).split("#")[0]
        # The pictures are taken by `run.py shots`; a clone without them is whole.
        taken_later = to.startswith("docs/images/") and not any((DOCS / "images").glob("*.png"))
        if to and "://" not in to and not taken_later and not (page.parent / to).exists():
            found.append(f"{page.name}: {to}")
    return found


def test_every_link_leads_somewhere() -> None:
    pages = [*DOCS.rglob("*.md"), *ROOT.glob("*.md")]
    found = [text for page in pages for text in broken_links(page)]
    assert not found, "\n".join(found)


def test_a_broken_link_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("[a](page.md#top) [b](gone.md) ![c](gone.png) [d](https://example.org)", encoding="utf-8")
    assert broken_links(page) == ["page.md: gone.md", "page.md: gone.png"]


def test_every_page_is_in_the_contents_and_every_decision_is_numbered() -> None:
    contents = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    pages = {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")}
    assert {page for page in pages if f" {page}\n" not in contents} == set()
    numbers = sorted(int(page.name[:4]) for page in (DOCS / "adr").glob("0*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
