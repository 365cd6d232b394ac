"""The pages about rules: every rule and every worked case stands on one, in words; what is quoted is as it stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.urls import resolve

from minzheng.config.generated import casepages, rulepages
from minzheng.config.generated.rulebook import Lawbook, lawbooks
from minzheng.config.generated.telling import Teller
from minzheng.kernel import catalogue
from minzheng.kernel.law.expressions import Expression, expression
from minzheng.kernel.law.language import (
    MONTH,
    Entity,
    Fact,
    by_code,
    max_,
    min_,
    months,
    parameter,
    rounded,
    since,
    where,
    years,
)
from minzheng.kernel.law.parameters import Parameters, Value
from tests.house.sources import ROOT

RULES = ROOT / "src" / "minzheng" / "domains" / "assistance" / "rules"
VALUES = Parameters(
    [Value("standard", "", date(2020, 1, 1), None, 546_00, "fen_per_month", "某文件", "law", "低保标准")]
)


@pytest.fixture(scope="module")
def laws() -> list[Lawbook]:
    """The law of every domain that has any."""
    return lawbooks(catalogue.current())


def test_every_domain_with_rules_is_told(laws: list[Lawbook]) -> None:
    folders = {path.parent.name for path in (ROOT / "src/minzheng/domains").glob("*/rules")}
    assert {law.code for law in laws} == folders
    assert all(re.search(r"[一-鿿]", law.label) for law in laws)


def test_every_rule_stands_on_one_page_under_a_chinese_title(laws: list[Lawbook]) -> None:
    for law in laws:
        told = Counter(id(rule) for one in law.files for _, rule in one.rules)
        rules = [rule for entity in law.entities for rule in entity.rules.values()]
        assert {rule.name for rule in rules if told[id(rule)] != 1} == set()
        untitled = [one.name for one in law.files if not re.search(r"[一-鿿]", one.title)]
        assert not untitled, f"put the Chinese term into the first line of {untitled}: (低保)"


def test_every_rule_is_told_without_code(laws: list[Lawbook]) -> None:
    """Titles, words of codes and values: no name of Python is left in the words of a rule."""
    for law in laws:
        teller = Teller(law.entities, law.values)
        for entity in law.entities:
            for rule in entity.rules.values():
                said = "\n".join(teller.rule(rule))
                left = re.findall(r"[a-z]+_[a-z_]+|(?:为|是|：) ?[a-z]+|〔〕|None", said)
                assert not left, f"{entity.name}.{rule.name}: {left}"


def test_every_case_stands_on_a_page_and_agrees(laws: list[Lawbook]) -> None:
    for law in laws:
        pages = casepages.pages(law)
        text = "\n".join(pages.values())
        assert law.casebook is not None
        assert [one.id for one in law.casebook.cases() if f"## {one.id} {one.title} " not in text] == []
        assert "不一致：" not in text


def test_a_rule_names_the_cases_that_look_at_it(laws: list[Lawbook]) -> None:
    (law,) = (one for one in laws if one.code == "assistance")
    page = rulepages.pages(law)["rules/assistance-dibao.md"]
    section = page.partition("## 停发本人份额")[2].partition("\n## ")[0]
    assert "[T-SA-04b](../cases/assistance-dibao.md#t-sa-04b) 否、是" in section
    # By difference nobody looks at the tiers: one case pays by them.
    tiers = page.partition("## 分档比例")[2].partition("\n## ")[0]
    assert "算例：1 例用到本条，如 [DB-04]" in tiers


def toy() -> Entity:
    """A household of the smallest kind."""
    person = Entity(
        "person",
        title="成员",
        facts=[
            Fact("birth", "date", "出生日期", "身份证"),
            Fact("wage", "fen", "工资", "证明"),
            Fact("ill", "boolean", "重病", "证明"),
        ],
    )
    return Entity(
        "household",
        title="家庭",
        members=person,
        facts=[
            Fact("income", "fen", "收入", "证明"),
            Fact("cost", "fen", "支出", "证明"),
            Fact("size", "persons", "人口", "户口簿"),
            Fact("rich", "boolean", "财产超标", "核对"),
            Fact("from_", "date", "起始日", "证明"),
            Fact("area", "code", "地区", "户籍", options={"urban": "城市", "rural": "农村"}),
        ],
    )


@pytest.mark.parametrize(
    ("body", "unit", "said"),
    [
        (lambda h: h.income - h.cost, "fen", "收入 － 支出"),
        (lambda h: h.income / (12 * h.size), "exact_fen", "收入 ÷ （12 × 人口）"),
        (lambda h: h.size * (h.income - h.cost), "fen", "人口 × （收入 － 支出）"),
        (lambda h: h.income // 2, "fen", "收入 整除以 2"),
        (lambda h: h.income < h.cost, "boolean", "收入低于支出"),
        (lambda h: ~(h.income < h.cost), "boolean", "收入不低于支出"),
        (lambda h: h.area != "urban", "boolean", "地区不是城市"),
        (lambda h: ~(h.rich | (h.size > 2)), "boolean", "“财产超标”不成立，并且人口不高于 2"),
        (lambda h: h.rich & (h.size > 2), "boolean", "“财产超标”，并且人口高于 2"),
        (lambda h: (h.size > 2) & (h.rich | (h.size < 9)), "boolean", "人口高于 2，并且（“财产超标”，或者人口低于 9）"),
        (lambda h: h.rich | ((h.size > 2) & settled(False)), "boolean", "“财产超标”"),
        (lambda h: h.rich & (settled(True) | (h.size > 2)), "boolean", "“财产超标”"),
        (lambda h: max_(h.income - h.cost, 0), "fen", "收入 － 支出，低于 0 元的按 0 元计"),
        (lambda h: min_(h.size, 3), "count", "人口，超过 3 的按 3 计"),
        (lambda h: min_(h.income, h.cost), "fen", "收入与支出中较小的一个"),
        (lambda h: rounded(h.income / 3), "fen", "收入 ÷ 3，四舍五入到分"),
        (lambda h: rounded(h.income / 3, to=100, mode="up"), "fen", "收入 ÷ 3，进一到元"),
        (lambda h: parameter("standard", unit="fen_per_month") * h.size, "fen", "〔低保标准〕 × 人口"),
        (lambda h: h.sum(lambda p: p.wage), "fen", "各成员的工资之和"),
        (lambda h: h.sum(lambda p: where(p.ill, p.wage, 0)), "fen", "符合“重病”的成员的工资之和"),
        (lambda h: h.count(lambda p: p.ill), "count", "符合“重病”的成员人数"),
        (lambda h: h.any_(lambda p: p.wage > 1_00), "boolean", "有符合（工资高于 1.00 元）的成员"),
        (lambda h: ~h.any_(lambda p: p.ill), "boolean", "没有符合“重病”的成员"),
        (lambda h: h.any_(lambda p: years(p.birth) >= 18), "boolean", "有符合（自出生日期起已满 18 周岁）的成员"),
        (lambda h: ~(months(h.from_, MONTH) >= 6), "boolean", "自起始日起到待遇月份首日未满 6 个月"),
        (lambda h: h.income * Fraction(1, 2), "exact_fen", "收入 × 0.5"),
        (lambda h: h.from_ < date(2026, 7, 1), "boolean", "起始日早于 2026年7月1日"),
    ],
)  # fmt: skip
def test_each_word_of_the_language_is_said_in_chinese(
    body: Callable[[Any], object], unit: str, said: str
) -> None:
    assert told(body, unit) == [f"- {said}"]


def settled(held: bool) -> Expression:
    """What the matrix of exclusions leaves where it has settled a question by itself."""
    return expression(held)


def told(body: Callable[[Any], object], unit: str) -> list[str]:
    """The lines of a rule that is declared for the moment."""
    household = toy()
    body.__name__ = "some_rule"
    rule = household.rule("某规则", unit=unit)(body)
    assert household.members is not None
    return Teller([household, household.members], VALUES).rule(rule)


def test_branches_stand_beneath_one_another() -> None:
    assert told(lambda h: by_code(h.area, urban=h.income, rural=h.cost), "fen") == [
        "- 地区为城市：收入",
        "- 地区为农村：支出",
    ]
    assert told(lambda h: since(date(2026, 7, 1), h.income, h.cost), "fen") == [
        "- 2026年7月1日起：收入",
        "- 此前：支出",
    ]
    assert told(lambda h: where(h.rich, 0, where(h.size > 2, h.income, h.cost)), "fen") == [
        "- “财产超标”：0 元",
        "- 人口高于 2：收入",
        "- 其他情形：支出",
    ]


def quoted(page: Path) -> list[str]:
    """The Python that a page shows."""
    return re.findall(r"```python\n(.*?)\n```", page.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_what_reading_a_rule_quotes_stands_so_in_the_file() -> None:
    files = [(RULES / name).read_text(encoding="utf-8") for name in ("dibao.py", "means.py")]
    parts = quoted(ROOT / "docs" / "reading-a-rule.md")
    assert len(parts) > 10
    assert [part for part in parts if not any(part in text for text in files)] == []


def test_changing_a_standard_names_pages_and_refusals_that_exist() -> None:
    page = (ROOT / "docs" / "how-to" / "change-a-standard.md").read_text(encoding="utf-8")
    for address in re.findall(r"`(/desk/standards/[a-z/]*)`", page):
        resolve(address)
    refusals = re.findall(
        r"^\| (?:……)?([^|a-z]+?) \| [a-z]", page.partition("## When it says no")[2], re.MULTILINE
    )
    room = ROOT / "src" / "minzheng" / "kernel" / "releases"
    said = "".join(path.read_text(encoding="utf-8") for path in room.glob("*.py")).replace("{SIGNERS}", "2")
    assert len(refusals) == 7
    assert [one for one in refusals if one not in said] == []
