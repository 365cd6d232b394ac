"""A declared form becomes questions on a page: each with its label, its help, the law that lets us ask it.

Identity numbers, phones and accounts already on file are never written back into a page: the reader sees a
mask and types the number again only to change it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from minzheng.kernel import clock
from minzheng.kernel.declare.forms import Choice, Day, Field, Form, Photo, Rows, Text, YesNo
from minzheng.kernel.people import masks
from minzheng.ui.examples import example
from minzheng.ui.shown import article

__all__ = ["Drawn", "drawn", "summary"]

_MASKS = {
    "id_number": lambda number: masks.mask_id_number(number, masks.Audience.STAFF),
    "phone": masks.mask_phone,
    "account": masks.mask_bank_account,
}
_FEW = 5
_NOBODY = "__n__"


@dataclass(frozen=True)
class Drawn:
    """One question as the template needs it."""

    kind: str
    id: str
    name: str
    label: str
    required: bool
    help: str
    basis: str
    example: str
    value: str
    kept: str
    error: str
    options: tuple[tuple[str, str], ...] = ()
    lines: int = 1
    longest: int = 0
    latest: str = ""
    paper: bool = False
    rows: tuple[tuple[Drawn, ...], ...] = ()
    blank: tuple[Drawn, ...] = ()
    fewest: int = 0
    most: int = 0

    @property
    def described_by(self) -> str:
        """Ids of help, mask and error, for assistive technology."""
        parts = [("help", self.help), ("kept", self.kept), ("error", self.error)]
        return " ".join(f"{self.id}-{word}" for word, there in parts if there)

    @property
    def sample(self) -> str:
        """An example of an answer: the question's own, else one of its kind."""
        return self.example or example(self.kind, self.label)

    @property
    def why(self) -> bool:
        """Whether there is help to unfold: the law that lets us ask, an example."""
        return bool(self.basis or self.sample) and self.kind != "rows"

    @property
    def grouped(self) -> bool:
        """Several controls under one question: a fieldset."""
        return self.kind in {"radios", "yesno", "rows"}


def drawn(
    form: Form,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    *,
    prefix: str = "",
    typed: bool = False,
    law: object = None,
) -> list[Drawn]:
    """Every question.  ``typed``: the values come from this very post, and go back as they were typed.

    ``law`` is what the page around it rests on, for questions that neither themselves nor with their form name theirs.
    """
    known = [_one(f, values.get(f.code), errors, prefix=prefix, key=f.code, typed=typed) for f in form.fields]
    named = article(form.basis or law)
    return [one if one.basis or not named else replace(one, basis=named) for one in known]


def summary(form: Form, errors: Mapping[str, str], *, prefix: str = "") -> list[tuple[str, str]]:
    """Anchors and messages in the order of the page; what belongs to no field comes first."""
    order = {f.code: place for place, f in enumerate(form.fields)}
    found = sorted(errors.items(), key=lambda item: order.get(item[0].split("-")[0], -1))
    return [(f"f-{prefix}{key}" if key.split("-")[0] in order else "", text) for key, text in found]


def _one(f: Field, value: Any, errors: Mapping[str, str], *, prefix: str, key: str, typed: bool) -> Drawn:
    kept = ""
    if f.sealed and value and not typed:
        kept, value = _MASKS[f.kind](str(value)), None
    name = f"{prefix}{key}"
    return Drawn(
        id=f"f-{name}",
        name=name,
        label=f.label,
        required=f.required and not kept,
        help=f.help,
        basis=article(f.basis),
        example=f.example,
        value=_text(f, value),
        kept=kept,
        error=errors.get(key, "") or errors.get(name, ""),
        **({"kind": f.kind} | _of_its_kind(f, key)),
        **(_rows(f, value, errors, prefix=prefix, typed=typed) if isinstance(f, Rows) else {}),
    )


def _of_its_kind(f: Field, key: str) -> dict[str, Any]:
    """What the template needs beside what every question has."""
    if isinstance(f, Text):
        return {"lines": f.lines, "longest": f.longest}
    if isinstance(f, Day):
        return {"latest": "" if f.future else clock.today().isoformat()}
    if isinstance(f, Photo):
        return {"paper": f.paper}
    if isinstance(f, YesNo) and f.must:
        return {"kind": "commitment"}
    if isinstance(f, Choice):
        few = len(f.options) <= _FEW and "-" not in key
        return {"kind": "radios" if few else "choice", "options": tuple(f.options.items())}
    return {}


def _rows(f: Rows, value: Any, errors: Mapping[str, str], *, prefix: str, typed: bool) -> dict[str, Any]:
    given = list(value or []) or [{}] * max(f.least, 1 if f.required else 0)

    def line(number: object, row: Mapping[str, Any]) -> tuple[Drawn, ...]:
        return tuple(
            _one(
                one,
                row.get(one.code),
                errors,
                prefix=prefix,
                key=f"{f.code}-{number}-{one.code}",
                typed=typed,
            )
            for one in f.of
        )

    lines = tuple(line(number, row) for number, row in enumerate(given))
    return {"rows": lines, "blank": line(_NOBODY, {}), "fewest": f.least, "most": f.most}


def _text(f: Field, value: Any) -> str:
    """The answer as it stands in its box: fen as yuan, truth as the word of the button."""
    if value is None or isinstance(value, list | tuple):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if f.kind == "money" and isinstance(value, int):
        return f"{Decimal(value) / 100:.2f}"
    return str(value)
