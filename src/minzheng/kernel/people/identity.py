"""A number identifies a person, an organisation or an account only if its own check digit agrees.

Citizen numbers follow GB 11643-1999, bank cards the Luhn check; the codes of organisations, GB 32100-2015,
have their own page and are offered here too.
Each check returns the number in its one stored form, or is refused with what is wrong and what to do.
No message repeats the number: messages reach logs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ..errors import Refused
from .organisation_codes import (
    USCC_ALPHABET,
    Uscc,
    check_uscc,
    organisation_check_digit,
    uscc_check_digit,
)
from .written import HALF_WIDTH, normalise

__all__ = [
    "HALF_WIDTH",
    "PERMIT_REGIONS",
    "PROVINCES",
    "USCC_ALPHABET",
    "CitizenNumber",
    "DisabilityNumber",
    "Uscc",
    "check_bank_account",
    "check_citizen_number",
    "check_disability_number",
    "check_phone",
    "check_unit_account",
    "check_uscc",
    "citizen_check_digit",
    "from_legacy",
    "luhn_digit",
    "luhn_passes",
    "normalise",
    "organisation_check_digit",
    "uscc_check_digit",
]

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
EARLIEST_BIRTH = date(1850, 1, 1)

# GB/T 2260, first two digits: the provinces.  81 to 83 issue only the residence permits below.
PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71))
    for code in range(first, last + 1)
)
PERMIT_REGIONS = frozenset({"810000", "820000", "830000"})

MOBILE = re.compile(r"1[3-9][0-9]{9}")
FIXED = re.compile(r"(0[12][0-9]|0[0-9]{2,3}(?=-)|0[3-9][0-9]{2})-?([0-9]{7,8})(?:-([0-9]{1,5}))?")

_PHONE_DASHES = str.maketrans({"—": "-", "–": "-", "(": "", ")": "-"})

Kind = Literal["citizen", "permit", "foreign"]


@dataclass(frozen=True)
class CitizenNumber:
    """What a valid citizen number (公民身份号码) says: where first registered, when born, which sex."""

    number: str
    region: str
    birth: date
    sex: str  # GB/T 2261.1: 1 male, 2 female
    kind: Kind
    region_verified: bool

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the officer should know, though nothing is refused for it (handbook 16 #26)."""
        if self.kind != "citizen" or self.region_verified:
            return ()
        return ("号码前六位的地区代码未核实（外省或已停用的代码属正常情况）。",)


@dataclass(frozen=True)
class DisabilityNumber:
    """A disability certificate (残疾人证) number: citizen number, category, grade, re-issue mark."""

    number: str
    citizen: CitizenNumber
    category: str  # GB/T 26341: 1 sight … 7 multiple
    grade: str  # 1, the most severe, to 4
    reissue: str


# Persons -----------------------------------------------------------------------------------------


def citizen_check_digit(first17: str) -> str:
    """The eighteenth character that GB 11643 gives to seventeen digits."""
    return CHECK_DIGITS[sum(int(d) * w for d, w in zip(first17, WEIGHTS, strict=True)) % 11]


def check_citizen_number(
    text: str,
    *,
    today: date,
    known_regions: Callable[[str], bool] | None = None,
    field: str = "id_number",
) -> CitizenNumber:
    """The number of a citizen, of a Hong Kong, Macao or Taiwan resident, or of a foreign permanent resident.

    The region is where the person was first registered, perhaps under a code long retired: it is never
    refused for not being known, only reported as not verified (handbook 16 #26).
    """
    number = normalise(text)
    _require_form(number, field)
    region, kind = number[:6], _kind(number)
    if kind is None:
        raise _refused("AREA", "身份证号码前两位不是省级地区代码。请对照证件检查开头六位。", field)
    birth = _birth(number[6:14])
    if birth is None:
        raise _refused("DATE", "身份证号码第 7 至 14 位不是真实的出生日期。请对照证件检查这八位。", field)
    if birth > today:
        raise _refused("FUTURE", "身份证号码中的出生日期晚于今天。请对照证件检查第 7 至 14 位。", field)
    if number[17] != citizen_check_digit(number[:17]):
        raise _refused("CHECK", "身份证号码最后一位校验不对，说明有数字输错了。请对照证件重新输入。", field)
    return CitizenNumber(
        number=number,
        region=region,
        birth=birth,
        sex="1" if int(number[16]) % 2 else "2",
        kind=kind,
        region_verified=kind == "permit" or (known_regions is not None and known_regions(region)),
    )


def from_legacy(text: str, *, field: str = "id_number") -> str:
    """The 18-character form of a 15-digit number issued before 1999; the record is then to be reviewed.

    Serials 996 to 999 were kept for centenarians, born in the 1800s: an officer settles those by hand.
    """
    old = normalise(text)
    if len(old) != 15:
        raise _refused("LEN", f"旧身份证号码应为 15 位，现为 {len(old)} 位。请对照证件补全。", field)
    if not re.fullmatch(r"[0-9]{15}", old):
        raise _refused("CHAR", "旧身份证号码只能是数字。请对照证件重新输入。", field)
    if old[12:] >= "996":
        raise Refused(
            "id_number_legacy_centenarian",
            "该旧号码的顺序号留给百岁老人，出生世纪无法推定。请凭户口簿查明 18 位号码后输入。",
            field=field,
        )
    first17 = f"{old[:6]}19{old[6:]}"
    return first17 + citizen_check_digit(first17)


def check_disability_number(
    text: str,
    *,
    today: date,
    category: str | None = None,
    grade: str | None = None,
    known_regions: Callable[[str], bool] | None = None,
    field: str = "disability_number",
) -> DisabilityNumber:
    """The holder's number, one digit of category, one of grade; later cards append ``B`` and a count.

    The digits must agree with the category and grade on file (handbook 00 §0.6).
    """
    number = normalise(text)
    found = re.fullmatch(r"(.{18})([1-7])([1-4])(B[0-9]{1,2})?", number)
    if found is None:
        raise Refused(
            "disability_number_format",
            "残疾人证号应为 18 位身份证号码加 1 位类别（1—7）和 1 位等级（1—4）。请对照残疾人证输入。",
            field=field,
        )
    citizen = check_citizen_number(found[1], today=today, known_regions=known_regions, field=field)
    for name, digit, filed in (("类别", found[2], category), ("等级", found[3], grade)):
        if filed is not None and filed != digit:
            raise Refused(
                "disability_number_mismatch",
                f"残疾人证号中的残疾{name}与填写的{name}不一致。请对照残疾人证改正其中一处。",
                field=field,
            )
    return DisabilityNumber(number, citizen, category=found[2], grade=found[3], reissue=found[4] or "")


# Accounts and phones -----------------------------------------------------------------------------

_DOUBLED = [sum(divmod(2 * digit, 10)) for digit in range(10)]


def luhn_passes(digits: str) -> bool:
    """Whether a card number carries its own check digit (ISO/IEC 7812)."""
    return int(digits[-1]) == int(luhn_digit(digits[:-1]))


def luhn_digit(body: str) -> str:
    """The check digit that belongs behind the other digits of a card number (ISO/IEC 7812)."""
    doubled = sum(_DOUBLED[int(d)] for d in body[-1::-2])
    return str(-(doubled + sum(map(int, body[-2::-2]))) % 10)


def check_unit_account(text: str, *, field: str = "account") -> str:
    """The digits of an organisation's account: banks number those each in their own way, without a check digit."""
    number = normalise(text).replace("-", "")
    if not re.fullmatch(r"[0-9]{6,34}", number):
        raise Refused("unit_account", "账号应为 6 至 34 位数字。请对照开户许可或银行卡填写。", field=field)
    return number


def check_bank_account(text: str, *, field: str = "bank_account") -> str:
    """The digits of a bank card, as the bank file needs them."""
    number = normalise(text).replace("-", "")
    if not re.fullmatch(r"[0-9]*", number):
        raise Refused("bank_account_character", "银行卡号只能是数字。请对照银行卡重新输入。", field=field)
    if not 12 <= len(number) <= 19:
        raise Refused(
            "bank_account_length",
            f"银行卡号应为 12 至 19 位，现为 {len(number)} 位。请对照银行卡补全。",
            field=field,
        )
    if not luhn_passes(number):
        raise Refused(
            "bank_account_check", "银行卡号校验不对，说明有数字输错了。请对照银行卡重新输入。", field=field
        )
    return number


def check_phone(text: str, *, field: str = "phone") -> str:
    """A mobile (手机) as eleven digits, a fixed number as ``0431-12345678``, with its extension if any."""
    number = re.sub(r"^(\+|00)86-?", "", normalise(text).translate(_PHONE_DASHES))
    if MOBILE.fullmatch(plain := number.replace("-", "")):
        return plain
    if fixed := FIXED.fullmatch(number):
        return "-".join(part for part in fixed.groups() if part)
    raise Refused(
        "phone_format",
        "电话号码不对。手机为 11 位数字，固定电话请带区号，例如 0431-12345678。请检查后重新输入。",
        field=field,
    )


# The parts of a citizen number -------------------------------------------------------------------

_CODES = {
    "LEN": "id_number_length",
    "CHAR": "id_number_character",
    "AREA": "id_number_region",
    "DATE": "id_number_date",
    "FUTURE": "id_number_future",
    "CHECK": "id_number_check",
}


def _refused(reason: str, message: str, field: str) -> Refused:
    return Refused(_CODES[reason], message, field=field, reason=reason)


def _require_form(number: str, field: str) -> None:
    if len(number) != 18:
        hint = "15 位旧号码请先换算为 18 位。" if len(number) == 15 else "请对照证件补全。"
        raise _refused("LEN", f"身份证号码应为 18 位，现为 {len(number)} 位。{hint}", field)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise _refused("CHAR", "身份证号码前 17 位只能是数字，末位是数字或 X。请检查后重新输入。", field)


def _kind(number: str) -> Kind | None:
    """Who issues such numbers, or None if nobody does."""
    if number[0] == "9":
        return "foreign"
    if number[:6] in PERMIT_REGIONS:
        return "permit"
    return "citizen" if number[:2] in PROVINCES else None


def _birth(digits: str) -> date | None:
    try:
        birth = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return birth if birth >= EARLIEST_BIRTH else None
