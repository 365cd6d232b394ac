"""The six everyday acts of a tekun person (特困人员生活自理能力评估) as an instrument of its own.

《特困人员认定办法》 arts. 21 and 22.  It is a legal test apart from the national assessment of elders; neither is
turned into the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from minzheng.kernel import declare
from minzheng.kernel.declare import ScoreItem
from minzheng.kernel.law.facts import Facts
from minzheng.kernel.law.parameters import Parameters
from minzheng.kernel.law.reference import Evaluation

from .. import rules
from ..roles import CLERK, COUNTY_APPROVER, INVESTIGATOR
from ..rules import care
from ..rules.facts import household

__all__ = ["SIX_ACTS"]

_ACTS = {
    "can_eat": "吃饭", "can_dress": "穿衣", "can_rise": "上下床", "can_toilet": "如厕", "can_walk": "室内行走",
    "can_bathe": "洗澡",
}  # fmt: skip
_LEVELS = {"full": 0, "partial": 1, "total": 2}


def _score(sheet: Mapping[str, Any], parameters: Parameters, *, path: str, on: date) -> declare.Scored:
    """How many of the six can be done alone, and what that is called."""
    person = {act: bool(sheet[act]) for act in _ACTS}
    run = Evaluation(household, Facts({}, (person,)), parameters, path=path, on=on)
    failed, level = run.answer(care.failed_items, 0), run.answer(care.care_level, 0)
    assert isinstance(failed, int)
    able = len(_ACTS) - failed
    words = (f"不能自主完成 {failed} 项",) if failed else ()
    return declare.Scored(able, _LEVELS[str(level)], (("六项日常活动", able, len(_ACTS)),), words, "TK-2021")


SIX_ACTS = declare.Instrument(
    "six_acts", "特困人员生活自理能力评估", "2021",
    items=tuple(
        ScoreItem(code, label, "日常活动", ((1, "能自主完成"), (0, "不能自主完成"))) for code, label in _ACTS.items()
    ),
    beside=declare.Form("six_acts_beside", "评估情况", (
        declare.Text("at", "评估地点", longest=100),
        declare.Text("seen", "评估情况", required=False, longest=300, lines=2),
    )),
    score=_score, levels={0: "具备生活自理能力", 1: "部分丧失生活自理能力", 2: "完全丧失生活自理能力"},
    by=INVESTIGATOR, registered_by=COUNTY_APPROVER, heard_by=CLERK, valid="tekun.ability.valid",
    objection="tekun.ability.objection", basis=rules.TK2021.article(21),
)  # fmt: skip
