"""Several months, each by its own standard, and what is owed when a standard is raised for months already paid."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minzheng.kernel.clock import Month
from minzheng.kernel.law import Facts, Parameters, Value
from minzheng.kernel.law.engines.bulk import BulkEngine
from minzheng.kernel.law.engines.columns import table_of
from minzheng.kernel.law.language import MONTH, Entity, Fact, max_, parameter, rounded, where, years
from minzheng.kernel.law.monthly import Difference, arrears, in_bulk, month_by_month

JUNE, JULY, SEPTEMBER = Month(2022, 6), Month(2022, 7), Month(2022, 9)
PLACE = "22/2201/220122/"

person = Entity("person", title="成员", facts=[Fact("birth", "date", "出生日期", "户口簿")])
home = Entity(
    "household",
    title="家庭",
    facts=[Fact("income", "fen_per_month", "月收入", "收入证明"), Fact("heads", "persons", "人数", "户口簿")],
    members=person,
)


@home.rule("保障金", unit="fen")
def amount(h: Any) -> Any:
    """The gap for each head, and a tenth of the standard for each of 70 in the benefit month."""
    standard = parameter("standard", unit="fen_per_month")
    elders = h.count(lambda p: years(p.birth, MONTH) >= 70)
    return rounded(max_(standard * h.heads - h.income, 0) + where(elders > 0, standard * elders / 10, 0))


def standards() -> Parameters:
    """546 yuan, and 580 from July 2022."""
    return Parameters(
        Value("standard", "22/", day, until, value, "fen_per_month", "演示", "assumption")
        for day, until, value in (
            (date(2020, 1, 1), JULY.first, 54600), (JULY.first, None, 58000),
        )
    )  # fmt: skip


def months(facts: Facts) -> list[int | None]:
    found = month_by_month(home, amount, facts, standards(), path=PLACE, months=JUNE.until(SEPTEMBER.next))
    return [one.amount for one in found]


def test_each_month_has_its_own_standard() -> None:
    facts = Facts({"income": 180000, "heads": 4}, [{"birth": date(1980, 1, 1)}])
    assert months(facts) == [38400, 52000, 52000, 52000]  # 4 × 546 − 1800, then 4 × 580 − 1800
    used = month_by_month(home, amount, facts, standards(), path=PLACE, months=[JUNE, JULY])
    assert [one.used[0].value for one in used] == [54600, 58000]


def test_an_age_that_turns_between_two_months_is_seen() -> None:
    facts = Facts({"income": 58000, "heads": 1}, [{"birth": date(1952, 8, 15)}])
    assert months(facts) == [0, 0, 0, 5800]


def test_a_missing_fact_leaves_the_month_open() -> None:
    assert months(Facts({"heads": 1}, [{"birth": date(1980, 1, 1)}])) == [None] * 4


def test_many_households_month_by_month_equal_one_by_one() -> None:
    cases = [
        Facts({"income": income, "heads": 1 + at % 4}, [{"birth": date(1952, 1 + at % 12, 15)}])
        for at, income in enumerate([0, 1, 54600, 58000, 180000, None] * 4)
    ]
    table = table_of(cases, home, paths=[PLACE] * len(cases))
    found = in_bulk(BulkEngine(home, [amount]), table, standards(), months=JUNE.until(SEPTEMBER.next))
    by_month = [[answers[amount][row] for row in range(len(cases))] for _, answers in found]
    assert [list(one) for one in zip(*by_month, strict=True)] == [months(case) for case in cases]
    assert np.array(by_month[0] != by_month[1]).any()


def test_a_raise_in_the_middle_of_the_year_to_the_fen() -> None:
    """546 to 580 from July; July to September paid at 546.  Reckoned by hand:

    one person without income: 34.00 a month, three months, 102.00;
    four persons with 1,800.00: 384.00 paid, 520.00 due, 136.00 × 3 = 408.00;
    three persons with 1,050.00, on the list since August: 588.00 paid, 690.00 due, 102.00 × 2 = 204.00.
    """
    paid_from = {
        "one": (JULY, 1, 0, 54600),
        "four": (JULY, 4, 180000, 38400),
        "three": (JULY.next, 3, 105000, 58800),
    }
    owed = {}
    for name, (since, heads, income, paid) in paid_from.items():
        facts = Facts({"income": income, "heads": heads}, [{"birth": date(1980, 1, 1)}])
        listed = list(since.until(SEPTEMBER.next))
        due = month_by_month(home, amount, facts, standards(), path=PLACE, months=listed)
        differences = arrears({one.month: one.amount for one in due}, dict.fromkeys(listed, paid))
        owed[name] = [one.difference for one in differences]
    assert owed == {"one": [3400] * 3, "four": [13600] * 3, "three": [10200] * 2}
    assert sum(map(sum, owed.values())) == 71400


@pytest.mark.parametrize(
    ("due", "paid", "differences"),
    [
        ({JULY: 58000}, {JULY: 54600}, [(JULY, 3400)]),
        ({JULY: 54600}, {JULY: 58000}, [(JULY, -3400)]),
        ({JULY: 54600}, {JULY: 54600}, []),
        ({JULY: 58000}, {}, []),  # not paid yet: its own run will pay it
        ({JULY: None}, {JULY: 54600}, []),  # not known: a human's
        ({}, {JUNE: 54600}, []),  # before the raise: nobody's business
        ({JULY: 0}, {JULY: 54600}, [(JULY, -54600)]),
    ],
)
def test_what_is_owed(
    due: dict[Month, int | None], paid: dict[Month, int], differences: list[tuple[Month, int]]
) -> None:
    assert [(one.month, one.difference) for one in arrears(due, paid)] == differences


some_months = st.dictionaries(st.builds(Month, st.just(2022), st.integers(1, 12)), st.integers(0, 10**9))


@given(some_months, some_months)
def test_what_was_paid_and_what_is_owed_make_what_was_due(
    due: dict[Month, int], paid: dict[Month, int]
) -> None:
    found = {one.month: one for one in arrears(due, paid)}
    for month, before in paid.items():
        difference = found.get(month, Difference(month, before, before)).difference
        assert before + difference == due.get(month, before)
    assert set(found) <= set(paid) & set(due)
    assert list(found) == sorted(found)
