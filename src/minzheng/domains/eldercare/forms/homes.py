"""What is kept of an institution, and what an agreement on a stay says (养老机构管理办法)."""

from __future__ import annotations

from minzheng.kernel.declare import Choice, Day, Form, Money, Number, Text, YesNo

from .. import rules

__all__ = ["AGREEMENT", "COMMUNITY", "DETAILS", "SAFETY_RISKS"]

# The nine risks of GB 38600, each with a code of its own.
SAFETY_RISKS = {
    "choking": "噎食", "mistaken": "误食误服", "sore": "压疮", "scald": "烫伤", "bed_fall": "坠床", "fall": "跌倒",
    "harm": "他伤自伤", "missing": "走失", "recreation": "文娱活动意外",
}  # fmt: skip
_MEDICAL = {"none": "无", "clinic": "内设医疗机构", "hospital": "医院设养老床位", "contract": "签约合作"}

DETAILS = Form(
    "home", "登记事项",
    (
        Number("area", "建筑面积（平方米）", most=1_000_000),
        Text("fire_number", "消防验收或备案编号", required=False, longest=60), Day("fire_on", "消防验收日期",
        required=False),
        Text("food_permit", "食品经营许可编号", required=False, longest=60),
        Choice("medical", "医疗服务", options=_MEDICAL), YesNo("bathing", "有助浴设施"),
        Number("caregivers", "护理人员数", most=5000), Number("social_workers", "社会工作者数", most=500),
        Number("day_places", "日间照料位", required=False, most=5000),
        YesNo("dependent", "主要收住经济困难的失能、残疾老人", required=False),
        Money("fee_from", "月收费（最低）", required=False, help="床位、护理、餐费合计；公开给居民查询"),
        Money("fee_to", "月收费（最高）", required=False),
        Text("partner", "签约医疗机构", required=False, longest=80), Day("partner_until", "签约有效期至",
        required=False, future=True), YesNo("green", "有绿色通道", required=False),
    ),
)  # fmt: skip

COMMUNITY = Form(
    "community", "登记事项",
    (
        Number("area", "建筑面积（平方米）", most=100_000), Text("hours", "开放时间", longest=60),
        YesNo("heating", "冬季供暖"), Text("manager", "负责人", longest=40),
        Number("volunteers", "志愿者人数", required=False, most=5000),
    ),
)  # fmt: skip

AGREEMENT = Form(
    "agreement", "入住登记",
    (
        YesNo("capable", "本人有完全民事行为能力"),
        Choice("signed_by", "协议签字人", options={"elder": "本人", "guardian": "监护人", "agent": "受托人"}),
        Text("agent", "监护人或受托人姓名", required=False, longest=40),
        Text("emergency_contact", "紧急联系人", longest=40), Text("emergency_phone", "紧急联系电话", longest=20),
        Choice("special", "六十岁以下入住理由", required=False, options={"tekun": "特困人员", "disabled": "残疾人"}),
        Choice("level", "能力等级", options={str(n): t for n, t in enumerate(("完好", "轻度", "中度", "重度",
        "完全丧失"))}),
        Day("ability_on", "能力评估日期"), Day("safety_on", "安全风险评估日期", basis=rules.GB38600.as_a_whole()),
        Text("risks", "主要安全风险和防范措施", longest=300, lines=2),
        Choice("payer", "费用来源", options={"self": "自费", "tekun": "特困供养", "dibao": "低保资助",
        "ltci": "长期护理保险"}),
        Number("trial_days", "试住天数", least=7, most=30),
    ),
)  # fmt: skip
