"""What elder care posts before it stands (公示): results of ratings, homes to be adapted; and the objections."""

from __future__ import annotations

from minzheng.kernel.declare import COUNTY, TOWNSHIP, Publicity, Publicized
from minzheng.kernel.publicity.keeping import registers_of
from minzheng.kernel.registers.words import in_yuan

from .. import roles, rules
from ..actions import adapting, rating
from ..models import Adaptation, Rating
from .books import RATINGS
from .living import ADAPTATIONS

__all__ = ["PUBLICITIES", "REGISTERS"]


def _rating(entry: Rating) -> Publicized:
    """The house, its level and its points, part by part (GB/T 37276)."""
    words = "一二三四五"
    parts = rules.institutions.PARTS
    facts = [("拟评等级", f"{words[(entry.stars or 1) - 1]}级"), ("总分", f"{entry.points} 分")]
    facts += [(f"{label}得分", f"{entry.scores[code]} / {most}") for code, label, most in parts]
    subject = f"facility:{entry.facility_id}"
    return Publicized(entry.facility.name, tuple(facts), subject=subject)


def _adaptation(entry: Adaptation) -> Publicized:
    """Whose home, why, and how much; not where."""
    facts = (
        ("困难类别", adapting.GROUPS[entry.group]), ("改造费用", in_yuan(entry.total)),
        ("其中补贴", in_yuan(entry.subsidy)), ("改造项目", f"{entry.items.count()} 项"),
    )  # fmt: skip
    return Publicized(entry.person.name, facts, person=True)


PUBLICITIES = (
    Publicity(
        "rating", "养老机构等级评定结果公示", RATINGS.code, COUNTY, "home.rating.posted", _rating,
        answered_by=(roles.RATER,), upheld=rating.score_anew, basis=rules.GB37276.as_a_whole(),
    ),
    Publicity(
        "adaptation", "居家适老化改造对象公示", ADAPTATIONS.code, TOWNSHIP, "adapt.posted", _adaptation,
        answered_by=(roles.COUNTY_OFFICER,), upheld=adapting.plan_anew, basis=rules.ADAPT.as_a_whole(),
    ),
)  # fmt: skip
_RATED, _ADAPTED = PUBLICITIES
REGISTERS = (
    *registers_of("eldercare", _RATED, also=(roles.COUNTY_OFFICER,)),
    *registers_of("eldercare", _ADAPTED, also=(roles.CLERK,)),
)
