"""The bank's files: what goes out can be read by anyone, and what comes back is read exactly or refused."""

from __future__ import annotations

import pytest

from minzheng.kernel.errors import Refused
from minzheng.kernel.ledger.bank import BankLine, Return, read_answer, run_local_bank, write_file

HEADER = "付款编号,状态,金额（元）,说明\n"
LINES = [
    BankLine("b/1", "MZ1-1-1", "测立秋", "0000000000000001", 5),
    BankLine("b/1", "MZ1-2-1", "阿依·古丽", "0000000000000002", 163800),
]


def test_the_bank_pays_all_but_closed_accounts():
    answer = run_local_bank(write_file(LINES), closed=frozenset({"0000000000000002"}))
    assert read_answer(answer) == [
        Return("MZ1-1-1", True, 5),
        Return("MZ1-2-1", False, 163800, "账户已销户"),
    ]


def test_a_file_keeps_leading_zeros_and_whole_fen():
    assert write_file(LINES).decode("utf-8-sig").splitlines()[1:] == [
        "b/1,MZ1-1-1,测立秋,0000000000000001,0.05",
        "b/1,MZ1-2-1,阿依·古丽,0000000000000002,1638.00",
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("不是表格".encode("gbk"), "answer_encoding"),
        (b"", "answer_header"),
        ("编号,状态\n".encode(), "answer_header"),
        ((HEADER + "MZ1,成功\n").encode(), "answer_columns"),
        ((HEADER + "MZ1,处理中,1.00,\n").encode(), "answer_state"),
        ((HEADER + "MZ1,成功,一元,\n").encode(), "answer_amount"),
        ((HEADER + "MZ1,成功,1.005,\n").encode(), "answer_amount"),
        ((HEADER + "MZ1,成功,-1.00,\n").encode(), "answer_amount"),
        ((HEADER + "MZ1,成功,NaN,\n").encode(), "answer_amount"),
        ((HEADER + "MZ1,成功,1e99,\n").encode(), "answer_amount"),
        ((HEADER + "MZ1,成功,1e999999,\n").encode(), "answer_amount"),
    ],
)
def test_an_answer_that_cannot_be_read_is_refused_whole(content, code):
    with pytest.raises(Refused) as met:
        read_answer(content)
    assert met.value.code == code
