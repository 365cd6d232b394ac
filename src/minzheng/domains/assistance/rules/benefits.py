"""Every benefit a household or a member may be told of (全部待遇), in the order in which one is sent on.

Handbook 01 §2: emergency, tekun, dibao, edge, rigid spending, child, disability, elder, price.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from minzheng.kernel.law.language import Rule

from . import children, disability, edge, eldercare, parents, rigid, sharing, tekun, temporary, totals
from .care import tekun_amount
from .dibao import dibao_eligible
from .facts import household, person

__all__ = ["BENEFITS", "RECEIVABLE_RULES", "Benefit", "Period", "benefit_total", "by_code"]

Period = Literal["monthly", "once", "status"]


@household.rule("家庭当月待遇合计", unit="fen")
def benefit_total(h: Any) -> Any:
    """Dibao for the household and everything its members draw; one-off help is told apart."""
    return h.dibao_paid + h.sum(lambda p: p.benefit_total)


@dataclass(frozen=True, slots=True)
class Benefit:
    """``entitled`` are its own conditions; ``amount`` is what is paid once the others are reckoned.

    ``code`` names it in the matrix of what excludes what; a status pays nothing itself.
    """

    code: str
    label: str
    entitled: Rule
    amount: Rule | None
    period: Period = "monthly"

    @property
    def personal(self) -> bool:
        """Whether it belongs to one person rather than to the household."""
        return self.entitled.entity == person.name


BENEFITS: tuple[Benefit, ...] = (
    Benefit("temporary", "临时救助", temporary.temporary_eligible, temporary.temporary_amount, "once"),
    Benefit("tekun", "特困人员救助供养", tekun.tekun_eligible, tekun_amount),
    Benefit("dibao", "最低生活保障", dibao_eligible, sharing.dibao_paid),
    Benefit("single", "单人户最低生活保障", sharing.single_drawn, sharing.single_paid),
    Benefit("edge", "低保边缘家庭", edge.edge_eligible, None, "status"),
    Benefit("rigid", "刚性支出困难家庭", rigid.rigid_eligible, None, "status"),
    Benefit("orphan", "孤儿基本生活费", parents.orphan, children.orphan_amount),
    Benefit("fuc", "事实无人抚养儿童基本生活补贴", parents.fuc, children.fuc_amount),
    Benefit("living", "困难残疾人生活补贴", disability.living_entitled, disability.living_amount),
    Benefit("nursing", "重度残疾人护理补贴", disability.nursing_entitled, disability.nursing_amount),
    Benefit("highage", "高龄津贴", eldercare.highage_entitled, disability.highage_amount),
    Benefit(
        "elder_nursing",
        "经济困难老年人护理补贴",
        eldercare.elder_nursing_entitled,
        disability.elder_nursing_amount,
    ),
    Benefit("price", "价格临时补贴", totals.price_entitled, totals.price_due),
)
by_code: Mapping[str, Benefit] = {one.code: one for one in BENEFITS}

RECEIVABLE_RULES: tuple[Rule, ...] = (
    *(one.entitled for one in BENEFITS),
    *(one.amount for one in BENEFITS if one.amount is not None),
    children.choice_open,
    children.child_scheme_better,
    totals.benefit_total,
    benefit_total,
)
"""What a bulk engine is asked for, so that a province is told what each household and person can receive."""
