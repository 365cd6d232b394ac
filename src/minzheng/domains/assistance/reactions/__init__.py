"""What social assistance does when something happens in a life (handbook 00 §0.10); each is a transaction of its own.

Death and prison end what is a person's own; what is a household's is counted again by a human, who is asked to.
"""

from __future__ import annotations

from minzheng.kernel.declare import EventDuties, Milestone, Reaction
from minzheng.kernel.events.listed import reported_by_list

from .. import rules
from ..roles import CLERK, COORDINATOR, COUNTY_APPROVER, PROVINCIAL_OFFICER, VERIFIER
from . import endings, funerals, places, reviews

__all__ = ["DUTIES", "LISTED", "MILESTONES", "REACTIONS"]

DUTIES = EventDuties(
    reported_by=(COORDINATOR, CLERK),
    decided_by=(COUNTY_APPROVER,),
    followed_by=(CLERK, COUNTY_APPROVER),
    placed_by=(PROVINCIAL_OFFICER,),
)
# Whoever exchanges files brings the lists in; the county decides on what they say.
LISTED = reported_by_list(handled_by=(VERIFIER, PROVINCIAL_OFFICER))
REACTIONS = (
    Reaction(
        "end_tekun", "终止特困人员救助供养", ("death", "prison"), endings.end_tekun, endings.tekun_goes_on,
        basis=rules.TK2021.article(24),
    ),
    Reaction(
        "funeral_sum", "特困人员丧葬费", ("death",), funerals.due_once, funerals.called_off,
        basis=rules.GF14.as_a_whole(),
    ),
    Reaction(
        "end_household", "全户去世，终止低保", ("death",), endings.end_household, endings.household_goes_on,
        basis=rules.DB2021.article(31),
    ),
    Reaction("recount_death", "成员去世，重新核算", ("death",), reviews.after_death, basis=rules.MF83.as_a_whole()),
    Reaction(
        "recount", "共同生活成员变动，重新核算",
        ("prison", "detox", "missing", "release", "marriage", "divorce"), reviews.recount,
        basis=rules.DB2021.article(7),
    ),
    Reaction(
        "review", "情况变化，复核",
        (
            "disability_new", "disability_regraded", "disability_expired", "employment", "vehicle", "property",
            "company",
        ),
        reviews.review, basis=rules.DB2021.article(31),
    ),
    Reaction("age", "成员年满周岁，提前核对", ("age",), reviews.coming_of_age, basis=rules.DB2021.article(31)),
    Reaction(
        "move", "台账随户迁移，迁入地重新确认", ("hukou_move",), places.move, places.move_back,
        basis=rules.DB2021.article(31),
    ),
)  # fmt: skip
# Whoever is on dibao, on tekun or in an edge household, with the family that is counted.
MILESTONES = (
    Milestone(
        "assisted", "在保人员年满周岁", (16, 18, 60, 80, 90, 100),
        """SELECT m.person_id FROM assistance_standing s
        JOIN people_membership m ON m.household_id = s.household_id AND m.until_on IS NULL
        WHERE s.state <> 'ended' AND (s.low_income_class <> 'L1' OR m.person_id = s.applicant_id)""",
    ),
)  # fmt: skip
