"""What the other benefits ask of a person: certificate, parents, care, and what is already drawn elsewhere.

Every line may be left empty on the signed form; then it declares what stands in ``blank``.  The dates and
terms of a parent's situation have no blank: they are looked at only where the situation itself is declared.
"""

from __future__ import annotations

from datetime import date

from minzheng.kernel.law.language import Fact

__all__ = ["FOREVER", "PARENT_STATES", "STATUS_FACTS"]

FOREVER = date(9999, 12, 31)  # a certificate without an end

PARENT_STATES = {
    "normal": "能够履行监护抚养责任",
    "severe_disability": "重残（一、二级残疾，或三、四级精神、智力残疾）",
    "serious_illness": "重病",
    "prison": "服刑在押",
    "detox": "强制隔离戒毒",
    "custody": "被采取其他限制人身自由的措施",
    "out_of_contact": "失联",
    "removed": "被撤销监护资格",
    "deported": "被遣送（驱逐）出境",
    "dead": "死亡",
    "missing": "被人民法院宣告失踪",
    "unknown": "不详",
}

_DISABLED = "残疾人证（残联信息）"
_PARENTS = "儿童户籍、父母情况证明（公安、司法、残联、医疗机构）"
_PAID = "人社、退役军人、医保等部门发放信息"


def _parent(which: str, title: str) -> list[Fact]:
    return [
        Fact(f"{which}_state", "code", f"{title}情形", _PARENTS, options=PARENT_STATES, blank="normal"),
        Fact(f"{which}_since", "date", f"{title}失联起始日期（公安受理的，自受理之日）", "公安机关查找报告"),
        Fact(f"{which}_term", "months", f"{title}被限制人身自由期限", "人民法院判决书或有关机关决定书"),
    ]


def _monthly(name: str, title: str) -> Fact:
    return Fact(name, "fen_per_month", title, _PAID, blank=0)


STATUS_FACTS: tuple[Fact, ...] = (
    # The disability certificate; category and grade stand with the other facts of health.
    Fact(
        "certificate_state",
        "code",
        "残疾人证状态",
        _DISABLED,
        options={"valid": "有效", "expired": "过期", "cancelled": "注销", "moved": "迁出"},
        blank="valid",
    ),
    Fact("certificate_expires", "date", "残疾人证有效期止", _DISABLED, blank=FOREVER),
    Fact("care_need", "boolean", "需要长期照护六个月以上", "残联评定或入户调查", blank=True),
    # Where the person lives, and how far an elder can look after themselves (GB/T 42195-2022).
    Fact(
        "residence",
        "code",
        "居住照料方式",
        "入户调查或机构入住登记",
        options={
            "home": "居家",
            "elder_home": "养老机构",
            "child_home": "儿童福利机构",
            "foster": "儿童福利机构家庭寄养",
        },
        blank="home",
    ),
    Fact("ability_level", "count", "老年人能力等级（0 完好至 4 完全失能）", "老年人能力评估报告", blank=0),
    # The child and its parents (民发〔2019〕62号、〔2020〕125号).
    *_parent("father", "父亲"),
    *_parent("mother", "母亲"),
    Fact("untraceable", "boolean", "查找不到生父母", "公安捡拾报案证明和寻亲公告", blank=False),
    Fact("hiv_infected", "boolean", "艾滋病病毒感染儿童", "卫生健康部门（专人保管）", blank=False),
    Fact("adopted", "boolean", "已被依法收养", "收养登记信息", blank=False),
    # What is already drawn, here or elsewhere.
    _monthly("injury_care_fee", "工伤保险生活护理费"),
    _monthly("veteran_care", "因公致残返城知青、离休人员等护理补贴"),
    _monthly("other_living_allowance", "其他生活性福利补贴"),
    _monthly("ltci_care", "长期护理保险待遇"),
    Fact(
        "living_subsidy_held", "boolean", "已先享受困难残疾人生活补贴", "残疾人两项补贴发放信息", blank=False
    ),
    Fact(
        "care_in_payment",
        "code",
        "正在发放的护理类补贴",
        "残疾人两项补贴、养老服务补贴发放信息",
        options={"none": "无", "nursing": "重度残疾人护理补贴", "elder_nursing": "经济困难老年人护理补贴"},
        blank="none",
    ),
    Fact(
        "unemployment",
        "code",
        "失业待遇",
        "人社部门发放信息",
        options={"none": "无", "insurance": "失业保险金", "aid": "失业补助金"},
        blank="none",
    ),
    Fact(
        "veteran_benefit",
        "boolean",
        "享受国家定期抚恤补助的优抚对象",
        "退役军人事务部门发放信息",
        blank=False,
    ),
)
