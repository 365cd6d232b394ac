"""The rules page and the worked cases page of a domain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minzheng.kernel import declare, law
from minzheng.kernel.clock import seed
from minzheng.kernel.law.cases import Case, differences
from minzheng.kernel.law.language import Entity, Rule
from minzheng.kernel.law.reference import Evaluation, Unknown
from minzheng.kernel.law.units import in_words, to_json

from .rulebook import casebook, entities, parameters_read, rules_read
from .tables import article, head, lines, table

__all__ = ["rules", "worked"]


def rules(domain: declare.Domain, values: law.Parameters) -> str:
    """Every rule: its article, its unit, what it reads, and what it gives in each worked case."""
    listed = entities(domain)
    book = casebook(domain)
    cases = [one for one in book.cases() if one.members] if book else []
    runs = [(case, _run(case, listed[0], values)) for case in cases]
    parts = [
        head(f"{domain.label}：规则", "规则按书写的次序排列；先声明，后引用，因此不会循环。"),
        "## 一览\n",
        table(
            ["规则", "编码", "单位", "依据"],
            [
                [
                    f"[{rule.title}](#{_anchor(rule)})",
                    f"`{entity.name}.{rule.name}`",
                    _unit(rule),
                    article(rule.basis),
                ]
                for entity in listed
                for rule in entity.rules.values()
            ],
        ),
    ]
    for entity in listed:
        parts.append(f"## {entity.title}\n")
        parts += [_rule(entity, rule, listed, values, runs) for rule in entity.rules.values()]
    return "\n".join(parts)


def _run(case: Case, household: Entity, values: law.Parameters) -> Evaluation:
    return Evaluation(household, case.facts(household), case.over(values), path=case.place, on=case.day)


def _anchor(rule: Rule) -> str:
    return f"{rule.entity}-{rule.name}".replace("_", "-")


def _unit(rule: Rule) -> str:
    words = {"boolean": "是 / 否", "ratio": "比例", "code": "等级或编码", "count": "个"}
    return rule.unit.suffix or words.get(rule.unit.code, rule.unit.code)


def _rule(
    entity: Entity,
    rule: Rule,
    listed: list[Entity],
    values: law.Parameters,
    runs: list[tuple[Case, Evaluation]],
) -> str:
    titles = {
        (one.name, name): what.title for one in listed for name, what in (one.facts | one.rules).items()
    }
    told = [f"单位：{_unit(rule)}"]
    if basis := article(rule.basis):
        told.append("依据：" + basis.replace("\n", "；"))
    if read := rules_read(rule):
        told.append("读取：" + "、".join(f"{titles[one]}（`{one[0]}.{one[1]}`）" for one in read))
    if keys := parameters_read(rule):
        told.append("参数：" + "、".join(f"{values.title(key)}（`{key}`）" for key in keys))
    if worked := "；".join(_worked(rule, entity, runs)):
        told.append(f"算例：{worked}")
    return f"### {rule.title} {{#{_anchor(rule)}}}\n\n`{entity.name}.{rule.name}` {rule.doc}\n\n{lines(told)}"


def _worked(rule: Rule, entity: Entity, runs: list[tuple[Case, Evaluation]]) -> Iterator[str]:
    """What the rule gives in each case; a rule about one person, where the household's rules reach it."""
    for case, run in runs:
        if entity.members is None:
            continue
        answer = run.answer(rule)
        known = None if isinstance(answer, Unknown) else answer
        yield f"{case.id} {in_words(known, rule.unit, rule.options)}"


def worked(domain: declare.Domain, values: law.Parameters) -> str:
    """Every worked case with what must come out, and whether it does."""
    parts = [
        head(
            f"{domain.label}：算例",
            "每个算例先由规则计算，再在测试中走完整的办理流程，两者必须一致。运行：`python3 run.py cases "
            f"{domain.code}`。",
        )
    ]
    book = casebook(domain)
    rows = []
    for case in book.cases() if book else ():
        wrong = differences(case, book.answers(case, values, seed.calendar())) if book else []
        rows.append(
            [
                f"`{case.id}`",
                case.title,
                case.day,
                f"`{case.place}`",
                _expected(case),
                "；".join(wrong) or "一致",
            ]
        )
    return "\n".join([*parts, table(["编号", "算例", "日期", "地方", "应得", "结果"], rows)])


def _expected(case: Case) -> str:
    return "\n".join(f"{name}：{_plain(value)}" for name, value in case.expect.items())


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(_plain, value)) or "无"
    if isinstance(value, dict):
        return "、".join(f"{name} {_plain(one)}" for name, one in value.items())
    return str(to_json(value))
