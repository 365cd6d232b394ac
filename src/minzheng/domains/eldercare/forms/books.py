"""What is asked where something is done in a register of institutions: ratings, policies, incidents, money, courses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minzheng.kernel.declare import Choice, Day, Form, IdNumber, Money, Number, Photo, Text, YesNo

from ..rules.institutions import PARTS

__all__ = [
    "CERTIFY", "CONCLUDE", "COURSES", "ESTATE", "ESTATE_ACCEPT", "ESTATE_HAND", "ESTATE_USE", "LOOK_AGAIN", "LOTTERY",
    "PASS", "SCORE", "of_houses",
]  # fmt: skip

# Courses of caregiver training: code, what it is called, for whom, so many hours.
COURSES: Mapping[str, tuple[str, str, int]] = {
    "HL-01": ("养老护理员（初级）", "caregiver", 120), "HL-02": ("养老护理员（中级）", "caregiver", 100),
    "HL-03": ("失智老年人照护", "caregiver", 40), "YZ-01": ("养老院院长任职培训", "director", 56),
    "SG-01": ("老年社会工作实务", "social", 40), "JT-01": ("家庭照护者技能", "family", 16),
}  # fmt: skip

SCORE = Form("score", "登记评定得分", (
    *(Number(code, f"{label}得分", most=most) for code, label, most in PARTS),
    Day("visited_on", "现场评定日期"),
    Text("committee", "评定组专家", longest=120, help="不少于三人，用顿号或空格隔开"),
))  # fmt: skip
CERTIFY = Form("certify", "颁发等级证书", (YesNo("checked", "公示期满，没有异议或异议已处理", must=True),))
LOOK_AGAIN = Form("look_again", "等级复核", (
    Choice("stars", "复核后等级", options={"0": "撤销等级", "1": "一级", "2": "二级", "3": "三级", "4": "四级"}),
    Text("reason", "降级或撤销的理由", longest=300, lines=2), Day("heard_on", "听证日期"),
))  # fmt: skip
CONCLUDE = Form("conclude", "事故结案", (
    Text("result", "原因、整改和告知家属的情况", longest=500, lines=3),
))  # fmt: skip
LOTTERY = Form("lottery", "登记福彩公益金", (
    Number("year", "年度", least=2020, most=2099),
    Choice("stage", "阶段", options={"planned": "分配计划", "spent": "决算支出"}),
    Money("total", "公益金总额"), Money("elders", "其中用于养老服务"), Photo("evidence", "依据文件"),
))  # fmt: skip
ESTATE = Form("estate", "登记新建居住区", (
    Text("name", "居住区名称", longest=80), Number("residents", "规划人口", least=1, most=1_000_000),
    Text("land", "养老服务设施用地（平方米）", longest=12, example="1152.00"), Day("planned_on", "规划条件日期"),
))  # fmt: skip
ESTATE_ACCEPT = Form("accept", "登记验收", (
    Day("on", "验收日期"), Text("building", "养老服务用房（平方米）", longest=12, example="600.00"),
))  # fmt: skip
ESTATE_HAND = Form("hand", "登记移交", (Day("on", "移交日期"),))
ESTATE_USE = Form("use", "登记用途", (
    Day("on", "核查日期"), Text("used_for", "现在的用途", longest=60), YesNo("misused", "挪作他用"),
))  # fmt: skip
PASS = Form("pass_course", "登记培训证书", (
    IdNumber("id_number", "学员身份证号码"),
    Choice("course", "课程", options={code: f"{title}（{hours} 学时）" for code, (title, _, hours) in COURSES.items()}),
    Number("score", "考试成绩", least=0, most=100), Text("number", "证书编号", longest=40),
    Day("passed_on", "发证日期"),
))  # fmt: skip


def of_houses(code: str, label: str, houses: Mapping[str, str], *fields: Any) -> Form:
    """A form that begins with the choice of an institution."""
    return Form(code, label, (Choice("facility", "养老机构", options=houses), *fields))
