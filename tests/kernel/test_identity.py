"""Numbers are believed only when their own check agrees: every vector the handbook prints, and bad input."""

from __future__ import annotations

import string
from datetime import date

import pytest

from minzheng.kernel.errors import Refused
from minzheng.kernel.people import identity

TODAY = date(2026, 7, 1)

PUBLISHED = [
    # handbook 00 §0.6
    ("220102194503150017", "220102", date(1945, 3, 15), "1"),
    ("22018420101120002X", "220184", date(2010, 11, 20), "2"),
    ("222424198006300031", "222424", date(1980, 6, 30), "1"),
    ("220381195501010046", "220381", date(1955, 1, 1), "2"),
    ("220202200609010067", "220202", date(2006, 9, 1), "2"),
    # handbook 15 §1
    ("11010519491231002X", "110105", date(1949, 12, 31), "2"),
    ("440524188001010014", "440524", date(1880, 1, 1), "1"),
    ("220102196002290010", "220102", date(1960, 2, 29), "1"),
    ("222401200803150123", "222401", date(2008, 3, 15), "2"),
]


def refused(text: str) -> Refused:
    """The refusal a citizen number meets."""
    with pytest.raises(Refused) as refusal:
        identity.check_citizen_number(text, today=TODAY)
    return refusal.value


# Citizens ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "region", "birth", "sex"), PUBLISHED)
def test_a_published_number_is_read(number: str, region: str, birth: date, sex: str) -> None:
    read = identity.check_citizen_number(number, today=TODAY)
    assert (read.number, read.region, read.birth, read.sex) == (number, region, birth, sex)
    assert read.kind == "citizen"


@pytest.mark.parametrize("number", [row[0] for row in PUBLISHED])
def test_changing_the_last_character_of_a_published_number_fails(number: str) -> None:
    for other in set("0123456789X") - {number[17]}:
        assert refused(number[:17] + other).code == "id_number_check"


@pytest.mark.parametrize(
    ("number", "code", "reason"),
    [
        ("220102196002290011", "id_number_check", "CHECK"),
        ("220102190002290013", "id_number_date", "DATE"),  # 1900 was no leap year; the check digit agrees
        ("22010219600229001", "id_number_length", "LEN"),
        ("220102203001010016", "id_number_future", "FUTURE"),
        ("220102600229001", "id_number_length", "LEN"),
        ("", "id_number_length", "LEN"),
        ("2" * 5000, "id_number_length", "LEN"),
        ("22010219600229O010", "id_number_character", "CHAR"),
        ("2201021960022900X0", "id_number_character", "CHAR"),
        ("٢٢٠١٠٢١٩٦٠٠٢٢٩٠٠١٠", "id_number_character", "CHAR"),
        ("<b>22010219600229<", "id_number_character", "CHAR"),
        ("000102196002290010", "id_number_region", "AREA"),
        ("160102196002290010", "id_number_region", "AREA"),
        ("810101196002290010", "id_number_region", "AREA"),
        ("220102184912310010", "id_number_date", "DATE"),
        ("220102196013010010", "id_number_date", "DATE"),
    ],
)
def test_a_wrong_number_is_refused_with_its_reason(number: str, code: str, reason: str) -> None:
    refusal = refused(number)
    assert (refusal.code, refusal.fields["reason"]) == (code, reason)
    assert refusal.errors == {"id_number": refusal.message}
    assert refusal.message.endswith("。")
    assert "请" in refusal.message or "换算" in refusal.message
    assert not number or number not in str(refusal.as_json())


def test_a_number_is_stored_in_one_form_however_it_is_typed() -> None:
    for typed in (
        "22018420101120002x",
        " 220184 20101120 002X ",
        "２２０１８４２０１０１１２０００２Ｘ",
        "220184\u300020101120\u00a0002ｘ",
    ):
        assert identity.check_citizen_number(typed, today=TODAY).number == "22018420101120002X"


def test_a_person_may_be_born_today_but_not_tomorrow() -> None:
    first17 = "22010220260701001"
    number = first17 + identity.citizen_check_digit(first17)
    assert identity.check_citizen_number(number, today=TODAY).birth == TODAY
    with pytest.raises(Refused) as refusal:
        identity.check_citizen_number(number, today=date(2026, 6, 30))
    assert refusal.value.code == "id_number_future"


def test_an_unknown_or_retired_region_is_told_and_never_refused() -> None:
    known = {"220102", "220184"}.__contains__

    def read(number: str) -> identity.CitizenNumber:
        return identity.check_citizen_number(number, today=TODAY, known_regions=known)

    here, retired, elsewhere = (
        read(number) for number in ("220102194503150017", "220381195501010046", "440524188001010014")
    )
    assert here.region_verified
    assert here.warnings == ()
    for other in (retired, elsewhere):
        assert not other.region_verified
        assert "未核实" in other.warnings[0]
    assert not identity.check_citizen_number("220102194503150017", today=TODAY).region_verified


@pytest.mark.parametrize("prefix", ["810000", "820000", "830000"])
def test_residents_of_hong_kong_macao_and_taiwan_have_permits_with_the_same_check(prefix: str) -> None:
    first17 = f"{prefix}19900101001"
    number = first17 + identity.citizen_check_digit(first17)
    read = identity.check_citizen_number(number, today=TODAY)
    assert (read.kind, read.birth, read.sex, read.warnings) == ("permit", date(1990, 1, 1), "1", ())
    assert refused(first17 + ("0" if number[17] != "0" else "1")).code == "id_number_check"


def test_a_foreign_permanent_resident_has_a_number_that_begins_with_nine() -> None:
    first17 = "92284019900101002"
    read = identity.check_citizen_number(first17 + identity.citizen_check_digit(first17), today=TODAY)
    assert (read.kind, read.birth, read.sex) == ("foreign", date(1990, 1, 1), "2")


def test_a_fifteen_digit_number_is_converted() -> None:
    assert identity.from_legacy("220102600229001") == "220102196002290010"
    assert identity.from_legacy("２２０１０２ 600229 001") == "220102196002290010"


@pytest.mark.parametrize(
    ("old", "code"),
    [
        ("22010260022900", "id_number_length"),
        ("22010260022900X", "id_number_character"),
        ("220102990229996", "id_number_legacy_centenarian"),
        ("220102990229999", "id_number_legacy_centenarian"),
    ],
)
def test_a_legacy_number_that_cannot_be_converted_is_refused(old: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        identity.from_legacy(old)
    assert refusal.value.code == code
    assert identity.from_legacy("220102600229995")[14:17] == "995"


# Disability certificates -------------------------------------------------------------------------


def test_a_disability_certificate_number_carries_category_and_grade() -> None:
    read = identity.check_disability_number("22018420101120002x61", today=TODAY)
    assert (read.citizen.number, read.category, read.grade) == ("22018420101120002X", "6", "1")
    again = identity.check_disability_number("22018420101120002X61B2", today=TODAY, category="6", grade="1")
    assert (again.number, again.reissue) == ("22018420101120002X61B2", "B2")


@pytest.mark.parametrize(
    ("number", "category", "grade", "code"),
    [
        ("22018420101120002X", None, None, "disability_number_format"),
        ("22018420101120002X81", None, None, "disability_number_format"),
        ("22018420101120002X65", None, None, "disability_number_format"),
        ("22018420101120002X61", "5", None, "disability_number_mismatch"),
        ("22018420101120002X61", "6", "2", "disability_number_mismatch"),
        ("22018420101120002061", None, None, "id_number_check"),
    ],
)
def test_a_disability_number_must_agree_with_the_file(
    number: str, category: str | None, grade: str | None, code: str
) -> None:
    with pytest.raises(Refused) as refusal:
        identity.check_disability_number(number, today=TODAY, category=category, grade=grade)
    assert refusal.value.code == code
    assert refusal.value.fields["field"] == "disability_number"


# Organisations -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "52220000500000015K",
        "1222010041000002XY",
        "91220102MA0000X15K",
        "91350100M000100Y43",
        "51220000MJ01234567",
        "52220102MJ5432100L",
        "53220000MJ0007770C",
        "54222401ME1122334J",
    ],
)
def test_a_published_credit_code_is_read_and_every_other_last_character_fails(code: str) -> None:
    read = identity.check_uscc(code.lower())
    assert (read.code, read.prefix, read.division) == (code, code[:2], code[2:8])
    assert read.organisation_code == code[8:17]
    for other in set(identity.USCC_ALPHABET) - {code[17]}:
        with pytest.raises(Refused) as refusal:
            identity.check_uscc(code[:17] + other)
        assert refusal.value.code == "uscc_check"


def test_the_inner_organisation_code_warns_and_does_not_refuse() -> None:
    assert identity.organisation_check_digit("D2143569") == "X"  # sample of GB 11714
    good = identity.check_uscc("91350100M000100Y43")
    assert good.inner_check_passes
    assert good.warnings == ()
    old17 = "91350100M000100Z4"[:15] + "Y3"
    old = identity.check_uscc(old17 + identity.uscc_check_digit(old17))
    assert not old.inner_check_passes
    assert "组织机构代码" in old.warnings[0]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("52220000500000015", "uscc_length"),
        ("", "uscc_length"),
        *((f"5222000050000001{letter}K", "uscc_character") for letter in "IOSVZ中-"),
    ],
)
def test_a_credit_code_of_the_wrong_form_is_refused(code: str, expected: str) -> None:
    with pytest.raises(Refused) as refusal:
        identity.check_uscc(code)
    assert refusal.value.code == expected


# Accounts and phones -----------------------------------------------------------------------------


def test_a_bank_card_passes_only_with_its_check_digit() -> None:
    assert identity.check_bank_account("6217 0000 0000 0000 012") == "6217000000000000012"
    for other in set(string.digits) - {"2"}:
        with pytest.raises(Refused) as refusal:
            identity.check_bank_account("621700000000000001" + other)
        assert refusal.value.code == "bank_account_check"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("", "bank_account_length"),
        ("62170000000", "bank_account_length"),
        ("62170000000000000120", "bank_account_length"),
        ("621700000000000001A", "bank_account_character"),
    ],
)
def test_a_bank_account_of_the_wrong_form_is_refused(number: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        identity.check_bank_account(number)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("13812345678", "13812345678"),
        ("138 1234 5678", "13812345678"),
        ("138-1234-5678", "13812345678"),
        ("+86 13812345678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("0431-12345678", "0431-12345678"),
        ("043112345678", "0431-12345678"),
        ("（0431）1234567", "0431-1234567"),
        ("010-12345678-123", "010-12345678-123"),
        ("01012345678", "010-12345678"),
    ],
)
def test_a_phone_is_stored_in_one_form(typed: str, stored: str) -> None:
    assert identity.check_phone(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "12812345678",
        "1381234567",
        "138123456789",
        "12345678",
        "0431-123456",
        "电话",
        "0431-12345678-123456",
    ],
)
def test_a_phone_of_the_wrong_form_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as refusal:
        identity.check_phone(typed)
    assert refusal.value.code == "phone_format"


def test_everything_the_page_offers_is_listed() -> None:
    for name in identity.__all__:
        assert hasattr(identity, name)
    own = {
        name
        for name, value in vars(identity).items()
        if getattr(value, "__module__", "").startswith("minzheng.kernel.people") and not name.startswith("_")
    }
    assert own <= set(identity.__all__)
