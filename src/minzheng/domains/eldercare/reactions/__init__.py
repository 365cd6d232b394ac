"""What elder care does when an old person dies or moves (handbook 02 §8, §16); each is a transaction of its own."""

from __future__ import annotations

from minzheng.kernel.declare import Reaction

from .. import rules
from . import allowances, beds

__all__ = ["REACTIONS"]

REACTIONS = (
    Reaction("home_bed", "终止家庭养老床位", ("death",), beds.dead, beds.lives, basis=rules.PLAN.as_a_whole()),
    Reaction(
        "home_bed_move", "迁出后家庭养老床位终止或随迁", ("hukou_move",), beds.moved, beds.moved_back,
        basis=rules.PLAN.as_a_whole(),
    ),
    Reaction(
        "allowances", "去世后多发的津贴补贴追缴", ("death",), allowances.claim_back, allowances.claim_no_more,
        basis=rules.ELDERS.article(33),
    ),
    Reaction(
        "free_bed", "空出机构床位，退出轮候", ("death",), beds.free, beds.taken_up, basis=rules.ORDER66.as_a_whole()
    ),
)  # fmt: skip
