"""Forms as data: every kind of answer checked, all mistakes told at once, sealed answers kept apart."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minzheng.kernel import declare
from minzheng.kernel.errors import Mistake, Refused

FORM = declare.Form(
    "sample",
    label="样表",
    fields=(
        declare.Text("name", "姓名", longest=10),
        declare.Number("count", "数量", most=20, required=False),
        declare.Money("sum", "金额", required=False),
        declare.Day("on", "日期", required=False),
        declare.Choice("kind", "类别", options={"a": "甲", "b": "乙"}, required=False),
        declare.YesNo("agreed", "同意", must=True),
        declare.IdNumber("id_number", "公民身份号码", required=False),
        declare.Phone("phone", "电话", required=False),
        declare.Account("account", "账号", required=False),
        declare.Photo("photo", "照片", required=False),
        declare.Rows("votes", "表决", of=(declare.Text("who", "谁"),), most=2),
    ),
)
GOOD = {"name": "测白露", "agreed": "on"}


def test_all_mistakes_are_told_at_once_each_beside_its_field() -> None:
    wrong = {"name": "字" * 11, "count": "x", "sum": "1.234", "on": "2999-01-01", "kind": "c", "agreed": "no"}
    with pytest.raises(Refused) as caught:
        FORM.clean(wrong)
    assert set(caught.value.errors) == set(wrong)


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("count", " 7 ", 7),
        ("count", "１２", 12),
        ("sum", "1,200.50", 120050),
        ("sum", "0", 0),
        ("on", "2022-02-28", "2022-02-28"),
        ("kind", "b", "b"),
        ("phone", "138 0000 0000", "13800000000"),
        ("account", "6217 0000 0000 0000 012", "6217000000000000012"),
        ("id_number", "22018420101120002x", "22018420101120002X"),
        ("votes", [{"who": "甲"}], [{"who": "甲"}]),
    ],
)
def test_a_good_answer_is_kept_in_its_plain_form(field: str, value: Any, kept: Any) -> None:
    cleaned = FORM.clean({**GOOD, field: value})
    assert {**cleaned.plain, **cleaned.sealed}[field] == kept


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("count", "1.5"), ("count", True), ("count", "21"), ("sum", "-1"), ("sum", "NaN"),
        ("sum", "1e3000000"), ("on", "2022-02-30"), ("on", "0001-01-01"), ("photo", "1;drop"),
        ("id_number", "220102194503150018"), ("id_number", "220102203001010016"), ("phone", "1234"),
        ("account", "6217000000000000013"), ("votes", "many"), ("votes", [{"who": "甲"}] * 3),
        ("votes", [{"who": ""}]), ("name", "a\x00b"), ("name", 5), ("agreed", "maybe"),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_refused_in_words(field: str, value: Any) -> None:
    with pytest.raises(Refused) as caught:
        FORM.clean({**GOOD, field: value})
    assert all(len(text) > 3 for text in caught.value.errors.values())
    assert any(name.startswith(field) for name in caught.value.errors)


def test_sealed_answers_come_back_apart() -> None:
    cleaned = FORM.clean({**GOOD, "phone": "13800000000", "id_number": "220102194503150017"})
    assert set(cleaned.sealed) == {"phone", "id_number"}
    assert not set(cleaned.plain) & set(cleaned.sealed)


def test_a_draft_may_have_gaps_but_cannot_be_handed_in() -> None:
    kept = FORM.clean({"count": "3"}, partly=True).plain
    with pytest.raises(Refused) as caught:
        FORM.complete(kept)
    assert set(caught.value.errors) == {"name", "agreed"}


def test_kept_answers_are_typed_again_as_they_were() -> None:
    cleaned = FORM.clean({**GOOD, "sum": "1200.50"})
    assert FORM.raw(cleaned.plain)["sum"] == "1200.50"
    assert FORM.clean(FORM.raw(cleaned.plain)).plain == cleaned.plain


def test_a_form_that_contradicts_itself_is_a_mistake_of_ours() -> None:
    twice = (declare.Text("a", "甲"), declare.Text("a", "乙"))
    with pytest.raises(Mistake):
        declare.Form("x", label="x", fields=twice)
    sealed_rows = (declare.Rows("r", "行", of=(declare.Phone("p", "电话"),)),)
    with pytest.raises(Mistake):
        declare.Form("x", label="x", fields=sealed_rows)


ODD = st.none() | st.booleans() | st.integers() | st.text()


@given(st.dictionaries(st.sampled_from([f.code for f in FORM.fields]), ODD))
def test_no_answer_however_odd_breaks_the_form(answers: dict[str, Any]) -> None:
    told: dict[str, str] = {}
    with contextlib.suppress(Refused):
        try:
            FORM.clean(answers)
        except Refused as refused:
            told = refused.errors
            raise
    assert set(told) <= {f.code for f in FORM.fields} | {"votes-0-who"}
