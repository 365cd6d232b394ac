"""What a release of the assistance standards is tried on, who drafts and signs it, and what follows in the register."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import OuterRef, Subquery

from minzheng.kernel import declare
from minzheng.kernel.ledger.models import Entitlement

from . import rules
from .models import Standing
from .roles import PROVINCIAL_OFFICER, PROVINCIAL_SIGNER, STANDARDS_DRAFTER, STANDARDS_SIGNER
from .rules.care import tekun_total
from .rules.dibao import dibao_amount, dibao_eligible
from .rules.edge import edge_eligible
from .rules.released import living_anyone, living_total, tekun_anyone

__all__ = ["SIMULATED"]


def _rule_set(day: date) -> str:
    return rules.SOCIAL_ASSISTANCE.on(day).code


def _follow(households: Sequence[int]) -> None:
    """The register says the amount that is now paid."""
    own = Entitlement.objects.filter(
        household=OuterRef("household"), scheme="assistance.dibao", state="current"
    )
    standings = Standing.objects.filter(
        household_id__in=households,
        low_income_class=Standing.LowIncomeClass.DIBAO,
        state=Standing.State.CURRENT,
    )
    standings.update(amount=Subquery(own.order_by("-from_month", "-id").values("amount")[:1]))


SIMULATED = declare.Simulated(
    rules.household,
    reckoned=(
        declare.Reckoned("dibao", "最低生活保障", dibao_eligible, dibao_amount),
        declare.Reckoned("edge", "低保边缘家庭", edge_eligible),
        declare.Reckoned("tekun", "特困人员救助供养", tekun_anyone, tekun_total, counted_only=True),
        declare.Reckoned("living", "困难残疾人生活补贴", living_anyone, living_total, counted_only=True),
    ),
    drafted_by=(STANDARDS_DRAFTER, PROVINCIAL_OFFICER),
    signed_by=(STANDARDS_SIGNER, PROVINCIAL_SIGNER),
    rule_set=_rule_set,
    floors=tuple(
        declare.Floor(f"tekun.basic.{place}", "tekun.floor.multiple", f"dibao.standard.{place}")
        for place in ("urban", "rural")
    ),
    followed=_follow,
)
