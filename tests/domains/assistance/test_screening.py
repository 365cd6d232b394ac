"""Ten plain questions: what is open stays unknown, the best lawful combination is shown, never a forbidden pair."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minzheng.domains.assistance import rules
from minzheng.domains.assistance.rules.benefits import BENEFITS
from minzheng.domains.assistance.rules.overlap import MATRIX, Word
from minzheng.domains.assistance.rules.receivable import receivable
from minzheng.domains.assistance.screening import RECEIVABLE
from minzheng.domains.assistance.screening.questions import FORM
from minzheng.domains.assistance.screening.ways import WAYS
from minzheng.kernel.declare import Choice, Offer, Screened, Standing
from minzheng.kernel.errors import Refused
from minzheng.kernel.law.facts import Facts
from tests.factories.screened import FAMILY, GRANDMOTHER, WARD

SEED = rules.seed_parameters()
PATH = "22/2201/220122/"
DAY = date(2026, 11, 23)
ALONE = FAMILY | {"people": [GRANDMOTHER], "alone": "false"}


def facts_of(answers: dict[str, Any]) -> Facts:
    return RECEIVABLE.facts(FORM.clean(answers).plain, DAY)


def told(answers: dict[str, Any]) -> Screened:
    return RECEIVABLE.answer(facts_of(answers), SEED, path=PATH, on=DAY)


def of(found: Screened, code: str, who: str = "") -> Offer:
    return next(one for one in found.offers if one.code == code and one.who.startswith(who))


def test_every_benefit_is_told_in_the_order_of_sending_on_and_has_a_way() -> None:
    codes = list(dict.fromkeys(one.code for one in told(FAMILY).offers))
    assert codes == [one.code for one in BENEFITS]
    assert set(WAYS) == set(codes)
    assert all(way.where for way in WAYS.values())


def test_the_answers_are_the_facts_that_the_law_asks_for() -> None:
    facts = facts_of(ALONE | {"people": [GRANDMOTHER | {"doing": "job", "income": "1200.50"}]})
    (person,) = facts.persons
    assert person["wage"] == 12 * 1200_50
    assert person["birth"] == date(1945, 1, 1)
    assert (facts.household["deposits"], facts.household["rigid_spending"]) == (3000_00, 8000_00)


def test_what_is_not_answered_is_unknown_and_never_nothing() -> None:
    facts = facts_of({"class_ur": "rural", "people": [{"relation": "self", "age": "72", "doing": "retired"}]})
    for name in ("deposits", "houses", "vehicles", "rigid_spending", "temp_type", "temp_cause"):
        assert facts.household[name] is None, name
    for name in ("transfer", "disability_grade", "illness", "ability_level", "can_eat"):
        assert facts.persons[0][name] is None, name
    assert facts.persons[1]["relation"] == "supporter"
    assert facts.persons[1]["supporter_income"] is None
    found = RECEIVABLE.answer(facts, SEED, path=PATH, on=DAY)
    assert found.total is None
    assert found.least == 0
    dibao = of(found, "dibao")
    assert (dibao.standing, dibao.amount) == (Standing.UNKNOWN, None)
    by = {one.title: one.supplied_by for one in dibao.missing}
    assert by["存款"] == "第 4 题“有多少存款？”的回答"
    assert by["申请人本人（72岁）的收入"] == "第 2 题“家里有谁一起生活？”的回答"
    assert len(by) == len(dibao.missing)


NEAR = {"class_ur": "urban", "alone": "false", "people": [
    GRANDMOTHER | {"age": "45", "doing": "job", "income": "1300"},
]}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "answers"),
    [
        *(
            (field, FAMILY)
            for field in ("deposits", "houses", "vehicles", "supporters", "misfortune", "alone")
        ),
        ("spending", FAMILY | NEAR),
    ],
)
def test_a_question_left_open_leaves_open_what_its_answer_settles(
    field: str, answers: dict[str, Any]
) -> None:
    open_ = {name: value for name, value in answers.items() if name != field}
    assert told(answers).of(Standing.UNKNOWN) == ()
    assert told(open_).of(Standing.UNKNOWN) != ()


def test_an_old_woman_alone_is_told_tekun_and_why_not_dibao() -> None:
    found = told(ALONE)
    tekun = of(found, "tekun")
    assert (tekun.standing, tekun.amount, tekun.who) == (Standing.MAY, 600_00, "申请人本人（81岁）")
    dibao = of(found, "dibao")
    assert (dibao.standing, dibao.amount) == (Standing.INSTEAD, 0)
    assert "特困人员救助供养不同时享受（《特困人员认定办法》第四条" in dibao.instead[0]
    assert of(found, "highage").amount == 50_00
    assert found.total == found.least == 650_00


def test_a_daughter_elsewhere_counts_with_what_she_earns() -> None:
    rich = told(ALONE | {"supporters": "able", "supporter_income": "9000", "supporter_members": "3"})
    assert of(rich, "tekun").standing is Standing.NOT
    assert of(rich, "dibao").standing is Standing.NOT
    poor = told(ALONE | {"supporters": "able", "supporter_income": "900", "supporter_members": "3"})
    assert of(poor, "dibao").standing is Standing.MAY
    assert (
        of(poor, "dibao").amount == 250_77
    )  # 4372.00 ÷ 12 less 150, and a tenth of the standard for her age
    # Whoever says that she is ill has answered: open are what her household has, and what an office finds out.
    ill = {"supporters": "weak"}
    asked = {(one.title, one.supplied_by) for one in of(told(ALONE | ill), "dibao").missing}
    assert (
        "不住在一起的亲人家的收入和人口",
        "第 3 题“有没有不住在一起的亲人？”的回答：他们家的收入、几口人",
    ) in asked
    ill |= {"supporter_income": "900", "supporter_members": "3"}
    assert of(told(ALONE | ill), "dibao").standing is Standing.MAY


def test_the_better_of_two_lawful_combinations_is_shown_and_the_choice_is_said() -> None:
    found = told(FAMILY)
    (choice,) = found.choices
    assert choice.startswith("替人抚养的孩子（9岁）可以在特困人员救助供养（合计 600.00 元/月）和")
    assert of(found, "orphan", "替人抚养").amount == 1_100_00
    assert of(found, "tekun", "替人抚养").standing is Standing.NOT
    plain = receivable(facts_of(FAMILY), SEED, path=PATH, on=DAY)
    assert plain.total is not None
    assert found.total == plain.best_total
    assert found.total == found.least > plain.total


def test_people_are_called_what_they_are_and_never_by_a_number() -> None:
    two = [GRANDMOTHER, WARD, WARD]
    names = facts_of(FAMILY | {"people": two}).names
    assert names == ["申请人本人（81岁）", "替人抚养的孩子（9岁）·第2行", "替人抚养的孩子（9岁）·第3行"]
    assert "位成员" not in json.dumps(told(FAMILY).to_json(), ensure_ascii=False)


def test_what_would_change_the_answer_is_named_with_the_exact_value() -> None:
    found = told(FAMILY | {"class_ur": "urban", "alone": "false", "people": [
        GRANDMOTHER | {"age": "45", "doing": "job", "income": "3500"},
    ]})  # fmt: skip
    (turn,) = of(found, "dibao").turns
    assert (
        turn
        == "若申请人本人（45岁）的工资性收入不超过 6551.99 元/年，即符合最低生活保障条件（现在 42000.00 元/年）"
    )


@pytest.mark.parametrize("people", [[WARD], [GRANDMOTHER, GRANDMOTHER]])
def test_there_is_one_applicant(people: list[dict[str, str]]) -> None:
    with pytest.raises(Refused, match="申请人本人") as refused:
        FORM.clean(FAMILY | {"people": people})
    assert list(refused.value.errors) == ["people"]


def test_what_was_not_asked_is_said_only_where_it_was_not_asked() -> None:
    assert told(ALONE).assumed
    known = rules.from_form(Facts({"class_ur": "rural"}, [{"relation": "self", "birth": date(1945, 1, 1)}]))
    assert RECEIVABLE.answer(known, SEED, path=PATH, on=DAY).assumed == ()


def test_an_application_begins_with_what_was_answered_as_it_was_typed() -> None:
    assert RECEIVABLE.begins is not None
    begun = RECEIVABLE.begins(FORM.clean(FAMILY).plain)
    assert begun["assistance.dibao"] == {
        "class_ur": "rural", "houses": 1, "deposits": "3000.00", "vehicles": 0, "rigid_spending": "8000.00",
    }  # fmt: skip
    assert RECEIVABLE.begins({"class_ur": "rural"})["assistance.edge"] == {"class_ur": "rural"}


# --- whatever is answered ----------------------------------------------------------------------------


def answer_to(field: Any) -> st.SearchStrategy[str]:
    if isinstance(field, Choice):
        return st.sampled_from(sorted(field.options))
    if field.kind == "yesno":
        return st.sampled_from(["true", "false"])
    small = ["0", "1", "2"] if field.kind == "number" else ["0", "150", "600", "9000", "40000"]
    return st.sampled_from(small)


ROWS = next(one for one in FORM.fields if one.code == "people")
AGES = st.sampled_from(["0", "9", "16", "17", "18", "35", "59", "60", "72", "80", "95"])
PERSON = st.fixed_dictionaries(
    {"relation": st.sampled_from(["child", "parent", "ward", "other"]), "age": AGES}
    | {one.code: answer_to(one) for one in ROWS.of if one.code == "doing"},  # type: ignore[attr-defined]
    optional={one.code: answer_to(one) for one in ROWS.of if not one.required},  # type: ignore[attr-defined]
)
APART = ("class_ur", "people", "supporter_members")
ANSWERS = st.builds(
    lambda home, first, others: home | {"people": [first | {"relation": "self"}, *others]},
    st.fixed_dictionaries(
        {"class_ur": st.sampled_from(["rural", "urban"])},
        optional={one.code: answer_to(one) for one in FORM.fields if one.code not in APART},
    ),
    PERSON,
    st.lists(PERSON, max_size=3),
)  # fmt: skip


def forbidden(found: Screened) -> list[str]:
    """Pairs offered to one person that the matrix does not let stand together, by law or by the place."""
    wrong = []
    offered = {(one.code, one.member) for one in found.of(Standing.MAY) if one.amount != 0}
    for cell in MATRIX:
        word = str(SEED.get(cell.key, path=PATH, on=DAY).value) if cell.key else cell.word.name.lower()
        if word not in ("exclusive", "never") and cell.word is not Word.HIGHER:
            continue
        for _, member in [one for one in offered if one[0] == cell.first]:
            if (cell.second, member) in offered:
                wrong.append(f"{cell.first} and {cell.second} for {member}")
    return wrong


@settings(max_examples=120)
@given(answers=ANSWERS)
def test_whatever_is_answered_never_a_forbidden_pair_is_offered(answers: dict[str, Any]) -> None:
    found = told(answers)
    assert forbidden(found) == []
    monthly = [one.amount or 0 for one in found.offers if one.period == "monthly"]
    assert found.least == sum(monthly)
    assert found.total is None or found.total == found.least
    if not found.of(Standing.UNKNOWN) and all(one.amount is not None for one in found.of(Standing.MAY)):
        assert found.total is not None
    for one in found.of(Standing.INSTEAD):
        assert one.instead
        assert one.amount == 0
    for one in found.of(Standing.UNKNOWN):
        assert one.missing
    json.dumps(found.to_json())


def test_a_forbidden_pair_would_be_seen() -> None:
    found = told(FAMILY)
    tekun, nursing = of(found, "tekun"), of(found, "nursing", "替人抚养")
    bad = replace(
        found, offers=(tekun, replace(nursing, member=tekun.member, standing=Standing.MAY, amount=1))
    )
    assert forbidden(bad) == ["tekun and nursing for 0"]
