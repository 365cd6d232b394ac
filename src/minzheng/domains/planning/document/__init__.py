"""The plan as a document: chapters, sections and boxes by number, targets with their clauses, and what is unclear.

The words are short titles of our own; the text itself stays with its publisher.  One line of ``targets.csv`` is one
target or baseline.
"""

from __future__ import annotations

import csv
from datetime import date
from fractions import Fraction
from pathlib import Path

from minzheng.kernel import declare

__all__ = ["AMBIGUITIES", "BEGINS", "CHAPTERS", "ENDS", "OWNERS", "PROGRAMMES", "SECTIONS", "TARGETS"]

BEGINS, ENDS = date(2020, 12, 31), date(2025, 12, 31)
CHAPTERS = (
    ("1", "规划背景"), ("2", "总体要求"), ("3", "基本民生保障"), ("4", "基层社会治理"), ("5", "养老服务业"),
    ("6", "基本社会服务"), ("7", "区划地名"), ("8", "保障措施"),
)  # fmt: skip
OWNERS = (
    ("organisations", "社会组织管理"), ("socialwork", "社会工作和志愿服务"), ("governance", "基层政权建设"),
    ("finance", "规划财务"), ("assistance", "社会救助"), ("charity", "慈善事业促进"), ("eldercare", "养老服务"),
    ("talent", "人才队伍"), ("children", "儿童福利"), ("rescue", "救助管理"), ("disability", "残疾人福利"),
    ("funeral", "殡葬管理"), ("marriage", "婚姻管理"), ("divisions", "区划地名"), ("standards_thinktank", "标准和智库"),
    ("informatics", "信息化"), ("monitoring", "规划监测"), ("security_safety", "安全管理"),
)  # fmt: skip


def _rows(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _target(row: dict[str, str]) -> declare.Target:
    """Where every unit must have enough, what is compared is the share of units that have."""
    per_unit = row["kind"] == "Q"
    value = Fraction(row["value"]) if row["value"] else None
    return declare.Target(
        code=row["code"], label=row["label"], unit=row["unit"], kind=row["kind"], level=row["level"], op=row["op"],
        value=Fraction(100) if per_unit else value, each=value if per_unit else None, scale=int(row["scale"]),
        due=date.fromisoformat(row["due"]) if row["due"] else ENDS, dated=bool(row["dated"]),
        numerator=row["numerator"], denominator=row["denominator"], owner=row["owner"],
        clauses=tuple(row["clauses"].split(" / ")), base=Fraction(row["base"]) if row["base"] else None,
        base_on=date.fromisoformat(row["base_on"]) if row["base_on"] else None, ambiguity=row["ambiguity"],
        awaits=row["awaits"],
    )  # fmt: skip


SECTIONS = tuple(declare.Section(r["code"], r["label"], r["chapter"]) for r in _rows("sections.csv"))
TARGETS = tuple(_target(row) for row in _rows("targets.csv"))
PROGRAMMES = tuple(
    declare.Programme(r["code"], r["label"], r["section"], r["target"]) for r in _rows("programmes.csv")
)
AMBIGUITIES = tuple(declare.Ambiguity(r["code"], r["text"], r["used"]) for r in _rows("ambiguities.csv"))
