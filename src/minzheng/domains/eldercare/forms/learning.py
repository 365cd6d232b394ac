"""What is asked about courses for the old and about the months of mutual-aid sites."""

from __future__ import annotations

from collections.abc import Mapping

from minzheng.kernel.declare import Choice, Form, Number, Text, YesNo

from .books import COURSES

__all__ = [
    "CHECK_SITE", "CLOSE", "COURSE", "LESSON", "QUESTION", "SUBJECTS", "TRAINED", "TRAINING_COURSE", "site_month",
    "withdrawing",
]  # fmt: skip

SUBJECTS: Mapping[str, str] = {
    "phone": "手机和智能设备", "safety": "防诈骗和安全", "health": "健康和照护", "rights": "政策和权益",
    "culture": "文化和兴趣",
}  # fmt: skip
COURSE = Form("open_course", "开设课程", (
    Choice("subject", "类别", options=SUBJECTS), Text("title", "课程名称", longest=60),
    Text("summary", "课程介绍", longest=200, lines=2),
))  # fmt: skip
# Courses of caregiver training are of the very subjects for which certificates are given.
TRAINED: Mapping[str, str] = {code: title for code, (title, _, _) in COURSES.items()}
TRAINING_COURSE = Form("open_course", "开设培训课程", (
    Choice("subject", "发证课程", options=TRAINED), Text("title", "课程名称", longest=60),
    Text("summary", "课程介绍", longest=200, lines=2),
))  # fmt: skip
QUESTION = Form("add_question", "增加考题", (
    Choice("kind", "题型", options={"single": "单选题", "multi": "多选题", "truth": "判断题", "number": "填数题"}),
    Text("text", "题目", longest=300, lines=3),
    Text("options", "选项", longest=700, lines=6, required=False, help="选择题填写，一行一个，依次为 A、B、C……"),
    Text("answer", "正确答案", longest=12, help="单选写 B，多选写 AC，判断写 对 或 错，填数写整数"),
))  # fmt: skip
LESSON = Form("add_lesson", "增加一课", (
    Text("title", "标题", longest=60), Number("minutes", "大约几分钟", least=1, most=300),
    Text("text", "内容", longest=16_000, lines=12, help="空一行就是新的一页，每页不超过 400 个字"),
))  # fmt: skip
CLOSE = Form("close", "停止课程", (YesNo("sure", "停止后不再接收新学员，已经开始的可以学完", must=True),))
CHECK_SITE = Form("check", "核查", (
    YesNo("met", "记录属实"), Text("opinion", "核查情况", longest=300, lines=2),
))  # fmt: skip


def site_month(sites: Mapping[str, str]) -> Form:
    """A month of one of the sites that the actor tells of."""
    return Form("report", "登记月度记录", (
        Choice("facility", "站点", options=sites), Text("month", "月份", longest=7, example="2026-10"),
        Number("days", "开放天数", most=31), Number("visitors", "参加人次", most=100_000),
        Number("meals", "助餐人次", most=100_000), Number("helpers", "志愿者人次", most=10_000),
        Number("hours", "志愿服务小时", most=100_000, help="计入时间银行的小时"), YesNo("warm", "供暖正常"),
        Text("words", "开展的活动", longest=300, lines=2),
    ))  # fmt: skip


def withdrawing(questions: Mapping[str, str]) -> Form:
    """One of the questions of a course, to be drawn no more."""
    return Form("withdraw_question", "停用考题", (Choice("question", "考题", options=questions),))
