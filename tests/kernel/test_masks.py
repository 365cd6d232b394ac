"""What is shown of a person, to an officer and to the public: the table of handbook 15 §9 and 16 #11."""

from __future__ import annotations

from datetime import date

import pytest

from minzheng.kernel.people import masks
from minzheng.kernel.people.masks import Audience

STAFF, PUBLIC = Audience.STAFF, Audience.PUBLIC


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王明", "王*"),
        ("王小明", "王*明"),
        ("欧阳娜娜", "欧阳**"),
        ("司马光", "司马*"),
        ("张王丽华", "张王**"),
        ("阿依·古丽", "阿依·***"),
        ("阿依•古丽•买买提", "阿依·***"),
        ("王", "*"),
        ("", ""),
        (" 王明 ", "王*"),
    ],
)
def test_a_name_is_masked_by_its_length(name: str, shown: str) -> None:
    assert masks.mask_name(name) == shown


def test_an_identity_number_shows_more_to_staff_than_to_the_public() -> None:
    assert masks.mask_id_number("220102196002290010", STAFF) == "220102********0010"
    assert masks.mask_id_number("220102196002290010", PUBLIC) == "2****************0"
    assert masks.mask_id_number("22018420101120002x", STAFF) == "220184********002X"
    assert masks.mask_id_number("220102600229001", STAFF) == "220102*****9001"


def test_category_and_grade_of_a_disability_are_never_shown() -> None:
    assert masks.mask_id_number("22018420101120002X61", STAFF) == "220184********002X**"
    assert masks.mask_id_number("22018420101120002X61B1", PUBLIC) == "2****************X****"


def test_a_number_of_no_known_form_is_hidden_whole() -> None:
    assert masks.mask_id_number("A1234567", STAFF) == "********"
    assert masks.mask_phone("12345") == "*****"
    assert masks.mask_bank_account("1234") == "****"


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812345678", "138****5678"),
        ("138 1234 5678", "138****5678"),
        ("0431-12345678", "0431-******78"),
        ("043112345678", "0431-******78"),
        ("0431-12345678-802", "0431-******78"),
        ("010-12345678", "010-******78"),
        ("0437-1234567", "0437-*****67"),
    ],
)
def test_a_phone_keeps_its_ends(phone: str, shown: str) -> None:
    assert masks.mask_phone(phone) == shown


def test_a_card_shows_only_its_last_four_digits() -> None:
    assert masks.mask_bank_account("6217000000000000012") == "***************0012"
    assert masks.mask_bank_account("6217 0000 0000 0000 012") == "***************0012"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("吉林省长春市南关区自强街道平阳社区3栋201室", "吉林省长春市南关区自强街道平阳社区***"),
        ("吉林省长春市农安县哈拉海镇柴岗村四社12号", "吉林省长春市农安县哈拉海镇柴岗村***"),
        ("白城市镇赉县镇赉镇南街社区5号", "白城市镇赉县镇赉镇南街社区***"),
        ("长春市二道区东站街道新村社区3栋", "长春市二道区东站街道新村社区***"),
        ("延边朝鲜族自治州延吉市北山街道丹虹社区8号楼", "延边朝鲜族自治州延吉市北山街道丹虹社区***"),
        ("长春市南关区民康路1号阳光小区2栋", "长春市南关区***"),
        ("平阳社区3栋", "平阳社区***"),
        ("某处3栋201室", "***"),
        ("", "***"),
    ],
)
def test_an_address_ends_at_the_village_or_community(address: str, shown: str) -> None:
    assert masks.mask_address(address) == shown


def test_an_email_keeps_its_first_letter_and_its_domain() -> None:
    assert masks.mask_email("lihua@x.cn") == "l***@x.cn"
    assert masks.mask_email("no address") == "***"


def test_a_birth_date_is_a_year_on_a_public_list() -> None:
    assert masks.mask_birth_date(date(1960, 2, 29), PUBLIC) == "1960"
    assert masks.mask_birth_date("1960-02-29", PUBLIC) == "1960"
    assert masks.mask_birth_date(date(1960, 2, 29), STAFF) == "1960-02-29"


def test_a_column_is_masked_by_its_kind_and_hidden_when_nobody_labelled_it() -> None:
    assert masks.mask("id_number", "220102196002290010", PUBLIC) == "2****************0"
    assert masks.mask("clear", "52220000500000015K", PUBLIC) == "52220000500000015K"
    assert masks.mask("hidden", "尘肺", STAFF) == "—"
    assert masks.mask("no such kind", "anything", STAFF) == "—"
    assert all(masks.mask(kind, "", PUBLIC) == "" for kind in masks.MASKS)
    assert masks.mask("name", "王小明", STAFF) == "王*明"
    assert masks.mask("text", "电话13812345678", PUBLIC) == "电话138****5678"


# Free text ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("note", "shown"),
    [
        ("电话13812345678", "电话138****5678"),
        ("电话１３８１２３４５６７８。", "电话138****5678。"),
        ("+8613812345678", "138****5678"),
        ("打 0431-12345678 找他", "打 0431-******78 找他"),
        (
            "身份证220102196002290010，卡6217000000000000012",
            "身份证220102********0010，卡***************0012",
        ),
        ("证号22018420101120002x。", "证号220184********002X。"),
        ("220102 19600229 0010", "220102********0010"),
        ("残疾证22018420101120002X61", "残疾证220184********002X**"),
        ("旧证220102600229001", "旧证220102*****9001"),
        ("卡号 6217 0000 0000 0000 012", "卡号 ***************0012"),
        ("号码220102190002290013写错了", "号码220102********0013写错了"),
    ],
)
def test_numbers_in_a_note_are_masked(note: str, shown: str) -> None:
    assert masks.mask_text(note) == shown


@pytest.mark.parametrize(
    "note",
    [
        "卡6217000000000000013",  # nineteen digits that fail Luhn are no card
        "编号220102196002290011",  # eighteen that fail their check and Luhn
        "2026-02-10 至 2026-03-16，金额 1234.56 元",
        "代码52220000500000015K、91220102MA0000X15K",
        "文号 国办发〔2022〕16号",
        "",
        "１２３ 全角照旧",
    ],
)
def test_other_numbers_in_a_note_stay_readable(note: str) -> None:
    assert masks.mask_text(note) == note


def test_the_public_sees_less_in_a_note() -> None:
    assert masks.mask_text("身份证220102196002290010", PUBLIC) == "身份证2****************0"


def test_a_long_note_is_masked_in_one_pass() -> None:
    note = "电话13812345678，" * 5_000
    assert masks.mask_text(note) == "电话138****5678，" * 5_000


def test_everything_the_page_offers_is_listed() -> None:
    for name in masks.__all__:
        assert hasattr(masks, name)
