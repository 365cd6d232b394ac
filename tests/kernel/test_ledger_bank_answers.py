"""What comes back from the bank: paid, given back, or not decided; read exactly or refused with the line named."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from minzheng.config.bank.answering import About, Line, refusal, write
from minzheng.kernel.errors import Refused
from minzheng.kernel.ledger.bank import ANSWER_HEADER, Return, read, read_answer

ABOUT = About("MZ1F01", "RPT1-1", "pain001", "", 4)
DECIDED = [Line("MZ1-1-1", 54601, ""), Line("MZ1-2-1", 54602, "AC04")]
RETURNS = [Return("MZ1-1-1", True, 54601), Return("MZ1-2-1", False, 54602, "账户已销户（AC04）")]


def report() -> str:
    return write(DECIDED, [Line("MZ1-3-1", 54603, "")], about=ABOUT).decode()


def changed(was: str, new: str) -> bytes:
    text = report()
    assert was in text
    return text.replace(was, new, 1).encode()


def test_paid_given_back_and_pending_are_kept_apart() -> None:
    answer = read(report().encode())
    assert answer.returns == RETURNS
    assert answer.pending == ["MZ1-3-1"]
    assert (answer.message_id, answer.original, answer.refused) == ("RPT1-1", "MZ1F01", "")


@pytest.mark.parametrize("status", ["PDNG", "RCVD", "ACTC", "ACCP", "ACSP", "ACWC"])
def test_accepted_or_under_way_is_not_paid(status: str) -> None:
    answer = read(changed("<TxSts>ACSC</TxSts>", f"<TxSts>{status}</TxSts>"))
    assert answer.returns == RETURNS[1:]
    assert answer.pending == ["MZ1-1-1", "MZ1-3-1"]


def test_both_words_for_settled_are_paid() -> None:
    assert read(changed("<TxSts>ACSC</TxSts>", "<TxSts>ACCC</TxSts>")).returns == RETURNS


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf>", "账户已销户（AC04）"),
        ("<StsRsnInf><Rsn><Cd>XX99</Cd></Rsn></StsRsnInf>", "银行原因代码 XX99"),
        (
            "<StsRsnInf><Rsn><Prtry>柜面</Prtry></Rsn><AddtlInf>待本人到场</AddtlInf></StsRsnInf>",
            "待本人到场（柜面）",
        ),
        (f"<StsRsnInf><AddtlInf>{'长' * 300}</AddtlInf></StsRsnInf>", "长" * 200),
        ("", ""),
    ],
)
def test_the_reason_is_the_banks_own_word_or_ours_for_its_code(given: str, reason: str) -> None:
    was = "<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>账户已销户</AddtlInf></StsRsnInf>"
    assert read(changed(was, given)).returns[1].reason == reason


def test_elements_the_standard_allows_beside_ours_do_no_harm() -> None:
    more = "<StsId>1</StsId><OrgnlInstrId>x</OrgnlInstrId><OrgnlEndToEndId>MZ1-1-1"
    assert read(changed("<OrgnlEndToEndId>MZ1-1-1", more)).returns == RETURNS


def test_a_file_refused_whole_says_why_and_decides_no_line() -> None:
    answer = read(refusal("MZ1F01", report="REF1", code="FF01", reason="文件第 3 行不符合格式"))
    assert (answer.returns, answer.pending, answer.original) == ([], [], "MZ1F01")
    assert answer.refused == "文件第 3 行不符合格式（FF01）"


@pytest.mark.parametrize(
    ("was", "new", "code"),
    [
        ("<TxSts>ACSC</TxSts>", "<TxSts>DONE</TxSts>", "answer_state"),
        ("<TxSts>ACSC</TxSts>", "", "answer_state"),
        ("<OrgnlEndToEndId>MZ1-2-1</OrgnlEndToEndId>", "", "answer_reference"),
        ("<OrgnlMsgId>MZ1F01</OrgnlMsgId>", "", "answer_reference"),
        (">MZ1-2-1<", f">{'1' * 61}<", "answer_reference"),
        ('<InstdAmt Ccy="CNY">546.02</InstdAmt>', "", "answer_amount"),
        ('Ccy="CNY">546.02', 'Ccy="USD">546.02', "answer_amount"),
        (">546.02<", ">546.021<", "answer_amount"),
        (">546.02<", ">-1<", "answer_amount"),
        (">546.02<", ">NaN<", "answer_amount"),
        ("</TxInfAndSts>", "</TxInf>", "answer_xml"),
        ("pain.002.001.10", "pain.002.001.03", "answer_xml"),
        ("<Document", '<!DOCTYPE Document [<!ENTITY a SYSTEM "file:///etc/hostname">]>\n<Document', "answer_xml"),
        ("MZ1-1-1", "&gone;", "answer_xml"),
    ],
)  # fmt: skip
def test_a_report_that_cannot_be_read_is_refused_whole(was: str, new: str, code: str) -> None:
    with pytest.raises(Refused) as met:
        read(changed(was, new))
    assert met.value.code == code
    assert "请" in met.value.message


@pytest.mark.parametrize("share", [1, 30, 60, 90, 99])
def test_a_report_cut_off_anywhere_is_refused_whole(share: int) -> None:
    content = report().encode()
    with pytest.raises(Refused) as met:
        read(content[: len(content) * share // 100])
    assert "第" in met.value.message or "版本" in met.value.message or "表头" in met.value.message


def workbook(*rows: tuple[object, ...]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return out.getvalue()


def test_a_workbook_is_read_like_the_table_in_it() -> None:
    content = workbook(
        ANSWER_HEADER, ("MZ1-1-1", "成功", 546.01, ""), ("MZ1-2-1", "失败", "546.02", "账户已销户")
    )
    assert read_answer(content) == [
        Return("MZ1-1-1", True, 54601),
        Return("MZ1-2-1", False, 54602, "账户已销户"),
    ]


@pytest.mark.parametrize("content", [b"PK\x03\x04 and no more", workbook(("编号", "状态"))])
def test_a_workbook_that_is_none_or_another_is_refused(content: bytes) -> None:
    with pytest.raises(Refused) as met:
        read(content)
    assert met.value.code in ("workbook_unreadable", "answer_header")


def test_a_county_bank_may_write_gb18030() -> None:
    text = "付款编号,状态,金额（元）,说明\r\nMZ1-1-1,失败,1.00,户名与账号不符：𠮷\r\n"
    assert read_answer(text.encode("gb18030")) == [Return("MZ1-1-1", False, 100, "户名与账号不符：𠮷")]


def test_the_line_that_cannot_be_read_is_named_as_it_is_numbered_in_the_file() -> None:
    text = "付款编号,状态,金额（元）,说明\n\nMZ1-1-1,成功,1.00,\n\nMZ1-2-1,成功,一元,\n"
    with pytest.raises(Refused) as met:
        read(text.encode())
    assert met.value.fields["at"] == 5
    assert "第 5 行" in met.value.message
