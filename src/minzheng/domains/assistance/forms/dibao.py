"""What is asked for dibao: of the family, of each member, of those who visit, assess, vote and sample."""

from __future__ import annotations

from typing import Any

from minzheng.kernel import declare
from minzheng.kernel.errors import Refused

from ..rules import DB2021

__all__ = [
    "APPLICATION", "APPRAISAL", "ASSESSMENT", "CHANGE", "CHANGE_FINDING", "DELIVERY", "EXAMINATION", "HEARING",
    "HOME_VISIT", "MEMBER", "PANEL", "PATROL", "REVIEWED_MEMBER", "SAMPLED_FILE", "WINDOW_CHECK",
]  # fmt: skip

_INCOME, _PROPERTY, _HOUSEHOLD = DB2021.article(13), DB2021.article(14), DB2021.article(7)


def _property(form: dict[str, Any]) -> None:
    """Vehicles set apart for a disabled member or for work are some of all vehicles."""
    if form.get("vehicles_exempt", 0) > form.get("vehicles", 0):
        raise Refused(
            "exempt_vehicles",
            "“其中代步或生产经营用车”不能多于全部车辆，请核对。",
            field="vehicles_exempt",
        )


APPLICATION = declare.Form(
    "application",
    label="最低生活保障申请",
    check=_property,
    fields=(
        declare.Choice("class_ur", "城乡类别", options={"urban": "城市", "rural": "农村"}),
        declare.Text(
            "need", "家里的主要困难", longest=500, lines=4, help="用几句话说明即可，例如生病、失业、上学。"
        ),
        declare.Choice(
            "housing", "住房状况", basis=_PROPERTY,
            options={"own": "自有", "rent": "租住", "unsafe": "危房", "none": "无房"},
        ),
        declare.Number("houses", "全家住房套数", most=20, basis=_PROPERTY),
        declare.Money("deposits", "全家存款和有价证券", basis=_PROPERTY, example="3000"),
        declare.Number("vehicles", "全家机动车辆数", most=20, basis=_PROPERTY, help="不含两轮电动车。"),
        declare.Number("vehicles_exempt", "其中残疾代步或生产经营用车", most=20, required=False),
        declare.Money("company_capital", "开办企业、个体工商户的出资额", required=False, basis=_PROPERTY),
        declare.Money(
            "rigid_spending", "过去12个月的刚性支出", required=False, help="看病、上学、康复等自己负担的费用。"
        ),
        declare.Phone("phone", "联系电话"),
        declare.Text(
            "payee_owner", "领取人（账户户名）", longest=60, help="应为申请人或家庭成员本人的账户。"
        ),
        declare.Account("payee_account", "银行账号", basis=DB2021.article(26)),
        declare.YesNo(
            "commitment", "本人承诺所填内容真实完整，家庭情况变化时及时报告", must=True, basis=DB2021.article(9)
        ),
    ),
)  # fmt: skip


def _pair(answers: dict[str, Any]) -> None:
    """A disability has a category and a grade, or neither."""
    if bool(answers.get("disability_category")) != bool(answers.get("disability_grade")):
        raise Refused("disability_pair", "残疾类别和残疾等级应同时填写。", field="disability_grade")


def _yearly(code: str, label: str, help_: str = "", basis: object = _INCOME) -> declare.Money:
    return declare.Money(
        code, label, required=False, help=help_ or "过去12个月合计，没有可不填。", basis=basis
    )


_GRADES = {"0": "无", "1": "一级", "2": "二级", "3": "三级", "4": "四级"}
_CATEGORIES = {
    "0": "无", "1": "视力", "2": "听力", "3": "言语", "4": "肢体", "5": "智力", "6": "精神", "7": "多重",
}  # fmt: skip

MEMBER = declare.Form(
    "member",
    label="家庭成员情况",
    check=_pair,
    fields=(
        declare.YesNo("lives_together", "与家人共同生活", basis=_HOUSEHOLD),
        declare.Choice(
            "work_capacity",
            "劳动能力",
            options={"full": "有劳动能力", "partial": "部分丧失", "none": "无劳动能力"},
        ),
        declare.YesNo("student", "本科及以下全日制在校学生", required=False, basis=_HOUSEHOLD),
        declare.YesNo("dependent", "不能独立生活的成年子女", required=False, basis=_HOUSEHOLD),
        declare.Choice("disability_category", "残疾类别", options=_CATEGORIES, required=False),
        declare.Choice("disability_grade", "残疾等级", options=_GRADES, required=False),
        declare.Choice(
            "illness",
            "患病情况",
            options={"none": "无", "chronic": "慢性病", "serious": "重病"},
            required=False,
        ),
        _yearly("wage", "工资收入"),
        _yearly("work_cost", "其中必要的就业成本", "交通、租房等。"),
        _yearly("business", "种地、做买卖的净收入", "收入减去成本；亏损不填。"),
        _yearly("property_income", "利息、租金、土地流转收入"),
        _yearly("transfer", "养老金、失业金、赡养费等"),
        _yearly("base_pension", "其中城乡居民基础养老金（中央部分）"),
        _yearly("transfer_paid", "缴纳的个税、社保和给付的赡养抚养费"),
        _yearly("excluded_income", "优待抚恤金、奖助学金、各类救助金"),
        _yearly("illness_cost", "因重病多花的费用", "医保报销以后自己负担的部分。"),
        _yearly("disability_cost", "因残疾多花的费用", "康复、辅具等自己负担的部分。"),
    ),
)

REVIEWED_MEMBER = declare.Form(
    "reviewed_member",
    label="家庭成员情况",
    check=_pair,
    fields=(
        *MEMBER.fields,
        declare.Number(
            "refused_jobs", "连续拒绝介绍工作次数", most=20, required=False, basis=DB2021.article(34),
            help="以人社部门就业服务记录为准，无正当理由的才计入。",
        ),
    ),
)  # fmt: skip

WINDOW_CHECK = declare.Form(
    "window_check",
    label="受理审查",
    fields=(
        declare.YesNo("complete", "申请内容和签字齐全", must=True),
        declare.YesNo("kin", "家庭成员是低保经办人员或村（社区）干部的近亲属", basis=DB2021.article(11)),
        declare.Text("kin_of", "近亲属工作人员账号", longest=40, required=False, help="有近亲属关系的须备案。"),
        declare.Text(
            "kin_name", "近亲属姓名和职务", longest=60, required=False, help="没有平台账号的村（社区）干部填这里。"
        ),
    ),
)  # fmt: skip

HOME_VISIT = declare.Form(
    "home_visit",
    label="入户调查表",
    fields=(
        declare.Day("visited_on", "入户日期"),
        declare.YesNo("together_confirmed", "共同生活成员与申报一致", basis=_HOUSEHOLD),
        declare.Choice(
            "housing", "现场查看的住房", options={"own": "自有", "rent": "租住", "unsafe": "危房", "none": "无房"}
        ),
        declare.Text("living", "实际生活状况", longest=500, lines=3),
        declare.YesNo("agrees", "收入和财产与申报基本一致"),
        declare.Text("differences", "不一致的情况", longest=500, lines=3, required=False),
        declare.Photo("photo", "现场照片", required=False),
        declare.YesNo("signed", "调查人员和家庭成员均已签字", must=True, basis=DB2021.article(15)),
    ),
)  # fmt: skip

ASSESSMENT = declare.Form(
    "assessment",
    label="初步评估意见",
    fields=(
        declare.Text("opinion", "评估意见", longest=500, lines=3),
        declare.Text("service_package", "建议的其他帮扶", longest=200, required=False),
    ),
)


def _votes(form: dict[str, Any]) -> None:
    """Whoever is recused does not vote."""
    for row in form["members"]:
        if row["recused"] and row["vote"] != "none":
            raise Refused("recused_voted", f"{row['name']}已回避，不能参加表决。", field="members")
        if row["recused"] and not row.get("recusal_reason"):
            raise Refused("recusal_reason", f"请写明{row['name']}回避的原因。", field="members")


PANEL = declare.Form(
    "panel",
    label="评审会记录",
    check=_votes,
    fields=(
        declare.Day("met_on", "开会日期"),
        declare.Rows(
            "members",
            "参会人员与表决",
            least=1,
            most=15,
            of=(
                declare.Text("name", "姓名", longest=30),
                declare.Text("post", "职务或身份", longest=40),
                declare.YesNo("recused", "回避"),
                declare.Text("recusal_reason", "回避原因", longest=100, required=False),
                declare.Choice(
                    "vote",
                    "表决",
                    options={"agree": "同意", "against": "不同意", "abstain": "弃权", "none": "未参加表决"},
                ),
            ),
        ),
        declare.Text("minutes", "会议纪要", longest=500, lines=3, required=False),
    ),
)

APPRAISAL = declare.Form(
    "appraisal",
    label="公示结果",
    fields=(declare.Text("result", "公示期间反映的情况", longest=300, required=False),),
)

EXAMINATION = declare.Form(
    "examination",
    label="县级审核",
    fields=(
        declare.Day("county_visited_on", "县级入户核查日期", required=False, basis=DB2021.article(20)),
        declare.Text(
            "county_found", "县级入户核查情况", longest=500, lines=3, required=False,
            help="已备案近亲属关系，或公示期间有异议的，县级必须入户核查，写明核查人员和所见。",
        ),
    ),
)  # fmt: skip

DELIVERY = declare.Form(
    "delivery",
    label="送达",
    fields=(
        declare.Choice(
            "way", "送达方式", options={"in_person": "当面", "post": "邮寄", "electronic": "电子", "left": "留置"}
        ),
        declare.Photo("proof", "送达凭证", required=False, help="邮寄、留置送达的须上传回执或见证照片。"),
    ),
)  # fmt: skip

CHANGE = declare.Form(
    "change",
    label="家庭情况变化",
    check=_property,
    fields=(
        declare.Choice(
            "why",
            "复核原因",
            options={
                "job": "家庭成员就业，收入增加", "income": "其他收入变化", "members": "家庭人口变化",
                "property": "财产变化", "periodic": "定期复核",
            },
        ),
        declare.Text("change", "变化情况", longest=500, lines=3),
        *(f for f in APPLICATION.fields if f.code in {
            "class_ur", "housing", "houses", "deposits", "vehicles", "vehicles_exempt", "company_capital",
            "rigid_spending",
        }),
    ),
)  # fmt: skip

CHANGE_FINDING = declare.Form(
    "change_finding",
    label="复核调查",
    fields=(
        declare.Day("visited_on", "核实日期"),
        declare.Text("found", "核实情况", longest=500, lines=3),
    ),
)

HEARING = declare.Form(
    "hearing",
    label="听取意见记录",
    fields=(
        declare.Day("heard_on", "听取意见日期"),
        declare.Text("views", "当事人的陈述和意见", longest=500, lines=3),
        declare.YesNo("signed", "当事人已签字确认", must=True),
    ),
)

PATROL = declare.Form(
    "patrol",
    label="入户走访",
    fields=(
        declare.Choice(
            "need",
            "发现的主要困难",
            options={
                "none": "暂无困难", "illness": "重病或慢性病", "disability": "残疾", "jobless": "失业或收入骤减",
                "accident": "意外事故", "schooling": "上学负担重", "elder": "老人无人照料", "other": "其他",
            },
        ),
        declare.Text("seen", "看到和了解到的情况", longest=500, lines=4),
        declare.YesNo("urgent", "需要马上救急"),
        declare.Photo("photo", "照片", required=False),
    ),
)  # fmt: skip

SAMPLED_FILE = declare.Form(
    "sampled_file",
    label="抽查记录",
    fields=(
        declare.YesNo("visit_form", "入户调查表完整、双人签字"),
        declare.YesNo("verification", "核对授权和核对报告齐全"),
        declare.YesNo("publicity", "公示天数和内容符合规定"),
        declare.YesNo("amount", "保障金额计算正确"),
        declare.Text("problem", "发现的问题", longest=500, lines=3, required=False),
    ),
)
