"""Who works in elder care: the township that knows the old people of its villages, the county that oversees."""

from __future__ import annotations

from minzheng.kernel.declare import COUNTY, TOWNSHIP, VILLAGE, Role

__all__ = [
    "ASSESSOR", "CLERK", "COUNTY_OFFICER", "PAYER", "PAYMENT_REVIEWER", "ROLES", "VISITOR",
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

ROLES = (
    VISITOR,
    CLERK,
    ASSESSOR,
    COUNTY_OFFICER,
    PAYER,
    PAYMENT_REVIEWER,
)
