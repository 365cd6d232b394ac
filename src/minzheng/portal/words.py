"""The words a resident reads: relations, reasons, and where a matter stands."""

from __future__ import annotations

from minzheng.kernel import declare
from minzheng.kernel.casework.models import Case
from minzheng.kernel.people.relations import NOT_COUNTED

__all__ = ["KIN", "RELATIONS", "STATES", "ended", "kin_form", "relation", "state_badge"]

# GB/T 4761, as seen from the applicant; only those that a family names in daily life.
RELATIONS = {
    "10": "配偶", "20": "儿子", "30": "女儿", "27": "养子或继子", "37": "养女或继女",
    "40": "孙子女、外孙子女", "51": "父亲", "52": "母亲", "57": "继父或养父", "58": "继母或养母",
    "60": "祖父母、外祖父母", "70": "兄弟姐妹", "97": "其他亲属", "99": "非亲属",
}  # fmt: skip
_BY_FIRST = {
    "1": "配偶", "2": "儿子", "3": "女儿", "4": "孙子女、外孙子女", "5": "父母", "6": "祖父母、外祖父母",
    "7": "兄弟姐妹",
}  # fmt: skip
KIN = declare.Form(
    "kin",
    "成员身份",
    (
        # Of the applicant, also where a relative fills it in.
        declare.Choice("relation", "他（她）是申请人的", options=RELATIONS),
        declare.YesNo(
            "counted", "是否计入共同生活的家庭成员", help="服刑、戒毒、失踪等人员不计入，请选“否”。"
        ),
        declare.Choice("reason", "不计入的原因", options=NOT_COUNTED, required=False, help="选“否”时填写。"),
    ),
)


def kin_form(code: str) -> declare.Form:
    """The questions about a member's place; a relation the register knows by a finer word stays choosable."""
    if code in RELATIONS:
        return KIN
    first = declare.Choice("relation", KIN.fields[0].label, options={code: relation(code), **RELATIONS})
    return declare.Form(KIN.code, KIN.label, (first, *KIN.fields[1:]))


STATES: dict[str, tuple[str, str]] = {
    Case.State.DRAFT: ("还没有提交", "neutral"),
    Case.State.SUBMITTED: ("已提交，等待受理", "info"),
    Case.State.CORRECTING: ("需要您补正", "warn"),
    Case.State.OPEN: ("正在办理", "info"),
    Case.State.PAUSED: ("暂停办理", "warn"),
    Case.State.GRANTED: ("予以确认", "good"),
    Case.State.REFUSED: ("不予确认", "bad"),
    Case.State.NOT_ACCEPTED: ("不予受理", "bad"),
    Case.State.WITHDRAWN: ("已撤回", "neutral"),
}
_ENDED = (Case.State.GRANTED, Case.State.REFUSED, Case.State.NOT_ACCEPTED, Case.State.WITHDRAWN)


def relation(code: str) -> str:
    """What a member is to the applicant."""
    if code == "01":
        return "申请人本人"
    return RELATIONS.get(code) or _BY_FIRST.get(code[:1], "其他亲属")


def state_badge(case: Case) -> tuple[str, str]:
    """The state in words, and its kind of badge."""
    return STATES[case.state]


def ended(case: Case) -> bool:
    """Whether nothing more is done in the case."""
    return case.state in _ENDED
