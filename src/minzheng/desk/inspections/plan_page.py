"""A check for a reason (年度检查、首次检查、投诉举报、专项): planned by the county; and who stands aside from which."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Day, Form, Text, YesNo
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.inspections import actions
from minzheng.kernel.inspections.drawing import inspectors_of
from minzheng.kernel.inspections.duties import Declared
from minzheng.kernel.inspections.models import Check

from .lists import INSPECTIONS, overseen

__all__ = ["plan"]

_BY_LOT = (Check.Kind.RANDOM, Check.Kind.OWN)
_KINDS = {code: label for code, label in Check.Kind.choices if code not in _BY_LOT}


@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """The county's own; what is drawn by lot has a page of its own."""
    by = staff(request)
    offered = overseen(by)
    if not offered:
        raise NotAllowed("draw_role", "检查由县级主管科室安排。您没有这个岗位。")
    declared, path = offered[0]
    sheets, status = _sheets(declared, path, by), 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=path)
        if done:
            return redirect(INSPECTIONS[1])
    lead = "首次现场检查、年度检查、投诉举报核查和专项检查由县级安排两名以上检查人员；双随机检查由抽取产生。"
    head = header("安排检查", crumbs=[INSPECTIONS], lead=lead)
    return render(request, "desk/inspections/plan.html", head | {"sheets": sheets}, status=status)


def _sheets(declared: Declared, path: str, by: Actor) -> list[Sheet]:
    subjects = {one.key: one.name for one in sorted(declared.item.subjects(path), key=lambda one: one.name)}
    people = inspectors_of(declared, path, clock.today())
    return [_plan(declared, path, subjects, people, by), _aside(declared, path, subjects, people, by)]


def _plan(
    declared: Declared, path: str, subjects: Mapping[str, str], people: Mapping[str, str], by: Actor
) -> Sheet:
    item = declared.item
    form = Form("plan", "安排检查", (
        Choice("subject", "检查对象", options=subjects), Choice("kind", "检查类别", options=_KINDS),
        Choice("list", "检查表", options={sheet.code: sheet.label for sheet in item.lists}),
        Choice("first", "检查人员一", options=people), Choice("second", "检查人员二", options=people),
        Choice("third", "检查人员三", options=people, required=False),
        *(YesNo(f"p_{code}", f"联合{label}", required=False) for code, label in item.partners.items()),
        Day("due_on", "完成期限", future=True),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        chosen = [given[name] for name in ("first", "second", "third") if given.get(name)]
        if len(set(chosen)) < len(chosen):
            raise Refused("inspectors_two", "检查人员须是不同的人，不得少于两人。", field="second")
        made = actions.plan_check(
            supervision=declared.code, subject=given["subject"], path=path, kind=given["kind"], list_code=given["list"],
            inspectors={one: people[one] for one in chosen}, due_on=date.fromisoformat(given["due_on"]),
            partners=[code for code in item.partners if given.get(f"p_{code}")], by=by, key=sent.key,
        )  # fmt: skip
        return f"已安排对{made.subject_name}的{made.get_kind_display()}，由{made.inspector_names}完成。"

    values = {"due_on": (clock.today() + timedelta(days=20)).isoformat()}
    return Sheet("plan", form, do, submit="安排检查", values=values)


def _aside(
    declared: Declared, path: str, subjects: Mapping[str, str], people: Mapping[str, str], by: Actor
) -> Sheet:
    form = Form("aside", "登记回避", (
        Choice("user", "检查人员", options=people), Choice("subject", "回避的检查对象", options=subjects),
        Text("reason", "回避原因", longest=200, help="如近亲属任职、投资；抽取检查人员时自动排除"),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        actions.stand_aside(
            supervision=declared.code, subject=given["subject"], path=path, user=given["user"], reason=given["reason"],
            by=by, key=sent.key,
        )  # fmt: skip
        return f"{people[given['user']]}对{subjects[given['subject']]}的回避已登记。"

    return Sheet("aside", form, do, submit="登记回避", quiet=True)
