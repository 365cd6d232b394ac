"""Laws, measures and notices by number and date; a decision names the article it rests on.

This module holds the mechanism.  The instruments themselves are listed by the domain that applies them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from minzheng.kernel.errors import Mistake, Refused

__all__ = [
    "Article",
    "Basis",
    "Instrument",
    "RuleSet",
    "RuleSets",
    "Successive",
    "basis_on",
    "chinese_number",
]

_DIGITS = "零一二三四五六七八九"
_PLACES = ((1000, "千"), (100, "百"), (10, "十"))


def chinese_number(number: int) -> str:
    """Articles are counted in Chinese numerals: 12 is 十二, 105 is 一百零五, 1100 is 一千一百."""
    if not 1 <= number <= 9999:
        raise Mistake("article_number", f"An article number lies between 1 and 9999, not {number}.")
    text, rest, gap = "", number, False
    for size, name in _PLACES:
        digit, rest = divmod(rest, size)
        if digit:
            text += ("零" if gap else "") + _DIGITS[digit] + name
        gap = bool(text) and digit == 0
    if rest:
        text += ("零" if gap else "") + _DIGITS[rest]
    return text[1:] if text.startswith("一十") else text


@dataclass(frozen=True, slots=True)
class Article:
    """One article (条), if need be one paragraph (款) or item (项); a notice without articles as a whole."""

    instrument: str
    title: str
    number: int | None
    paragraph: int | None = None
    item: int | None = None

    def __str__(self) -> str:
        if self.number is None:
            return f"《{self.title}》"
        text = f"《{self.title}》第{chinese_number(self.number)}条"
        if self.paragraph is not None:
            text += f"第{chinese_number(self.paragraph)}款"
        if self.item is not None:
            text += f"第{chinese_number(self.item)}项"
        return text

    def to_json(self) -> dict[str, str | int | None]:
        """Complete in itself: a stored decision is readable without today's list of instruments."""
        return {
            "instrument": self.instrument,
            "title": self.title,
            "number": self.number,
            "paragraph": self.paragraph,
            "item": self.item,
        }


@dataclass(frozen=True, slots=True)
class Instrument:
    """A law, measure or notice, in force over ``[in_force_from, until)``."""

    code: str
    title: str
    number: str
    in_force_from: date
    until: date | None = None
    replaced_by: str | None = None

    def article(self, number: int, *, paragraph: int | None = None, item: int | None = None) -> Article:
        """The article a rule is based on."""
        return Article(self.code, self.title, number, paragraph, item)

    def as_a_whole(self) -> Article:
        """A citation of a notice (意见, 通知) that is not divided into articles."""
        return Article(self.code, self.title, None)

    def in_force(self, on: date) -> bool:
        """Whether the instrument applies on that day."""
        return self.in_force_from <= on and (self.until is None or on < self.until)

    def __str__(self) -> str:
        return f"《{self.title}》（{self.number}）"


@dataclass(frozen=True, slots=True)
class Successive:
    """The article a rule rested on, then the one of the later law that says the same."""

    articles: tuple[tuple[date, Article], ...]

    def on(self, day: date) -> Article:
        """The article in force that day; before the first, the first."""
        in_force = [article for from_, article in self.articles if from_ <= day]
        return in_force[-1] if in_force else self.articles[0][1]


Basis = Article | Successive | None


def basis_on(basis: Basis, day: date) -> Article | None:
    """The article to cite for a decision of that day."""
    return basis.on(day) if isinstance(basis, Successive) else basis


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The body of law a decision is taken under, over ``[from_, until)``."""

    code: str
    title: str
    from_: date
    until: date | None = None


class RuleSets:
    """The successive rule sets of one field of law: at most one on any day."""

    def __init__(self, rule_sets: Sequence[RuleSet]) -> None:
        self._in_order = sorted(rule_sets, key=lambda one: one.from_)
        for earlier, later in pairwise(self._in_order):
            if earlier.until is None or earlier.until > later.from_:
                message = f"Rule sets {earlier.code} and {later.code} are both in force on {later.from_}."
                raise Mistake("rule_sets_overlap", message)

    def on(self, day: date) -> RuleSet:
        """The rule set in force on the day of decision, never simply the latest."""
        for one in reversed(self._in_order):
            if one.from_ <= day and (one.until is None or day < one.until):
                return one
        message = (
            f"{day:%Y-%m-%d} 没有生效的法规版本，不能作出决定。请核对日期，或请管理员登记当日适用的法规。"
        )
        raise Refused("rule_set_missing", message, on=day.isoformat())
