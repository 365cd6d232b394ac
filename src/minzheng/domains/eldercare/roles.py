"""Who works in elder care: the township that knows the old people of its villages, the county that oversees."""

from __future__ import annotations

from minzheng.kernel.declare import CITY, COUNTY, TOWNSHIP, Role

__all__ = [
    "CLERK", "COUNTY_OFFICER", "HOME_KEEPER", "INSPECTOR", "LEGAL_REVIEWER", "RATER", "ROLES",
]  # fmt: skip

CLERK = Role("clerk", "乡镇养老服务经办人", TOWNSHIP, duty="建立老年人台账，安排巡访，受理申请")
COUNTY_OFFICER = Role(
    "county_officer", "县级养老服务科", COUNTY, duty="备案和检查养老机构，确认津贴补贴，管理服务商"
)
HOME_KEEPER = Role(
    "home_keeper", "养老机构经办人", TOWNSHIP, duty="办理本机构备案、入住、自查、整改和事故报告"
)
INSPECTOR = Role("inspector", "养老机构检查员", COUNTY, duty="检查养老机构，复查整改，承办处罚案件")
LEGAL_REVIEWER = Role("legal_reviewer", "县级法制审核岗", COUNTY, duty="复核申辩，审核处罚案件")
RATER = Role("rater", "等级评定委员会办公室", CITY, duty="组织养老机构等级评定、公示、发证和复核")

ROLES = (
    CLERK,
    COUNTY_OFFICER,
    HOME_KEEPER,
    INSPECTOR,
    LEGAL_REVIEWER,
    RATER,
)
