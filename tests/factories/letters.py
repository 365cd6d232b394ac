"""One complete example of every letter: set in tests, and looked at when a page changes."""

from __future__ import annotations

from datetime import date
from typing import Any

OFFICE = "南关区民政局"
TOWNSHIP = "南关区示范镇人民政府"

_CONTEST = {"reconsideration_body": "南关区人民政府", "court": "南关区人民法院", "phone": "0431-85550000"}
_CASE = {"recipient": "林溪", "case_number": "SA-2022-000017"}
_SIGNERS = [
    {
        "name": "林溪",
        "masked_number": "220102********0010",
        "way": "线上实名签署",
        "signed_on": date(2022, 1, 20),
    },
    {"name": "周禾", "masked_number": "220184********002X", "way": "当面签署"},
]

SAMPLES: dict[str, dict[str, Any]] = {
    "acceptance_receipt": {
        "office": TOWNSHIP,
        "phone": "0431-85550001",
        **_CASE,
        "service": "最低生活保障审核确认",
        "accepted_on": date(2022, 1, 20),
        "received": ["最低生活保障申请书", "承诺书", "家庭经济状况核对授权书（2人）"],
        "waived": [
            {"label": "户口簿、居民身份证", "source": "公安机关"},
            {"label": "婚姻登记证明", "source": "民政部门"},
            {"label": "不动产登记证明", "source": "自然资源主管部门"},
        ],
        "deadline": date(2022, 3, 8),
        "limit": "30个工作日",
        "follow": "可以凭办件编号在网上查询办理进度，也可以拨打咨询电话，或者向村（社区）社会救助协理员询问。",
    },
    "correction_notice": {
        "office": TOWNSHIP,
        "phone": "0431-85550001",
        **_CASE,
        "service": "最低生活保障审核确认",
        "missing": [
            {"label": "周禾的核对授权书", "why": "周禾是有完全民事行为能力的成年家庭成员，应当由本人签署。"},
            {"label": "近12个月医疗费用自付部分的说明", "why": "申请书填写了重病支出，没有写明金额。"},
        ],
        "answer_until": date(2022, 1, 27),
        "otherwise": "逾期没有补正的，视为撤回申请；以后可以随时重新申请。",
    },
    "not_accepted": {
        "office": TOWNSHIP,
        **_CASE,
        **_CONTEST,
        "service": "最低生活保障审核确认",
        "reasons": [
            {
                "text": "申请人和共同生活的家庭成员的户籍地、经常居住地均不在本行政区域。",
                "figures": "户籍地：示例市样本县",
                "evidence": "公安机关户籍信息（2022年1月20日查询）",
                "article": "《最低生活保障审核确认办法》第五条",
            }
        ],
        "elsewhere": "请向户籍所在地乡镇人民政府（街道办事处）申请，也可以由本机关代为转送。",
    },
    "publicity_notice": {
        "office": TOWNSHIP,
        "applicant": "林溪",
        "members": 4,
        "amount": 38400,
        "scheme": "城市最低生活保障",
        "posted_on": date(2022, 4, 27),
        "last_day": date(2022, 5, 5),
        "objection_phone": "0431-85550001",
    },
    "decision_grant": {
        "office": OFFICE,
        **_CASE,
        **_CONTEST,
        "scheme": "城市最低生活保障",
        "members": ["林溪", "周禾", "林小满", "林小雪"],
        "amount": 38400,
        "from_month": "2022年4月",
        "review_on": date(2023, 3, 8),
        "rule_set": "SA-2014 社会救助暂行办法、DB-2021 最低生活保障审核确认办法",
        "findings": [
            {
                "label": "家庭人均月收入低于当地标准",
                "figures": "人均 450.00 元/月，当地标准 546.00 元/月",
                "result": "符合",
                "article": "《社会救助暂行办法》第九条",
            },
            {
                "label": "家庭财产符合规定",
                "figures": "存款人均 1,200.00 元，机动车 0 辆，住房 1 套",
                "result": "符合",
                "article": "《最低生活保障审核确认办法》第十四条",
            },
        ],
    },
    "decision_refusal": {
        "office": OFFICE,
        **_CASE,
        **_CONTEST,
        "scheme": "城市最低生活保障",
        "rule_set": "SA-2014 社会救助暂行办法、DB-2021 最低生活保障审核确认办法",
        "reasons": [
            {
                "text": "家庭人均月收入不低于当地最低生活保障标准。",
                "figures": "人均 612.50 元/月，当地标准 546.00 元/月，超出 66.50 元/月",
                "evidence": "税务部门工资申报记录（2022年2月10日查询）；入户调查表",
                "article": "《社会救助暂行办法》第九条",
            },
            {
                "text": "家庭拥有非生活必需的机动车。",
                "figures": "机动车 1 辆，规定不超过 0 辆",
                "evidence": "公安交通管理部门车辆登记信息（2022年2月10日查询）",
                "article": "《最低生活保障审核确认办法》第十四条",
            },
        ],
        "also": [
            "最低生活保障边缘家庭认定：已经用本次申请的材料转入审核，不需要重新提交",
            "遇到突发困难时，可以向所在乡镇申请临时救助",
        ],
    },
    "change_notice": {
        "office": OFFICE,
        **_CASE,
        **_CONTEST,
        "scheme": "城市最低生活保障金",
        "change": "渐退",
        "before": 38400,
        "after": 38400,
        "from_month": "2022年4月",
        "until_month": "2022年9月",
        "reasons": [
            {
                "text": "家庭成员就业后，家庭人均月收入超过当地标准，给予6个月渐退期。",
                "figures": "人均 780.00 元/月，当地标准 546.00 元/月",
                "evidence": "社会保险缴费记录（2022年3月18日查询）",
                "article": "《最低生活保障审核确认办法》第三十三条",
            }
        ],
        "heard": "2022年3月16日当面听取意见，家庭表示知悉，没有异议。",
    },
    "commitment": {
        "office": TOWNSHIP,
        "case_number": "SA-2022-000017",
        "service": "最低生活保障审核确认",
        "version": "2022-1",
        "items": [
            "所填写的家庭人口、收入、财产和支出情况真实、完整，没有隐瞒",
            "家庭情况发生变化时及时报告",
            "配合入户调查、核对和公示",
            "以不正当手段骗取救助的，退回所得款物，并接受依法处理",
        ],
        "signers": _SIGNERS[:1],
    },
    "authorisation": {
        "office": TOWNSHIP,
        "case_number": "SA-2022-000017",
        "service": "最低生活保障审核确认",
        "version": "2022-1",
        "purpose": "审核、复核本家庭的社会救助申请",
        "basis": "《社会救助暂行办法》第五十八条",
        "valid_until": "自签署之日起，至本次申请办结或者停止享受救助之日止；可以随时书面撤回。",
        "sources": [
            "户籍、婚姻登记信息",
            "社会保险、住房公积金、纳税信息",
            "不动产、机动车登记信息",
            "银行存款、证券、商业保险信息",
        ],
        "signers": _SIGNERS,
    },
    "reconsideration_decision": {
        "office": "南关区人民政府",
        "applicant": "林溪",
        "respondent": OFFICE,
        "case_number": "复〔2022〕3号",
        "contested": "城市最低生活保障不予确认通知书（民不确〔2022〕220102-0008号）",
        "request": "撤销被申请人作出的不予确认决定。",
        "applicant_says": "登记在本人名下的机动车已于2021年报废，没有办理注销登记。",
        "respondent_says": "核对时车辆登记状态为“正常”。",
        "facts": "该车已于2021年11月交售报废机动车回收企业，有回收证明；车辆登记因未办理注销手续仍显示为正常。",
        "opinion": "被申请人认定申请人拥有机动车，主要事实不清、证据不足。",
        "decision": ["撤销被申请的决定", "责令被申请人自收到本决定书之日起二十个工作日内重新作出决定"],
        "article": "《中华人民共和国行政复议法》第六十四条",
        "court": "南关区人民法院",
    },
    "extension_notice": {
        "office": TOWNSHIP,
        "phone": "0431-85550001",
        **_CASE,
        "service": "最低生活保障审核确认",
        "why": "情况复杂，需要异地核实",
        "before": date(2022, 3, 8),
        "until": date(2022, 3, 29),
        "basis": "《中华人民共和国行政许可法》第四十二条",
    },
    "suspension_notice": {
        "office": TOWNSHIP,
        "phone": "0431-85550001",
        **_CASE,
        "service": "最低生活保障审核确认",
        "why": "不可抗力：道路中断，暂时不能入户",
        "since": date(2022, 2, 8),
        "resumes": "道路恢复通行后恢复办理。",
        "basis": "《最低生活保障审核确认办法》第十五条",
    },
}

_RECORD = {
    "office": TOWNSHIP, "service": "最低生活保障审核确认", "case_number": "SA-2022-000017", "applicant": "林溪",
    "basis": "《最低生活保障审核确认办法》第七条",
    "parts": [
        {"title": "申请人", "lines": [{"label": "姓名", "text": "林溪"}, {"label": "联系电话", "text": "199****0001"}]},
        {"title": "家庭成员", "columns": ["姓名", "关系"], "rows": [{"cells": ["周禾", "配偶"]}]},
        {"title": "其他情况", "otherwise": "没有其他情况。"},
    ],
}  # fmt: skip
SAMPLES |= {
    "application_form": _RECORD | {"statement": "以上内容由本人申报。", "signers": ["申请人", "受理人"]},
    "materials_list": _RECORD | {"signers": ["申请人", "接收人"]},
    "investigation_record": _RECORD | {"signers": ["调查人", "调查人", "被调查人"]},
    "delivery_record": _RECORD | {"signers": ["受送达人", "送达人"]},
}
