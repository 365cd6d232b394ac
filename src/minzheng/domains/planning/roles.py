"""Who watches the plan: the owner of a target, a second person, the county, the planning office, the leaders."""

from __future__ import annotations

from minzheng.kernel.declare import COUNTY, PROVINCE, Role

__all__ = ["COUNTY_REPORTER", "DECIDER", "PLANNER", "REPORTER", "ROLES", "VERIFIER"]

REPORTER = Role("reporter", "省级指标责任处室", PROVINCE, duty="填报没有台账的指标，报告问题，提出目标调整")
VERIFIER = Role(
    "verifier", "省级指标核实人", PROVINCE, apart_from=(REPORTER,), duty="核对填报数值和依据，须另一人"
)
COUNTY_REPORTER = Role("county_reporter", "县指标管理员", COUNTY, duty="填报本县数值，登记项目进度，报告问题")
PLANNER = Role("planner", "省级规划处", PROVINCE, duty="分解指标，封存快照，组织评估，初审目标调整")
DECIDER = Role(
    "decider", "厅集体决定记录人", PROVINCE, apart_from=(PLANNER, REPORTER), duty="记录厅党组对目标调整的决定"
)

ROLES = (REPORTER, VERIFIER, COUNTY_REPORTER, PLANNER, DECIDER)
