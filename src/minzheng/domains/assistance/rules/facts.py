"""What is asked about a household and its members, in the words of the application form.

Money is whole fen; income lines are for the twelve months before the application (fen a year).  A line with
``blank`` may be left empty on the signed form and then declares exactly that; every other line stays
unknown until it is answered.  This list is the only one: forms, cases and rules use these names.
"""

from __future__ import annotations

from minzheng.kernel.law.language import Entity, Fact

__all__ = ["household", "person"]

_INCOME = "收入证明，或税务、社保、民政核对"
_MEDICAL = "医保结算单、诊断证明"


def _yearly(name: str, title: str, supplied_by: str) -> Fact:
    return Fact(name, "fen_per_year", title, supplied_by, blank=0)


def _yes_no(name: str, title: str, supplied_by: str, *, blank: bool) -> Fact:
    return Fact(name, "boolean", title, supplied_by, blank=blank)


_RELATIONS = {"self": "本人", "spouse": "配偶", "child": "子女", "parent": "父母", "other": "其他"}
_ABSENCES = {
    "none": "无",
    "prison": "在监狱服刑",
    "detox": "强制隔离戒毒",
    "missing": "宣告失踪",
    "clergy": "宗教教职人员脱离家庭",
    "province": "省级规定的其他人员",
}

person = Entity(
    "person",
    title="家庭成员",
    facts=[
        Fact("relation", "code", "与申请人关系", "户口簿或公安户籍信息", options=_RELATIONS),
        Fact("birth", "date", "出生日期", "身份证或公安户籍信息"),
        Fact("sex", "code", "性别", "身份证或公安户籍信息", options={"male": "男", "female": "女"}),
        # DB-2021 art. 7: who lives together, and who does not count.
        _yes_no("lives_together", "共同生活", "入户调查", blank=True),
        _yes_no("student", "本科及以下全日制在校学生", "学籍信息", blank=False),
        _yes_no("dependent", "不能独立生活的成年子女", "入户调查", blank=False),
        _yes_no("support_duty", "有法定赡养、抚养、扶养义务关系", "户籍、婚姻登记信息", blank=True),
        Fact("absence", "code", "不计入情形", "司法、公安、法院信息", options=_ABSENCES, blank="none"),
        Fact("absence_from", "date", "不计入情形起始日期", "宗教事务部门或有关机关证明"),
        # Work and health.
        Fact(
            "work_capacity",
            "code",
            "劳动能力",
            "入户调查或劳动能力鉴定",
            options={"full": "有劳动能力", "partial": "部分丧失", "none": "无劳动能力"},
        ),
        Fact("disability_category", "count", "残疾类别", "残疾人证（残联信息）", blank=0),
        Fact("disability_grade", "count", "残疾等级", "残疾人证（残联信息）", blank=0),
        Fact(
            "illness",
            "code",
            "患病情况",
            _MEDICAL,
            options={"none": "无", "chronic": "慢性病", "serious": "重病"},
            blank="none",
        ),
        Fact("refused_jobs", "times", "无正当理由连续拒绝介绍工作次数", "人社部门就业服务记录", blank=0),
        # Income, lines W, B, P, T, X of handbook 01 §3.4.
        _yearly("wage", "工资性收入", _INCOME),
        _yearly("work_cost", "必要就业成本", "交通、租房等票据"),
        _yearly("business", "经营净收入", "经营账目或当地行业评估标准"),
        _yearly("property_income", "财产净收入", "存款利息、租金、土地流转凭证"),
        _yearly("transfer", "转移性收入", "养老金、失业保险金等发放信息"),
        _yearly("transfer_paid", "转移性支出", "个税、社保缴费、赡养抚养支出凭证"),
        _yearly("base_pension", "城乡居民基础养老金（中央部分）", "人社部门发放信息"),
        _yearly("excluded_income", "不计入家庭收入的项目", "优待抚恤、奖助学金、救助补贴等发放信息"),
        # Deductions, line D.
        _yearly("illness_cost", "重病增加的刚性支出", _MEDICAL),
        _yearly("disability_cost", "残疾增加的刚性支出", "康复、辅具票据"),
    ],
)

household = Entity(
    "household",
    title="共同生活家庭",
    members=person,
    facts=[
        Fact(
            "class_ur",
            "code",
            "城乡类别",
            "户籍及居住地信息",
            options={"urban": "城市", "rural": "农村"},
        ),
        # Property, DB-2021 art. 14.
        Fact("deposits", "fen", "存款及有价证券", "金融资产核对", blank=0),
        Fact("vehicles", "vehicles", "机动车辆", "交管部门核查", blank=0),
        Fact("vehicles_exempt", "vehicles", "残疾代步或生产经营用车", "行驶证、残疾人证", blank=0),
        Fact("houses", "houses", "住房", "不动产登记核查", blank=0),
        Fact("company_capital", "fen", "企业出资额", "市场监管部门核查", blank=0),
        _yes_no("waived_deposits", "县级书面同意不计存款超限", "县级民政部门决定", blank=False),
        _yes_no("waived_vehicles", "县级书面同意不计车辆", "县级民政部门决定", blank=False),
        _yes_no("waived_houses", "县级书面同意不计住房超限", "县级民政部门决定", blank=False),
        _yes_no("waived_company", "县级书面同意不计企业出资", "县级民政部门决定", blank=False),
        # For the score only.
        Fact(
            "housing",
            "code",
            "住房状况",
            "入户调查",
            options={"own": "自有", "rent": "租住", "unsafe": "危房", "none": "无房"},
        ),
        Fact("rigid_spending", "fen_per_year", "刚性支出", "医疗、教育、康复票据", blank=0),
    ],
)
