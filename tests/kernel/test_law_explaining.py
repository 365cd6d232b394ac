"""The tree of what was decided: the branches taken, each line told once, each figure with its source."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from minzheng.kernel.errors import MinzhengError
from minzheng.kernel.law.explaining import explain, finding
from minzheng.kernel.law.facts import Facts, filled
from minzheng.kernel.law.findings import Explanation, Outcome
from minzheng.kernel.law.language import Entity, Rule, max_, min_, parameter, rounded, where
from minzheng.kernel.law.parameters import Parameters, Value
from minzheng.kernel.law.reference import Evaluation, Unknown
from minzheng.kernel.law.sources import Origin
from minzheng.kernel.law.units import Kind
from tests.factories import law_random as drawn
from tests.factories import law_toy as toy

POOR = {"wage": 30000, "away": False, "birth": date(1980, 5, 1), "health": "well"}


def run_of(household: Entity, home: dict[str, Any], *persons: dict[str, Any], **sources: str) -> Evaluation:
    given_ = {key.replace("__", "."): words for key, words in sources.items()}
    return Evaluation(household, Facts(home, persons, given_), toy.parameters(), path="22/2201/", on=toy.DAY)


def rule_of(entity: Entity, title: str, unit: str, body: Any, name: str, says: Any = None) -> Rule:
    body.__name__ = name
    return entity.rule(title, unit=unit, says=says)(body)


def lines(tree: Explanation) -> dict[str, Explanation]:
    return {one.name: one for _, one in reversed(list(tree.walk()))}


# --- Sources -----------------------------------------------------------------------------------------


def test_every_line_says_who_or_what_it_comes_from() -> None:
    facts = filled(
        Facts(
            {"place": "rural"},
            [POOR, {"away": False}],
            {"household.place": "2022-02-20 入户调查"},
        ),
        toy.household,
    )
    run = Evaluation(toy.household, facts, toy.parameters(), path="22/2201/", on=toy.DAY)
    (tree,) = explain(toy.eligible, evaluation=run)
    found = {(one.name, one.member): one for _, one in tree.walk()}
    assert found["wage", 0].origin is Origin.DECLARED
    assert found["wage", 1].origin is Origin.BLANK
    assert found["wage", 1].source == "申请表未填，按申请人承诺认定"
    assert found["household.poor", None].source == "《演示办法》第三条"
    assert found["toy.standard", None].origin is Origin.PARAMETER
    assert found["toy.standard", None].source == "演示文件（全国，2020年1月1日起，法规）"


def test_what_was_proved_names_its_source_and_what_is_missing_names_who_supplies_it() -> None:
    run = run_of(toy.household, {}, POOR, household__savings="银行核对 2022-02-20")
    (tree,) = explain(toy.modest, evaluation=run)
    (savings,) = tree.children
    assert (savings.origin, savings.text) == (Origin.MISSING, "未知")
    assert savings.source == "尚未取得，由银行核对提供"
    proved = run_of(toy.household, {"savings": 5}, POOR, household__savings="银行核对 2022-02-20")
    (savings,) = explain(toy.modest, evaluation=proved)[0].children
    assert (savings.origin, savings.source) == (Origin.VERIFIED, "银行核对 2022-02-20")


def test_a_local_value_says_for_which_level_and_until_when() -> None:
    local = Value("toy.standard", "22/2201/", date(2021, 7, 1), date(2022, 7, 1), 60000, "fen_per_month",
                  "某市文件", "common", "低保标准")  # fmt: skip
    values = Parameters([*toy.parameters(), local])
    run = Evaluation(toy.household, Facts({"savings": 0}, [POOR]), values, path="22/2201/", on=toy.DAY)
    (tree,) = explain(toy.poor, evaluation=run)
    said = lines(tree)["toy.standard"].source
    assert said == "某市文件（市级，2021年7月1日至2022年7月1日前，通行做法）"


# --- The branches taken, each line once --------------------------------------------------------------


def test_what_was_told_is_only_named_again() -> None:
    run = run_of(toy.household, {"savings": 0}, POOR)
    trees = explain(toy.eligible, toy.amount, evaluation=run)
    told: dict[tuple[str, int | None], list[Explanation]] = {}
    for tree in trees:
        for _, one in tree.walk():
            told.setdefault((one.name, one.member), []).append(one)
    assert any(len(same) > 1 for same in told.values())
    for first, *others in told.values():
        assert not first.again
        for other in others:
            assert other.again
            assert (other.children, other.because, other.how) == ((), "", "")
            assert (other.text, other.outcome) == (first.text, first.outcome)


def test_the_branch_not_taken_is_not_told() -> None:
    household, _ = toy.entities()
    rule = rule_of(
        household,
        "按城乡",
        "fen",
        lambda h: where(h.place == "urban", h.savings, parameter("toy.standard", unit="fen_per_month")),
        "by_place",
    )
    for place, told in (("urban", {"place", "savings"}), ("rural", {"place", "toy.standard"})):
        run = run_of(household, {"place": place, "savings": 7})
        (tree,) = explain(rule, evaluation=run)
        assert {one.name for one in tree.children} == told


def test_an_unknown_condition_tells_both_branches_it_may_still_take() -> None:
    household, _ = toy.entities()
    rule = rule_of(
        household, "按城乡", "fen", lambda h: where(h.place == "urban", h.savings, h.savings + 1), "by_place"
    )
    (tree,) = explain(rule, evaluation=run_of(household, {"savings": 7}))
    assert {one.name: one.text for one in tree.children} == {"place": "未知", "savings": "0.07 元"}
    assert tree.text == "未知"


def test_a_condition_decided_by_the_rest_is_told_without_the_missing() -> None:
    run = run_of(toy.household, {"savings": 10000_01}, {"away": False})
    assert isinstance(run.answer(toy.poor), Unknown)
    (tree,) = explain(toy.eligible, evaluation=run)
    assert tree.outcome is Outcome.NOT_MET
    assert [(one.title, one.outcome) for one in tree.children] == [
        ("收入低于标准", Outcome.UNKNOWN),
        ("存款不超限", Outcome.NOT_MET),
    ]
    failed = tree.failed_first()
    assert failed is not None
    assert failed.name == "household.modest"


# --- The condition that failed first -----------------------------------------------------------------


@pytest.fixture
def nested() -> tuple[Entity, dict[str, Rule]]:
    household, _ = toy.entities()
    rules = {
        "modest": rule_of(household, "存款不多", "boolean", lambda h: h.savings <= 100, "modest"),
        "urban": rule_of(household, "城市", "boolean", lambda h: h.place == "urban", "urban"),
    }
    rules["rich"] = rule_of(household, "存款多", "boolean", lambda h: h.savings > 100, "rich")
    rules["inner"] = rule_of(household, "内层", "boolean", lambda h: h.urban & h.modest, "inner")
    rules["either"] = rule_of(household, "之一", "boolean", lambda h: h.urban | h.modest, "either")
    rules["opposite"] = rule_of(household, "相反", "boolean", lambda h: ~h.rich & h.urban, "opposite")
    rules["outer"] = rule_of(
        household,
        "外层",
        "boolean",
        lambda h: where(h.place == "urban", h.inner, h.either) & h.opposite,
        "outer",
    )
    rules["anyone"] = rule_of(
        household, "有人患病", "boolean", lambda h: h.any_(lambda p: p.health == "ill"), "anyone"
    )
    return household, rules


@pytest.mark.parametrize(
    ("rule", "home", "failed"),
    [
        ("inner", {"place": "rural", "savings": 0}, "urban"),
        ("inner", {"place": "urban", "savings": 101}, "modest"),
        ("outer", {"place": "urban", "savings": 101}, "modest"),
        (
            "outer",
            {"place": "rural", "savings": 101},
            "either",
        ),  # either would have done: neither is the first
        ("outer", {"place": "rural", "savings": 0}, "urban"),
        ("opposite", {"place": "rural", "savings": 0}, "urban"),  # that "rich" is not met is in its favour
        ("opposite", {"place": "urban", "savings": 101}, "opposite"),
        ("inner", {"savings": 101}, "modest"),  # the first is unknown, the second decides
        ("anyone", {}, "anyone"),
    ],
)
def test_the_condition_that_failed_first(nested: Any, rule: str, home: dict[str, Any], failed: str) -> None:
    household, rules = nested
    (tree,) = explain(rules[rule], evaluation=run_of(household, home, {"health": "well"}))
    assert tree.outcome is Outcome.NOT_MET
    marked = [one for _, one in tree.walk() if one.failed]
    assert [one.name for one in marked] == [f"household.{failed}"]
    assert tree.failed_first() == marked[0]


# --- Words -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("savings", "members", "because"),
    [
        (109300, 3, "人均 364.33 元（1093.00 元 ÷ 3），低于 546.00 元"),
        (163799, 3, "人均 545.99 元（1637.99 元 ÷ 3），低于 546.00 元"),
        (163801, 3, "人均 546.003 元（1638.01 元 ÷ 3），不低于 546.00 元"),
        (54600 * 12 * 10**6 + 1, 12 * 10**6, None),
        (163800, 3, "人均 546.00 元，不低于 546.00 元"),
    ],
)
def test_figures_never_contradict_the_comparison_they_explain(
    savings: int, members: int, because: str | None
) -> None:
    household, _ = toy.entities()
    per_head = rule_of(household, "人均", "exact_fen", lambda h: h.savings / members, "per_head")
    below = rule_of(household, "低于", "boolean", lambda h: h.per_head < 54600, "below")
    run = run_of(household, {"savings": savings})
    said = finding(below, run).because
    if because is not None:
        assert said == because
    else:
        left = said.split(" ")[1]
        assert left.startswith("546.00000000")
        assert left.rstrip("0") != "546."
    assert per_head.name == "per_head"


def test_a_division_is_written_with_its_own_figures() -> None:
    household, _ = toy.entities()
    rule_of(household, "年收入", "fen", lambda h: h.savings + 0, "income")
    rule_of(household, "人口", "persons", lambda h: h.count(lambda p: ~p.away), "members")
    per_head = rule_of(
        household,
        "月人均",
        "exact_fen",
        lambda h: where(h.place == "urban", h.income / (12 * h.members), 0),
        "per_head",
    )
    run = run_of(household, {"savings": 1000_00, "place": "urban"}, *[{"away": False}] * 7)
    (tree,) = explain(per_head, evaluation=run)
    assert tree.text == "11.90 元（1000.00 元 ÷ 12 ÷ 7）"
    assert tree.how == "年收入 1000.00 元 ÷（12 × 人口 7 人）"


def test_nothing_is_marked_where_everything_holds(nested: Any) -> None:
    household, rules = nested
    (tree,) = explain(rules["opposite"], evaluation=run_of(household, {"place": "urban", "savings": 0}))
    assert tree.outcome is Outcome.MET
    assert lines(tree)["household.rich"].outcome is Outcome.NOT_MET  # which is as it should be
    assert [one for _, one in tree.walk() if one.failed] == []


def test_a_code_is_said_by_its_word() -> None:
    household, _ = toy.entities()
    urban = rule_of(household, "城市", "boolean", lambda h: h.place == "urban", "urban")
    assert finding(urban, run_of(household, {"place": "urban"})).because == "城乡为城市"
    assert finding(urban, run_of(household, {"place": "rural"})).because == "城乡为农村，不是城市"


def test_an_age_is_said_with_the_day_it_counts_from() -> None:
    household, person = toy.entities()
    minor = rule_of(person, "未成年", "boolean", lambda p: toy.years(p.birth) < 18, "minor")
    run = run_of(household, {}, {"birth": date(1980, 5, 1)})
    assert finding(minor, run, 0).because == "自第 1 位成员的出生日期起满 41 年，不低于 18"


def test_how_a_figure_is_reckoned_is_written_out() -> None:
    household, _ = toy.entities()
    standard = rule_of(
        household, "标准", "fen", lambda h: parameter("toy.standard", unit="fen_per_month"), "standard"
    )
    gap = rule_of(household, "差额", "fen", lambda h: max_(h.standard - h.savings, 0), "gap")
    capped = rule_of(household, "封顶", "fen", lambda h: min_(h.savings, h.standard), "capped")
    third = rule_of(household, "三分之一", "fen", lambda h: rounded(h.savings / 3, to=100), "third")
    total = rule_of(household, "合计", "fen", lambda h: h.sum(lambda p: p.wage), "total")
    poor = run_of(household, {"savings": 100_00}, POOR)
    rich = run_of(household, {"savings": 800_00}, POOR)

    def how(rule: Rule, run: Evaluation) -> str:
        return explain(rule, evaluation=run)[0].how

    assert how(standard, poor) == ""  # taken over as it stands
    assert how(gap, poor) == "标准 546.00 元 － 存款 100.00 元"
    assert how(gap, rich) == "标准 546.00 元 － 存款 800.00 元，低于 0.00 元的按 0.00 元计"
    assert how(capped, rich) == "标准 546.00 元与存款 800.00 元中较小的一个"
    assert how(third, poor) == "存款 100.00 元 ÷ 3，四舍五入到元"
    assert how(total, poor) == "各成员合计 300.00 元"


# --- Everything that can be written down -------------------------------------------------------------


@given(drawn.rule_sets(), drawn.towns())
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_any_rules_explain_themselves_and_keep_what_they_said(
    rule_set: tuple[Entity, list[Rule]], homes: list[tuple[Facts, str]]
) -> None:
    household, rules = rule_set
    facts, path = homes[0]
    run = Evaluation(household, facts, drawn.PARAMETERS, path=path, on=drawn.DAY)
    asked = [rule for rule in rules if rule.entity == household.name]
    try:
        for rule in asked:
            run.answer(rule)
    except MinzhengError:
        return
    trees = explain(*asked, evaluation=run)
    for rule, tree in zip(asked, trees, strict=True):
        assert Explanation.from_json(json.loads(json.dumps(tree.to_json()))) == tree
        answer = run.answer(rule)
        refused = rule.unit.kind is Kind.BOOLEAN and answer is False
        assert (tree.outcome is Outcome.NOT_MET) is refused
        failed = [one for one in (tree.failed_first(),) if one is not None]
        assert all(one.outcome is Outcome.NOT_MET for one in failed)
        if refused and not tree.again:
            assert failed or any(one.failed for other in trees for _, one in other.walk())
    told = [(one.name, one.member) for tree in trees for _, one in tree.walk() if not one.again]
    assert len(told) == len(set(told))
