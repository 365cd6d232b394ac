"""What can this household receive?  Every benefit for it and each of its members, answered at once.

One evaluation answers: whether, how much, by which article, what stands in the way, what is still missing;
and where the law leaves a choice, which combination pays more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from minzheng.kernel.law import explaining
from minzheng.kernel.law.facts import Facts
from minzheng.kernel.law.findings import Finding, Missing, Outcome
from minzheng.kernel.law.language import Rule
from minzheng.kernel.law.parameters import Parameters
from minzheng.kernel.law.reference import Evaluation, Unknown

from . import children, overlap, totals
from .benefits import BENEFITS, RECEIVABLE_RULES, Benefit, Period, benefit_total
from .facts import household, person
from .instruments import SOCIAL_ASSISTANCE
from .overlap import Cell, Word
from .sharing import dibao_free

__all__ = ["RECEIVABLE_RULES", "Choice", "Exclusion", "Line", "Receivable", "receivable"]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Another benefit that stands in the way, and the cell of the matrix that says so."""

    cell: Cell
    by: str
    label: str
    member: int | None

    def to_json(self) -> dict[str, Any]:
        """In words too: a page prints it as it is."""
        return {"by": self.by, "label": self.label, "member": self.member, **_word(self.cell)}


def _word(cell: Cell) -> dict[str, str]:
    said = cell.to_json()
    return {key: said[key] for key in ("word", "law", "confidence", "parameter")} | {
        "relation": said["label"]
    }


@dataclass(frozen=True, slots=True)
class Line:
    """One benefit for the household (``member`` None) or one member: ``amount`` in fen, None while unknown."""

    scheme: str
    label: str
    member: int | None
    period: Period
    finding: Finding
    amount: int | None
    excluded_by: tuple[Exclusion, ...]
    missing: tuple[Missing, ...]

    @property
    def outcome(self) -> Outcome:
        """Whether its own conditions are met; what it then gives way to stands in ``excluded_by``."""
        return self.finding.outcome

    def to_json(self) -> dict[str, Any]:
        """One line of the answer."""
        return {
            "scheme": self.scheme,
            "label": self.label,
            "member": self.member,
            "period": self.period,
            "outcome": self.outcome.value,
            "amount": self.amount,
            "finding": self.finding.to_json(),
            "excluded_by": [one.to_json() for one in self.excluded_by],
            "missing": [one.to_json() for one in self.missing],
        }


@dataclass(frozen=True, slots=True)
class Choice:
    """Where the guardian chooses between tekun and the child scheme: what each comes to a month."""

    member: int
    tekun: int | None
    child_scheme: int | None
    chosen: str
    better: str | None

    @property
    def gain(self) -> int:
        """What the other combination would add to the month."""
        if self.better in (None, self.chosen) or self.tekun is None or self.child_scheme is None:
            return 0
        return abs(self.child_scheme - self.tekun)

    def to_json(self) -> dict[str, Any]:
        """For the page that puts the choice to the guardian."""
        return {
            "member": self.member,
            "tekun": self.tekun,
            "child_scheme": self.child_scheme,
            "chosen": self.chosen,
            "better": self.better,
            "gain": self.gain,
        }


@dataclass(frozen=True, slots=True)
class Receivable:
    """The answer for one household, in one place, on one day, for one benefit month."""

    on: date
    month: date
    path: str
    rule_set: str
    lines: tuple[Line, ...]
    choices: tuple[Choice, ...]
    total: int | None
    totals: tuple[int | None, ...]

    @property
    def best_total(self) -> int | None:
        """The month's total under the best lawful combination."""
        return None if self.total is None else self.total + sum(one.gain for one in self.choices)

    @property
    def missing(self) -> tuple[Missing, ...]:
        """Everything that would settle something, once."""
        return tuple(dict.fromkeys(one for line in self.lines for one in line.missing))

    def line(self, scheme: str, member: int | None = None) -> Line:
        """The line of one benefit."""
        return next(one for one in self.lines if (one.scheme, one.member) == (scheme, member))

    def to_json(self) -> dict[str, Any]:
        """Plain, for a page, an interface or a file."""
        return {
            "on": self.on.isoformat(),
            "month": self.month.isoformat(),
            "path": self.path,
            "rule_set": self.rule_set,
            "lines": [one.to_json() for one in self.lines],
            "choices": [one.to_json() for one in self.choices],
            "total": self.total,
            "best_total": self.best_total,
            "totals": list(self.totals),
            "missing": [one.to_json() for one in self.missing],
        }


def receivable(
    facts: Facts, parameters: Parameters, *, path: str, on: date, month: date | None = None
) -> Receivable:
    """Every benefit in the order of sending on, household and members, by one evaluation."""
    run = Evaluation(household, facts, parameters, path=path, on=on, month=month)
    at_home = [at for at, row in enumerate(facts.persons) if row.get("relation") != "supporter"]
    return Receivable(
        on=on,
        month=run.month,
        path=path,
        rule_set=SOCIAL_ASSISTANCE.on(on).code,
        lines=tuple(_lines(run, at_home)),
        choices=tuple(_choices(run, at_home)),
        total=_known(run, benefit_total),
        totals=tuple(_known(run, totals.benefit_total, at) for at in range(len(facts.persons))),
    )


def _lines(run: Evaluation, at_home: list[int]) -> Iterator[Line]:
    for benefit in BENEFITS:
        for member in at_home if benefit.personal else [None]:
            yield _line(run, benefit, member)


def _line(run: Evaluation, benefit: Benefit, member: int | None) -> Line:
    finding = explaining.finding(benefit.entitled, run, member)
    amount = 0 if benefit.amount is None else _known(run, benefit.amount, member)
    missing = finding.missing
    if benefit.amount is not None and amount is None:
        missing = (*missing, *explaining.missing_facts(run.answer(benefit.amount, member), run))
    return Line(
        benefit.code,
        benefit.label,
        member,
        benefit.period,
        finding,
        amount,
        () if finding.outcome is Outcome.NOT_MET else tuple(_exclusions(run, benefit, member)),
        tuple(dict.fromkeys(missing)),
    )


# --- What stands in the way --------------------------------------------------------------------------

_READINGS = {cell: overlap.reading(cell) for cell in overlap.MATRIX if cell.key}


def _exclusions(run: Evaluation, benefit: Benefit, member: int | None) -> Iterator[Exclusion]:
    """The cells under which the benefit gives way, wholly or in part, to another one that is drawn."""
    members = [at for at in _sharing(run) if benefit.code == "dibao"] if member is None else [member]
    for at in members:
        for cell in overlap.MATRIX:
            for mine, other in ((cell.second, cell.first), (cell.first, cell.second)):
                if mine == benefit.code and _yields(run, cell, mine, other, at):
                    yield Exclusion(cell, other, overlap.SCHEMES[other].label, at)


def _sharing(run: Evaluation) -> list[int]:
    """The members who gave up their share of the household's dibao."""
    return [at for at in range(len(run.facts.persons)) if run.answer(dibao_free, at) is False]


def _yields(run: Evaluation, cell: Cell, mine: str, other: str, at: int) -> bool:
    """Whether this cell is why ``mine`` is not paid, or not in full."""
    word = str(run.reckon(_READINGS[cell], None)) if cell.word is Word.LOCAL else cell.word.name.lower()
    stands = mine == cell.second and _answer(run, overlap.SCHEMES[other].drawn, at) is True
    match word:
        case "exclusive" | "difference":
            return stands
        case "higher":
            paid = _answer(run, overlap.SCHEMES[mine].paid, at) == 0
            rival = _answer(run, overlap.SCHEMES[other].paid, at)
            return paid and isinstance(rival, int) and rival > 0
        case _:
            return False


def _answer(run: Evaluation, name: str, at: int) -> Any:
    """A rule or a fact of the person."""
    rule = person.rules.get(name)
    return run.fact(person.name, name, at) if rule is None else run.answer(rule, at)


def _choices(run: Evaluation, at_home: list[int]) -> Iterator[Choice]:
    for at in at_home:
        if run.answer(children.choice_open, at) is not True:
            continue
        better = run.answer(children.child_scheme_better, at)
        chose = run.fact(person.name, "chose_child_scheme", at)
        yield Choice(
            at,
            _known(run, children.tekun_scheme_total, at),
            _known(run, children.child_scheme_total, at),
            "child_scheme" if chose is True else "tekun",
            None if isinstance(better, Unknown) else ("child_scheme" if better else "tekun"),
        )


def _known(run: Evaluation, rule: Rule, member: int | None = None) -> Any:
    answer = run.answer(rule, member)
    return None if isinstance(answer, Unknown) else answer
