"""Values are found by place and day, nearest place first; a missing or doubtful one stops the operation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from minzheng.kernel.errors import Refused
from minzheng.kernel.law.parameters import Parameters, Value, digest, parse, prefixes

COUNTY = "22/2201/220102/"
TOWN = COUNTY + "220102001/"


def value(**changes: Any) -> Value:
    row: dict[str, Any] = {
        "key": "standard",
        "place": "22/",
        "from_": date(2020, 1, 1),
        "until": None,
        "value": 54600,
        "unit": "fen_per_month",
        "source": "某文件",
        "confidence": "plan",
        "title": "城市低保标准",
    }
    return Value(**(row | changes))


def test_the_walk_goes_from_the_township_to_the_nation() -> None:
    assert list(prefixes(TOWN)) == [TOWN, COUNTY, "22/2201/", "22/", ""]
    assert list(prefixes("")) == [""]


def test_the_nearest_place_wins() -> None:
    known = Parameters([value(), value(place=COUNTY, value=74000)])
    assert known.get("standard", path=TOWN, on=date(2022, 1, 1)).value == 74000
    assert known.get("standard", path="22/2202/220202/", on=date(2022, 1, 1)).value == 54600


def test_a_county_whose_code_begins_alike_is_another_county() -> None:
    known = Parameters([value(place="22/2201/220102/")])
    assert known.find("standard", path="22/2201/2201021/", on=date(2022, 1, 1)) is None


def test_where_the_county_has_no_value_that_day_the_province_speaks() -> None:
    known = Parameters([value(), value(place=COUNTY, value=74000, until=date(2021, 1, 1))])
    assert known.get("standard", path=COUNTY, on=date(2020, 12, 31)).value == 74000
    assert known.get("standard", path=COUNTY, on=date(2021, 1, 1)).value == 54600


def test_the_day_decides_between_successive_values() -> None:
    known = Parameters([value(until=date(2022, 1, 1)), value(from_=date(2022, 1, 1), value=60000)])
    assert known.get("standard", path=TOWN, on=date(2021, 12, 31)).value == 54600
    assert known.get("standard", path=TOWN, on=date(2022, 1, 1)).value == 60000


def test_a_missing_value_names_key_place_and_day() -> None:
    known = Parameters([value(until=date(2022, 1, 1))])
    with pytest.raises(Refused) as refused:
        known.get("standard", path=COUNTY, on=date(2022, 1, 1))
    assert refused.value.code == "parameter_missing"
    assert "城市低保标准" in refused.value.message
    assert COUNTY in refused.value.message
    assert "2022-01-01" in refused.value.message


def test_overlapping_values_are_refused_with_both_dates() -> None:
    with pytest.raises(Refused, match="有效期重叠") as refused:
        Parameters([value(), value(from_=date(2021, 1, 1))])
    assert refused.value.code == "parameter_overlap"
    assert "2020-01-01" in refused.value.message
    assert "2021-01-01" in refused.value.message


def test_values_may_touch_without_overlapping() -> None:
    assert len(Parameters([value(until=date(2021, 1, 1)), value(from_=date(2021, 1, 1))])) == 2


def test_one_parameter_has_one_unit() -> None:
    with pytest.raises(Refused, match="统一单位"):
        Parameters([value(), value(place=COUNTY, unit="fen_per_year")])


def test_rows_and_files_make_one_set() -> None:
    both = Parameters([value()]).combined(Parameters([value(place=COUNTY, value=74000)]))
    assert both.get("standard", path=COUNTY, on=date(2022, 1, 1)).value == 74000
    with pytest.raises(Refused, match="重叠"):
        both.combined(Parameters([value()]))


def test_a_local_row_takes_the_name_of_the_written_parameter() -> None:
    known = Parameters([value(place=COUNTY, value="74000", title=""), value()])
    found = known.get("standard", path=COUNTY, on=date(2022, 1, 1))
    assert (found.title, found.value) == ("城市低保标准", 74000)


@pytest.mark.parametrize(
    ("raw", "unit", "exact"),
    [
        ("3/2", "ratio", Fraction(3, 2)),
        ("0.70", "ratio", Fraction(7, 10)),
        (2, "ratio", Fraction(2)),
        ("54600", "fen_per_month", 54600),
        (7, "days", 7),
        ("true", "boolean", True),
        (False, "boolean", False),
        ("county", "code", "county"),
    ],
)
def test_values_are_read_exactly(raw: object, unit: str, exact: object) -> None:
    read = parse(raw, unit=unit, where="某行")
    assert read == exact
    assert type(read) is type(exact)


@pytest.mark.parametrize(
    ("raw", "unit"),
    [
        (0.7, "ratio"),
        (546.0, "fen"),
        ("546.00", "fen"),
        (True, "fen"),
        (1, "boolean"),
        ("", "code"),
        ("x/0", "ratio"),
        ("1/0", "ratio"),
        (None, "days"),
    ],
)
def test_what_is_not_of_the_unit_is_refused(raw: object, unit: str) -> None:
    with pytest.raises(Refused):
        parse(raw, unit=unit, where="某行")


@pytest.mark.parametrize(
    "changes",
    [
        {"unit": "yuan"},
        {"place": "22"},
        {"until": date(2020, 1, 1)},
        {"confidence": "sure"},
        {"source": "  "},
    ],
)
def test_a_careless_row_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        value(**changes)


def test_the_digest_tells_values_apart_and_forgets_their_order() -> None:
    one, other = value(), value(place=COUNTY, value=74000)
    assert digest([one, other]) == digest([other, one, one])
    assert digest([one]) != digest([value(value=54601)])


GOOD = """
standard:
  title: 城市低保标准
  unit: fen_per_month
  values:
    - {from: 2020-01-01, place: "22/", value: 546_00, source: 规划, confidence: plan}
"""


def read(tmp_path: Path, text: str) -> Parameters:
    file = tmp_path / "some.yaml"
    file.write_text(text, encoding="utf-8")
    return Parameters.from_yaml(file)


def test_a_file_is_read_with_title_and_source(tmp_path: Path) -> None:
    (only,) = read(tmp_path, GOOD)
    assert (only.value, only.title, only.source, only.until) == (54600, "城市低保标准", "规划", None)
    assert only.in_words() == "546.00 元/月"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("from: 2020-01-01", "on: 2020-01-01", "引号"),
        ("from: 2020-01-01", 'from: "2020-01-01"', "日期"),
        ('place: "22/"', "place: 22", "引号"),
        ("546_00", "546.00", "浮点"),
        ("source: 规划, ", "", "缺少 source"),
        ("confidence: plan", "confidence: plan, sauce: x", "不认识的键 sauce"),
        ("confidence: plan", "confidence: plan, confidence: law", "写了两次"),
        ("  unit: fen_per_month\n", "", "缺少 unit"),
        ("values:", "values: []\n  x:", "不认识的键 x"),
        ("title: 城市", "title: [城市", "不是有效的 YAML"),
    ],
)
def test_a_file_that_could_be_misread_is_refused(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    assert old in GOOD
    with pytest.raises(Refused, match=complaint) as refused:
        read(tmp_path, GOOD.replace(old, new))
    assert "some.yaml" in refused.value.message


def test_a_code_is_read_by_its_words_and_a_local_row_takes_them_over(tmp_path: Path) -> None:
    file = tmp_path / "mode.yaml"
    file.write_text(
        "mode:\n  title: 计发方式\n  unit: code\n  words: {difference: 补差发放, tier: 分档发放}\n  values:\n"
        "    - {from: 2021-07-01, value: difference, confidence: common, source: 办法}\n",
        encoding="utf-8",
    )
    written = Parameters.from_yaml(file)
    row = Value("mode", "22/", date(2024, 1, 1), None, "tier", "code", "通知", "law")
    known = Parameters([*written, row])
    assert known.get("mode", path="22/", on=date(2023, 1, 1)).in_words() == "补差发放"
    assert known.get("mode", path="22/", on=date(2024, 1, 1)).in_words() == "分档发放"
    assert known.words("mode")["tier"] == "分档发放"
    assert known.words("nothing") == {}
    assert digest(known) == digest([*written, replace(row, title="计发方式")])
