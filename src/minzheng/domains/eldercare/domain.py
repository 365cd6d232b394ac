"""Elder care (养老服务): who is old and how able, where they are visited, housed and cared for, and by whom.

The law stands in `rules/`; what is declared here are the registers, visits and services drawn from it.
"""

from __future__ import annotations

from pathlib import Path

from minzheng.kernel import declare

from . import counter, indicators, reactions, roles, rules, steps, subsidies
from .steps import homes, learning, measures, postings, quality, services, supervision, training
from .steps.asking import ASKED
from .steps.books import BOOKS, INCIDENTS, POLICIES, RATINGS
from .steps.houses import HOUSES
from .steps.living import ADAPTATIONS, HOME_BED_MONTHS, HOME_BEDS
from .steps.neighbourhoods import NEIGHBOURHOODS, OLD_ESTATES, SPORTS
from .steps.provision import CERTIFICATES, ESTATES, LOTTERY, PROVISION
from .steps.transfers import TRANSFERS

domain = declare.Domain(
    "eldercare", "养老服务", folder=Path(__file__).parent, roles=roles.ROLES,
    rounds=(steps.VISITS,), scored=(steps.ABILITY,),
    facilities=(homes.HOMES, homes.COMMUNITY), networks=(homes.RURAL,), supervisions=(supervision.HOMES,),
    matchings=(services.MARKET,), learnings=(learning.LEARNING, training.TRAINING), purchasings=(services.PURCHASE,),
    schemes=(
        subsidies.highage_money, subsidies.nursing_money, services.service_money, subsidies.training_money,
        subsidies.carer_money,
    ),
    registers=(
        *HOUSES, *BOOKS, *ASKED, HOME_BEDS, HOME_BED_MONTHS, ADAPTATIONS, TRANSFERS, *PROVISION, *NEIGHBOURHOODS,
        *learning.REGISTERS, *training.REGISTERS, *postings.REGISTERS,
    ),
    publicities=postings.PUBLICITIES, reactions=reactions.REACTIONS, counter=counter.COUNTER,
    subsidies=(subsidies.HIGHAGE, subsidies.NURSING, subsidies.TRAINING, subsidies.CARERS),
    indicators=(*indicators.MEASURES, *measures.MEASURES, *quality.MEASURES, *learning.MEASURES),
    carries=declare.carried({
        "5.1 P110.6": (homes.HOMES,), "5.1 P112.4": (supervision.HOMES, RATINGS, INCIDENTS),
        "5.1 P112.5": (POLICIES, rules.funds.insured_met), "5.1 P112.8": (supervision.HOMES,),
        "5.2 P114.3": (ESTATES, rules.community.land_met), "5.2 P114.4": (OLD_ESTATES,),
        "5.2 P114.6": (homes.COMMUNITY, HOME_BEDS, ADAPTATIONS),
        "5.2 P115.7": (steps.VISITS, services.MARKET, rules.community.risk), "5.3 P118.3": (homes.HOMES,),
        "5.3 P118.7": (homes.COMMUNITY, learning.SITE_MONTHS), "5.4 P120.4": (TRANSFERS,), "5.4 P122.5": (SPORTS,),
        "5.5 P125.3": (steps.ABILITY,), "5.5 P125.5": (LOTTERY, rules.funds.lottery_met),
        "5.5 P125.6": (subsidies.HIGHAGE, subsidies.NURSING), "5.5 P126.6": (rules.community.workers_met,),
        "5.5 P126.7": (CERTIFICATES, subsidies.TRAINING), "5.5 P126.8": (subsidies.CARERS,),
    }),
    instruments=(rules.GB42195, rules.VISITS, rules.ELDERS, rules.ORDER66, rules.GB38600, rules.SUPERVISION,
                 rules.GB37276, rules.SUB113, rules.ADAPT),
)  # fmt: skip
