"""The matrix of what excludes what: whole, told with its law, and kept by the rules cell by cell."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from typing import Any

import pytest

from minzheng.domains.assistance import rules
from minzheng.domains.assistance.rules import casebook, overlap
from minzheng.domains.assistance.rules.benefits import by_code
from minzheng.domains.assistance.rules.facts import household, person
from minzheng.domains.assistance.rules.overlap import MATRIX, SCHEMES, Cell, Word
from minzheng.kernel.errors import Mistake
from minzheng.kernel.law.cases import Case
from minzheng.kernel.law.facts import Facts
from minzheng.kernel.law.language import Proxy
from minzheng.kernel.law.reference import Evaluation

SEED = rules.seed_parameters()
PATH = "22/2201/220102/220102001/"
OV = {case.id: case for case in casebook.cases() if case.file == "overlap.yaml"}
PRINTED = ("dibao", "tekun", "orphan", "fuc", "living", "nursing", "highage", "elder_nursing")


def cell_of(case: Case) -> Cell:
    """The cell a case is about: ``OV-first-second`` and what follows."""
    first, second = case.id.split("-")[1:3]
    return next(cell for cell in MATRIX if (cell.first, cell.second) == (first, second))


def word_of(case: Case) -> str:
    """What the cell says in that case; a local one says what the place has registered."""
    cell = cell_of(case)
    return str(case.parameters[cell.key]) if cell.word is Word.LOCAL else cell.word.name.lower()


class Told:
    """One case: what the rules give for its last member, who is the one the cell is about."""

    def __init__(self, case: Case) -> None:
        facts = case.facts(household)
        self.at = len(facts.persons) - 1
        self.run = Evaluation(household, facts, case.over(SEED), path=case.place, on=case.day)

    def of(self, name: str) -> Any:
        rule = person.rules.get(name)
        return self.run.fact("person", name, self.at) if rule is None else self.run.answer(rule, self.at)

    def paid(self, code: str) -> Any:
        return self.of(SCHEMES[code].paid)

    def entitled(self, code: str) -> bool:
        code = code.removesuffix("_full")
        if code == "dibao":
            return bool(self.of("shares")) and bool(self.run.answer(by_code["dibao"].entitled))
        return bool(self.run.answer(by_code[code].entitled, self.at))


def test_every_pair_of_the_printed_matrix_has_its_cell_and_none_two_of_a_word() -> None:
    for one, other in combinations(PRINTED, 2):
        words = [cell.word for cell in overlap.between(one, other)]
        assert words, f"{one} and {other}"
        assert len(words) == len(set(words))
    keys = [(cell.first, cell.second) for cell in MATRIX]
    assert len(keys) == len(set(keys))
    assert all(cell.law and {cell.first, cell.second} <= SCHEMES.keys() for cell in MATRIX)


def test_a_local_cell_is_a_registered_value_and_no_other_is() -> None:
    for cell in MATRIX:
        assert (cell.word is Word.LOCAL) == bool(cell.key) == bool(cell.options)
        if cell.key:
            assert SEED.get(cell.key, path=PATH, on=date(2026, 3, 3)).value in cell.options


def test_every_cell_is_worked_and_every_option_of_a_local_one() -> None:
    worked = {(cell_of(case).first, cell_of(case).second, word_of(case)) for case in OV.values()}
    needed = set()
    for cell in MATRIX:
        words = cell.options or ([] if cell.word is Word.NEVER else [cell.word.name.lower()])
        needed |= {(cell.first, cell.second, word) for word in words}
    assert worked == needed


@pytest.mark.parametrize("case", OV.values(), ids=OV.keys())
def test_the_rules_do_what_the_cell_says(case: Case) -> None:
    told, cell, word = Told(case), cell_of(case), word_of(case)
    one, other = told.paid(cell.first), told.paid(cell.second)
    external = cell.first not in by_code and cell.first != "fuc_full"
    if "-chosen" in case.id or case.id.endswith("-national"):
        assert (one, other > 0) == (0, True)  # the guardian chose the other, or the place has no such status
        return
    # O3 and F are one list split in two: whoever is the one is not also the other.
    assert told.entitled(cell.second) or (cell.first, cell.second) == ("orphan", "fuc")
    match word:
        case "exclusive":
            assert one > 0
            assert other == 0
        case "together":
            assert one > 0 or cell.first == "dibao"
            assert other > 0
        case "difference":
            off = sum(told.paid(each.first) for each in overlap.second_of("fuc", Word.DIFFERENCE))
            assert one > 0
            assert other + off == told.of("fuc_rate")
        case "higher":
            assert (other == 0) == (one >= told.of(f"{cell.second}_due")) if external else 0 in (one, other)
            assert max(one, other) > 0


def test_who_is_a_child_for_these_schemes_is_never_old_enough_for_the_others() -> None:
    for year in range(1900, 2027, 3):
        someone = {"relation": "self", "birth": date(year, 1, 1), "work_capacity": "none", "ability_level": 4}
        someone |= {"father_state": "dead", "mother_state": "dead", "student": True}
        facts = rules.from_form(Facts({"class_ur": "urban"}, (someone,)))
        run = Evaluation(household, facts, SEED, path=PATH, on=date(2026, 3, 3))
        child = [run.answer(by_code[code].entitled, 0) for code in ("orphan", "fuc")]
        old = [run.answer(by_code[code].entitled, 0) for code in ("highage", "elder_nursing")]
        assert not (True in child and True in old)


def test_a_comparison_the_matrix_does_not_know_is_a_mistake() -> None:
    with pytest.raises(Mistake, match="does not compare living with nursing"):
        overlap.prevails(Proxy(person, writing="x"), "living", "living_due", nursing="nursing_due")


def test_the_printed_matrix_is_the_one_the_rules_ask() -> None:
    from pathlib import Path

    page = Path(__file__).resolve().parents[3] / "docs" / "overlap.md"
    assert page.read_text(encoding="utf-8") == overlap.page()
