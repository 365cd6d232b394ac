"""Who leaves tekun of their own will (本人自愿申请退出): the law lets them, whatever the conditions say.

《特困人员认定办法》 art. 24.  The other grounds of the article are conditions no longer met, and ``tekun`` finds them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from minzheng.kernel.law.facts import Facts
from minzheng.kernel.law.findings import Finding, Outcome
from minzheng.kernel.law.parameters import Parameters

from .determination import Determination, determine
from .instruments import TK2021

__all__ = ["GIVES_UP", "determine_tekun_kept"]

# Not a circumstance of the household but what the person asks for: no column, no fact of the other rules.
GIVES_UP = "gives_up"
_RULE = "person.gives_up"


def determine_tekun_kept(facts: Facts, parameters: Parameters, *, path: str, on: date) -> Determination:
    """Whether the person is still kept, and at which amount; whoever asks to leave is not."""
    household = dict(facts.household)
    gives_up = household.pop(GIVES_UP, False)
    found = determine("tekun", replace(facts, household=household), parameters, path=path, on=on)
    if not gives_up:
        return found
    asked = Finding(
        rule=_RULE, title="本人没有申请终止救助供养", outcome=Outcome.NOT_MET, article=TK2021.article(24), figures=(),
        because="本人自愿书面申请终止救助供养",
    )  # fmt: skip
    return replace(found, eligible=asked, findings=(asked, *found.findings), amount=0)
