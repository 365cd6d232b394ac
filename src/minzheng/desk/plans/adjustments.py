"""A target's change on its way: requested by its owner, and each further step for whoever takes it."""

from __future__ import annotations

from datetime import date

from minzheng.desk.sheets import Sent, Sheet
from minzheng.kernel import clock, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Day, Form, Photo, Text
from minzheng.kernel.plans import adjusting
from minzheng.kernel.plans.duties import Plan, holds
from minzheng.kernel.plans.models import Adjustment

from .answered import decimal, paper

__all__ = ["adjustment_sheets"]

_FILE = Form(
    "adjust", "提出目标调整",
    (
        Choice("ground", "调整事由", options=adjusting.GROUNDS), Text("new_value", "新目标值", longest=20),
        Text("reason", "理由", longest=500, lines=3), Text("impact", "影响", longest=500, lines=2),
        Choice("minor", "调整性质", options={"no": "改变目标值", "yes": "仅更正表述"}),
        Photo("evidence", "依据材料", paper=True),
    ),
)  # fmt: skip
_REVIEW = Form("review", "初审", (Photo("expert", "专家和第三方意见", paper=True, required=False),))
_CONSULT = Form(
    "consult", "征求意见", (Photo("opinion", "省发展改革委书面意见", paper=True, required=False),)
)
_DECIDE = Form(
    "decide", "集体决定",
    (Choice("approved", "决定", options={"yes": "同意", "no": "不同意"}), Text("minutes", "决定文号", longest=60)),
)  # fmt: skip
_PUBLISH = Form("publish", "公布", (Day("valid_from", "生效日期", future=True),))


def adjustment_sheets(plan: Plan, target: declare.Target, by: Actor) -> list[Sheet]:
    """The next step of each request, and a new request while none is on its way."""
    duties, found, running = plan.item.duties, [], False
    state = Adjustment.State
    for one in Adjustment.objects.filter(plan=plan.code, target=target.code).order_by("id"):
        running |= one.state not in (state.PUBLISHED, state.REJECTED)
        planner = holds(plan, duties.planner, path="22/", by=by)
        head = f"目标调整 {one.old_value} 改为 {one.new_value}"
        if one.state == state.DRAFT and planner:
            found.append(_sheet("review", _REVIEW, one, head, "初审通过", plan, by))
        if one.state == state.REVIEWED and planner and not one.minor:
            found.append(_sheet("consult", _CONSULT, one, head, "登记发展改革委意见", plan, by))
        ready = one.state == state.CONSULTED or (one.minor and one.state == state.REVIEWED)
        if ready and holds(plan, duties.decider, path="22/", by=by):
            found.append(_sheet("decide", _DECIDE, one, head, "记录集体决定", plan, by))
        if one.state == state.APPROVED and planner:
            found.append(_sheet("publish", _PUBLISH, one, head, "公布", plan, by))
    if (
        not running
        and clock.today() <= target.due
        and target.value is not None
        and target.is_target
        and holds(plan, duties.reporter, path="22/", by=by)
    ):
        found.append(
            Sheet(
                "adjust", _FILE, lambda sent: _file(plan, target, sent, by), title="提出目标调整", quiet=True
            )
        )
    return found


def _sheet(code: str, form: Form, one: Adjustment, title: str, submit: str, plan: Plan, by: Actor) -> Sheet:
    return Sheet(
        f"{code}{one.pk}",
        form,
        lambda sent: _step(code, form, one, plan, sent, by),
        submit=submit,
        title=title,
    )


def _step(code: str, form: Form, one: Adjustment, plan: Plan, sent: Sent, by: Actor) -> str:
    given = form.clean(sent.answers).plain
    if code == "review":
        adjusting.review(
            plan=plan, adjustment=one, expert=paper(given.get("expert"), by), by=by, key=sent.key
        )
    elif code == "consult":
        adjusting.consult(
            plan=plan, adjustment=one, opinion=paper(given.get("opinion"), by), by=by, key=sent.key
        )
    elif code == "decide":
        adjusting.decide(
            plan=plan,
            adjustment=one,
            approved=given["approved"] == "yes",
            minutes=given["minutes"],
            by=by,
            key=sent.key,
        )
    else:
        day = date.fromisoformat(given["valid_from"])
        adjusting.publish(plan=plan, adjustment=one, valid_from=day, by=by, key=sent.key)
    return "已办理。"


def _file(plan: Plan, target: declare.Target, sent: Sent, by: Actor) -> str:
    given = _FILE.clean(sent.answers).plain
    adjusting.file(
        plan=plan, target=target.code, ground=given["ground"], reason=given["reason"], impact=given["impact"],
        new_value=decimal(given["new_value"], field="new_value"), minor=given["minor"] == "yes",
        evidence=paper(given["evidence"], by), by=by, key=sent.key,
    )  # fmt: skip
    return "已提出，等待规划处初审。"
