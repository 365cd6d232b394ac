"""The tree of reasons as a page shows it: unfolded where something failed, each figure beside its source.

It is drawn from what a decision keeps, in plain Python, as lists are: two hundred lines drawn by a template
take longer than the page around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from minzheng.kernel.areas.queries import names as place_names
from minzheng.kernel.law.naming import by_name
from minzheng.kernel.law.sources import CONFIDENCE, Origin
from minzheng.kernel.law.units import from_json, in_words, unit_of
from minzheng.ui.shown import badge, cn_date, outcome
from minzheng.ui.tables import Head, Row

__all__ = ["STANDARD_COLUMNS", "Reasons", "by_name"]

Line = Mapping[str, Any]
STANDARD_COLUMNS = (
    Head("标准或参数"),
    Head("数值"),
    Head("适用地区"),
    Head("有效期"),
    Head("依据"),
    Head("性质"),
)
_HASH = re.compile(r"，原文摘要 [^；]*")
_KINDS = {Origin.VERIFIED: "good", Origin.PARAMETER: "info", Origin.MISSING: "unknown"}


@dataclass(frozen=True)
class Reasons:
    """What a determination kept, ready to be drawn.

    ``names`` are what the persons are called, in their order; ``whole`` unfolds everything, for paper; ``plain``
    leaves out what only an auditor reads.
    """

    kept: Mapping[str, Any]
    names: Sequence[str] = ()
    whole: bool = False
    plain: bool = False
    _places: dict[str, str] = field(default_factory=dict)

    @property
    def trees(self) -> Sequence[Line]:
        """The roots of the reasoning."""
        trees: Sequence[Line] = self.kept.get("explanation", ())
        return trees

    def drawn(self) -> SafeString:
        """Every tree."""
        return mark_safe(f'<ul class="mz-why">{"".join(self._line(one, None, 0) for one in self.trees)}</ul>')

    def failed_first(self) -> dict[str, Any] | None:
        """The condition that failed first, with its reason in words."""
        found = next((one for one in _walk(self.trees) if one.get("failed")), None)
        if found is None:
            return None
        return {**found, "because": self.said(found["because"]), "url": f"#{_id(found)}"}

    def said(self, text: str) -> str:
        """A sentence with the persons called by name."""
        return by_name(text, self.names) if self._named else text

    def standards(self) -> list[Row]:
        """The values the reasoning rests on, each with its place, its days and its document."""
        return [self._standard(one) for one in self._parameters if one["key"] in self._told]

    def other_standards(self) -> list[Row]:
        """What the determination used beside the reasoning: the score, the review."""
        return [self._standard(one) for one in self._parameters if one["key"] not in self._told]

    @property
    def _parameters(self) -> Sequence[Line]:
        rows: Sequence[Line] = self.kept.get("parameters", ())
        return rows

    @cached_property
    def _told(self) -> Mapping[str, str]:
        """The parameters that the trees name, in words."""
        return {one["name"]: one["text"] for one in _walk(self.trees) if one.get("origin") == "parameter"}

    def _standard(self, one: Line) -> Row:
        text = self._told.get(one["key"]) or _value(one)
        sure = CONFIDENCE[one["confidence"]]
        return Row(
            [one["title"] or one["key"], text, self._place(one["place"]), _days(one), one["source"], sure]
        )

    @cached_property
    def _named(self) -> bool:
        """Whether the names given fit the persons spoken of; a family that has changed since is not guessed."""
        members = {one["member"] for one in _walk(self.trees) if one.get("member") is not None}
        return bool(self.names) and len(self.names) == max(members, default=-1) + 1

    def _called(self, member: int) -> str:
        return self.names[member] if self._named else f"第 {member + 1} 位成员"

    def _line(self, one: Line, member: int | None, depth: int) -> str:
        """One line, folded or not, with the lines it rests on."""
        head, body, below = self._head(one, member), self._body(one), one["children"]
        failed = " mz-why-failed" if one.get("failed") else ""
        anchor = "" if one.get("again") else f' id="{conditional_escape(_id(one))}"'
        if not below:
            return f'<li class="mz-why-leaf{failed}"{anchor}><div class="mz-why-head">{head}</div>{body}</li>'
        inner = "".join(self._line(child, one.get("member"), depth + 1) for child in below)
        opened = " open" if self._opened(one, depth) else ""
        return (
            f'<li class="mz-why-branch{failed}"{anchor}><details{opened}><summary class="mz-why-head">{head}'
            f"</summary>{body}<ul>{inner}</ul></details></li>"
        )

    def _opened(self, one: Line, depth: int) -> bool:
        if self.whole or depth == 0:
            return True
        return any(line.get("failed") for line in _walk([one]))

    def _head(self, one: Line, member: int | None) -> str:
        mine = one.get("member")
        chip = (
            format_html('<span class="mz-why-who">{}</span>', self._called(mine))
            if mine is not None and mine != member
            else ""
        )
        text = (
            outcome(one["outcome"])
            if one["outcome"] and mine is None
            else format_html("<b>{}</b>", one["text"])
        )
        mark = (
            format_html('<span class="mz-why-first">{}</span>', "首先不符合的条件")
            if one.get("failed")
            else ""
        )
        return format_html(
            '<span class="mz-why-said">{}<span class="mz-why-title">{}</span>{}{}</span>{}',
            chip, one["title"], text, mark, self._source(one),
        )  # fmt: skip

    def _source(self, one: Line) -> SafeString:
        """The side line: who says so, or where it was told before."""
        if one.get("again"):
            return format_html('<span class="mz-why-source"><a href="#{}">见前文</a></span>', _id(one))
        origin = Origin(one.get("origin", Origin.RULE))
        words = _HASH.sub("", one["source"]) if self.plain else one["source"]
        kind = badge(origin.label, _KINDS.get(origin, "neutral"))
        return format_html('<span class="mz-why-source">{} {}</span>', kind, words)

    def _body(self, one: Line) -> SafeString:
        said = [self._own(one["because"], one)] if one["because"] and one.get("member") is not None else []
        if one["because"] and one.get("member") is None and not self._repeats(one):
            said.append(self.said(one["because"]))
        if one.get("how"):
            said.append(f"＝ {one['how']}")
        return format_html_join("", '<p class="mz-why-because">{}</p>', ((text,) for text in said))

    def _repeats(self, one: Line) -> bool:
        """What a line below says in the same words, or what only sums up that all below it hold."""
        below = {child["because"] for child in one["children"]}
        return one["because"] in below or (one["outcome"] == "met" and "；" in one["because"] and any(below))

    def _own(self, text: str, one: Line) -> str:
        """A sentence about the person whose line it is."""
        return self.said(text.replace(f"第 {one['member'] + 1} 位成员的", ""))

    def _place(self, path: str) -> str:
        if not path:
            return "全国"
        if path not in self._places:
            self._places.update(
                place_names({row["place"] for row in self.kept["parameters"] if row["place"]})
            )
        return self._places.get(path, path)


def _walk(lines: Iterable[Line]) -> Iterator[Line]:
    for one in lines:
        yield one
        yield from _walk(one["children"])


def _id(one: Line) -> str:
    """Where a line stands on the page; told in full it stands there once."""
    member = "" if one.get("member") is None else f"-{one['member'] + 1}"
    return f"why-{one['name'].replace('.', '-')}{member}"


def _days(one: Mapping[str, Any]) -> str:
    return f"{cn_date(one['from'])}{'至' + cn_date(one['until']) + '前' if one['until'] else '起'}"


def _value(one: Mapping[str, Any]) -> str:
    unit = unit_of(one["unit"])
    return in_words(from_json(one["value"], unit), unit)
