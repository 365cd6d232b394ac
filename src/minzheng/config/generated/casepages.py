"""One page for each file of worked cases: what is given, and what the rules make of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from minzheng.kernel.clock import seed
from minzheng.kernel.law.cases import Case, differences
from minzheng.kernel.law.language import Entity, Rule
from minzheng.kernel.law.units import from_json, in_words, to_json, unit_of

from .rulebook import Casebook, Lawbook
from .rulepages import anchor_of_case
from .tables import head, lines

__all__ = ["pages"]

_TITLES = {"overlap": "互斥矩阵", "receivable": "这个家庭能享受什么", "unknown": "事实不全"}
_OUTCOMES = {
    "met": "符合",
    "not_met": "不符合",
    "unknown": "尚不能判断",
    "True": "是",
    "False": "否",
    "None": "未知",
}


def pages(law: Lawbook) -> dict[str, str]:
    """The pages of one domain by their names below ``docs/generated``, with the one that leads to them."""
    book = law.casebook
    if book is None:
        return {}
    by_file: dict[str, list[Case]] = {}
    for case in book.cases():
        by_file.setdefault(case.file.partition(".")[0], []).append(case)
    made = {f"cases/{law.code}-{name}.md": _page(law, book, name, listed) for name, listed in by_file.items()}
    made[f"cases/{law.code}.md"] = _contents(law, by_file)
    return made


def _contents(law: Lawbook, by_file: Mapping[str, list[Case]]) -> str:
    count = sum(map(len, by_file.values()))
    about = f"共 {count} 例，每一例都在测试中由各个引擎计算。运行：`python3 run.py cases {law.code}`。"
    parts = [head(f"{law.label}：算例", about)]
    for name, listed in by_file.items():
        page = f"{law.code}-{name}.md"
        told = lines(f"[{one.id}]({page}#{anchor_of_case(one)}) {one.title}" for one in listed)
        parts.append(f"## [{_title(law, name)}]({page})\n\n{told}")
    return "\n".join(parts)


def _title(law: Lawbook, name: str) -> str:
    """What the cases of a file are about: the title of the rule file of the same name, else the file's own."""
    titled = {one.name: one.title for one in law.files}
    return titled.get(name) or _TITLES.get(name) or law.label


def _page(law: Lawbook, book: Casebook, name: str, listed: list[Case]) -> str:
    about = (
        f"算例文件 `src/minzheng/domains/{law.code}/cases/{name}.yaml`。没有写出的事项等于申请表上的空行。"
        "列出的结果是规则算出来的，与应得结果不一致时写明。"
    )
    title = _title(law, name)
    parts = [head(f"{law.label}算例" if title == law.label else f"{law.label}算例：{title}", about)]
    for case in listed:
        parts.append(f"## {case.id} {case.title} {{#{anchor_of_case(case)}}}\n")
        parts.append(lines([*_given(law, case), *_found(law, book, case)]))
    return "\n".join(parts)


def _given(law: Lawbook, case: Case) -> Iterator[str]:
    """The day, the place and what is known."""
    yield f"{in_words(case.day, unit_of('date'))}，{case.place}"
    home = _entity(law, case.household)
    if case.household:
        yield f"{home.title if home else '事项'}：{_row(case.household, home)}"
    people = home.members if home else None
    for number, row in enumerate(case.members, start=1):
        yield f"第 {number} 人：{_row(row, people)}"
    for key, value in case.parameters.items():
        yield f"本例参数：{law.values.title(key)} {_value(value, law.values.unit(key), law.values.words(key))}"
    for name, value in case.events.items():
        yield f"{_word(law, name)}：{_event(law, value)}"


def _entity(law: Lawbook, row: Mapping[str, Any]) -> Entity | None:
    """Whom a row of facts speaks of; an empty row is a household."""
    return next(
        (one for one in law.entities if one.household is None and row.keys() <= one.facts.keys()), None
    )


def _row(row: Mapping[str, Any], entity: Entity | None) -> str:
    facts = entity.facts if entity else {}
    told = [
        f"{facts[name].title} {_value(value, facts[name].unit, facts[name].options)}"
        if name in facts
        else f"{name} {_plain(value)}"
        for name, value in row.items()
    ]
    return "，".join(told)


def _event(law: Lawbook, value: Any) -> str:
    if not isinstance(value, Mapping):
        return _plain(value)
    entity = _entity(law, value)
    return (
        _row(value, entity) if entity else "，".join(f"{_word(law, k)} {_plain(v)}" for k, v in value.items())
    )


def _found(law: Lawbook, book: Casebook, case: Case) -> Iterator[str]:
    """What came out of what was expected, in the order of the case."""
    answers = book.answers(case, law.values, seed.calendar())
    rules = {rule.name: rule for entity in reversed(law.entities) for rule in entity.rules.values()}
    for name in case.expect:
        said = _answer(law, name, answers.get(name), rules)
        title = _word(law, name) if name in _words(law) or name not in rules else rules[name].title
        yield f"**{title}：{said}**"
    yield from (f"不一致：{one}" for one in differences(case, answers))


def _answer(law: Lawbook, name: str, value: Any, rules: Mapping[str, Rule]) -> str:
    """A result in its unit: that of the words of the cases, or of the rule that gives it."""
    if name in _words(law):
        return _worded(law, value, _words(law)[name][1])
    if name in rules and not isinstance(value, dict | list):
        rule = rules[name]
        return in_words(from_json(value, rule.unit), rule.unit, rule.options)
    return _worded(law, value, "")


def _worded(law: Lawbook, value: Any, unit: str) -> str:
    if isinstance(value, dict):
        told = [
            f"{_who(law, name)}{'：' if isinstance(one, list | tuple) else ' '}{_worded(law, one, unit)}"
            for name, one in value.items()
        ]
        return "；".join(told) or "无"
    if isinstance(value, list | tuple):
        return "、".join(_worded(law, one, unit) for one in value) or "无"
    if unit and value is not None:
        return in_words(from_json(value, unit_of(unit)), unit_of(unit))
    said = _plain(value)
    return _OUTCOMES.get(said) or _word(law, said)


def _words(law: Lawbook) -> Mapping[str, tuple[str, str]]:
    return law.casebook.WORDS if law.casebook else {}


def _who(law: Lawbook, name: object) -> str:
    text = str(name)
    return f"第 {text} 人" if text.isdigit() else _word(law, text)


def _word(law: Lawbook, name: str) -> str:
    if name in _words(law):
        return _words(law)[name][0]
    fact_or_rule = (one.facts.get(name) or one.rules.get(name) for one in law.entities)
    return _OUTCOMES.get(name) or next((one.title for one in fact_or_rule if one), name)


def _value(value: Any, unit: str, options: Mapping[str, str]) -> str:
    if unit_of(unit).code == "ratio" or value is None:
        return "未知" if value is None else str(value)
    return in_words(value, unit_of(unit), options)


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return "，".join(f"{name} {_plain(one)}" for name, one in value.items())
    if isinstance(value, list):
        return "、".join(map(_plain, value)) or "无"
    return str(to_json(value))
