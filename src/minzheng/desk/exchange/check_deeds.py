"""What may be done about a check outside the step of a case: object, ask anew, report, explain, decide."""

from __future__ import annotations

from minzheng.desk.cases.case_deeds import explanation
from minzheng.desk.cases.workbench import DIFFERENCE
from minzheng.desk.sheets import NOTHING, Sent, Sheet
from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case, Task
from minzheng.kernel.declare.forms import Form, Text
from minzheng.kernel.exchange import actions, queries
from minzheng.kernel.exchange.models import Discrepancy, Verification
from minzheng.kernel.exchange.standing import may_check

__all__ = ["OBJECTION", "deeds", "objection", "step_of"]

OBJECTION = Form(
    "objection", "异议",
    (
        Text(
            "text", "异议内容", longest=2000, lines=3,
            help="哪一项不对、为什么。由家庭成员当面提出的，如实记录；提出后由核对机构向各部门重新查询。",
        ),
    ),
)  # fmt: skip
State = Verification.State
_ASKING = (State.PARTIAL, State.COMPLETE, State.RECHECKING)


def step_of(case: Case | None) -> str:
    """Where the step of the case is done in which this check is worked on; nothing once it is over."""
    if case is None:
        return ""
    for task in case.tasks.filter(state=Task.State.OPEN):
        if isinstance(catalogue.current().step_of(case, task.step), declare.Verification):
            return f"/desk/cases/{case.pk}/tasks/{task.pk}/"
    return ""


def deeds(one: Verification, by: Actor) -> list[Sheet]:
    """What this officer may do now."""
    found: list[Sheet] = []
    helps = by.holds(catalogue.current().assisting(one.purpose), path=one.path)
    checks = may_check(by, path=one.path)
    if helps and one.state == State.REPORTED:
        found.append(objection(one, by))
    if checks and one.state == State.OBJECTED:
        found.append(_again(one, by))
    if checks and one.state in _ASKING:
        found += _anew(one, by)
    if one.state in (State.REPORTED, State.OBJECTED):
        open_ = (Discrepancy.State.OPEN, Discrepancy.State.EXPLAINED)
        for row in queries.discrepancies(one, by=by).filter(state__in=open_):
            if helps:
                said = explanation(row, by)
                said.quiet = True
                found.append(said)
            # While the window is open and nothing was said, there is nothing to decide.
            if checks and (row.state == Discrepancy.State.EXPLAINED or clock.today() > row.explain_due):
                found.append(_decision(row, by))
    return found


def objection(one: Verification, by: Actor) -> Sheet:
    """A member says at the window that the report is wrong."""

    def do(sent: Sent) -> str:
        given = OBJECTION.clean(sent.answers).plain
        actions.object_to(verification=one, text=given["text"], by=by, key=sent.key)
        return "已登记异议，由核对机构复核。"

    return Sheet("object", OBJECTION, do, submit="登记异议", quiet=True)


def _again(one: Verification, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        actions.recheck(verification=one, by=by, key=sent.key)
        return "已发起复核。请向各部门查询，再出具新的报告。"

    return Sheet("recheck", NOTHING, do, submit="复核：重新查询全部来源")


def _anew(one: Verification, by: Actor) -> list[Sheet]:
    def ask(sent: Sent) -> str:
        # Asking goes out to other departments and is not one transaction: what is answered is not asked again.
        actions.collect(verification=one, by=by)
        return "已向各部门查询。"

    def report(sent: Sent) -> str:
        actions.report_anew(verification=one, by=by, key=sent.key)
        return "复核报告已出具。"

    asked = one.queries.filter(round=one.round, asked_at__isnull=False).exists()
    first = Sheet("ask", NOTHING, ask, submit="查询未返回的" if asked else "向各部门查询", quiet=asked)
    return [Sheet("report", NOTHING, report, submit="出具复核报告"), first] if asked else [first]


def _decision(row: Discrepancy, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        accept = sent.answers.get("accept") == "yes"
        given = DIFFERENCE.clean(sent.answers).plain
        actions.decide_discrepancy(
            discrepancy=row, outcome=actions.ACCEPT if accept else actions.UPHOLD, reason=given["reason"], by=by,
            key=sent.key,
        )  # fmt: skip
        return "差异已认定。"

    return Sheet(f"decide{row.pk}", DIFFERENCE, do, submit="认定", renamed={"outcome": "accept"})
