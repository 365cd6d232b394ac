"""Whatever is written for the bank, the bank reads; whatever it answers, we read: the same lines both ways."""

from __future__ import annotations

import io

import python_calamine
from hypothesis import given
from hypothesis import strategies as st

from minzheng.config.bank import answering
from minzheng.config.bank.reading import read_file
from minzheng.kernel.ledger.bank import BankLine, Return, layouts, read, validate
from tests.factories.bank_files import a_file

# Every letter there is but control, surrogate and private characters; names up to 60 letters.
LETTERS = st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co", "Zl", "Zp"])
NAMES = st.text(LETTERS, min_size=1, max_size=60).filter(lambda text: not text.isspace())
PLAIN = NAMES.map(str.strip).filter(lambda text: text and text[0] not in "=+-@＝＋－＠" and text != "合计")
REFERENCES = st.from_regex(r"MZ[0-9]{1,9}-[0-9]{1,12}-[1-9]", fullmatch=True)
ACCOUNTS = st.from_regex(r"[0-9]{12,19}", fullmatch=True)
FEN = st.integers(1, 10**13)


def lines(names: st.SearchStrategy[str]) -> st.SearchStrategy[list[BankLine]]:
    one = st.builds(BankLine, st.just("b/1"), REFERENCES, names, ACCOUNTS, FEN)
    return st.lists(one, min_size=1, max_size=12, unique_by=lambda line: line.reference)


@given(sent=lines(NAMES))
def test_the_bank_reads_from_the_standards_file_what_was_sent(sent: list[BankLine]) -> None:
    content = a_file(sent)
    checked = validate(content)
    assert (checked.count, checked.total) == (len(sent), sum(line.amount for line in sent))
    assert [tuple(order) for order in read_file(content, message_id="MZ1F01").orders] == [
        line[1:] for line in sent
    ]


@given(sent=lines(PLAIN), code=st.sampled_from([code for code in layouts() if code != "pain001"]))
def test_the_bank_reads_from_every_table_what_was_sent(sent: list[BankLine], code: str) -> None:
    orders = read_file(a_file(sent, code=code), message_id="MZ1F01").orders
    assert [tuple(order) for order in orders] == [line[1:] for line in sent]


@given(name=NAMES)
def test_no_name_is_a_formula_in_a_workbook(name: str) -> None:
    content = a_file([BankLine("b/1", "MZ1-1-1", name, "000000000001", 1)], code="xlsx")
    rows = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[1] == ["b/1", "MZ1-1-1", name, "000000000001", "0.01"]


STATES = st.sampled_from(["", "AC01", "AC04", "AM05", "BE01"])
DECIDED = st.lists(
    st.builds(answering.Line, REFERENCES, FEN, STATES), max_size=12, unique_by=lambda line: line.reference
)


@given(decided=DECIDED, pending=DECIDED, kind=st.sampled_from(["pain001", "csv", "xlsx"]))
def test_what_the_bank_decided_is_read_and_what_it_did_not_changes_nothing(
    decided: list[answering.Line], pending: list[answering.Line], kind: str
) -> None:
    about = answering.About("MZ1F01", "RPT1", kind, "gb18030", len(decided) + len(pending))
    answer = read(answering.write(decided, pending, about=about))
    got = [Return(one.reference, one.paid, one.amount) for one in answer.returns]
    assert got == [Return(x.reference, not x.code, x.amount) for x in decided]
    assert all(bool(one.reason) != one.paid for one in answer.returns)
    assert answer.pending == ([x.reference for x in pending] if kind == "pain001" else [])
