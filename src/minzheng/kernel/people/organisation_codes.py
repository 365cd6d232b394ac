"""An organisation is known by its unified social credit code (统一社会信用代码, GB 32100-2015).

Inside it stands the older organisation code (GB 11714), whose own check digit some early registrations fail.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import Refused
from .written import normalise

__all__ = ["USCC_ALPHABET", "Uscc", "check_uscc", "organisation_check_digit", "uscc_check_digit"]

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True)
class Uscc:
    """A valid unified social credit code (统一社会信用代码) and its parts."""

    code: str
    prefix: str  # registering department and category: 51 association, 52 non-enterprise unit, 53 foundation
    division: str
    organisation_code: str
    inner_check_passes: bool

    @property
    def warnings(self) -> tuple[str, ...]:
        """Old registrations whose inner organisation code fails GB 11714 exist: told, not refused."""
        if self.inner_check_passes:
            return ()
        return ("代码中的组织机构代码校验位不符，可能是早期登记的单位，请核对登记证书。",)


def uscc_check_digit(first17: str) -> str:
    """The eighteenth character that GB 32100 gives to the first seventeen."""
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(first17, USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def organisation_check_digit(first8: str) -> str:
    """The ninth character that GB 11714 gives to an organisation code."""
    total = sum(ORGANISATION_ALPHABET.index(c) * w for c, w in zip(first8, ORGANISATION_WEIGHTS, strict=True))
    remainder = 11 - total % 11
    return {10: "X", 11: "0"}.get(remainder, str(remainder))


def check_uscc(text: str, *, field: str = "uscc") -> Uscc:
    """The code of an organisation; a failing inner organisation code is a warning only (handbook 15 §2)."""
    code = normalise(text)
    if len(code) != 18:
        raise Refused(
            "uscc_length", f"统一社会信用代码应为 18 位，现为 {len(code)} 位。请对照证书补全。", field=field
        )
    if any(c not in USCC_ALPHABET for c in code):
        raise Refused(
            "uscc_character",
            "统一社会信用代码只含数字和大写字母，且不用 I、O、S、V、Z。请对照证书检查易混的字母。",
            field=field,
        )
    if code[17] != uscc_check_digit(code[:17]):
        raise Refused(
            "uscc_check",
            "统一社会信用代码最后一位校验不对，说明有字符输错了。请对照证书重新输入。",
            field=field,
        )
    return Uscc(
        code=code,
        prefix=code[:2],
        division=code[2:8],
        organisation_code=code[8:17],
        inner_check_passes=code[16] == organisation_check_digit(code[8:16]),
    )
