"""Personal data is shown no further than the reader needs: mask.v1 of handbook 15 §9, as 16 #11 corrects it.

An officer sees enough to tell two people apart, the public enough to recognise a neighbour.  Health, child
and victim data are not shown at all.  Free text is searched for the same numbers before display or export.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from .identity import (
    HALF_WIDTH,
    PERMIT_REGIONS,
    PROVINCES,
    USCC_ALPHABET,
    citizen_check_digit,
    luhn_passes,
    normalise,
    uscc_check_digit,
)

__all__ = [
    "COMPOUND_SURNAMES",
    "MASKS",
    "VERSION",
    "Audience",
    "mask",
    "mask_address",
    "mask_bank_account",
    "mask_birth_date",
    "mask_email",
    "mask_id_number",
    "mask_name",
    "mask_phone",
    "mask_text",
]

VERSION = "mask.v1"
HIDDEN = "—"

_COMPOUND = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠"
    "公孙慕容仲孙钟离长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良漆雕乐正宰父谷梁"
    "拓跋夹谷轩辕令狐段干百里呼延东郭南门羊舌微生梁丘左丘西门第五南荣东里达奚纳兰"
)
COMPOUND_SURNAMES = frozenset(_COMPOUND[i : i + 2] for i in range(0, len(_COMPOUND), 2))
_MIDDLE_DOTS = re.compile("[·•‧・･．∙⋅]")

# Province, prefecture, county, township: each may be missing; a housing estate (小区) is not a county.
_UPPER_LEVELS = re.compile(
    r"(?:[^省市县区旗]{1,8}?(?:省|自治区))?(?:[^市州县区]{1,8}?(?:市|州|盟))?"
    r"(?:[^县市区旗]{1,12}?(?:县|市|(?<![小社校园])区|旗))?(?:[^街镇乡村路号]{1,12}?(?:街道|镇|乡))?"
)
_COMMUNITY = re.compile(r".{0,20}?(?:社区|居委会|居民委员会|村+(?![路街镇乡社])|嘎查)")


class Audience(StrEnum):
    """Who reads: an officer on duty, or anybody."""

    STAFF = "staff"
    PUBLIC = "public"


def mask_name(name: str) -> str:
    """王某 as 王*, 王小明 as 王*明, 欧阳娜娜 as 欧阳**, 阿依·古丽 as 阿依·***."""
    name = name.strip()
    first, dot, _ = _MIDDLE_DOTS.sub("·", name).partition("·")
    if dot:
        return f"{first}·***"
    if len(name) >= 4 or (len(name) == 3 and name[:2] in COMPOUND_SURNAMES):
        return name[:2] + "*" * (len(name) - 2)
    if len(name) == 3:
        return f"{name[0]}*{name[2]}"
    return name[0] + "*" if len(name) == 2 else "*" * len(name)


def mask_id_number(number: str, audience: Audience = Audience.STAFF) -> str:
    """Region and last four for staff, the two ends for the public; what follows the 18th is never shown."""
    number = normalise(number)
    number, extra = number[:18], number[18:]
    if len(number) not in (15, 18):
        return "*" * len(number)
    head, tail = (6, 4) if audience is Audience.STAFF else (1, 1)
    return number[:head] + "*" * (len(number) - head - tail) + number[-tail:] + "*" * len(extra)


def mask_phone(number: str) -> str:
    """138****5678 for a mobile; 0431-******78 for a fixed number, its extension dropped."""
    plain = normalise(number)
    if mobile := _MOBILE.fullmatch(plain):
        return _masked_mobile(mobile)
    if fixed := _FIXED.fullmatch(plain):
        return _masked_fixed(fixed)
    return "*" * len(plain)


def mask_bank_account(number: str) -> str:
    """Only the last four digits."""
    plain = re.sub(r"[^0-9A-Z]", "", normalise(number))
    return "*" * (len(plain) - 4) + plain[-4:] if len(plain) > 4 else "*" * len(plain)


def mask_address(address: str) -> str:
    """To the village or community; where none is written, to the township or county."""
    address = address.strip()
    levels = _UPPER_LEVELS.match(address)
    end = levels.end() if levels else 0
    community = _COMMUNITY.match(address, end)
    return address[: community.end() if community else end] + "***"


def mask_email(address: str) -> str:
    """The first letter and the domain."""
    local, at, domain = address.strip().rpartition("@")
    return f"{local[:1]}***@{domain}" if at else "***"


def mask_birth_date(birth: date | str, audience: Audience) -> str:
    """The year only, on a public list."""
    text = birth.isoformat() if isinstance(birth, date) else birth.strip()
    return text[:4] if audience is Audience.PUBLIC else text


# One column of an export is labelled with one of these kinds (handbook 15 §9).
MASKS: Mapping[str, Callable[[str, Audience], str]] = MappingProxyType(
    {
        "name": lambda value, audience: mask_name(value),
        "id_number": mask_id_number,
        "phone": lambda value, audience: mask_phone(value),
        "bank_account": lambda value, audience: mask_bank_account(value),
        "address": lambda value, audience: mask_address(value),
        "email": lambda value, audience: mask_email(value),
        "birth_date": mask_birth_date,
        "text": lambda value, audience: mask_text(value, audience),
        "hidden": lambda value, audience: HIDDEN,
        "clear": lambda value, audience: value,
    }
)


def mask(kind: str, value: str, audience: Audience) -> str:
    """A value as this audience may see it; a kind nobody labelled is hidden, never shown."""
    if not value:
        return ""
    return MASKS.get(kind, MASKS["hidden"])(value, audience)


# Free text ---------------------------------------------------------------------------------------

_ID = re.compile(
    r"(?<![0-9])([0-9]{6} ?[0-9]{8} ?[0-9]{3} ?[0-9Xx])([1-7][1-4](?:[Bb][0-9]{1,2})?)?(?![0-9])"
)
_LEGACY = re.compile(r"(?<![0-9])[0-9]{15}(?![0-9])")
_USCC = re.compile(rf"(?<![0-9A-Za-z])[{USCC_ALPHABET}]{{18}}(?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<![0-9])(?:\+?86[ -]?)?(1[3-9][0-9])([ -]?)[0-9]{4}\2([0-9]{4})(?![0-9])")
_FIXED = re.compile(
    r"(?<![0-9])\(?(0[12][0-9]|0[0-9]{2,3}(?=-)|0[3-9][0-9]{2})[-) ]?([0-9]{7,8})(?![0-9])"
    r"(?:-[0-9]{1,5}(?![0-9]))?"
)
_CARD = re.compile(r"(?<![0-9])(?:[0-9]{12,19}|[0-9]{4}(?: [0-9]{4}){2,3}(?: [0-9]{1,4})?)(?![0-9])")


def mask_text(text: str, audience: Audience = Audience.STAFF) -> str:
    """The text with identity, phone and card numbers masked; organisation codes stay clear.

    A number counts as an identity or card number only if its check digit agrees, so that file numbers and
    dates stay readable.  Detectors run in order; what one has claimed, the next leaves alone.
    """
    plain = text.translate(HALF_WIDTH)
    claimed = bytearray(len(plain))
    found: list[tuple[int, int, str]] = []
    for pattern, judge in _DETECTORS:
        for match in pattern.finditer(plain):
            start, end = match.span()
            if any(claimed[start:end]):
                continue
            masked = judge(match, audience)
            if masked is not None:
                claimed[start:end] = b"\x01" * (end - start)
                found.append((start, end, masked))
    parts, last = [], 0
    for start, end, masked in sorted(found):
        parts += [text[last:start], masked]
        last = end
    return "".join([*parts, text[last:]])


def _identity_number(match: re.Match[str], audience: Audience) -> str | None:
    """A number of a real region and day whose check digit agrees."""
    number = normalise(match[1])
    placed = number[:2] in PROVINCES or number[:6] in PERMIT_REGIONS or number[0] == "9"
    if not (placed and _is_day(number[6:14])) or number[17] != citizen_check_digit(number[:17]):
        return None
    return mask_id_number(number + (match[2] or ""), audience)


def _legacy_number(match: re.Match[str], audience: Audience) -> str | None:
    """Fifteen digits carry no check: a province and a real day must do."""
    number = match[0]
    if number[:2] not in PROVINCES or not _is_day("19" + number[6:12]):
        return None
    return mask_id_number(number, audience)


def _organisation(match: re.Match[str], audience: Audience) -> str | None:
    code = match[0]
    return code if code[17] == uscc_check_digit(code[:17]) else None


def _any_identity_number(match: re.Match[str], audience: Audience) -> str | None:
    """The check digit alone agrees: an impossible birth date may be a slip of the pen."""
    number = normalise(match[1])
    if number[17] != citizen_check_digit(number[:17]):
        return None
    return mask_id_number(number + (match[2] or ""), audience)


def _masked_mobile(match: re.Match[str], audience: Audience = Audience.STAFF) -> str:
    return f"{match[1]}****{match[3]}"


def _masked_fixed(match: re.Match[str], audience: Audience = Audience.STAFF) -> str:
    return f"{match[1]}-{'*' * (len(match[2]) - 2)}{match[2][-2:]}"


def _card(match: re.Match[str], audience: Audience) -> str | None:
    digits = match[0].replace(" ", "")
    return mask_bank_account(digits) if 12 <= len(digits) <= 19 and luhn_passes(digits) else None


def _is_day(digits: str) -> bool:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])) is not None
    except ValueError:
        return False


_DETECTORS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Audience], str | None]], ...] = (
    (_ID, _identity_number),
    (_USCC, _organisation),
    (_ID, _any_identity_number),
    (_LEGACY, _legacy_number),
    (_MOBILE, _masked_mobile),
    (_FIXED, _masked_fixed),
    (_CARD, _card),
)
