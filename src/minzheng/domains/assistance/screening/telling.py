"""The law's answer in plain words: each benefit with its amount, its reason, what excludes it, what would change it.

Where the law lets a guardian choose, the combination that pays more is shown, and the choice is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from minzheng.kernel.declare import Offer, Screened, Standing
from minzheng.kernel.law.changes import Applied, changed, turning
from minzheng.kernel.law.facts import FactRef, Facts
from minzheng.kernel.law.findings import Finding, Outcome
from minzheng.kernel.law.naming import by_name
from minzheng.kernel.law.parameters import Parameters
from minzheng.kernel.law.units import in_words, unit_of

from ..rules import household, person
from ..rules.benefits import by_code
from ..rules.overlap import Word
from ..rules.receivable import Choice, Exclusion, Line, Receivable, receivable
from .lacking import lacking, who_of
from .reading import ASSUMED
from .ways import WAYS

__all__ = ["answer"]

MOST_TURNS = 3
# Only these are proposed to change; nobody chooses their age, health or kin.
_TURNABLE = frozenset({"wage", "business", "transfer", "deposits", "houses", "vehicles", "rigid_spending"})
_FIXED = frozenset({*household.facts, *person.facts}) - _TURNABLE
_INCOME = frozenset({"wage", "business", "transfer"})
_CHOSEN = ("orphan", "fuc")  # the guardian may prefer them to tekun, so it matters whether they are met
_TURNING = (Standing.MAY, Standing.NOT)
_NOT_ASKED = (
    "没有开办企业，没有残疾人代步车以外的其他特殊车辆",
    "没有领工伤护理费、长期护理保险等其他护理待遇，也没有领过临时救助",
    "残疾人证在有效期内，需要长期照护",
    "没有必要就业成本、重病和残疾增加支出的扣减（有的，实际金额会更高）",
)


def answer(facts: Facts, parameters: Parameters, *, path: str, on: date) -> Screened:
    """Every benefit under the best lawful combination, in the order of sending on."""
    facts, choices = _best(facts, parameters, path=path, on=on)
    found = receivable(facts, parameters, path=path, on=on)
    law = Applied(parameters, path, on)
    turned = _turned(found)
    offers = tuple(_offer(line, facts, law, turned) for line in found.lines)
    return Screened(
        on=on,
        path=path,
        rule_set=found.rule_set,
        offers=offers,
        total=found.best_total,
        least=sum(one.amount or 0 for one in offers if one.period == "monthly"),
        choices=choices,
        assumed=_NOT_ASKED if ASSUMED in facts.sources.values() else (),
    )


def _best(facts: Facts, parameters: Parameters, *, path: str, on: date) -> tuple[Facts, tuple[str, ...]]:
    """The facts as the guardian would best choose, and each choice in a sentence."""
    found = receivable(facts, parameters, path=path, on=on)
    for one in found.choices:
        if one.better not in (None, one.chosen):
            ref = FactRef(person.name, one.member, "chose_child_scheme")
            facts = changed(facts, {ref: one.better == "child_scheme"})
    return facts, tuple(_choice(one, who_of(facts.names, one.member)) for one in found.choices)


def _choice(one: Choice, who: str) -> str:
    unit = unit_of("fen_per_month")
    tekun, child = (
        f"{label}（{'金额待评估' if sum_ is None else f'合计 {in_words(sum_, unit)}'}）"
        for label, sum_ in (("特困人员救助供养", one.tekun), ("孤儿、事实无人抚养儿童保障", one.child_scheme))
    )
    shown = "" if one.better is None else "这里按较高的一种列出。"
    return f"{who}可以在{tekun}和{child}之间选择，由监护人书面决定。{shown}"


def _turned(found: Receivable) -> str:
    """The benefit of the household whose turning is told: the next one it may come into, or may fall out of."""
    eligible = {line.scheme: line.outcome for line in found.lines if line.scheme in ("dibao", "edge")}
    return "edge" if eligible["edge"] is Outcome.MET else "dibao"


def _offer(line: Line, facts: Facts, law: Applied, turned: str) -> Offer:
    way, standing = WAYS[line.scheme], _standing(line)
    open_ = standing in (Standing.MAY, Standing.UNKNOWN)
    return Offer(
        code=line.scheme,
        label=line.label,
        who=who_of(facts.names, line.member),
        member=line.member,
        standing=standing,
        period=line.period,
        amount=_amount(line) if open_ else 0,
        finding=_told(line.finding, facts),
        instead=tuple(dict.fromkeys(_exclusion(one, facts.names) for one in line.excluded_by)),
        turns=tuple(_turns(line, facts, law)) if line.scheme == turned and standing in _TURNING else (),
        missing=lacking(line.missing, facts) if open_ else (),
        bring=way.bring if open_ else (),
        where=way.where,
        service=way.service,
    )


def _standing(line: Line) -> Standing:
    """A benefit that gives way to another one whole is not offered beside it."""
    if line.outcome is Outcome.NOT_MET:
        return Standing.NOT
    open_choice = line.scheme in _CHOSEN and line.outcome is Outcome.UNKNOWN
    if line.amount == 0 and line.period != "status" and line.excluded_by and not open_choice:
        return Standing.INSTEAD
    return Standing.MAY if line.outcome is Outcome.MET else Standing.UNKNOWN


def _amount(line: Line) -> int | None:
    """What would be paid of an open choice is not known, though nothing is paid while tekun stands."""
    return None if line.scheme in _CHOSEN and line.outcome is Outcome.UNKNOWN else line.amount


def _told(finding: Finding, facts: Facts) -> Finding:
    figures = tuple(replace(one, title=by_name(one.title, facts.names)) for one in finding.figures)
    because = by_name(finding.because, facts.names)
    return replace(finding, because=because, figures=figures, missing=lacking(finding.missing, facts))


_WORDS = {Word.HIGHER: "择高享受，另一项更高", Word.LOCAL: "按当地规定不同时享受"}


def _exclusion(one: Exclusion, names: Sequence[str]) -> str:
    """Why it is not paid beside the other, with the law of the cell."""
    who = f"{who_of(names, one.member)}的" if one.member is not None else ""
    return f"与{who}{one.label}{_WORDS.get(one.cell.word, one.cell.word.label)}（{one.cell.law}）"


def _turns(line: Line, facts: Facts, law: Applied) -> Iterator[str]:
    """The nearest single changes that would turn the condition; of income only what there is."""
    found = turning(by_code[line.scheme].entitled, household, facts, law=law, fixed=_FIXED)
    held = [one for one in found.turns if facts.value(one.fact) or one.fact.name not in _INCOME]
    for one in held[:MOST_TURNS]:
        yield f"{by_name(one.says, facts.names)}（现在 {one.now}）"
