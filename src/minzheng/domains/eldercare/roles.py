"""Who works in elder care: the township that knows the old people of its villages, the county that oversees."""

from __future__ import annotations

from minzheng.kernel.declare import CITY, COUNTY, TOWNSHIP, VILLAGE, Role

__all__ = [
    "ASSESSOR", "CLERK", "COUNTY_OFFICER", "HOME_KEEPER", "INSPECTOR", "LEGAL_REVIEWER", "PAYER", "PAYMENT_REVIEWER",
    "RATER", "ROLES", "SERVER", "VISITOR",
]  # fmt: skip

VISITOR = Role("visitor", "村（社区）巡访员", VILLAGE, duty="按台账上门、通话，登记情况，联系不上时先查找")
CLERK = Role("clerk", "乡镇养老服务经办人", TOWNSHIP, duty="建立老年人台账，安排巡访，受理申请")
ASSESSOR = Role("assessor", "老年人能力评估员", COUNTY, duty="两人一组现场评估老年人能力，在评估表上签字")
COUNTY_OFFICER = Role(
    "county_officer", "县级养老服务科", COUNTY, duty="备案和检查养老机构，确认津贴补贴，管理服务商"
)
PAYER = Role("payer", "养老资金发放经办人", COUNTY, duty="生成津贴补贴名单和发放批次")
PAYMENT_REVIEWER = Role(
    "payment_reviewer", "养老资金复核人", COUNTY, apart_from=(PAYER,), duty="复核津贴补贴名单和发放批次"
)
HOME_KEEPER = Role(
    "home_keeper", "养老机构经办人", TOWNSHIP, duty="办理本机构备案、入住、自查、整改和事故报告"
)
INSPECTOR = Role("inspector", "养老机构检查员", COUNTY, duty="检查养老机构，复查整改，承办处罚案件")
LEGAL_REVIEWER = Role("legal_reviewer", "县级法制审核岗", COUNTY, duty="复核申辩，审核处罚案件")
RATER = Role("rater", "等级评定委员会办公室", CITY, duty="组织养老机构等级评定、公示、发证和复核")
SERVER = Role("service_staff", "养老服务商人员", COUNTY, duty="接单，上门签到签退，登记服务记录")

ROLES = (
    VISITOR, CLERK, ASSESSOR, COUNTY_OFFICER, PAYER, PAYMENT_REVIEWER, HOME_KEEPER, INSPECTOR, LEGAL_REVIEWER, RATER,
    SERVER,
)  # fmt: skip
