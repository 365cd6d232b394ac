"""The dated values as a reader looks for them: which are standards, whose they are, what follows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import cast

from minzheng.kernel import catalogue, law
from minzheng.kernel.law.parameters import prefixes
from minzheng.kernel.law.units import cut

__all__ = ["COMMON", "CONFIDENCE", "Known", "domain_words", "is_standard", "monthly", "yuan_a_month"]

COMMON = "通用"
CONFIDENCE: Mapping[str, tuple[str, str]] = {
    "law": ("法规", "good"), "common": ("通行做法", "info"), "assumption": ("平台设定", "warn"),
    "plan": ("规划数", "warn"),
}  # fmt: skip
_SIGN = ".standard."


@dataclass(frozen=True)
class Known:
    """All values known now, by key and place."""

    all: law.Parameters

    @classmethod
    def now(cls) -> Known:
        """As the office knows them today, those to come among them."""
        return cls(catalogue.current().parameters())

    @cached_property
    def _by_key(self) -> dict[str, dict[str, list[law.Value]]]:
        found: dict[str, dict[str, list[law.Value]]] = defaultdict(lambda: defaultdict(list))
        for value in self.all:
            found[value.key][value.place].append(value)
        return found

    @property
    def keys(self) -> list[str]:
        """Every parameter, domain by domain."""
        return sorted(self._by_key, key=lambda key: (domain_words(key), key))

    @property
    def standards(self) -> list[str]:
        """The standards that benefits are reckoned by, urban before rural."""
        return sorted((key for key in self._by_key if is_standard(key)), reverse=True)

    def title(self, key: str) -> str:
        """What a parameter is called."""
        return self.all.title(key) or key

    def at(self, key: str, path: str, on: date) -> law.Value | None:
        """The value in force there on that day."""
        return self.all.find(key, path=path, on=on)

    def following(self, key: str, path: str, on: date) -> law.Value | None:
        """The next value that will hold there, if one is dated already."""
        starts = sorted({one.from_ for one in self.past(key, path) if one.from_ > on})
        now = self.at(key, path, on)
        return next((one for day in starts if (one := self.at(key, path, day)) not in (None, now)), None)

    def past(self, key: str, path: str) -> list[law.Value]:
        """Every value of the place and of those above it, the latest first."""
        places = self._by_key.get(key, {})
        found = [value for place in prefixes(path) for value in places.get(place, ())]
        return sorted(found, key=lambda one: (one.from_, one.place), reverse=True)

    def everywhere(self, key: str, roots: Iterable[str]) -> list[law.Value]:
        """Every value in or above these places, from the nation down, the latest first."""
        roots = tuple(roots)
        found = [
            value
            for place, values in self._by_key.get(key, {}).items()
            if any(place.startswith(root) or root.startswith(place) for root in roots)
            for value in values
        ]
        return sorted(found, key=lambda one: (one.place, -one.from_.toordinal()))

    def days(self, keys: Iterable[str], path: str) -> list[date]:
        """The days on which one of these values changes in the place."""
        return sorted({value.from_ for key in keys for value in self.past(key, path)})


def is_standard(key: str) -> bool:
    """Whether a parameter is a benefit standard, by its name."""
    return _SIGN in key


def domain_words(key: str) -> str:
    """The office whose file names the parameter; what all share stands last."""
    return _domains().get(key, COMMON)


def monthly(value: law.Value) -> str:
    """What a yearly standard is a month, cut and never rounded up; empty for any other value."""
    if value.unit != "fen_per_year":
        return ""
    return f"折合每月 {cut(cast(int, value.value), 1200, 2)} 元"


def yuan_a_month(value: law.Value | None) -> int | float | None:
    """The height of a standard in a picture: yuan a month."""
    if value is None or not isinstance(value.value, int):
        return None
    fen = value.value // 12 if value.unit == "fen_per_year" else value.value
    return fen // 100 if fen % 100 == 0 else fen / 100


@cache
def _domains() -> Mapping[str, str]:
    """Which domain a parameter belongs to, by the files in the domain's folder."""
    found: dict[str, str] = {}
    for domain in catalogue.current().domains:
        files = sorted((domain.folder / "parameters").glob("*.yaml"))
        found |= {value.key: domain.label for value in law.Parameters.from_yaml(*files)}
    return found
