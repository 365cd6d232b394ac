"""Elder care (养老服务): who is old and how able, where they are visited, housed and cared for, and by whom.

The law stands in `rules/`; what is declared here are the registers, visits and services drawn from it.
"""

from __future__ import annotations

from pathlib import Path

from minzheng.kernel import declare

from . import indicators, roles, rules, steps, subsidies

domain = declare.Domain(
    "eldercare", "养老服务", folder=Path(__file__).parent, roles=roles.ROLES,
    rounds=(steps.VISITS,), scored=(steps.ABILITY,),
    schemes=(subsidies.highage_money, subsidies.nursing_money), subsidies=(subsidies.HIGHAGE, subsidies.NURSING),
    indicators=indicators.MEASURES,
    carries=declare.carried({
        "5.2 P115.7": (steps.VISITS,), "5.5 P125.3": (steps.ABILITY,),
        "5.5 P125.6": (subsidies.HIGHAGE, subsidies.NURSING),
    }),
    instruments=(rules.GB42195, rules.VISITS, rules.ELDERS),
)  # fmt: skip
