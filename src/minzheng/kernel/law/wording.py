"""Figures and conditions put into official Chinese, made from what the interpreter actually looked at.

A comparison explains itself: 家庭月人均收入 740.00 元，不低于当地低保标准 740.00 元.  Where two figures differ
only behind the cut, as many decimals are shown as keep them apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from minzheng.kernel.law import expressions as nodes
from minzheng.kernel.law.expressions import MONEY, NUMBER, Expression
from minzheng.kernel.law.facts import FactRef
from minzheng.kernel.law.findings import Missing
from minzheng.kernel.law.language import Entity, Rule
from minzheng.kernel.law.parameters import Value
from minzheng.kernel.law.reference import Answer, Evaluation, Unknown
from minzheng.kernel.law.units import UNITS, Kind, cut, in_words, unit_of

__all__ = [
    "DAYS", "NUMBERS", "ROUNDING", "entity_of", "missing_facts", "name_of", "of_member", "phrase",
    "reason", "sentence", "text_of", "title_of",
]  # fmt: skip

NUMBERS = {
    "<": ("低于", "不低于"),
    "<=": ("不超过", "超过"),
    ">": ("高于", "不高于"),
    ">=": ("达到", "未达到"),
    "==": ("等于", "不等于"),
    "!=": ("不等于", "等于"),
}
DAYS = {
    "<": ("早于", "不早于"),
    "<=": ("不晚于", "晚于"),
    ">": ("晚于", "不晚于"),
    ">=": ("不早于", "早于"),
    "==": ("为", "不是"),
    "!=": ("不是", "为"),
}
# The ways of rounding are the kernel's own words; every other code has its words in its declaration.
ROUNDING = {"half_up": "四舍五入", "up": "进一", "down": "舍去尾数"}
MOST_NAMED = 5  # a sentence names so many missing facts; the finding lists them all
What = FactRef | Value | Rule


def of_member(title: str, member: int | None) -> str:
    """The title as it is said of one person of the household."""
    return title if member is None else f"第 {member + 1} 位成员的{title}"


def entity_of(name: str | None, run: Evaluation) -> Entity:
    """The household or its members."""
    home = run.household
    return home if name == home.name or home.members is None else home.members


def name_of(what: What) -> str:
    """Its declared name."""
    return what.key if isinstance(what, Value) else what.name


def title_of(what: What, run: Evaluation) -> str:
    """What it is called."""
    if isinstance(what, FactRef):
        return entity_of(what.entity, run).facts[what.name].title
    return what.title or what.key if isinstance(what, Value) else what.title


def text_of(what: What, answer: Answer, run: Evaluation, member: int | None = None, places: int = 2) -> str:
    """The value of a fact, a rule or a parameter in words."""
    value = None if isinstance(answer, Unknown) else answer
    if isinstance(what, FactRef):
        fact = entity_of(what.entity, run).facts[what.name]
        return in_words(value, unit_of(fact.unit), fact.options, places=places)
    if isinstance(what, Value):
        return in_words(value, UNITS[what.unit], what.words or ROUNDING, places=places)
    how = division(what.expression, run, member) if _endless(value) else ""
    return in_words(value, what.unit, what.options, places=places, division=how)


def reason(rule: Rule, run: Evaluation, member: int | None = None) -> str:
    """The sentence of a condition, made once."""
    key = ("reason", rule, member)
    if key not in run.words:
        run.words[key] = _reason(rule, run, member)
    return str(run.words[key])


def _reason(rule: Rule, run: Evaluation, member: int | None) -> str:
    answer = run.answer(rule, member)
    if isinstance(answer, Unknown):
        missing = missing_facts(answer, run)
        listed = "、".join(str(one) for one in missing[:MOST_NAMED])
        return f"缺少{listed}{f'等 {len(missing)} 项' if len(missing) > MOST_NAMED else ''}，尚不能判断"
    if rule.says is None:
        return sentence(rule.expression, run, member)
    template = rule.says[0 if answer else 1]
    if "{" not in template:
        return template
    said = {name_of(one.what): one for one in run.seen[rule.entity, rule.name, member]}

    def figure(found: re.Match[str]) -> str:
        one = said.get(found[1])
        if one is None:
            return "—"
        return f"{of_member(title_of(one.what, run), one.member)} {text_of(one.what, one.answer, run, one.member)}"

    return re.sub(r"\{(\w+)\}", figure, template)


def missing_facts(answer: Answer, run: Evaluation) -> tuple[Missing, ...]:
    """The facts that may settle an unknown, each with what supplies it."""
    if not isinstance(answer, Unknown):
        return ()
    rows = []
    for ref in sorted(answer.missing, key=lambda one: (one.member is not None, one.member or 0, one.name)):
        fact = entity_of(ref.entity, run).facts[ref.name]
        rows.append(Missing(ref.key, of_member(fact.title, ref.member), fact.supplied_by))
    return tuple(rows)


def sentence(node: Expression, run: Evaluation, member: int | None) -> str:
    """A condition in words, of which only the deciding part is said."""
    say = _SENTENCES.get(type(node))
    return phrase(node, run, member) if say is None else say(node, run, member)


def phrase(
    node: Expression, run: Evaluation, member: int | None, places: int = 2, *, bare: bool = False
) -> str:
    """A figure in a sentence: its name and value, or the bare value where it has no name."""
    if isinstance(node, nodes.OfHousehold):
        return phrase(node.inner, run, None, places)
    answer = run.reckon(node, member)
    what = _named(node, run, member)
    if what is None:
        return _unnamed(node, answer, run, member, places)
    title = of_member(title_of(what, run), None if bare or isinstance(what, Value) else member)
    between = "：" if node.kind is Kind.BOOLEAN else " "
    return f"{title}{between}{text_of(what, answer, run, member, places)}"


def _named(node: Expression, run: Evaluation, member: int | None) -> What | None:
    match node:
        case nodes.RuleRead():
            return run.rule(node.entity, node.name)
        case nodes.FactRead():
            return FactRef(node.entity or "", member, node.name)
        case nodes.ParameterRead():
            return run.used[node.key]
        case _:
            return None


def _unnamed(node: Expression, answer: Answer, run: Evaluation, member: int | None, places: int) -> str:
    if isinstance(answer, Unknown):
        return "未知"
    if isinstance(node, nodes.Years | nodes.Months):
        since = node.birth if isinstance(node, nodes.Years) else node.since
        begun = _named(since, run, member)
        of = of_member(title_of(begun, run), member) if begun is not None else phrase(since, run, member)
        return f"自{of}起满 {answer} {'年' if isinstance(node, nodes.Years) else '个月'}"
    if isinstance(node, nodes.CountMembers):
        return f"符合的成员 {answer} 人"
    how = division(node, run, member) if _endless(answer) else ""
    return in_words(answer, UNITS[node.kind.value], places=places, division=how)


def _endless(value: object) -> bool:
    """Whether a figure may need its division written out."""
    return isinstance(value, Fraction) and value.denominator != 1


def division(node: Expression, run: Evaluation, member: int | None) -> str:
    """How a quotient is written out with its own figures: 4372.00 元 ÷ 12 ÷ 3; empty for anything else."""
    match node:
        case nodes.Where():
            held = run.reckon(node.condition, member)
            return (
                division(node.yes if held else node.no, run, member) if not isinstance(held, Unknown) else ""
            )
        case nodes.OfHousehold():
            return division(node.inner, run, None)
        case nodes.RuleRead():
            return division(run.rule(node.entity, node.name).expression, run, member)
        case nodes.Quotient():
            return _written_out(node, run, member)
        case _:
            return ""


def _written_out(node: nodes.Quotient, run: Evaluation, member: int | None) -> str:
    parts = [node.left, *_factors(node.right)]
    values = [run.reckon(part, member) for part in parts]
    if not all(isinstance(one, int) and one >= 0 for one in values):
        return ""
    both = zip(parts, values, strict=True)
    written = [f"{cut(int(one), 100, 2)} 元" if part.kind in MONEY else str(one) for part, one in both]  # type: ignore[arg-type]
    return " ÷ ".join([written[0], *(one for one in written[1:] if one != "1")])


def _factors(node: Expression) -> list[Expression]:
    if isinstance(node, nodes.Arithmetic) and node.op == "*":
        return [*_factors(node.left), *_factors(node.right)]
    return [node]


def _compared(node: nodes.Compare, run: Evaluation, member: int | None) -> str:
    if node.left.kind is Kind.CODE:
        return _code(node, run, member)
    held = run.reckon(node, member) is True
    left, right = run.reckon(node.left, member), run.reckon(node.right, member)
    places = _apart(left, right) if node.left.kind in MONEY | NUMBER else 2
    word = (DAYS if node.left.kind is Kind.DATE else NUMBERS)[node.op][0 if held else 1]
    said = phrase(node.right, run, member, places)
    between = " " if said[:1].isdigit() or said.startswith("-") else ""
    return f"{phrase(node.left, run, member, places)}，{word}{between}{said}"


def _apart(left: Answer, right: Answer) -> int:
    """The decimals at which two different figures no longer look alike."""
    places = 2
    if isinstance(left, int | Fraction) and isinstance(right, int | Fraction) and left != right:
        while _cut(left, places) == _cut(right, places):
            places += 1
    return places


def _cut(value: int | Fraction, places: int) -> str:
    return cut(value.numerator, value.denominator * 100, places)


def _code(node: nodes.Compare, run: Evaluation, member: int | None) -> str:
    """A code is said by its word: 城乡类别为农村，不是城市."""
    here, there = (option(node.left, run.reckon(one, member), run) for one in (node.left, node.right))
    what = node.left.inner if isinstance(node.left, nodes.OfHousehold) else node.left
    named = _named(what, run, member)
    whose = member if what is node.left and not isinstance(named, Value) else None
    title = of_member(title_of(named, run), whose) if named is not None else ""
    return f"{title}为{here}" if here == there else f"{title}为{here}，不是{there}"


def option(coded: Expression, code: Answer, run: Evaluation) -> str:
    """The Chinese word of a code."""
    words: Mapping[str, str] = ROUNDING
    match coded:
        case nodes.OfHousehold():
            return option(coded.inner, code, run)
        case nodes.FactRead() | nodes.RuleRead():
            entity = entity_of(coded.entity, run)
            words = (entity.facts.get(coded.name) or entity.rules[coded.name]).options
        case nodes.ParameterRead():
            words = run.used[coded.key].words or ROUNDING
    return words.get(str(code), str(code))


def _joined(node: nodes.Both | nodes.Either, run: Evaluation, member: int | None) -> str:
    deciding = isinstance(node, nodes.Either)
    for part in (node.left, node.right):
        if run.reckon(part, member) is deciding:
            return sentence(part, run, member)
    # What is merely so or not so is said last: 存款 … 超过限额 …；县级书面同意：否.
    parts = sorted((node.left, node.right), key=lambda part: isinstance(part, nodes.FactRead))
    sentences = [sentence(part, run, member) for part in parts]
    return "；".join(dict.fromkeys(one for one in sentences if one))


def _branch(node: nodes.Where, run: Evaluation, member: int | None) -> str:
    return sentence(node.yes if run.reckon(node.condition, member) is True else node.no, run, member)


def _anyone(node: nodes.AnyMember, run: Evaluation, member: int | None) -> str:
    for number in range(len(run.facts.persons)):
        if run.reckon(node.inner, number) is True:
            return sentence(node.inner, run, number)
    return "家庭成员中没有符合的"


_SENTENCES: Mapping[type[Expression], Callable[[Any, Evaluation, int | None], str]] = {
    nodes.Compare: _compared,
    nodes.Both: _joined,
    nodes.Either: _joined,
    nodes.Where: _branch,
    nodes.AnyMember: _anyone,
    nodes.Not: lambda node, run, member: sentence(node.inner, run, member),
    nodes.OfHousehold: lambda node, run, member: sentence(node.inner, run, None),
    nodes.RuleRead: lambda node, run, member: reason(run.rule(node.entity, node.name), run, member),
}
