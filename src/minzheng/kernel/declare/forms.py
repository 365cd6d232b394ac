"""What is asked: forms as data.  The same declaration draws the page, checks the answers and makes the API schema.

Answers are plain values: fen for money, ISO text for days, lists of mappings for rows.  Fields marked sealed
(identity number, phone, account) come back apart, so that they can be kept apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from minzheng.kernel.errors import Mistake, Refused

from .fields import (
    Account,
    Choice,
    Day,
    Field,
    IdNumber,
    Money,
    Number,
    Phone,
    Photo,
    Text,
    YesNo,
    refuse,
)  # fmt: skip

__all__ = [
    "Account", "Answers", "Choice", "Day", "Field", "Form", "IdNumber", "Money", "Number", "Phone", "Photo",
    "Rows", "Text", "YesNo",
]  # fmt: skip


@dataclass(frozen=True)
class Rows(Field):
    """Several answers of one shape: the panel's votes, the supporters."""

    of: tuple[Field, ...] = ()
    least: int = 0
    most: int = 50
    kind = "rows"

    def clean(self, value: Any) -> list[dict[str, Any]]:
        if not isinstance(value, list | tuple):
            raise refuse(self, "应为列表。")
        if not self.least <= len(value) <= self.most:
            raise refuse(self, f"应有 {self.least} 到 {self.most} 行，现有 {len(value)} 行。")
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
    # The law that lets us ask what has no article of its own.
    basis: object = None

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
