"""Who works in elder care: the township that knows the old people of its villages, the county that oversees."""

from __future__ import annotations

from minzheng.kernel.declare import COUNTY, TOWNSHIP, Role

__all__ = ["CLERK", "COUNTY_OFFICER", "ROLES"]

CLERK = Role("clerk", "乡镇养老服务经办人", TOWNSHIP, duty="建立老年人台账，安排巡访，受理申请")
COUNTY_OFFICER = Role(
    "county_officer", "县级养老服务科", COUNTY, duty="备案和检查养老机构，确认津贴补贴，管理服务商"
)

ROLES = (CLERK, COUNTY_OFFICER)
