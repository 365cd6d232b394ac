"""Reasons in words, made from what the interpreter actually looked at.

A comparison explains itself: 家庭月人均收入 740.00 元，不低于当地低保标准 740.00 元.
A rule may bring its own sentences instead (``says=``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from minzheng.kernel.law import expressions as nodes
from minzheng.kernel.law.expressions import Expression
from minzheng.kernel.law.facts import FactRef
from minzheng.kernel.law.findings import Explanation, Figure, Finding, Missing, Outcome
from minzheng.kernel.law.instruments import basis_on
from minzheng.kernel.law.language import Entity, Fact, Rule
from minzheng.kernel.law.parameters import Value
from minzheng.kernel.law.reference import Answer, Evaluation, Seen, Unknown
from minzheng.kernel.law.units import UNITS, Kind, Scalar, in_words, unit_of

__all__ = ["explain", "figure_of", "finding"]

COMPUTED = "系统按规则计算"
MOST_NAMED = 5  # a sentence names so many missing facts; the finding lists them all
CONFIDENCE = {"law": "法规", "common": "通行做法", "assumption": "平台设定", "plan": "规划"}
_WORDS = {
    "<": ("低于", "不低于"),
    "<=": ("不超过", "超过"),
    ">": ("高于", "不高于"),
    ">=": ("达到", "未达到"),
    "==": ("为", "不为"),
    "!=": ("不为", "为"),
}


def finding(rule: Rule, evaluation: Evaluation, member: int | None = None) -> Finding:
    """What a condition comes to in this case, with its reason."""
    answer = evaluation.answer(rule, member)
    missing = missing_facts(answer, evaluation)
    return Finding(
        rule=f"{rule.entity}.{rule.name}",
        title=rule.title,
        outcome=Outcome.of(answer),
        article=basis_on(rule.basis, evaluation.on),
        figures=tuple(_figures(rule, evaluation, member)),
        because=reason(rule, evaluation, member),
        missing=missing,
    )


def explain(*rules: Rule, evaluation: Evaluation) -> tuple[Explanation, ...]:
    """The trees of what was decided: only what was looked at, in order, each line told in full once."""
    told: set[tuple[str, int | None]] = set()
    return tuple(_tree(rule, evaluation, None, told) for rule in rules)


def _tree(
    rule: Rule, evaluation: Evaluation, member: int | None, told: set[tuple[str, int | None]]
) -> Explanation:
    answer = evaluation.answer(rule, member)
    boolean = rule.unit.kind is Kind.BOOLEAN
    name = f"{rule.entity}.{rule.name}"
    before = (name, member) in told
    told.add((name, member))
    seen = () if before else evaluation.seen[rule.entity, rule.name, member]
    return Explanation(
        name=name,
        title=_of_member(rule.title, member),
        text=Outcome.of(answer).label if boolean else _text(answer, rule),
        source=_basis(rule, evaluation),
        outcome=Outcome.of(answer) if boolean else None,
        because=reason(rule, evaluation, member) if boolean and not before else "",
        children=tuple(_line(one, evaluation, told) for one in seen),
    )


def reason(rule: Rule, evaluation: Evaluation, member: int | None = None) -> str:
    """The sentence of a condition."""
    answer = evaluation.answer(rule, member)
    if isinstance(answer, Unknown):
        missing = missing_facts(answer, evaluation)
        listed = "、".join(str(one) for one in missing[:MOST_NAMED])
        return f"缺少{listed}{f'等 {len(missing)} 项' if len(missing) > MOST_NAMED else ''}，尚不能判断"
    if rule.says is None:
        return _sentence(rule.expression, evaluation, member)
    figures = {figure.name: f"{figure.title} {figure.text}" for figure in _figures(rule, evaluation, member)}
    template = rule.says[0 if answer else 1]
    return re.sub(r"\{(\w+)\}", lambda found: figures.get(found[1], "—"), template)


def missing_facts(answer: Answer, evaluation: Evaluation) -> tuple[Missing, ...]:
    """The facts that may settle an unknown, each with what supplies it."""
    if not isinstance(answer, Unknown):
        return ()
    rows = []
    for ref in sorted(answer.missing, key=lambda one: (one.member is not None, one.member or 0, one.name)):
        fact = _entity(ref.entity, evaluation).facts[ref.name]
        rows.append(Missing(ref.key, _of_member(fact.title, ref.member), fact.supplied_by))
    return tuple(rows)


def figure_of(seen: Seen, evaluation: Evaluation) -> Figure:
    """A fact, rule or parameter as a figure with its source."""
    what = seen.what
    value = None if isinstance(seen.answer, Unknown) else seen.answer
    if isinstance(what, Rule):
        source = _basis(what, evaluation)
        title = _of_member(what.title, seen.member)
        return Figure(what.name, title, value, what.unit.code, _text(seen.answer, what), source)
    if isinstance(what, Value):
        return Figure(what.key, what.title or what.key, value, what.unit, what.in_words(), _source(what))
    fact = _entity(what.entity, evaluation).facts[what.name]
    source = "尚未取得" if value is None else evaluation.facts.source(what)
    return Figure(
        what.name, _of_member(fact.title, what.member), value, fact.unit, _text(seen.answer, fact), source
    )


def _figures(rule: Rule, evaluation: Evaluation, member: int | None) -> Iterable[Figure]:
    """The figures the rule itself looked at; what lies deeper stands in the explanation."""
    for one in evaluation.seen[rule.entity, rule.name, member]:
        figure = figure_of(one, evaluation)
        if UNITS[figure.unit].kind is not Kind.BOOLEAN:
            yield figure


def _line(seen: Seen, evaluation: Evaluation, told: set[tuple[str, int | None]]) -> Explanation:
    if isinstance(seen.what, Rule):
        return _tree(seen.what, evaluation, seen.member, told)
    figure = figure_of(seen, evaluation)
    return Explanation(figure.name, figure.title, figure.text, figure.source)


def _basis(rule: Rule, evaluation: Evaluation) -> str:
    return str(basis_on(rule.basis, evaluation.on) or COMPUTED)


def _source(value: Value) -> str:
    until = f"至 {value.until}" if value.until else "起"
    return f"{value.source}（{value.place or '全国'}，{value.from_} {until}，{CONFIDENCE[value.confidence]}）"


def _text(answer: Answer, of: Rule | Fact) -> str:
    value: Scalar | None = None if isinstance(answer, Unknown) else answer
    unit = of.unit if isinstance(of, Rule) else unit_of(of.unit)
    return in_words(value, unit, of.options)


def _of_member(title: str, member: int | None) -> str:
    return title if member is None else f"第 {member + 1} 位成员的{title}"


def _entity(name: str, evaluation: Evaluation) -> Entity:
    household = evaluation.household
    return household if name == household.name or household.members is None else household.members


def _sentence(node: Expression, evaluation: Evaluation, member: int | None) -> str:
    """A condition in words, of which only the deciding part is said."""
    truth = evaluation.reckon(node, member)
    match node:
        case nodes.Compare():
            word = _WORDS[node.op][0 if truth is True else 1]
            left, right = _phrase(node.left, evaluation, member), _phrase(node.right, evaluation, member)
            if isinstance(node.right, nodes.Constant) and isinstance(node.right.value, str):
                right = _option(node.left, node.right.value, evaluation)
            return f"{left}，{word}{right}"
        case nodes.Both() | nodes.Either():
            return _both_sentences(node, evaluation, member, deciding=isinstance(node, nodes.Either))
        case nodes.Where():
            held = evaluation.reckon(node.condition, member)
            return _sentence(node.yes if held is True else node.no, evaluation, member)
        case nodes.Not():
            return _sentence(node.inner, evaluation, member)
        case nodes.OfHousehold():
            return _sentence(node.inner, evaluation, None)
        case nodes.RuleRead():
            rule = _entity(node.entity or "", evaluation).rules[node.name]
            return reason(rule, evaluation, member)
        case _:
            return _phrase(node, evaluation, member)


def _option(coded: Expression, code: str, evaluation: Evaluation) -> str:
    """The Chinese word of a code."""
    if isinstance(coded, nodes.OfHousehold):
        return _option(coded.inner, code, evaluation)
    if isinstance(coded, nodes.FactRead):
        return _entity(coded.entity or "", evaluation).facts[coded.name].options.get(code, code)
    if isinstance(coded, nodes.RuleRead):
        return _entity(coded.entity or "", evaluation).rules[coded.name].options.get(code, code)
    return code


def _both_sentences(
    node: nodes.Both | nodes.Either, evaluation: Evaluation, member: int | None, *, deciding: bool
) -> str:
    for part in (node.left, node.right):
        if evaluation.reckon(part, member) is deciding:
            return _sentence(part, evaluation, member)
    sentences = [_sentence(part, evaluation, member) for part in (node.left, node.right)]
    return "；".join(dict.fromkeys(sentence for sentence in sentences if sentence))


def _phrase(node: Expression, evaluation: Evaluation, member: int | None) -> str:
    """A figure in a sentence: its name and value, or the bare value where it has no name."""
    answer = evaluation.reckon(node, member)
    match node:
        case nodes.OfHousehold():
            return _phrase(node.inner, evaluation, None)
        case nodes.RuleRead():
            seen = Seen(_entity(node.entity or "", evaluation).rules[node.name], member, answer)
        case nodes.FactRead():
            seen = Seen(FactRef(node.entity or "", member, node.name), member, answer)
        case nodes.ParameterRead():
            seen = Seen(evaluation.used[node.key], None, answer)
        case _:
            return in_words(None if isinstance(answer, Unknown) else answer, UNITS[node.kind.value])
    figure = figure_of(seen, evaluation)
    return f"{figure.title} {figure.text}"
