"""What emergency help must satisfy: there is a need before it is decided, and the papers agree with what was paid."""

from __future__ import annotations

from typing import Any

from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case
from minzheng.kernel.errors import Refused
from minzheng.kernel.funds.models import ReservePayment

__all__ = ["papers_complete", "scene_assessed"]


def scene_assessed(case: Case, evidence: dict[str, Any], *, by: Actor, outcome: str) -> None:
    """Something is needed now."""
    if not evidence["need"]:
        raise Refused("no_need", "眼下所需金额为零，没有需要先行救助的。请核对。", field="need")


def papers_complete(case: Case, evidence: dict[str, Any], *, by: Actor, outcome: str) -> None:
    """The papers say what was paid, and for which cause it was granted."""
    paid = sum(ReservePayment.objects.filter(case_id=case.pk).values_list("amount", flat=True))
    if evidence["amount"] != paid:
        said = f"{paid // 100:,}.{paid % 100:02d}"
        raise Refused(
            "papers_differ", f"备用金实际支付 {said} 元，补齐的手续须与此一致。请核对金额。", field="amount"
        )
    if evidence["cause"] != case.form["cause"]:
        raise Refused(
            "cause_differs",
            "致困原因与报告和审批时不一致。请核对；确有出入的，在情况说明中写明并按原因由登记。",
            field="cause",
        )
