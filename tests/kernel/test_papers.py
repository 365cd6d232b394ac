"""Papers at work: archival for certain, as Word with the same words, found by what they say, printed together."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typst
from django.db import connection
from docx import Document as Word

from minzheng.kernel import clock
from minzheng.kernel.areas.paths import uid_of
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import system
from minzheng.kernel.documents import actions, bundling, office_file, pdfs, queries, tasks, words
from minzheng.kernel.documents.fonts import fonts
from minzheng.kernel.documents.letters import LETTERS
from minzheng.kernel.documents.models import Bundle, Document, Words
from minzheng.kernel.errors import NotFound, Refused, Stale
from minzheng.kernel.standards.models import ParameterRow
from tests.factories import NEXT_COUNTY, NONGAN, cast, staff
from tests.factories.archival import faults_of
from tests.factories.letters import SAMPLES
from tests.factories.papers import PNG, upload
from tests.factories.pdf_text import pdf_text
from tests.factories.places import place

pytestmark = pytest.mark.django_db
CLERK = system("受理测试")
DAY = date(2022, 1, 20)
HERE = NONGAN.village


def write(code: str = "decision_grant", **more: Any) -> Document:
    more = {"path": HERE, "case_id": 17, "data": SAMPLES[code], "by": CLERK, **more}
    with clock.frozen(DAY):
        return actions.write_letter(letter=code, **more)


def content_of(paper: Document) -> bytes:
    with queries.open_file(paper) as file:
        return file.read()


@pytest.mark.parametrize("code", sorted(LETTERS))
def test_every_letter_is_archival_and_its_word_copy_says_the_same(code: str) -> None:
    paper = write(code)
    pdf = content_of(paper)
    assert faults_of(pdf) == []
    copy = Word(io.BytesIO(office_file.docx(paper)))
    said = "".join("".join(one.itertext()) for one in copy.element.body.iter() if one.tag.endswith("}t"))
    said = "".join(said.split())
    assert paper.number in said
    for text in _leaves(SAMPLES[code]):
        assert "".join(text.split()) in said, f"{text} is missing from the Word copy of {code}"
    assert "可编辑副本" in copy.sections[0].header.paragraphs[0].text


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _leaves(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _leaves(one)
    elif isinstance(value, str):
        yield value


def test_what_is_not_archival_is_told() -> None:
    plain = typst.compile(b"a page", font_paths=fonts())
    assert isinstance(plain, bytes)
    assert {one[:5] for one in faults_of(plain)} == {"6.2.3", "6.6.4"}


def test_a_paper_is_found_by_its_words_within_scope_and_nothing_of_it_stands_in_clear() -> None:
    paper, other = write(), write(path=NEXT_COUNTY.village)
    actions.store_upload(
        file=upload(PNG, "低保证.png"), label="住院费用票据", path=HERE, case_id=17, by=CLERK
    )
    clerk = staff("clerk", at=NONGAN.township)
    assert words.find("起发月份", by=clerk) == []  # the worker has not read it yet
    tasks.read_words(0)
    assert not words.waiting()
    [found] = words.find("经调查核实和公示", by=clerk)
    assert found.document == paper
    assert found.around[1] == "经调查核实和公示"
    assert {one.document for one in words.find("城市最低生活 保障", by=clerk)} == {paper}
    assert [one.document.label for one in words.find("住院费用", by=clerk)] == ["住院费用票据"]
    assert [
        one.document for one in words.find("最低生活保障", by=staff("clerk", at=NEXT_COUNTY.township))
    ] == [other]
    assert words.find("公示经调查", by=clerk) == []  # both pairs of words stand in it, but not together
    with pytest.raises(Refused, match="两个连续的字"):
        words.find("低", by=clerk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(w)::text FROM documents_words w")
        kept = str(cursor.fetchall())
    assert "最低" not in kept
    assert Words.objects.filter(digests=None).count() == 0
    replaced = write(replaces=paper)
    tasks.read_words(0)
    assert [one.document for one in words.find("经调查核实", by=clerk)] == [replaced, paper]


def test_letters_of_many_cases_are_one_file_and_what_is_missing_is_listed_and_tried_again(
    settings: Any,
) -> None:
    clerk = cast().clerk
    first, second = write(case_id=1), write("acceptance_receipt", case_id=2)
    lost = write(case_id=3)
    write(path=NEXT_COUNTY.village, case_id=4)
    path = Path(settings.MEDIA_ROOT) / lost.stored_name
    kept = path.read_bytes()
    path.write_bytes(kept[:-10])
    made = bundling.ask(cases=[1, 2, 3, 4, 5, 1], by=clerk)
    assert made.cases == [1, 2, 3, 4, 5]
    bundling.make(made.pk)
    made.refresh_from_db()
    assert made.state == Bundle.State.DONE
    assert {key: why[:8] for key, why in made.failures.items()} == {
        "3": "这份文件与登记时", "4": "没有这种有效文书", "5": "没有这种有效文书",
    }  # fmt: skip
    taken = bundling.fetch(bundle_id=made.pk, by=clerk)
    with bundling.opened(taken) as out:
        whole = out.read()
    assert pdfs.page_count(whole) == made.pages
    assert made.pages % 2 == 0
    shown = "".join(pdfs.text(whole).split())
    assert shown.index(first.number) < shown.index(second.number)
    with pytest.raises(NotFound):
        bundling.fetch(bundle_id=made.pk, by=cast().stranger)
    path.write_bytes(kept)
    again = bundling.again(bundle_id=made.pk, by=clerk)
    assert again.cases == [3, 4, 5]
    bundling.make(again.pk)
    again.refresh_from_db()
    assert (again.state, sorted(again.failures)) == (Bundle.State.DONE, ["4", "5"])
    only = bundling.ask(cases=[1, 2], letter="acceptance_receipt", by=clerk)
    bundling.make(only.pk)
    only.refresh_from_db()
    assert sorted(only.failures) == ["1"]
    none = bundling.ask(cases=[5], by=clerk)
    bundling.make(none.pk)
    none.refresh_from_db()
    assert (none.state, none.stored_name) == (Bundle.State.FAILED, "")
    with pytest.raises(Stale):
        bundling.fetch(bundle_id=none.pk, by=clerk)
    with pytest.raises(Refused, match="没有选中"):
        bundling.ask(cases=[], by=clerk)
    with clock.frozen(clock.now() + bundling.KEPT * 2):
        assert bundling.sweep() == 3
        with pytest.raises(Stale):
            bundling.fetch(bundle_id=made.pk, by=clerk)


def test_a_page_is_a_picture_and_a_file_that_cannot_be_read_is_said() -> None:
    pdf = content_of(write())
    picture = pdfs.picture(pdf, 0, wide=620)
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(picture[16:20], "big") == 620
    assert "起发月份" in "".join(pdfs.text(pdf).split())
    assert pdf_text(pdf)
    for harm in (b"%PDF-1.7 nothing", b""):
        with pytest.raises(Refused, match="不能在这里显示"):
            pdfs.page_count(harm)
    with pytest.raises(Refused):
        pdfs.picture(pdf, 99, wide=620)


def test_a_place_may_write_its_numbers_with_its_name_from_a_day_on_and_none_comes_twice() -> None:
    place(uid_of(HERE))
    before = write()
    ParameterRow.objects.create(
        key="document.number_form", path=NONGAN.county, from_on=DAY, value="name", unit="code", source="测试县规定",
        confidence="assumption",
    )  # fmt: skip
    after = [write().number for _ in range(2)]
    assert before.number == "民确〔2022〕220122101210-0001号"
    county, village = names([NONGAN.county])[NONGAN.county], names([HERE])[HERE]
    assert all(one.startswith(county) and village in one for one in after)
    assert [one.partition("民确")[2] for one in after] == ["〔2022〕2号", "〔2022〕3号"]
