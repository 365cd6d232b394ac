"""How two files are compared, field by field, from the strongest agreement down; what each is worth is trained.

The words beside each level are what a steward reads as the reason why two files are thought to be one person's.
"""

from __future__ import annotations

from typing import Any

__all__ = ["FIELDS", "PRIOR", "comparisons", "one_off", "settings"]

FIELDS = {
    "number": "身份证号码", "name": "姓名", "sex": "性别", "birth": "出生日期", "place": "居住地", "phone": "联系电话",
}  # fmt: skip
# One pair in so many, before anything is compared, is one person's: about one file for each person of a county's size.
PRIOR = 1e-6


def one_off(left: str, right: str) -> str:
    """Of names of three characters and more one is another, or one is too many; ``{}_l`` or ``s.{}`` names a side.

    Not ``levenshtein``: DuckDB's counts bytes, of which a character has three.
    """
    blanks, shorter, name = ((left.format(one), right.format(one)) for one in ("blanks", "shorter", "name"))
    return (
        f"(len(list_intersect({blanks[0]}, {blanks[1]})) > 0"
        f" OR list_contains({shorter[0]}, {name[1]}) OR list_contains({shorter[1]}, {name[0]}))"
    )


Level = tuple[str, str]
_NUMBER: tuple[Level, ...] = (
    ("number_l = number_r", "号码相同"),
    ("damerau_levenshtein(number_l, number_r) = 1", "号码只差一位，或相邻两位颠倒"),
    ("NOT (number_ok_l AND number_ok_r)", "号码不同，其中一个校验不对"),
)
_NAME: tuple[Level, ...] = (
    ("name_l = name_r", "姓名相同（含繁简、异体）"),
    ("length(name_l) = length(name_r) AND len(list_intersect(sounds_l, sounds_r)) > 0", "读音相同，用字不同"),
    (one_off("{}_l", "{}_r"), "只差一个字"),
    ("surname_l = surname_r", "同姓，名不同"),
)
_BIRTH: tuple[Level, ...] = (
    ("born_l = born_r", "出生日期相同"),
    (
        "substr(born_l, 1, 4) = substr(born_r, 1, 4) AND substr(born_l, 5, 2) = substr(born_r, 7, 2)"
        " AND substr(born_l, 7, 2) = substr(born_r, 5, 2)",
        "月和日颠倒",
    ),
    (
        "substr(born_l, 1, 4) = substr(born_r, 1, 4) AND (substr(born_l, 7, 2) = '00' OR substr(born_r, 7, 2) = '00')"
        " AND (substr(born_l, 5, 2) = substr(born_r, 5, 2)"
        " OR substr(born_l, 5, 2) = '00' OR substr(born_r, 5, 2) = '00')",
        "年份相同，一方月日不详",
    ),
    ("born_l = lunar_r OR lunar_l = born_r", "一方按农历填写"),
    ("damerau_levenshtein(born_l, born_r) = 1", "出生日期只差一位数字"),
    ("substr(born_l, 1, 4) = substr(born_r, 1, 4)", "同年出生，月日不同"),
)
_PLACE: tuple[Level, ...] = (
    ("village_l = village_r", "同一村（社区）"),
    ("town_l = town_r", "同一乡镇（街道）"),
    ("county_l = county_r", "同一县（市、区）"),
    ("city_l = city_r", "同一市（州）"),
)


def comparisons() -> list[dict[str, Any]]:
    """The fields with their levels, as Splink takes them; untrained."""
    name = _comparison("name", "name_l IS NULL OR name_r IS NULL", _NAME, "姓名不同")
    # A name that many bear says less than one that few do.
    name["comparison_levels"][1] |= {
        "tf_adjustment_column": "name", "tf_adjustment_weight": 1.0, "tf_minimum_u_value": 0.00001,
    }  # fmt: skip
    return [
        _comparison("number", "number_l IS NULL OR number_r IS NULL", _NUMBER, "号码不同，两个都校验正确"),
        name,
        _comparison("sex", "sex_l IS NULL OR sex_r IS NULL", (("sex_l = sex_r", "性别相同"),), "性别不同"),
        _comparison("birth", "born_l IS NULL OR born_r IS NULL", _BIRTH, "出生日期不同"),
        _comparison("place", "county_l IS NULL OR county_r IS NULL", _PLACE, "不在同一市（州）"),
        _comparison(
            "phone", "phone_l IS NULL OR phone_r IS NULL", (("phone_l = phone_r", "电话相同"),), "电话不同"
        ),
    ]


def settings(*, evidence: bool) -> dict[str, Any]:
    """The whole description; with ``evidence`` the worth of every field is given beside each pair."""
    return {
        "link_type": "link_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": PRIOR,
        "comparisons": comparisons(),
        "blocking_rules_to_generate_predictions": ["l.number = r.number"],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": evidence,
    }


def _comparison(field: str, missing: str, levels: tuple[Level, ...], otherwise: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = [
        {"sql_condition": missing, "label_for_charts": "缺", "is_null_level": True}
    ]
    found += [{"sql_condition": condition, "label_for_charts": words} for condition, words in levels]
    found.append({"sql_condition": "ELSE", "label_for_charts": otherwise})
    return {"output_column_name": field, "comparison_levels": found}
