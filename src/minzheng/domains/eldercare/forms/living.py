"""What is asked about care at home, works on a home, and the way to hospital and back."""

from __future__ import annotations

from collections.abc import Mapping

from minzheng.kernel.declare import Choice, Day, Form, IdNumber, Money, Number, Photo, Rows, Text, YesNo

from ..rules.adaptations import ITEMS

__all__ = [
    "ANSWERED", "ASK_BED", "BACK", "CHECK_MONTH", "CLAIM", "LOOK", "LOOK_AFTER", "NOT_BACK", "OWN_BED",
    "PLAN", "REFUSE", "SETTLE",
    "TAKE_OVER", "agreement", "ask_adaptation", "ask_transfer", "end_bed", "month", "own_adaptation",
]  # fmt: skip

ASK_BED = Form("ask", "申请家庭养老床位", (
    IdNumber("id_number", "老年人身份证号码"), YesNo("consent", "本人同意在家接受照护服务", must=True),
))  # fmt: skip
OWN_BED = Form("ask", "申请家庭养老床位", (YesNo("consent", "同意在家接受照护服务", must=True),))
LOOK = Form("look", "登记入户评估", (
    YesNo("suitable", "居住环境适合设立床位"), Text("findings", "居住环境评估", longest=300, lines=3),
    Text("devices", "需要的设备和改造", required=False, longest=200, help="如：呼叫按钮、床带、扶手"),
))  # fmt: skip
CHECK_MONTH = Form("check", "月度检查", (
    YesNo("met", "服务属实并符合照护计划"), Text("opinion", "检查情况", longest=300, lines=2),
))  # fmt: skip
PLAN = Form("plan", "登记改造方案", (
    Text("findings", "入户评估情况", longest=300, lines=3),
    Rows("items", "改造项目", of=(
        Choice("item", "项目", options=ITEMS), Number("many", "数量", least=1, most=99), Money("price", "单价"),
    ), least=1, most=30),
))  # fmt: skip
REFUSE = Form("refuse", "不予改造", (Text("reason", "理由", longest=300, lines=2),))
TAKE_OVER = Form("take_over", "三方验收", (
    Text("elder", "老年人（家属）签字", longest=60), Text("community", "社区（村）签字", longest=60),
    Text("contractor", "施工方签字", longest=60), Photo("before", "改造前照片"), Photo("after", "改造后照片"),
))  # fmt: skip
CLAIM = Form("claim", "申报付款", (YesNo("checked", "已核对验收材料和金额", must=True),))
LOOK_AFTER = Form("look_after", "质保期满检查", (Text("words", "检查情况", longest=300, lines=2),))
ANSWERED = Form("answered", "登记医院答复", (
    YesNo("taken", "医院同意接收"), Text("words", "医院答复", longest=200, help="接收科室、床位和答复人"),
))  # fmt: skip
BACK = Form("back", "登记转回", (
    Day("on", "转回日期"), Text("care_plan", "转回后照护计划", longest=500, lines=3),
    Text("accepted_by", "照护计划接受人", longest=60, help="老年人或家属签字"),
    Money("total", "医疗费用"), Money("insured", "其中医保支付"),
))  # fmt: skip
NOT_BACK = Form("not_back", "登记未转回", (Text("words", "未转回的情况", longest=200),))
SETTLE = (Text("month", "月份", longest=7, example="2026-10"),)


def agreement(houses: Mapping[str, str]) -> Form:
    """What elder, family and institution agree on."""
    return Form("agree", "签订协议", (
        Choice("provider", "服务机构", options=houses), Text("agreement", "协议编号", longest=40),
        Text("signed_by", "协议签字人", longest=60, help="本人签字；没有行为能力的由监护人签字"),
        Text("care_plan", "照护计划", longest=500, lines=3), Number("hours", "每月服务小时", least=1, most=744),
        Day("from_on", "起始日期"),
    ))  # fmt: skip


def month(beds: Mapping[str, str]) -> Form:
    """A month of service at one of the beds that the house serves."""
    return Form("report", "登记月度服务", (
        Choice("bed", "家庭养老床位", options=beds), *SETTLE, Number("hours", "服务小时", least=1, most=744),
        Number("visits", "上门次数", least=1, most=300), Text("record", "服务记录", longest=500, lines=3),
    ))  # fmt: skip


def end_bed(because: Mapping[str, str]) -> Form:
    """When and why a bed at home ends."""
    return Form("end", "终止", (Day("on", "终止日期"), Choice("because", "原因", options=because)))


def ask_adaptation(groups: Mapping[str, str]) -> Form:
    """Whose home it is, and who agrees to the works."""
    fields = (IdNumber("id_number", "老年人身份证号码"), *own_adaptation(groups).fields)
    return Form("ask", "申请适老化改造", fields)


def own_adaptation(groups: Mapping[str, str]) -> Form:
    """The same of whoever asks for the own home."""
    return Form("ask", "申请适老化改造", (
        Choice("group", "困难类别", options=groups), Text("owner", "房屋所有人", longest=60),
        YesNo("agreed", "老年人和房屋所有人同意改造"),
    ))  # fmt: skip


def ask_transfer(staying: Mapping[str, str]) -> Form:
    """Who has to go to which hospital, and why."""
    return Form("ask", "申请护理转移", (
        Choice("stay", "入住老人", options=staying), Text("hospital", "接收医院", longest=80),
        YesNo("green", "走绿色通道", help="签约医院在两小时内答复"), Text("reason", "病情和事由", longest=300, lines=2),
        Text("consent_by", "同意人", longest=60, help="本人或家属"),
    ))  # fmt: skip
