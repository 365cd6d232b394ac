"""What goes to the bank: the standard's file held to its schema, and the tables county banks take, as data."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable
from datetime import date

import pytest
import python_calamine

from minzheng.config.bank.reading import Unreadable, read_file
from minzheng.kernel import catalogue
from minzheng.kernel.errors import Mistake, Refused
from minzheng.kernel.law.parameters import Parameters, Value
from minzheng.kernel.ledger.bank import (
    BankLine,
    layout,
    layout_at,
    layouts,
    pain001,
    produce,
    schema,
    validate,
    write_file,
)
from minzheng.kernel.ledger.bank.layouts import PARAMETER, read_layouts
from tests.factories.bank_files import BATCH, a_file, heading, some_lines

LINES = some_lines(3)
A_NAME_OF_SIXTY = "阿" + "依" * 58 + "丽"


def text(lines: list[BankLine] = LINES) -> str:
    return a_file(lines).decode()


# ---- pain.001 ----


def test_the_file_says_what_is_paid_to_whom_and_keeps_the_schema() -> None:
    checked = validate(a_file(LINES))
    assert (checked.message_id, checked.count, checked.total) == ("MZ1F01", 3, 163806)
    written = text()
    assert '<InstdAmt Ccy="CNY">546.01</InstdAmt>' in written
    assert "<EndToEndId>MZ1-1-1</EndToEndId>" in written
    assert "<ReqdExctnDt><Dt>2026-04-02</Dt></ReqdExctnDt>" in written
    assert "<CreDtTm>2026-04-01T09:00:00+08:00</CreDtTm>" in written
    assert f"<Ustrd>{BATCH}</Ustrd>" in written


def test_the_same_lines_give_the_same_bytes() -> None:
    assert a_file(LINES) == a_file(LINES)
    assert a_file(LINES, code="xlsx") == a_file(LINES, code="xlsx")


@pytest.mark.parametrize(
    ("was", "broken"),
    [
        ("<MsgId>MZ1F01</MsgId>", f"<MsgId>{'M' * 36}</MsgId>"),
        ("<MsgId>MZ1F01</MsgId>", "<MsgId></MsgId>"),
        ("<MsgId>MZ1F01</MsgId>", ""),
        ("2026-04-01T09:00:00+08:00", "2026-04-01"),
        ("<NbOfTxs>3</NbOfTxs>", "<NbOfTxs>three</NbOfTxs>"),
        ("<NbOfTxs>3</NbOfTxs>", f"<NbOfTxs>{'3' * 16}</NbOfTxs>"),
        ("<CtrlSum>1638.06</CtrlSum>", "<CtrlSum>1638.063</CtrlSum>"),
        ("<InitgPty><Nm>测试县民政局</Nm></InitgPty>", "<InitgPty></InitgPty>"),
        ("<PmtMtd>TRF</PmtMtd>", "<PmtMtd>CHK</PmtMtd>"),
        ("<BtchBookg>false</BtchBookg>", "<BtchBookg>no</BtchBookg>"),
        ("<Dt>2026-04-02</Dt>", "<Dt>2026-04-31</Dt>"),
        ("<Dt>2026-04-02</Dt>", "<Dt>02.04.2026</Dt>"),
        ("<DbtrAcct><Id><Othr><Id>0000000000000009</Id></Othr></Id></DbtrAcct>", ""),
        ("<Nm>测试银行</Nm>", f"<Nm>{'行' * 141}</Nm>"),
        ("<EndToEndId>MZ1-2-1</EndToEndId>", f"<EndToEndId>{'1' * 36}</EndToEndId>"),
        ("<PmtId><EndToEndId>MZ1-2-1</EndToEndId></PmtId>", ""),
        ("<EndToEndId>MZ1-2-1</EndToEndId>", "<EndToEndId>MZ1-2-1</EndToEndId><TxId>1</TxId>"),
        ('Ccy="CNY">546.02', 'Ccy="cny">546.02'),
        ('Ccy="CNY">546.02', 'Ccy="USD">546.02'),
        (' Ccy="CNY">546.02', ">546.02"),
        (">546.02<", ">-546.02<"),
        (">546.02<", ">0.00<"),
        (">546.02<", ">546.021<"),
        (">546.02<", ">1e3<"),
        (">546.02<", ">12345678901234567.89<"),
        ("<Id>0000000000000002</Id>", f"<Id>{'0' * 35}</Id>"),
        ("<Id>0000000000000002</Id>", "<Id></Id>"),
        ("<Cdtr><Nm>测立秋</Nm></Cdtr>", "<Cdtr></Cdtr>"),
        (f"<Ustrd>{BATCH}</Ustrd>", f"<Ustrd>{'摘' * 141}</Ustrd>"),
        ("</PmtInf>", ""),
        ("</PmtInf></CstmrCdtTrfInitn>", "</PmtInf><PmtInf/></CstmrCdtTrfInitn>"),
        ("pain.001.001.09", "pain.001.001.03"),
        ("<CstmrCdtTrfInitn>", "<CstmrDrctDbtInitn>"),
    ],
)
def test_each_rule_of_the_standard_that_is_broken_is_refused(was: str, broken: str) -> None:
    written = text()
    assert was in written
    with pytest.raises(Refused) as met:
        validate(written.replace(was, broken, 1).encode())
    assert met.value.code == "bank_file_schema"
    with pytest.raises(Unreadable):
        read_file(written.replace(was, broken, 1).encode(), message_id="MZ1F01")


@pytest.mark.parametrize(
    ("was", "broken"),
    [
        ("<NbOfTxs>3</NbOfTxs>", "<NbOfTxs>4</NbOfTxs>"),
        ("<CtrlSum>1638.06</CtrlSum>", "<CtrlSum>1638.07</CtrlSum>"),
        (">546.02<", ">546.12<"),
    ],
)
def test_a_number_or_sum_that_does_not_fit_its_payments_is_refused(was: str, broken: str) -> None:
    with pytest.raises(Refused) as met:
        validate(text().replace(was, broken, 1).encode())
    assert met.value.code == "bank_file_total"
    with pytest.raises(Unreadable) as refused:
        read_file(text().replace(was, broken, 1).encode(), message_id="MZ1F01")
    assert refused.value.code == "AM10"


def test_a_refusal_names_line_and_element_but_never_the_name_in_it() -> None:
    with pytest.raises(Refused) as met:
        validate(text().replace("<Nm>测立秋</Nm>", f"<Nm>{'测' * 141}</Nm>", 1).encode())
    assert "Nm 不符合格式约定" in met.value.message
    assert "测测" not in met.value.message
    assert met.value.fields["line"] == 5


@pytest.mark.parametrize("share", [1, 20, 50, 80, 97, 99])
def test_a_file_that_was_cut_off_is_refused_by_both_sides(share: int) -> None:
    content = a_file(LINES)
    cut = content[: len(content) * share // 100]
    for source in (cut, io.BytesIO(cut)):
        with pytest.raises(Refused) as met:
            validate(source)
        assert met.value.code == "bank_file_schema"
    with pytest.raises(Unreadable) as refused:
        read_file(cut, message_id="MZ1F01")
    assert refused.value.code == "FF01"


def test_a_document_type_and_its_entities_are_refused() -> None:
    bomb = '<!DOCTYPE Document [<!ENTITY a "测"><!ENTITY b "&a;&a;&a;&a;">]>\n<Document'
    with pytest.raises(Refused) as met:
        validate(text().replace("<Document", bomb, 1).replace("测立秋", "&b;", 1).encode())
    assert "DTD" in met.value.message
    with pytest.raises(Refused, match="DTD"):
        validate(io.BytesIO(text().replace("<Document", bomb, 1).encode()))
    with pytest.raises(Unreadable):
        read_file(text().replace("<Document", bomb, 1).encode(), message_id="MZ1F01")
    assert met.value.code == "bank_file_schema"


def test_what_means_something_to_xml_arrives_as_it_was_written() -> None:
    strange = [
        BankLine("批<&>1", 'R<1>&"', name, "00&01", 1)
        for name in ("甲<乙>&丙", 'O\'Brien "x"', "𠮷野𬭎", A_NAME_OF_SIXTY, "=1+1", "]]>")
    ]
    got = read_file(a_file(strange), message_id="MZ1F01")
    assert [(x.reference, x.owner, x.account, x.amount) for x in got.orders] == [x[1:] for x in strange]
    assert validate(a_file(strange)).count == 6


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (BankLine(BATCH, "M" * 36, "测立秋", "1", 1), "bank_line_text"),
        (BankLine(BATCH, "", "测立秋", "1", 1), "bank_line_text"),
        (BankLine(BATCH, "M1", "", "1", 1), "bank_line_text"),
        (BankLine(BATCH, "M1", " ", "1", 1), "bank_line_text"),
        (BankLine(BATCH, "M1", "测\x00立", "1", 1), "bank_line_text"),
        (BankLine(BATCH, "M1", "测\n立", "1", 1), "bank_line_text"),
        (BankLine(BATCH, "M1", "测\ud800", "1", 1), "bank_line_text"),
        (BankLine(BATCH, "M1", "测" * 141, "1", 1), "bank_line_text"),
        (BankLine(BATCH, "M1", "测立秋", "1" * 35, 1), "bank_line_text"),
        (BankLine(BATCH, "M1", "测立秋", "1", 0), "bank_line_amount"),
        (BankLine(BATCH, "M1", "测立秋", "1", -5), "bank_line_amount"),
        (BankLine(BATCH, "M1", "测立秋", "1", 10**16), "bank_line_amount"),
    ],
)
def test_a_line_no_bank_could_carry_out_stops_the_file(line: BankLine, code: str) -> None:
    with pytest.raises(Refused) as met:
        a_file([*LINES, line])
    assert met.value.code == code
    assert "第 4 笔" in met.value.message


def test_a_heading_that_does_not_fit_its_lines_stops_the_file() -> None:
    with pytest.raises(Mistake) as met:
        list(pain001.write(LINES[:2], heading=heading(LINES)))
    assert met.value.code == "bank_file_total"
    with pytest.raises(Refused) as empty:
        list(pain001.write([], heading=heading([])))
    assert empty.value.code == "bank_file_empty"
    with pytest.raises(Refused) as long:
        list(pain001.write(LINES, heading=heading(LINES, message_id="M" * 36)))
    assert long.value.code == "bank_line_text"


def test_a_piece_that_breaks_the_schema_never_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = list(pain001.write(LINES, heading=heading(LINES)))
    assert b"".join(schema.checked(pieces)) == b"".join(pieces)
    pieces[1] = pieces[1].replace(b"CNY", b"USD")
    passed: list[bytes] = []
    with pytest.raises(Mistake) as met:
        passed.extend(schema.checked(pieces))
    assert met.value.code == "bank_file_schema"


def test_memory_does_not_grow_with_the_file() -> None:
    def peak(number: int) -> int:
        lines = (BankLine(BATCH, f"MZ1-{at}-1", "测立秋", "0000000000000001", 100) for at in range(number))
        head = heading([], count=number, total=number * 100)
        tracemalloc.start()
        try:
            size = sum(map(len, produce(lines, layout=layout("pain001"), heading=head)))
            assert size > number * 250
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(40_000) < peak(8_000) * 1.3


# ---- the tables of county banks ----


def test_the_standard_table_is_what_it_always_was() -> None:
    assert write_file(LINES).decode("utf-8-sig").splitlines()[:2] == [
        "批次号,付款编号,户名,账号,金额（元）",
        f"{BATCH},MZ1-1-1,测立秋,0000000000000001,546.01",
    ]
    assert a_file(LINES, code="standard_csv") == write_file(LINES)


def test_a_rural_bank_gets_its_own_columns_in_fen_with_a_total_in_gb18030() -> None:
    assert a_file(LINES, code="rural_credit_csv").decode("gb18030").splitlines() == [
        "序号,账号,户名,金额（分）,付款编号,摘要",
        f"1,0000000000000001,测立秋,54601,MZ1-1-1,{BATCH}",
        f"2,0000000000000002,测立秋,54602,MZ1-2-1,{BATCH}",
        f"3,0000000000000003,测立秋,54603,MZ1-3-1,{BATCH}",
        "合计,,,163806,,",
    ]


@pytest.mark.parametrize("code", list(layouts()))
def test_the_bank_reads_every_layout_as_it_was_written(code: str) -> None:
    got = read_file(a_file(LINES, code=code), message_id="MZ1F01")
    assert [(x.reference, x.owner, x.account, x.amount) for x in got.orders] == [x[1:] for x in LINES]


@pytest.mark.parametrize("name", ["=1+1", "+86", "-测", "@测", "＝测", "＠测"])
def test_a_name_that_begins_like_a_formula_reaches_no_spreadsheet_as_one(name: str) -> None:
    line = BankLine(BATCH, "M1", name, "1", 1)
    for code in ("standard_csv", "rural_credit_csv"):
        with pytest.raises(Refused) as met:
            a_file([line], code=code)
        assert met.value.code == "bank_line_formula"
    book = python_calamine.load_workbook(io.BytesIO(a_file([line], code="xlsx")))
    assert book.get_sheet_by_index(0).to_python()[1] == [BATCH, "M1", name, "1", "0.01"]


def test_account_numbers_keep_their_zeros_in_a_workbook() -> None:
    rows = python_calamine.load_workbook(io.BytesIO(a_file(LINES, code="xlsx"))).get_sheet_by_index(0)
    assert rows.to_python()[1][3:] == ["0000000000000001", "546.01"]


# ---- which layout where ----


def test_every_layout_has_its_word_in_the_parameter() -> None:
    parameters = catalogue.Catalogue([]).written
    words = next(value.words for value in parameters if value.key == PARAMETER)
    assert dict(words) == {code: one.label for code, one in layouts().items()}


def test_a_county_may_have_a_bank_with_another_layout_from_a_day_on() -> None:
    def value(code: str, place: str, day: date) -> Value:
        return Value(PARAMETER, place, day, None, code, "code", "测试文件", "assumption")

    parameters = Parameters(
        [
            value("standard_csv", "", date(2000, 1, 1)),
            value("pain001", "22/2201/220102/", date(2026, 5, 1)),
            value("gone", "22/2202/", date(2000, 1, 1)),
        ]
    )
    assert layout_at(parameters, path="22/2201/220102/", on=date(2026, 4, 30)).code == "standard_csv"
    assert layout_at(parameters, path="22/2201/220102/", on=date(2026, 5, 1)).code == "pain001"
    with pytest.raises(Refused) as met:
        layout_at(parameters, path="22/2202/220202/", on=date(2026, 5, 1))
    assert met.value.code == "bank_layout_unknown"


GOOD = {
    "label": "某行", "kind": "csv", "encoding": "gb18030", "unit": "fen", "total": True,
    "columns": [{"serial": "序"}, {"reference": "号"}, {"owner": "名"}, {"account": "账"}, {"amount": "额"}],
}  # fmt: skip
Spoil = Callable[[dict[str, object]], dict[str, object]]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda x: x | {"kind": "pdf"},
        lambda x: x | {"encoding": "latin-1"},
        lambda x: x | {"unit": "dollar"},
        lambda x: x | {"total": "yes"},
        lambda x: x | {"columns": x["columns"][:-1]},
        lambda x: x | {"columns": [*x["columns"], {"owner": "又"}]},
        lambda x: x | {"columns": [*x["columns"], {"phone": "电话"}]},
        lambda x: x | {"columns": [*x["columns"], {"batch": "号"}]},
        lambda x: x | {"columns": x["columns"][::-1]},
        lambda x: x | {"kind": "pain001"},
    ],
)
def test_a_layout_that_could_not_be_written_is_refused_at_the_start(spoil: Spoil) -> None:
    assert read_layouts({"good": GOOD})["good"].headers == ("序", "号", "名", "账", "额")
    with pytest.raises(Mistake):
        read_layouts({"bad": spoil(dict(GOOD))})
