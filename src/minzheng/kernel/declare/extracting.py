"""A file of agreed shape (数据集) that another system sends and is sent: its fields, its codes, its rows.

The shape is the domain's to say, row by row; reading, staging, correcting, taking back and receipts are the same for
every one of them (handbook 15 part D).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from .steps import Role

__all__ = ["EXTRACT_CHANGES", "Extract", "ExtractField", "Linking", "LooseRecord", "WholeList", "Wrong"]

# What a row of a change file says of its record; an extract of everything leaves it empty.
EXTRACT_CHANGES: Mapping[str, str] = {"new": "新增", "changed": "变更", "ended": "终止"}

Kind = Literal["text", "code", "date", "money", "count", "number", "id_number", "area", "key"]


@dataclass(frozen=True, slots=True)
class ExtractField:
    """One column: ``options`` are its codes with their words, ``standard`` the table they come from."""

    code: str
    label: str
    kind: Kind = "text"
    required: bool = True
    options: Mapping[str, str] = field(default_factory=dict)
    standard: str = ""
    longest: int = 60


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a row: where, what, why, and what to do next."""

    field: str
    what: str
    why: str
    next: str

    def to_json(self) -> dict[str, str]:
        """As the row keeps it."""
        return {"field": self.field, "what": self.what, "why": self.why, "next": self.next}


@dataclass(frozen=True, slots=True)
class WholeList:
    """What a file that names everybody (全量名单) says of those whom it does not name.

    ``close(path, keys, number)`` ends what is kept of the place and is not under these keys, and tells how many;
    ``reopen(number)`` takes that back.  A file any line of which says 新增, 变更 or 终止 is no such list.
    """

    close: Callable[[str, Sequence[str], str], int]
    reopen: Callable[[str], None]


class LooseRecord(NamedTuple):
    """A record of such a file whose number nobody on file bears; ``birth`` in eight figures, ``path`` where it lies."""

    key: str
    number: str
    name: str
    sex: str
    birth: str
    path: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Linking:
    """How records find their people where the number does not say: compared at night, the unsure left to a steward.

    ``loose()`` gives every record that names nobody on file.  ``bind(key, person, was)`` ties one to a person by
    number, or looses it (None), unless it names somebody else than ``was`` by now; whether it did.
    """

    loose: Callable[[], Iterable[LooseRecord]]
    bind: Callable[[str, int | None, int | None], bool]


def _nothing(*given: object) -> Any:
    """No row, nothing wrong and nothing kept: of a file that travels one way only."""
    return {}


@dataclass(frozen=True)
class Extract:
    """One such file.  ``fields`` begin with the key, under which both sides know a record, unless ``named`` makes it.

    ``check(rows)`` looks at cleaned rows together and gives what is wrong by line.  ``stands(keys)`` is what is kept
    under these keys now, ``take(rows, number)`` keeps rows and may say what is put aside for taking them back, else
    that is what stood; ``put_back(rows)`` restores from it (None: nothing stood).  ``current(path, on)`` gives every
    record of a place as the other side is to know it; a record that has ended says since when under ``until``, and a
    file without that column only adds.  ``ways`` says whether it comes, goes, or both; ``every`` names the dated
    parameter of how many months may pass between two of them; ``whole`` is of a file that names everybody;
    ``linking`` says how its records find people without the number.
    """

    code: str
    label: str
    with_whom: str
    fields: tuple[ExtractField, ...]
    handled_by: tuple[Role, ...]
    check: Callable[[Mapping[int, Mapping[str, Any]]], Iterable[tuple[int, Wrong]]] = _nothing
    stands: Callable[[Sequence[str]], Mapping[str, Mapping[str, Any]]] = _nothing
    take: Callable[[Sequence[Mapping[str, Any]], str], Mapping[str, Mapping[str, Any]] | None] = _nothing
    put_back: Callable[[Mapping[str, Mapping[str, Any] | None]], None] = _nothing
    current: Callable[[str, date], Iterator[Mapping[str, Any]]] = _nothing
    until: str = ""
    freshness: str = "按月"
    basis: object = None
    most: int = 200_000
    named: Callable[[Mapping[str, Any]], str] | None = None
    ways: Literal["both", "in", "out"] = "both"
    every: str = ""
    whole: WholeList | None = None
    linking: Linking | None = None

    @property
    def key(self) -> str:
        """The column that holds the key."""
        return self.fields[0].code

    def key_of(self, row: Mapping[str, Any]) -> str:
        """Under which key a cleaned row is known; nothing where it does not say."""
        return self.named(row) if self.named is not None else row[self.key] or ""
