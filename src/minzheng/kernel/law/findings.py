"""A finding answers met, not met or unknown, with its figures, its article and the reason in one sentence.

A refusal must give its reasons in writing; an unknown must say which material settles it.  Findings are
stored with the decision and read back unchanged, whatever the rules say by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from minzheng.kernel.law.instruments import Article
from minzheng.kernel.law.sources import Origin
from minzheng.kernel.law.units import Scalar, from_json, to_json, unit_of

__all__ = ["Explanation", "Figure", "Finding", "Missing", "Outcome", "refusal_paragraph"]


class Outcome(StrEnum):
    """The three values of truth."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The word printed for it."""
        return _LABELS[self]

    @classmethod
    def of(cls, truth: object) -> Outcome:
        """The outcome of a condition; whatever is neither true nor false is unknown."""
        if truth is True:
            return cls.MET
        return cls.NOT_MET if truth is False else cls.UNKNOWN


_LABELS = {Outcome.MET: "符合", Outcome.NOT_MET: "不符合", Outcome.UNKNOWN: "尚不能判断"}


@dataclass(frozen=True, slots=True)
class Figure:
    """A named figure in a reason, with its unit and where it comes from."""

    name: str
    title: str
    value: Scalar | None
    unit: str
    text: str
    source: str

    def to_json(self) -> dict[str, Any]:
        """The figure, exact."""
        return {
            "name": self.name,
            "title": self.title,
            "value": to_json(self.value),
            "unit": self.unit,
            "text": self.text,
            "source": self.source,
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Figure:
        """The figure as stored."""
        return cls(**{**row, "value": from_json(row["value"], unit_of(row["unit"]))})


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact not yet known, and the material or source that supplies it."""

    fact: str
    title: str
    supplied_by: str

    def to_json(self) -> dict[str, str]:
        """For the page that asks for it."""
        return {"fact": self.fact, "title": self.title, "supplied_by": self.supplied_by}

    def __str__(self) -> str:
        return f"{self.title}（由{self.supplied_by}提供）"


@dataclass(frozen=True, slots=True)
class Finding:
    """What the law says of one condition in one case."""

    rule: str
    title: str
    outcome: Outcome
    article: Article | None
    figures: tuple[Figure, ...]
    because: str
    missing: tuple[Missing, ...] = ()

    @property
    def met(self) -> bool:
        """Whether the condition is certainly met; unknown is not met enough to pay on."""
        return self.outcome is Outcome.MET

    def to_json(self) -> dict[str, Any]:
        """Stored with the decision."""
        return {
            "rule": self.rule,
            "title": self.title,
            "outcome": self.outcome.value,
            "article": self.article.to_json() if self.article else None,
            "figures": [figure.to_json() for figure in self.figures],
            "because": self.because,
            "missing": [one.to_json() for one in self.missing],
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Finding:
        """The finding as it was stored."""
        return cls(
            rule=row["rule"],
            title=row["title"],
            outcome=Outcome(row["outcome"]),
            article=Article(**row["article"]) if row["article"] else None,
            figures=tuple(Figure.from_json(one) for one in row["figures"]),
            because=row["because"],
            missing=tuple(Missing(**one) for one in row["missing"]),
        )


class Explanation(NamedTuple):
    """One line of the reasoning and the lines it rests on; branches not taken do not appear.

    ``again`` marks a figure told in full further up, ``failed`` the condition that failed first, ``how`` writes
    a figure out as the rule reckons it.  ``name`` finds a parameter among those the decision keeps.
    """

    name: str
    title: str
    text: str
    source: str
    outcome: Outcome | None = None
    because: str = ""
    children: tuple[Explanation, ...] = ()
    origin: Origin = Origin.RULE
    member: int | None = None
    how: str = ""
    again: bool = False
    failed: bool = False

    def walk(self) -> Iterator[tuple[int, Explanation]]:
        """Every line with its depth, top down: a page or a print-out in one loop."""
        yield 0, self
        for child in self.children:
            for depth, one in child.walk():
                yield depth + 1, one

    def failed_first(self) -> Explanation | None:
        """The innermost condition that failed first, or none."""
        return next((one for _, one in self.walk() if one.failed), None)

    def to_json(self) -> dict[str, Any]:
        """The calculation trace that a decision keeps; what is empty is left out."""
        row: dict[str, Any] = {
            "name": self.name,
            "title": self.title,
            "text": self.text,
            "source": self.source,
            "outcome": self.outcome.value if self.outcome else None,
            "because": self.because,
            "origin": self.origin.value,
            "children": [child.to_json() for child in self.children],
        }
        if self.member is not None:
            row["member"] = self.member
        if self.how:
            row["how"] = self.how
        if self.again:
            row["again"] = True
        if self.failed:
            row["failed"] = True
        return row

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Explanation:
        """The trace as it was stored."""
        return cls(
            name=row["name"],
            title=row["title"],
            text=row["text"],
            source=row["source"],
            outcome=Outcome(row["outcome"]) if row["outcome"] else None,
            because=row["because"],
            children=tuple(cls.from_json(child) for child in row["children"]),
            origin=Origin(row.get("origin", Origin.RULE)),
            member=row.get("member"),
            how=row.get("how", ""),
            again=row.get("again", False),
            failed=row.get("failed", False),
        )


def refusal_paragraph(findings: Iterable[Finding]) -> str:
    """The reasons as a refusal letter prints them, one sentence for each condition not met."""
    failed = [finding for finding in findings if finding.outcome is Outcome.NOT_MET]
    if not failed:
        return ""
    reasons = [_reason(finding) for finding in failed]
    if len(reasons) == 1:
        return f"经审核，{reasons[0]}。"
    numbered = "；".join(f"{number}. {reason}" for number, reason in enumerate(reasons, start=1))
    return f"经审核，存在下列情形：{numbered}。"


def _reason(finding: Finding) -> str:
    basis = f"，不符合{finding.article}的规定" if finding.article else ""
    return f"{finding.because}{basis}"
