"""Elder care (养老服务): who is old, how well they manage, where they are visited, housed and cared for, and by whom.

The law stands in `rules/`; what is declared here are the registers, visits and services drawn from it.
"""

from __future__ import annotations

from pathlib import Path

from minzheng.kernel import declare

from . import roles, rules
from .steps import homes, measures, supervision

domain = declare.Domain(
    "eldercare",
    "养老服务",
    folder=Path(__file__).parent,
    roles=roles.ROLES,
    facilities=(homes.HOMES, homes.COMMUNITY),
    supervisions=(supervision.HOMES,),
    indicators=measures.MEASURES,
    carries=declare.carried(
        {
            "5.1 P110.6": (homes.HOMES,),
            "5.1 P112.4": (supervision.HOMES,),
            "5.1 P112.8": (supervision.HOMES,),
            "5.2 P114.6": (homes.COMMUNITY,),
            "5.3 P118.3": (homes.HOMES,),
            "5.3 P118.7": (homes.COMMUNITY,),
        }
    ),
    instruments=(rules.ORDER66, rules.GB38600, rules.SUPERVISION, rules.GB37276),
)
