"""What is asked about a household and its members, in the words of the application form.

Money is whole fen; income lines are for the twelve months before the application (fen a year).  A line with
``blank`` may be left empty on the signed form and then declares exactly that; every other line stays
unknown until it is answered.  This list is the only one: forms, cases and rules use these names.

Persons who owe support but live elsewhere are listed with the relation ``supporter``: they never count as
members, and what they could pay enters only as the imputed line of handbook 01 §3.2.
"""

from __future__ import annotations

from minzheng.kernel.law.language import Entity, Fact

from .statuses import STATUS_FACTS

__all__ = ["household", "person"]

_INCOME = "收入证明，或税务、社保、民政核对"
_MEDICAL = "医保结算单、诊断证明"


def _yearly(name: str, title: str, supplied_by: str) -> Fact:
    return Fact(name, "fen_per_year", title, supplied_by, blank=0)


def _yes_no(name: str, title: str, supplied_by: str, *, blank: bool) -> Fact:
    return Fact(name, "boolean", title, supplied_by, blank=blank)


def _can(name: str, title: str) -> Fact:
    return Fact(name, "boolean", title, "生活自理能力评估")


_RELATIONS = {
    "self": "本人",
    "spouse": "配偶",
    "child": "子女",
    "parent": "父母",
    "other": "其他",
    "supporter": "不共同生活的法定义务人",
}
_ABSENCES = {
    "none": "无",
    "prison": "在监狱服刑",
    "detox": "强制隔离戒毒",
    "missing": "宣告失踪",
    "clergy": "宗教教职人员脱离家庭",
    "province": "省级规定的其他人员",
}
_RECOGNISED = {
    "none": "无",
    "tekun": "特困人员",
    "dibao": "低保对象",
    "edge": "低保边缘家庭成员",
    "rigid": "刚性支出困难家庭成员",
    "orphan": "孤儿",
    "fuc": "事实无人抚养儿童",
}
_SCHOOLING = {
    "none": "不在校",
    "compulsory": "义务教育",
    "senior": "普通高中",
    "vocational": "中等职业学校",
    "college": "高等教育",
}
_SUPPORTERS = {
    "none": "无",
    "child": "子女（赡养）",
    "parent": "父母（抚养）",
    "spouse": "配偶（扶养）",
    "sibling": "兄弟姐妹（扶养）",
    "other": "祖孙等其他义务人",
}
_CAPACITIES = {"full": "完全民事行为能力", "limited": "限制民事行为能力", "none": "无民事行为能力"}
_CAUSES = {
    "none": "无",
    "fire": "火灾",
    "traffic": "交通事故",
    "illness": "突发重大疾病",
    "drowning": "溺水等意外",
    "crime": "遭受不法侵害",
    "jobless": "失业",
    "education": "教育支出",
    "medical": "医疗支出",
    "other": "其他特殊困难",
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
        # What the person is already recognised as, and what lets them apply alone.
        Fact("receives", "code", "已认定的救助身份", "社会救助台账", options=_RECOGNISED, blank="none"),
        _yes_no("employed", "已就业", "人社就业登记、社保缴费信息", blank=False),
        _yes_no("single_group", "县级规定可单独提出申请的其他人员", "县级规定", blank=False),
        Fact("own_property_within", "boolean", "本人名下财产符合当地规定", "本人名下财产核对"),
        # Extreme poverty: TK-2021 arts. 5, 8, 9, 19 to 22.
        Fact("schooling", "code", "在校情况", "学籍信息", options=_SCHOOLING, blank="none"),
        _yes_no("incapable_province", "省级规定的其他无劳动能力情形", "省级规定", blank=False),
        _yes_no("chose_child_scheme", "选择孤儿或事实无人抚养儿童保障", "监护人书面选择", blank=False),
        _can("can_eat", "自主吃饭"),
        _can("can_dress", "自主穿衣"),
        _can("can_rise", "自主上下床"),
        _can("can_toilet", "自主如厕"),
        _can("can_walk", "室内自主行走"),
        _can("can_bathe", "自主洗澡"),
        Fact(
            "support_form",
            "code",
            "供养方式",
            "本人选择",
            options={"dispersed": "分散供养", "centralized": "集中供养"},
            blank="dispersed",
        ),
        # Whoever owes support: DB-2021 art. 13, TK-2021 art. 8.
        Fact("supporter_kind", "code", "义务人类别", "户籍、婚姻登记信息", options=_SUPPORTERS, blank="none"),
        Fact("supporter_members", "persons", "义务人家庭人口", "户籍信息", blank=1),
        Fact("supporter_income", "fen_per_year", "义务人家庭年收入", "经授权的收入核对"),
        Fact("supporter_own_income", "fen_per_year", "义务人本人年收入", "经授权的收入核对"),
        _yes_no("supporter_consents", "义务人同意核对", "义务人签署的授权书", blank=False),
        Fact("civil_capacity", "code", "民事行为能力", "人民法院裁判文书", options=_CAPACITIES, blank="full"),
        _yes_no("unable_province", "省级规定的其他无履行义务能力情形", "省级规定", blank=False),
        *STATUS_FACTS,
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
        # Rigid spending item by item, after every reimbursement (RG-2025).
        _yearly("rigid_medical", "医疗刚性支出", "医保结算单、发票"),
        _yearly("rigid_education", "教育刚性支出", "学校收费票据（按公办标准）"),
        _yearly("rigid_rehab", "残疾康复刚性支出", "康复机构票据"),
        _yearly("rigid_other", "县级规定的其他刚性支出", "支出票据"),
        # Which class an extreme-poverty household is paid in (TK-2021 art. 19).
        _yes_no("contract_land", "有承包地或参加农村集体收益分配", "农业农村部门、村集体证明", blank=False),
        _yes_no("resettled", "已转为城镇居民安置", "安置证明", blank=False),
        # Layers fed by others.
        _yes_no("monitored", "防返贫监测对象", "防返贫监测信息系统", blank=False),
        _yes_no("local_hardship", "地方规定的其他低收入人口", "地方规定", blank=False),
        # Temporary assistance.
        Fact(
            "temp_type",
            "code",
            "临时救助类型",
            "申请或主动发现记录",
            options={"none": "无", "emergency": "急难型", "expenditure": "支出型"},
            blank="none",
        ),
        Fact("temp_cause", "code", "致困原因", "现场照片、证明材料", options=_CAUSES, blank="none"),
        Fact(
            "temp_tier",
            "code",
            "困难程度",
            "乡镇调查评估",
            options={"general": "一般", "serious": "较重", "grave": "严重", "extreme": "特别严重"},
        ),
        Fact("temp_need", "fen", "先行救助拟发金额", "乡镇现场核定"),
        Fact("temp_granted", "fen", "近12个月已发临时救助金", "全省临时救助台账", blank=0),
        _yes_no("temp_same_cause", "同一事由在限定期限内已获救助", "全省临时救助台账", blank=False),
        Fact("temp_minutes", "fen", "一事一议确定的金额", "乡镇会议纪要", blank=0),
        # Price linkage: what the index of the month has started.
        _yes_no("price_triggered", "当月启动价格补贴", "发展改革部门启动通知", blank=False),
        Fact("price_rise", "ratio", "低收入居民物价同比涨幅", "统计部门公布的指数", blank=0),
    ],
)
