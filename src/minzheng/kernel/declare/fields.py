"""The kinds of question a form can ask, each with its check, its JSON schema and the form in which it is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from minzheng.kernel import clock
from minzheng.kernel.errors import Refused
from minzheng.kernel.people import identity

__all__ = [
    "Account", "Choice", "Day", "Field", "IdNumber", "Money", "Number", "Phone", "Photo", "Text", "YesNo", "refuse",
]  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One question: a code we chose, the words on the page, the law that lets us ask."""

    code: str
    label: str
    required: bool = True
    help: str = ""
    basis: object = None
    example: str = ""

    sealed = False
    kind = "text"

    def clean(self, value: Any) -> Any:
        """The checked answer; raises Refused with the cure."""
        raise NotImplementedError

    def schema(self) -> dict[str, Any]:
        """JSON schema of the answer."""
        return {"type": "string", "title": self.label}

    def shown(self, value: Any) -> str:
        """The answer as a person reads it."""
        return "" if value is None else str(value)

    def raw(self, value: Any) -> Any:
        """A kept answer as it would be typed again."""
        return value


def refuse(f: Field, why: str) -> Refused:
    """The refusal of one answer, with the question's words before the reason."""
    return Refused("field_invalid", f"{f.label}：{why}", field=f.code)


# Control characters, and halves of a pair that are no character at all.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Text(Field):
    """Words; ``lines`` > 1 draws a larger box."""

    longest: int = 200
    lines: int = 1

    def clean(self, value: Any) -> str:
        if not isinstance(value, str):
            raise refuse(self, "应为文字。")
        text = value.strip()
        if _CONTROL.search(text):
            raise refuse(self, "含有不可见的控制字符，请重新输入。")
        if len(text) > self.longest:
            raise refuse(self, f"最多 {self.longest} 个字，现有 {len(text)} 个字，请精简。")
        return text

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.longest, "title": self.label}


@dataclass(frozen=True)
class Number(Field):
    """A whole number."""

    least: int = 0
    most: int = 1_000_000_000
    kind = "number"

    def clean(self, value: Any) -> int:
        if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,12}", str(value).strip()):
            raise refuse(self, "应填整数。")
        number = int(str(value).strip())
        if not self.least <= number <= self.most:
            raise refuse(self, f"应在 {self.least} 到 {self.most} 之间。")
        return number

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most, "title": self.label}


@dataclass(frozen=True)
class Money(Field):
    """An amount typed in yuan with at most two decimals, kept in whole fen."""

    most: int = 100_000_000_000
    negative: bool = False
    kind = "money"

    def clean(self, value: Any) -> int:
        text = str(value).strip().removesuffix("元").strip().replace(",", "").replace("，", "")
        try:
            yuan = Decimal(text)
        except InvalidOperation:
            raise refuse(self, "应填金额，例如 1200 或 1200.50。") from None
        if not yuan.is_finite() or yuan.copy_abs() > Decimal(self.most) / 100:
            raise refuse(self, "金额过大，请核对单位是否为元。")
        if yuan != yuan.quantize(Decimal("0.01")):
            raise refuse(self, "金额最多两位小数（到分）。")
        fen = int(yuan * 100)
        if fen < 0 and not self.negative:
            raise refuse(self, "金额不能为负数。")
        return fen

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^-?\d+(\.\d{1,2})?$", "title": f"{self.label}（元）"}

    def shown(self, value: Any) -> str:
        return "" if value is None else f"{Decimal(value) / 100:,.2f} 元"

    def raw(self, value: Any) -> Any:
        return None if value is None else f"{Decimal(value) / 100:.2f}"


@dataclass(frozen=True)
class Day(Field):
    """A calendar day; a day to come is refused unless the form allows it."""

    future: bool = False
    kind = "day"

    def clean(self, value: Any) -> str:
        try:
            day = date.fromisoformat(str(value).strip())
        except ValueError:
            raise refuse(self, "应填日期，例如 2026-03-15。") from None
        if day > clock.today() and not self.future:
            raise refuse(self, "不能晚于今天。")
        if day.year < 1850:
            raise refuse(self, "年份过早，请核对。")
        return day.isoformat()

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date", "title": self.label}


@dataclass(frozen=True)
class Choice(Field):
    """One of a list of coded answers."""

    options: Mapping[str, str] = field(default_factory=dict)
    kind = "choice"

    def clean(self, value: Any) -> str:
        if str(value) not in self.options:
            raise refuse(self, "请从列表中选择一项。")
        return str(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.options), "title": self.label}

    def shown(self, value: Any) -> str:
        return self.options.get(str(value), "" if value is None else str(value))


@dataclass(frozen=True)
class YesNo(Field):
    """是 or 否; ``must`` makes 是 the only answer that goes on (a commitment)."""

    must: bool = False
    kind = "yesno"

    def clean(self, value: Any) -> bool:
        known = {"true": True, "on": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        answer = value if isinstance(value, bool) else known.get(str(value).strip().lower())
        if answer is None:
            raise refuse(self, "请选择“是”或“否”。")
        if self.must and not answer:
            raise refuse(self, "须确认后才能继续。")
        return answer

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean", "title": self.label}

    def shown(self, value: Any) -> str:
        return {True: "是", False: "否"}.get(value, "")


@dataclass(frozen=True)
class IdNumber(Field):
    """A citizen number (GB 11643-1999), checked; sealed."""

    sealed = True
    kind = "id_number"

    def clean(self, value: Any) -> str:
        try:
            return identity.check_citizen_number(str(value), today=clock.today(), known_regions=None).number
        except Refused as error:
            raise refuse(self, error.message) from None


@dataclass(frozen=True)
class Phone(Field):
    """A mobile or fixed phone number; sealed."""

    sealed = True
    kind = "phone"

    def clean(self, value: Any) -> str:
        try:
            return identity.check_phone(str(value))
        except Refused as error:
            raise refuse(self, error.message) from None


@dataclass(frozen=True)
class Account(Field):
    """A bank account that passes the Luhn check; sealed.

    ``units``: an organisation's account may be given as well, which has no check digit; whose it is, the verb says.
    """

    units: bool = False

    sealed = True
    kind = "account"

    def clean(self, value: Any) -> str:
        check = identity.check_unit_account if self.units else identity.check_bank_account
        try:
            return check(str(value))
        except Refused as error:
            raise refuse(self, error.message) from None


@dataclass(frozen=True)
class Photo(Field):
    """A picture or scan, uploaded beforehand; the answer is the number of a stored document.

    ``paper``: written at a desk, so a telephone offers its files instead of its camera.
    """

    paper: bool = False
    kind = "photo"

    def clean(self, value: Any) -> int:
        if not re.fullmatch(r"\d{1,18}", str(value)):
            raise refuse(self, "请先上传照片。")
        return int(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "title": self.label, "description": "文件编号"}
