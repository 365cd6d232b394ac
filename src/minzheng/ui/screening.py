"""A screening on a page: the questions in cards, the places to choose from, the answer by how each benefit stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.queries import in_force
from minzheng.kernel.declare import Offer, Screened, Screening, Standing
from minzheng.kernel.errors import Refused
from minzheng.ui.fields import Drawn, drawn
from minzheng.ui.posted import read_form

__all__ = ["PLACE", "Asked", "Told", "counties", "path_of"]

PLACE = "place"
_NO_PLACE = "请选择您家所在的县（市、区）。"


def counties() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every county under its prefecture, by code; in one query."""
    levels = [int(Level.CITY), int(Level.COUNTY)]
    rows = in_force().filter(level__in=levels).order_by("path").values_list("path", "uid", "name", "level")
    cities, grouped = {}, defaultdict(list)
    for path, uid, name, level in rows:
        if level == int(Level.CITY):
            cities[path] = name
        else:
            above = next((city for city in cities if path.startswith(city)), "")
            grouped[cities.get(above, "省直接管理")].append((uid, name))
    return list(grouped.items())


def path_of(uid: str) -> str | None:
    """The jurisdiction of a county chosen, or none."""
    found = in_force().filter(uid=uid[:12], level=int(Level.COUNTY)).values_list("path", flat=True).first()
    return str(found) if found else None


@dataclass
class Asked:
    """What was typed, checked or not; it goes back to the page exactly as it came."""

    screening: Screening
    typed: Mapping[str, Any] = field(default_factory=dict)
    place: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def posted(cls, screening: Screening, data: QueryDict) -> Asked:
        """From a post of the page."""
        return cls(screening, read_form(screening.form, data), data.get(PLACE, "")[:12])

    def check(self) -> tuple[str, dict[str, Any]] | None:
        """The place and the checked answers, or every mistake beside its field."""
        path = path_of(self.place)
        try:
            answers = self.screening.form.clean(self.typed).plain
        except Refused as refused:
            self.errors = refused.errors or {"": refused.message}
            answers = {}
        if path is None:
            self.errors = {PLACE: _NO_PLACE, **self.errors}
        return None if path is None or self.errors else (path, answers)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Anchors and messages in the order of the page."""
        order = [PLACE, *(code for one in self.screening.questions for code in one.fields)]
        found = [(code, text) for code, text in self.errors.items()]
        found.sort(key=lambda one: order.index(head) if (head := one[0].split("-")[0]) in order else -1)
        return [(f"f-{code}" if code else "", text) for code, text in found]

    @property
    def cards(self) -> Iterator[tuple[int, Any, list[Drawn]]]:
        """Each question with its number and its fields, drawn."""
        fields = drawn(self.screening.form, self.typed, self.errors, typed=True)
        by_code = {one.name: one for one in fields}
        for number, one in enumerate(self.screening.questions, start=1):
            yield number, one, [by_code[code] for code in one.fields]


@dataclass(frozen=True)
class Refusal:
    """Why something does not fit, and for whom."""

    who: str
    said: str
    turns: tuple[str, ...]


def _together(offers: Iterable[Offer]) -> list[Refusal]:
    people: dict[str, list[Offer]] = {}
    for one in offers:
        said = "；".join(one.reasons)
        people.setdefault(said.replace(f"{one.who}的", "") if one.who else said, []).append(one)
    return [Refusal("、".join(one.who for one in same), said, same[0].turns) for said, same in people.items()]


@dataclass(frozen=True)
class Told:
    """The answer as a page lays it out."""

    answer: Screened

    @property
    def may(self) -> tuple[Offer, ...]:
        """What may be received."""
        return self.answer.of(Standing.MAY)

    @property
    def unknown(self) -> tuple[Offer, ...]:
        """What cannot be said yet."""
        return self.answer.of(Standing.UNKNOWN)

    @property
    def instead(self) -> tuple[Offer, ...]:
        """What gives way to something better."""
        return self.answer.of(Standing.INSTEAD)

    @property
    def refused(self) -> list[tuple[str, str, list[Refusal]]]:
        """What does not fit, benefit by benefit; persons to whom the same applies are named together."""
        grouped: dict[str, list[Offer]] = {}
        for one in self.answer.of(Standing.NOT):
            grouped.setdefault(one.label, []).append(one)
        return [(label, offers[0].article, _together(offers)) for label, offers in grouped.items()]

    @property
    def lacking(self) -> list[tuple[str, list[str]]]:
        """Everything that would settle something, once, by what supplies it."""
        grouped: dict[str, dict[str, None]] = {}
        for one in (each for offer in self.unknown for each in offer.missing):
            grouped.setdefault(one.supplied_by, {})[one.title] = None
        return [(source, list(titles)) for source, titles in grouped.items()]

    @property
    def once(self) -> bool:
        """Whether something is paid once, beside the month's sum."""
        return any(one.period == "once" for one in self.may)
