"""What is asked to put somebody on file, and to put a file right."""

from __future__ import annotations

from collections.abc import Mapping

from minzheng.kernel.declare import Form
from minzheng.kernel.declare.forms import Choice, Day, IdNumber, Phone, Text

__all__ = ["IDENTITY", "PHONE", "SEXES", "person"]

SEXES = {"1": "男", "2": "女"}
_WHY = Text(
    "reason", "更正依据", longest=200, lines=2, help="写明核对了什么证件或证明。", example="核对户口簿原件"
)


def person(villages: Mapping[str, str]) -> Form:
    """A new file, for somebody who lives in one of these villages."""
    return Form("person", "登记人员", (
        Text("name", "姓名", longest=60, help="与证件一致。", example="林溪"),
        IdNumber("id_number", "身份证号码", required=False, help="没有号码的不填，系统给内部编号。"),
        Choice("path", "居住的村（社区）", options=villages, help="现在居住的地方，可以与户籍地不同。"),
        Choice("sex", "性别", options=SEXES, required=False, help="有身份证号码的可以不填。"),
        Day("birth", "出生日期", required=False, help="有身份证号码的可以不填。", example="1962-03-15"),
        Phone("phone", "联系电话", required=False, help="手机，或者带区号的座机。", example="0431-88123456"),
    ))  # fmt: skip


PHONE = Form("phone", "更正联系电话", (
    Phone("phone", "新的联系电话", help="手机，或者带区号的座机。", example="0431-88123456"), _WHY,
))  # fmt: skip


IDENTITY = Form("identity", "更正身份信息", fields=(
    Text("name", "姓名", longest=60, required=False, help="不更正的不填。", example="林溪"),
    IdNumber("id_number", "身份证号码", required=False, help="补录或更正；原来的号码留作曾用号码。"),
    Choice("sex", "性别", options=SEXES, required=False, help="有身份证号码的不填。"),
    Day("birth", "出生日期", required=False, help="有身份证号码的不填。", example="1962-03-15"), _WHY,
))  # fmt: skip
