"""A worked case states facts, day and place, and what must come out; what disagrees is said in a sentence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from minzheng.kernel.errors import Refused
from minzheng.kernel.law.cases import differences, load
from tests.factories import law_toy as toy

TEXT = """
- id: T-1
  case: 在线上不算低于
  day: 2022-03-01
  place: "22/2201/220102/"
  parameters: {toy.standard: 60000}
  household: {place: urban}
  members:
    - {wage: 60000, health: null}
  expect: {met: false, amount: 0, day: 2022-03-01}
"""


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "some.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_case_gives_facts_and_parameters_of_its_own_place(tmp_path: Path) -> None:
    (case,) = load(write(tmp_path, TEXT))
    facts = case.facts(toy.household)
    assert facts.household == {"place": "urban", "savings": 0}
    assert facts.persons[0] == {"wage": 60000, "health": None, "away": False}
    known = case.over(toy.parameters())
    assert known.get("toy.standard", path=case.place, on=case.day).value == 60000
    assert known.get("toy.standard", path="22/2202/", on=case.day).value == 54600


def test_differences_are_sentences(tmp_path: Path) -> None:
    (case,) = load(write(tmp_path, TEXT))
    assert differences(case, {"met": False, "amount": 0, "day": date(2022, 3, 1)}) == []
    found = differences(case, {"met": 0, "amount": 5})
    assert len(found) == 3
    assert "amount 应为 0，得到 5" in found[1]
    assert "没有“day”这个结果" in found[2]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("day: 2022-03-01\n  place", 'day: "2022-03-01"\n  place', "日期"),
        ('place: "22/2201/220102/"', "place: 22", "引号"),
        ("household:", "home:", "不认识的键 home"),
        ("  expect: {met: false, amount: 0, day: 2022-03-01}\n", "", "缺少 expect"),
        ("- id: T-1\n  case", "id: T-1\ncase", "YAML"),
        ("wage: 60000", "wage: 600.00", "浮点"),
    ],
)
def test_a_careless_case_is_refused(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    assert old in TEXT
    with pytest.raises(Refused, match=complaint):
        load(write(tmp_path, TEXT.replace(old, new)))


def test_an_id_stands_once(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="T-1 用了两次"):
        load(write(tmp_path, TEXT + TEXT))
