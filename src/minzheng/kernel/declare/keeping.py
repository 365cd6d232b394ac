"""Registers (台账): their columns, and what may be done in one: a new entry, or what comes next for one there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .forms import Form
from .steps import Role

__all__ = ["ByFile", "Column", "Deed", "Lines", "Made", "Register"]


@dataclass(frozen=True)
class Column:
    """A column of a register: label, the attribute or path it reads, how it is shown."""

    code: str
    label: str
    kind: Literal["text", "money", "day", "instant", "choice", "number", "place", "masked"] = "text"
    options: Mapping[Any, str] = field(default_factory=dict)
    search: bool = False
    filter: bool = False
    secondary: bool = False


def _always(entry: Any, by: Any) -> bool:
    """Whatever the entry says, whoever asks."""
    del entry, by
    return True


class Made(str):
    """The words that tell that an entry was made, with the entry: a file that brought it can be taken back.

    ``known``: it was there before and nothing was made or changed; a file taken back leaves it where it is.
    """

    entry: Any
    known: bool

    def __new__(cls, words: str, entry: Any, *, known: bool = False) -> Made:
        found = super().__new__(cls, words)
        found.entry, found.known = entry, known
        return found


@dataclass(frozen=True)
class ByFile:
    """Entries of a deed also come in by a workbook, one in each line, with the columns of its form.

    ``beside(entry)`` takes away what the deed wrote beside its entry, before the entry goes with a file taken back.
    """

    beside: Callable[[Any], None] | None = None


@dataclass(frozen=True)
class Deed:
    """One thing that may be done, drawn by the desk as one form; the verb behind it writes and leaves the audit's row.

    ``by`` are the roles whose duty it is, each at its own level over the place.  ``form`` is what is asked, or makes
    it out of the entry (None for a new one) and the actor.  ``when(entry, by)`` says whether it is its turn.
    ``do(entry, answers, by=, key=)`` carries it out and returns the words that tell it is done.  ``own`` is what a
    resident fills in who makes an entry about the own person on the portal, or makes it out of the resident; ``do``
    then takes the person from ``by``.  With ``by_file`` the deed that makes an entry is also done line by line; its
    ``do`` then tells with :class:`Made`.
    """

    code: str
    label: str
    by: tuple[Role, ...]
    form: Form | Callable[[Any, Any], Form]
    do: Callable[..., str]
    when: Callable[[Any, Any], bool] = _always
    lead: str = ""
    quiet: bool = False
    danger: bool = False
    own: Form | Callable[[Any], Form] | None = None
    by_file: ByFile | None = None

    def asks(self, entry: Any, by: Any) -> Form:
        """The form for this entry and this actor."""
        return self.form if isinstance(self.form, Form) else self.form(entry, by)


@dataclass(frozen=True)
class Lines:
    """What belongs to an entry line by line: the checks of a bed, the items of a plan.  ``of`` is the field back."""

    code: str
    label: str
    model: str
    of: str
    columns: tuple[Column, ...]
    order: str = "id"


@dataclass(frozen=True)
class Register:
    """A register (台账): one model's rows within scope; listed, searched, exported, with every past state kept."""

    code: str
    label: str
    model: str
    columns: tuple[Column, ...]
    read_by: tuple[Role, ...]
    basis: object = None
    order: str = "-id"
    # The file of agreed shape by which entries come in from outside, where some do.
    brought_by: str = ""
    # How an entry is made at the desk, what may be done with one, and what belongs to it line by line.
    opens: tuple[Deed, ...] = ()
    deeds: tuple[Deed, ...] = ()
    lines: tuple[Lines, ...] = ()
    # A field that holds the answers to a form reads by that form's words.
    told_by: Mapping[str, Form] = field(default_factory=dict)
    # Who sees less than the place of the post: ``within(rows, by)``, as a house's own staff see their house alone.
    within: Callable[[Any, Any], Any] | None = None
