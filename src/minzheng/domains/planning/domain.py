"""The plan that watches itself (规划监测评估): every target, where it stands, why, and what is done about it.

A target is computed from the registers of whichever domain declares that one of its indicators serves it; until one
does, it is shown without a source, or with a value given under evidence by two persons.
"""

from __future__ import annotations

from pathlib import Path

from minzheng.kernel import declare

from . import document, indicators, roles

jilin = declare.Plan(
    "jilin_14", "吉林省民政事业发展“十四五”规划", "2022-10-13", document.BEGINS, document.ENDS,
    "吉林省民政厅公开文本（2022年10月13日）", document.CHAPTERS, document.SECTIONS, document.TARGETS,
    document.PROGRAMMES, document.AMBIGUITIES, document.OWNERS,
    declare.PlanDuties(
        reporter=roles.REPORTER, verifier=roles.VERIFIER, county=roles.COUNTY_REPORTER, planner=roles.PLANNER,
        decider=roles.DECIDER,
    ),
)  # fmt: skip

domain = declare.Domain(
    "planning", "规划监测", folder=Path(__file__).parent, roles=roles.ROLES, indicators=indicators.MEASURES,
    plans=(jilin,),
)  # fmt: skip
