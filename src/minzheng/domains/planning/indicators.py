"""What the plan's own registers count: completed projects of its boxes, evaluations, and offices on the platform."""

from __future__ import annotations

from minzheng.kernel import declare

from .document import PROGRAMMES, TARGETS

__all__ = ["MEASURES"]

_UNITS = {target.code: target.unit for target in TARGETS}


def _projects(programme: declare.Programme) -> declare.Indicator:
    """Projects accepted as complete, from the day they are."""
    tally = declare.Tally(
        "plans.Project", "验收合格的项目", where={"programme": programme.code, "completed_on__isnull": False},
        since="completed_on",
    )  # fmt: skip
    return declare.Indicator(
        f"projects_{programme.code}", f"{programme.label}（竣工）", _UNITS[programme.target], tally,
        serves=(programme.target,),
    )  # fmt: skip


def _evaluations(kind: str, label: str, target: str) -> declare.Indicator:
    tally = declare.Tally("plans.Evaluation", "公布的评估报告", where={"kind": kind}, since="published_on")
    return declare.Indicator(f"evaluation_{kind}", label, "次", tally, serves=(target,))


ONLINE = declare.Indicator(
    "offices_online", "五级联通率", "%",
    declare.PerUnit(
        declare.Units(declare.VILLAGE, "村（居）"), declare.Tally("access.Office", "已设在平台上的村级机构"),
        "已联通的村（居）",
    ),
    declare.Units(declare.VILLAGE, "村（居）"), serves=("T099",),
)  # fmt: skip

MEASURES = (
    *(_projects(one) for one in PROGRAMMES if one.target),
    _evaluations("mid", "公布的中期评估", "T100"),
    _evaluations("final", "公布的终期评估", "T101"),
    ONLINE,
    declare.Indicator(
        "communities", "城乡社区数", "个", declare.Units(declare.VILLAGE, "村（居）"), serves=("B004",)
    ),
)
