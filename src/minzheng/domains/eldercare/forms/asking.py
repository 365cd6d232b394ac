"""What is asked of whoever wants to be assessed or taken in, and of carers' jobs."""

from __future__ import annotations

from collections.abc import Mapping

from minzheng.kernel.declare import Choice, Day, Form, IdNumber, Text, YesNo

__all__ = [
    "ARRANGE",
    "ASK",
    "CHECK_JOB",
    "CLOSE",
    "DONE",
    "END_JOB",
    "OWN_ASK",
    "WHY",
    "WITHDRAW",
    "job",
    "place",
    "rank",
]

WHY: Mapping[str, str] = {
    "first": "首次评估", "routine": "有效期将满，常规评估", "change": "身体状况有变化", "other": "其他",
}  # fmt: skip
_ASKED = (
    Choice("why", "申请原因", options=WHY),
    Text("contact", "联系人和方便的时间", longest=100, help="如：女儿，电话和方便上门的日子"),
    Text("words", "情况说明", required=False, longest=200, lines=2),
)
ASK = Form("ask", "申请能力评估", (IdNumber("id_number", "老年人身份证号码"), *_ASKED))
OWN_ASK = Form("ask", "申请能力评估", _ASKED)
ARRANGE = Form("arrange", "安排评估", (
    Day("visit_on", "约定日期", future=True), Text("assessors", "评估员", longest=120, help="两名，用顿号或空格隔开"),
))  # fmt: skip
DONE = Form("done", "登记评估完成", (YesNo("signed", "两名评估员已签字，结果已生效", must=True),))
CLOSE = Form("close", "不再评估", (Text("reason", "原因", longest=200),))
CHECK_JOB = Form("check", "核实从业", (
    YesNo("met", "合同和社会保险属实"), Text("opinion", "核对情况", longest=200),
))  # fmt: skip
END_JOB = Form("end", "登记离职", (Day("on", "离职日期"),))
WITHDRAW = Form("withdraw", "退出轮候", (Text("reason", "原因", longest=200),))


def job(houses: Mapping[str, str]) -> Form:
    """Who began to work where, under which contract."""
    return Form("tell", "登记入职", (
        Choice("facility", "养老机构", options=houses), IdNumber("id_number", "护理员身份证号码"),
        Text("contract", "劳动合同编号", longest=40), Day("from_on", "入职日期"),
    ))  # fmt: skip


def place(
    houses: Mapping[str, str], kinds: Mapping[str, str], ranks: Mapping[str, str] | None = None
) -> Form:
    """In which house, into which kind of bed; the office also says who it is and in which rank."""
    fields = [Choice("facility", "养老机构", options=houses), Choice("bed_kind", "床位类型", options=kinds)]
    if ranks is None:
        return Form("ask", "申请入住", tuple(fields))
    who = (IdNumber("id_number", "老年人身份证号码"), *fields, Choice("rank", "优先类别", options=ranks))
    return Form("ask", "登记轮候", who)


def rank(ranks: Mapping[str, str]) -> Form:
    """What was seen of why somebody goes first."""
    return Form("rank", "核定优先类别", (
        Choice("rank", "优先类别", options=ranks), Text("words", "核对的证明材料", longest=200),
    ))  # fmt: skip
