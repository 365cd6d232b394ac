"""Any bytes as a workbook, a table or an answer of the bank: read, or refused in words, never an error of ours."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minzheng.kernel.documents.checks import content_type_of
from minzheng.kernel.documents.packed import first_sheet
from minzheng.kernel.errors import Refused
from minzheng.kernel.exchange.extracts.reading import table_of
from minzheng.kernel.ledger.bank import read_answer
from tests.factories.strange_files import BOOK, STRANGE, TABLE, XML, near

# MINZHENG_DRAWN=2000 is the long round.
FUZZ = settings(
    max_examples=int(os.environ.get("MINZHENG_DRAWN", "60")), derandomize=True, database=None,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip


def takes(reader: object, content: bytes) -> None:
    said: object
    try:
        said = reader(content)  # type: ignore[operator]
    except Refused as refused:
        said = refused.message or None
    assert said is not None


@FUZZ
@given(near(BOOK))
def test_any_bytes_as_a_workbook(content: bytes) -> None:
    takes(first_sheet, content)
    takes(table_of, content)


@FUZZ
@given(near(TABLE) | near(BOOK))
def test_any_bytes_as_a_file_of_a_department(content: bytes) -> None:
    takes(table_of, content)


@FUZZ
@given(near(XML) | near(TABLE))
def test_any_bytes_as_an_answer_of_the_bank(content: bytes) -> None:
    takes(read_answer, content)


@FUZZ
@given(content=near(BOOK) | near(XML), name=st.text(max_size=40))
def test_any_bytes_as_a_paper(content: bytes, name: str) -> None:
    takes(lambda whole: content_type_of(whole, name=name, most_pixels=120_000_000), content)


@pytest.mark.parametrize("name", STRANGE)
def test_what_is_known_to_harm_is_read_or_refused_by_every_reader(name: str) -> None:
    for reader in (first_sheet, table_of, read_answer):
        takes(reader, STRANGE[name])
