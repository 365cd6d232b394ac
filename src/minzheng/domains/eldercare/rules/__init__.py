"""The law of elder care (养老服务) as pure functions: ability, institutions, the community, funds.

Allowances for the old stand with the other benefits of a household, in social assistance.
"""

from __future__ import annotations

from .ability import assessment
from .carers import BANDS as CARER_BANDS
from .carers import carer
from .casebook import seed_parameters
from .community import HURDLES, MERITS, district, match, score, visit_list, visited
from .dates import filing_due, next_contacts
from .funds import fund, policies, purchase_allowed, purchase_cap, purchase_warns, purchase_year
from .institutions import beds, rating
from .instruments import ADAPT, ELDERS, GB37276, GB38600, GB42195, ORDER66, PLAN, SUB113, SUPERVISION, VISITS
from .living import adaptation, home_bed
from .supervision import admission, standing

__all__ = [
    "ADAPT",
    "CARER_BANDS",
    "ELDERS",
    "GB37276",
    "GB38600",
    "GB42195",
    "HURDLES",
    "MERITS",
    "ORDER66",
    "PLAN",
    "SUB113",
    "SUPERVISION",
    "VISITS",
    "adaptation",
    "admission",
    "assessment",
    "beds",
    "carer",
    "district",
    "filing_due",
    "fund",
    "home_bed",
    "match",
    "next_contacts",
    "policies",
    "purchase_allowed",
    "purchase_cap",
    "purchase_warns",
    "purchase_year",
    "rating",
    "score",
    "seed_parameters",
    "standing",
    "visit_list",
    "visited",
]
