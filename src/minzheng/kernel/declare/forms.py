"""What is asked: forms as data.  The same declaration draws the page, checks the answers and makes the API schema.

Answers are plain values: fen for money, ISO text for days, lists of mappings for rows.  Fields marked sealed
(identity number, phone, account) come back apart, so that they can be kept apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from minzheng.kernel import clock
from minzheng.kernel.errors import Mistake, Refused
from minzheng.kernel.people import identity

__all__ = [
    "Account", "Answers", "Choice", "Day", "Field", "Form", "IdNumber", "Money", "Number", "Phone", "Photo",
    "Rows", "Text", "YesNo",
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


def _refuse(f: Field, why: str) -> Refused:
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
            raise _refuse(self, "应为文字。")
        text = value.strip()
        if _CONTROL.search(text):
            raise _refuse(self, "含有不可见的控制字符，请重新输入。")
        if len(text) > self.longest:
            raise _refuse(self, f"最多 {self.longest} 个字，现有 {len(text)} 个字，请精简。")
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
            raise _refuse(self, "应填整数。")
        number = int(str(value).strip())
        if not self.least <= number <= self.most:
            raise _refuse(self, f"应在 {self.least} 到 {self.most} 之间。")
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
        text = str(value).strip().replace(",", "").replace("，", "")
        try:
            yuan = Decimal(text)
        except InvalidOperation:
            raise _refuse(self, "应填金额，例如 1200 或 1200.50。") from None
        if not yuan.is_finite() or yuan.copy_abs() > Decimal(self.most) / 100:
            raise _refuse(self, "金额过大，请核对单位是否为元。")
        if yuan != yuan.quantize(Decimal("0.01")):
            raise _refuse(self, "金额最多两位小数（到分）。")
        fen = int(yuan * 100)
        if fen < 0 and not self.negative:
            raise _refuse(self, "金额不能为负数。")
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
            raise _refuse(self, "应填日期，例如 2026-03-15。") from None
        if day > clock.today() and not self.future:
            raise _refuse(self, "不能晚于今天。")
        if day.year < 1850:
            raise _refuse(self, "年份过早，请核对。")
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
            raise _refuse(self, "请从列表中选择一项。")
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
            raise _refuse(self, "请选择“是”或“否”。")
        if self.must and not answer:
            raise _refuse(self, "须确认后才能继续。")
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
            raise _refuse(self, error.message) from None


@dataclass(frozen=True)
class Phone(Field):
    """A mobile or fixed phone number; sealed."""

    sealed = True
    kind = "phone"

    def clean(self, value: Any) -> str:
        try:
            return identity.check_phone(str(value))
        except Refused as error:
            raise _refuse(self, error.message) from None


@dataclass(frozen=True)
class Account(Field):
    """A bank account that passes the Luhn check; sealed."""

    sealed = True
    kind = "account"

    def clean(self, value: Any) -> str:
        try:
            return identity.check_bank_account(str(value))
        except Refused as error:
            raise _refuse(self, error.message) from None


@dataclass(frozen=True)
class Photo(Field):
    """A picture or scan, uploaded beforehand; the answer is the number of a stored document."""

    kind = "photo"

    def clean(self, value: Any) -> int:
        if not re.fullmatch(r"\d{1,18}", str(value)):
            raise _refuse(self, "请先上传照片。")
        return int(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "title": self.label, "description": "文件编号"}


@dataclass(frozen=True)
class Rows(Field):
    """Several answers of one shape: the panel's votes, the supporters."""

    of: tuple[Field, ...] = ()
    least: int = 0
    most: int = 50
    kind = "rows"

    def clean(self, value: Any) -> list[dict[str, Any]]:
        if not isinstance(value, list | tuple):
            raise _refuse(self, "应为列表。")
        if not self.least <= len(value) <= self.most:
            raise _refuse(self, f"应有 {self.least} 到 {self.most} 行，现有 {len(value)} 行。")
        rows: list[dict[str, Any]] = []
        errors: dict[str, str] = {}
        for number, row in enumerate(value):
            cleaned, wrong = _clean_all(self.of, row if isinstance(row, Mapping) else {})
            rows.append(cleaned)
            errors |= {f"{self.code}-{number}-{code}": text for code, text in wrong.items()}
        if errors:
            raise Refused("form_invalid", next(iter(errors.values())), errors=errors)
        return rows

    def raw(self, value: Any) -> Any:
        return [{f.code: f.raw(row.get(f.code)) for f in self.of} for row in value or []]

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "maxItems": self.most, "title": self.label, "items": _object(self.of)}


@dataclass(frozen=True)
class Answers:
    """Checked answers: the plain ones, and those that are kept sealed."""

    plain: dict[str, Any]
    sealed: dict[str, Any]


@dataclass(frozen=True)
class Form:
    """A page of questions with a code and a version; a case binds the version it was accepted under."""

    code: str
    label: str
    fields: tuple[Field, ...]
    version: str = "1"
    check: Callable[[dict[str, Any]], None] | None = None

    def __post_init__(self) -> None:
        codes = [f.code for f in self.fields]
        if len(codes) != len(set(codes)):
            raise Mistake("form_field_twice", f"form {self.code!r} asks the same field twice")
        for rows in (f for f in self.fields if isinstance(f, Rows)):
            if any(f.sealed for f in rows.of):
                raise Mistake("form_sealed_in_rows", f"form {self.code!r}: rows cannot hold sealed fields")

    def clean(self, given: Mapping[str, Any], *, partly: bool = False) -> Answers:
        """Checked answers, or Refused with one message for each field.  ``partly`` is for a saved draft."""
        values, errors = _clean_all(self.fields, given, partly=partly)
        if errors:
            raise Refused("form_invalid", "表单有误，请按各项提示修改。", errors=errors)
        sealed = self.sealed_codes
        plain = {code: value for code, value in values.items() if code not in sealed}
        if self.check is not None and not partly:
            self.check(plain)
        return Answers(plain=plain, sealed={c: v for c, v in values.items() if c in sealed})

    def complete(self, answers: Mapping[str, Any]) -> None:
        """Whether kept answers may be handed in: nothing required is missing, and they agree together."""
        wanted = (f for f in self.fields if f.required and not (isinstance(f, Rows) and f.least == 0))
        missing = [f for f in wanted if answers.get(f.code) in (None, "", [])]
        if missing:
            errors = {f.code: f"{f.label}：必填，请填写。" for f in missing}
            raise Refused("form_incomplete", "表单还没有填完，请补充。", errors=errors)
        if self.check is not None:
            self.check({code: value for code, value in answers.items() if code not in self.sealed_codes})

    @property
    def sealed_codes(self) -> frozenset[str]:
        """The fields kept sealed."""
        return frozenset(f.code for f in self.fields if f.sealed)

    def raw(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Kept answers as they would be typed again, for a form that is opened a second time."""
        return {f.code: f.raw(answers[f.code]) for f in self.fields if f.code in answers}

    def schema(self) -> dict[str, Any]:
        """JSON schema of the answers, for the API."""
        return _object(self.fields)

    def shown(self, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Label and answer pairs as a person reads them; rows and sealed answers are drawn elsewhere."""
        plain = (f for f in self.fields if not f.sealed and not isinstance(f, Rows))
        return [(f.label, f.shown(answers[f.code])) for f in plain if f.code in answers]


def _object(fields: tuple[Field, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {f.code: f.schema() for f in fields},
        "required": [f.code for f in fields if f.required],
        "additionalProperties": False,
    }


def _clean_all(
    fields: tuple[Field, ...], given: Mapping[str, Any], *, partly: bool = False
) -> tuple[dict[str, Any], dict[str, str]]:
    """Every field checked, so that all mistakes are told at once."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for unknown in set(given) - {f.code for f in fields}:
        errors[str(unknown)[:80]] = f"没有“{str(unknown)[:20]}”这一项。"
    for f in fields:
        value = given.get(f.code)
        if value is None or value == "" or value == []:
            if isinstance(f, Rows) and f.least == 0:
                values[f.code] = []
            elif f.required and not partly:
                errors[f.code] = f"{f.label}：必填，请填写。"
            continue
        try:
            values[f.code] = f.clean(value)
        except Refused as error:
            errors |= error.errors or {f.code: error.message}
    return values, errors
