"""先行支付: what was decided is paid at once out of the township's reserve fund, under two signatures."""

from __future__ import annotations

from minzheng.kernel import clock, declare
from minzheng.kernel.access.models import User
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import Refused
from minzheng.kernel.funds import actions as funds

from .act import Act
from .models import Case
from .opening import latest_tasks

__all__ = ["on_take"]


def on_take(act: Act) -> None:
    """The officer pays what another has approved; the fund, its cap and its ledger are seen to by the funds room."""
    step = act.step
    assert isinstance(step, declare.Paying)
    if act.outcome.then != "advance":
        return
    if act.case.state != Case.State.GRANTED or step.pays is None:
        raise Refused("not_granted", "这件办件没有批准救助，不能支付。请刷新页面查看最新进度。")
    payout = step.pays(act.case, act.evidence)
    funds.pay(
        reserve=f"{act.declared.domain.code}.{step.reserve}",
        payout=payout,
        signed_by=_signed_by(act, step),
        by=act.by,
    )


def _signed_by(act: Act, step: declare.Paying) -> Actor:
    """Whoever approved, with the posts held on the day of approval."""
    task = latest_tasks(act.case)[step.signed_in]
    user = User.objects.filter(pk=int(task.done_by.removeprefix("user:") or 0)).first()
    if user is None or task.done_at is None:
        raise Refused("unsigned", "这件办件还没有审批人签字，不能支付。")
    return actor_of(user, on=clock.at_office_time(task.done_at).date())
