"""The law of social assistance as pure functions: no database, no clock of the machine, no hidden values.

Read ``facts`` (what is asked), ``means`` (who counts, income, property), ``dibao``, ``edge``, ``single``,
``tekun`` with ``care``, ``rigid``, ``temporary``, ``price``, ``funds``, ``scoring``, ``procedure`` (time limits);
then the other benefits: ``parents``, ``children``, ``eldercare``, ``disability``, what excludes what (``overlap``)
and ``receivable``, which answers for all of them.  Call what is listed here.
"""

from __future__ import annotations

from .care import funeral_sum
from .determination import (
    Determination,
    Score,
    determine,
    determine_dibao,
    determine_edge,
    determine_rigid,
    determine_single,
    determine_tekun,
    determine_temporary,
    from_form,
    score,
    seed_parameters,
)
from .facts import household, person
from .funds import (
    fund_year,
    place,
    purchase_allowed,
    purchase_cap,
    purchase_warns,
    purchase_year,
    reserve_case_within,
    reserve_solvent,
    reserve_top_up,
)
from .instruments import (
    DB2021,
    GB39,
    GF14,
    GF47,
    MF23,
    MF83,
    PR1553,
    RG2025,
    SA2014,
    SA2026,
    SOCIAL_ASSISTANCE,
    TK2021,
    ZB18,
)
from .leaving import GIVES_UP, determine_tekun_kept
from .price import place_month

__all__ = [
    "DB2021",
    "GB39",
    "GF14",
    "GF47",
    "GIVES_UP",
    "MF23",
    "MF83",
    "PR1553",
    "RG2025",
    "SA2014",
    "SA2026",
    "SOCIAL_ASSISTANCE",
    "TK2021",
    "ZB18",
    "Determination",
    "Score",
    "determine",
    "determine_dibao",
    "determine_edge",
    "determine_rigid",
    "determine_single",
    "determine_tekun",
    "determine_tekun_kept",
    "determine_temporary",
    "from_form",
    "fund_year",
    "funeral_sum",
    "household",
    "person",
    "place",
    "place_month",
    "purchase_allowed",
    "purchase_cap",
    "purchase_warns",
    "purchase_year",
    "reserve_case_within",
    "reserve_solvent",
    "reserve_top_up",
    "score",
    "seed_parameters",
]
