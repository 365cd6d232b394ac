"""Who works in social assistance, at which level, and which duties are kept apart in one case."""

from __future__ import annotations

from minzheng.kernel.declare import CITY, COUNTY, PROVINCE, TOWNSHIP, VILLAGE, Role

__all__ = [
    "CLERK",
    "COORDINATOR",
    "COUNTY_APPROVER",
    "DATA_STEWARD",
    "INVESTIGATOR",
    "PANEL_SECRETARY",
    "PAYER",
    "PAYMENT_REVIEWER",
    "PROVINCIAL_OFFICER",
    "PROVINCIAL_SIGNER",
    "PROVINCIAL_STEWARD",
    "PURCHASER",
    "REVIEWER",
    "ROLES",
    "SAMPLER",
    "STANDARDS_DRAFTER",
    "STANDARDS_SIGNER",
    "TOWNSHIP_APPROVER",
    "VERIFIER",
]  # fmt: skip

COORDINATOR = Role("coordinator", "村级社会救助协理员", VILLAGE, duty="走访困难家庭，发现线索，代办申请")
CLERK = Role(
    "clerk",
    "乡镇窗口受理员",
    TOWNSHIP,
    duty="受理申请，张贴公示，核实异议，送达决定",
    compartments=("reporter",),
)
INVESTIGATOR = Role("investigator", "乡镇调查员", TOWNSHIP, duty="两人入户调查，提出初审意见")
PANEL_SECRETARY = Role("panel_secretary", "乡镇评审会秘书", TOWNSHIP, duty="记录评审会的回避和表决")
TOWNSHIP_APPROVER = Role(
    "township_approver", "乡镇审批人", TOWNSHIP, apart_from=(INVESTIGATOR, CLERK), duty="受县级委托审核确认"
)
# Whoever compares numbers and accounts all day opens more of them (``Role.reveals``).
_CHECKING = "reveals.daily_checking"
VERIFIER = Role(
    "verifier", "县核对中心核对员", COUNTY, duty="向有关部门核对家庭经济状况，出具报告", reveals=_CHECKING
)
COUNTY_APPROVER = Role(
    "county_approver",
    "县民政局审批人",
    COUNTY,
    apart_from=(INVESTIGATOR, VERIFIER),
    duty="审核确认，批准中止",
)
PAYER = Role(
    "payer", "县资金经办", COUNTY, duty="编制发放批次，处理退票，拨付备用金，支付合同款", reveals=_CHECKING
)
PAYMENT_REVIEWER = Role(
    "payment_reviewer",
    "县资金复核",
    COUNTY,
    apart_from=(PAYER,),
    duty="复核发放批次，须两人；核定乡镇备用金，审核补充和核销",
)
PURCHASER = Role("purchaser", "县购买服务经办", COUNTY, duty="登记购买服务的交付情况和凭证")
SAMPLER = Role("sampler", "市级抽查员", CITY, duty="随机抽查已办结的档案")
PROVINCIAL_OFFICER = Role("provincial_officer", "省级救助处", PROVINCE, duty="汇总分析，制定标准")
STANDARDS_DRAFTER = Role("standards_drafter", "县标准拟订人", COUNTY, duty="拟订低保等标准的发布，发起试算")
STANDARDS_SIGNER = Role(
    "standards_signer",
    "县标准会签人",
    COUNTY,
    apart_from=(STANDARDS_DRAFTER,),
    duty="核对试算结果并会签，须两人",
)
PROVINCIAL_SIGNER = Role(
    "provincial_signer",
    "省级标准会签人",
    PROVINCE,
    apart_from=(PROVINCIAL_OFFICER,),
    duty="会签全省的标准发布，须两人",
)
DATA_STEWARD = Role(
    "data_steward",
    "县级数据管理员",
    COUNTY,
    duty="核对疑似重复的人员档案，合并和撤销合并，审批未脱敏导出，监督敏感信息的查看",
    reveals=_CHECKING,
)
PROVINCIAL_STEWARD = Role(
    "provincial_steward",
    "省级数据管理员",
    PROVINCE,
    duty="核对跨地区疑似重复的人员档案，合并和撤销合并，审批未脱敏导出，监督敏感信息的查看",
    reveals=_CHECKING,
)
REVIEWER = Role("reviewer", "行政复议机构", COUNTY, apart_from=(COUNTY_APPROVER,), duty="审理行政复议")

ROLES = (
    COORDINATOR, CLERK, INVESTIGATOR, PANEL_SECRETARY, TOWNSHIP_APPROVER, VERIFIER, COUNTY_APPROVER, PAYER,
    PAYMENT_REVIEWER, PURCHASER, SAMPLER, PROVINCIAL_OFFICER, REVIEWER, STANDARDS_DRAFTER, STANDARDS_SIGNER,
    PROVINCIAL_SIGNER, DATA_STEWARD, PROVINCIAL_STEWARD,
)  # fmt: skip
