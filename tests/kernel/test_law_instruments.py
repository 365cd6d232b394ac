"""Articles are cited in Chinese numerals; a decision uses the law in force on its day."""

from __future__ import annotations

from datetime import date

import pytest

from minzheng.kernel.errors import Mistake, Refused
from minzheng.kernel.law.instruments import (
    Article,
    Instrument,
    RuleSet,
    RuleSets,
    Successive,
    chinese_number,
)

DIBAO = Instrument("DB", "最低生活保障审核确认办法", "民发〔2021〕57号", date(2021, 7, 1))
OLD = RuleSet("OLD", "旧法", date(2014, 5, 1), date(2026, 7, 1))
NEW = RuleSet("NEW", "新法", date(2026, 7, 1))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "一"),
        (7, "七"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (34, "三十四"),
        (100, "一百"),
        (105, "一百零五"),
        (110, "一百一十"),
        (1005, "一千零五"),
        (1100, "一千一百"),
        (1259, "一千二百五十九"),
    ],
)
def test_article_numbers_are_written_as_the_law_writes_them(number: int, words: str) -> None:
    assert chinese_number(number) == words


def test_an_article_without_a_number_is_a_slip() -> None:
    with pytest.raises(Mistake):
        chinese_number(0)


def test_an_article_reads_as_a_citation() -> None:
    assert str(DIBAO.article(7)) == "《最低生活保障审核确认办法》第七条"
    assert str(DIBAO.article(7, paragraph=3)) == "《最低生活保障审核确认办法》第七条第三款"
    assert str(DIBAO.article(7, paragraph=1, item=2)) == "《最低生活保障审核确认办法》第七条第一款第二项"
    assert str(DIBAO.as_a_whole()) == "《最低生活保障审核确认办法》"


def test_an_article_survives_storage_without_its_instrument() -> None:
    article = DIBAO.article(13, paragraph=2)
    assert Article(**article.to_json()) == article


def test_the_rule_set_changes_at_midnight_of_its_day() -> None:
    sets = RuleSets([NEW, OLD])
    assert sets.on(date(2026, 6, 30)).code == "OLD"
    assert sets.on(date(2026, 7, 1)).code == "NEW"


def test_a_day_without_a_rule_set_stops_the_decision() -> None:
    with pytest.raises(Refused, match="没有生效的法规版本"):
        RuleSets([OLD, NEW]).on(date(2000, 1, 1))


def test_two_rule_sets_may_not_be_in_force_together() -> None:
    with pytest.raises(Mistake, match="both in force"):
        RuleSets([OLD, RuleSet("X", "另一部", date(2026, 6, 30))])


def test_a_later_law_takes_over_the_citation() -> None:
    both = Successive(((date(2014, 5, 1), DIBAO.article(9)), (date(2026, 7, 1), DIBAO.article(13))))
    assert both.on(date(2026, 6, 30)).number == 9
    assert both.on(date(2026, 7, 1)).number == 13
    assert not DIBAO.in_force(date(2021, 6, 30))
    assert DIBAO.in_force(date(2021, 7, 1))
