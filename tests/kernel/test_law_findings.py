"""A finding gives its figures, their sources, its article and a reason a resident can follow."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

from minzheng.kernel.law.explaining import explain, finding
from minzheng.kernel.law.findings import Explanation, Finding, Outcome, refusal_paragraph
from minzheng.kernel.law.units import in_words, unit_of
from tests.factories import law_toy as toy

AT_THE_LINE: tuple[dict[str, Any], ...] = ({"wage": 109200, "away": False}, {"wage": 0, "away": False})


def test_the_reason_is_made_from_the_figures() -> None:
    run = toy.evaluate({"savings": 0}, *AT_THE_LINE)
    found = finding(toy.poor, run)
    assert found.outcome is Outcome.NOT_MET
    assert found.because == "月人均收入 546.00 元，不低于标准 546.00 元/月"
    assert str(found.article) == "《演示办法》第三条"
    assert [figure.text for figure in found.figures] == ["546.00 元", "546.00 元/月"]


def test_a_figure_names_who_said_it() -> None:
    sources = {"household.savings": "银行核对 2022-02-20"}
    run = toy.evaluate({"savings": 10000_01}, *AT_THE_LINE, sources=sources)
    (figure,) = finding(toy.modest, run).figures
    assert (figure.title, figure.text, figure.source) == ("存款", "10000.01 元", "银行核对 2022-02-20")


def test_an_unknown_names_the_material_that_settles_it() -> None:
    found = finding(toy.eligible, toy.evaluate({}, {"away": False}))
    assert found.outcome is Outcome.UNKNOWN
    assert not found.met
    assert [str(one) for one in found.missing] == [
        "存款（由银行核对提供）",
        "第 1 位成员的工资（由单位收入证明提供）",
    ]
    assert "银行核对" in found.because


def test_findings_and_explanations_survive_storage() -> None:
    for persons in (AT_THE_LINE, ({"away": False},), ({"wage": 1, "away": False},) * 3):
        run = toy.evaluate({"savings": 7}, *persons)
        for rule in (toy.poor, toy.modest, toy.eligible):
            found = finding(rule, run)
            assert Finding.from_json(json.loads(json.dumps(found.to_json()))) == found
        for tree in explain(toy.eligible, toy.amount, evaluation=run):
            assert Explanation.from_json(json.loads(json.dumps(tree.to_json()))) == tree


def test_the_explanation_shows_only_what_was_looked_at() -> None:
    run = toy.evaluate({"savings": 0}, *AT_THE_LINE)
    (tree,) = explain(toy.eligible, evaluation=run)
    names = [line.name for _, line in tree.walk()]
    assert "household.poor" in names
    assert "household.modest" not in names  # income had already decided
    failed = tree.failed_first()
    assert failed is not None
    assert failed.name == "household.poor"


def test_nothing_failed_where_everything_is_met() -> None:
    run = toy.evaluate({"savings": 0}, {"wage": 1, "away": False})
    (tree,) = explain(toy.eligible, evaluation=run)
    assert tree.failed_first() is None
    assert tree.outcome is Outcome.MET


def test_a_line_is_told_in_full_once() -> None:
    run = toy.evaluate({"savings": 0}, *AT_THE_LINE)
    trees = explain(toy.eligible, toy.amount, evaluation=run)
    told = [line for tree in trees for _, line in tree.walk() if line.name == "household.poor"]
    assert sum(bool(line.children) for line in told) == 1


def test_the_letter_prints_every_reason_with_its_article() -> None:
    run = toy.evaluate({"savings": 10000_01}, *AT_THE_LINE)
    one = refusal_paragraph([finding(toy.poor, run)])
    both = refusal_paragraph([finding(toy.poor, run), finding(toy.modest, run)])
    assert one == "经审核，月人均收入 546.00 元，不低于标准 546.00 元/月，不符合《演示办法》第三条的规定。"
    assert "1. 月人均收入" in both
    assert "2. 存款 10000.01 元，超过 10000.00 元，不符合《演示办法》第四条的规定" in both


def test_the_letter_gives_no_reason_where_none_failed() -> None:
    run = toy.evaluate({"savings": 0}, {"wage": 1, "away": False})
    assert refusal_paragraph([finding(toy.poor, run)]) == ""


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0, "fen", "0.00 元"),
        (-5, "fen", "-0.05 元"),
        (123456789, "fen", "1234567.89 元"),
        (437200, "fen_per_year", "4372.00 元/年"),
        (3, "persons", "3 人"),
        (True, "boolean", "是"),
        (None, "fen", "未知"),
    ],
)
def test_figures_read_as_people_write_them(value: Any, unit: str, words: str) -> None:
    assert in_words(value, unit_of(unit)) == words


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (Fraction(109300, 3), "exact_fen", "364.33 元（1093.00 元 ÷ 3）"),
        (Fraction(109300, 3), "exact_fen_per_month", "364.33 元/月（1093.00 元 ÷ 3）"),
        (Fraction(54600) - Fraction(1, 10**6), "exact_fen", "545.99 元（545999999.99 元 ÷ 1000000）"),
        (Fraction(-100, 3), "exact_fen", "-0.33 元（-1.00 元 ÷ 3）"),
        (Fraction(1, 2), "exact_fen", "0.005 元"),
        (Fraction(3, 2), "ratio", "1.5"),
        (Fraction(7, 12), "ratio", "0.5833（7/12）"),
    ],
)
def test_a_figure_without_an_end_is_cut_and_written_out(value: Fraction, unit: str, words: str) -> None:
    assert in_words(value, unit_of(unit)) == words
