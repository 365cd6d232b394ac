"""What is still missing, as the family can do something about it: the question left open, or who will settle it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from minzheng.kernel.law.facts import Facts
from minzheng.kernel.law.findings import Missing
from minzheng.kernel.law.naming import by_name

from .questions import QUESTIONS
from .reading import ASSUMED

__all__ = ["lacking", "who_of"]

# Which field of the questions answers a fact, and what the family calls it.
_ASKED: Mapping[str, tuple[str, str]] = {
    "class_ur": ("class_ur", "城乡"), "deposits": ("deposits", "存款"), "houses": ("houses", "住房"),
    "vehicles": ("vehicles", "车辆"), "rigid_spending": ("spending", "看病、上学的花费"),
    "temp_type": ("misfortune", "遇到的难处"), "temp_cause": ("misfortune", "遇到的难处"),
}  # fmt: skip
_OF_MEMBER: Mapping[str, str] = {
    "wage": "收入", "business": "收入", "transfer": "收入", "disability_grade": "残疾情况",
    "disability_category": "残疾情况", "illness": "患病情况",
}  # fmt: skip
_PARENTS: Mapping[str, str] = {"father": "父亲情况", "mother": "母亲情况"}
_MEANS = frozenset({"supporter_income", "supporter_members"})
_ABILITY = frozenset({
    "can_eat", "can_dress", "can_rise", "can_toilet", "can_walk", "can_bathe", "ability_level",
})  # fmt: skip


def who_of(names: Sequence[str], member: int | None) -> str:
    """What a member is called."""
    if member is None:
        return ""
    return names[member] if member < len(names) else f"第 {member + 1} 位成员"


def lacking(missing: Iterable[Missing], facts: Facts) -> tuple[Missing, ...]:
    """Each thing once, in words; six everyday acts are one assessment, and whoever lives elsewhere is one matter."""
    return tuple(dict.fromkeys(_one(each, facts) for each in missing))


def _one(each: Missing, facts: Facts) -> Missing:
    member, name = _place(each.fact)
    who = who_of(facts.names, member)
    asked = ASSUMED in facts.sources.values()
    if member is not None and facts.persons[member].get("relation") == "supporter":
        return _of_supporter(who, name, facts.persons[member], asked=asked)
    if name in _ABILITY:
        return Missing(f"{member}.ability", f"{who}的生活自理能力", "生活自理能力或老年人能力评估")
    if (parent := name.split("_")[0]) in _PARENTS:
        by = _answer(parent) if asked else each.supplied_by
        return Missing(f"{member}.{parent}", f"{who}的{_PARENTS[parent]}", by)
    if asked and name in _ASKED:
        field, title = _ASKED[name]
        return Missing(field, title, _answer(field))
    if asked and name in _OF_MEMBER:
        title = f"{who}的{_OF_MEMBER[name]}"
        return Missing(title, title, _answer("people"))
    return Missing(each.fact, by_name(each.title, facts.names), each.supplied_by)


def _of_supporter(who: str, name: str, row: Mapping[str, Any], *, asked: bool) -> Missing:
    """Of whoever lives elsewhere: the answer left open, or else what the office finds out."""
    if not asked:
        return Missing("supporters", f"{who}的情况", "经授权的收入财产核对")
    if row.get("supporter_consents") is None:
        return Missing("supporters", f"{who}的情况", _answer("supporters"))
    if name in _MEANS:
        return Missing(
            "supporter_means", f"{who}家的收入和人口", _answer("supporter_income") + "：他们家的收入、几口人"
        )
    return Missing("supporter_ability", f"{who}有没有赡养、扶养能力", "乡镇调查核对")


def _place(key: str) -> tuple[int | None, str]:
    parts = key.split(".")
    return (int(parts[1]), parts[2]) if parts[0] == "persons" else (None, parts[-1])


def _answer(field: str) -> str:
    number, question = next(_numbered(field))
    return f"第 {number} 题“{question}”的回答"


def _numbered(field: str) -> Iterator[tuple[int, str]]:
    for number, one in enumerate(QUESTIONS, start=1):
        if field in one.fields:
            yield number, one.title
