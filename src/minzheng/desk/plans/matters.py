"""What waits about the plan: figures to be verified, targets being changed, problems, and opinions by topic."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from minzheng.desk.boards.scope import place_of, reader
from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import receive
from minzheng.kernel import clock
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.plans.concerns import TOPICS, escalated
from minzheng.kernel.plans.duties import Plan, only_plan
from minzheng.kernel.plans.models import Adjustment, Opinion, Problem, Reported
from minzheng.kernel.plans.queries import Voices, changing, problems_beneath, unverified, voices_beneath
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

from .checks import DOUBTED, ODD, confirm_sheets, confirmed, doubted, odd
from .words import ROOM, figure_words, place_bar

__all__ = ["matters"]

MOST = 100
GIVEN = (Head("目标"), Head("地区"), Head("月份"), Head("数值", "number"), Head("填报人", secondary=True))
CHANGES = (Head("目标"), Head("调整"), Head("现在"), Head("下一步"))
PROBLEMS = (Head("目标"), Head("地区"), Head("问题"), Head("解决期限", "day"), Head("状态"))
TOPIC = (
    Head("主题"),
    Head("收到", "number"),
    Head("已答复", "number"),
    Head("待答复", "number"),
    Head("超期", "number"),
)
VOICES = (Head("意见"), Head("地区"), Head("主题"), Head("答复期限", "day"), Head("状态"))
# What comes after each state of a target's change, and who takes it.
_NEXT = {
    "draft": "规划处初审，附专家和第三方意见", "reviewed": "取得省发展改革委书面意见",
    "consulted": "厅党组集体决定", "approved": "规划处公布",
}  # fmt: skip


@require_http_methods(["GET", "POST"])
def matters(request: HttpRequest) -> HttpResponse:
    """Beneath one place; each line leads to the target where it is dealt with."""
    by, plan = reader(staff(request)), only_plan()
    under = place_of(by, request.GET.get("under", ""))
    sheets, status = confirm_sheets(plan, under, by), 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=under)
        if done:
            return redirect(request.get_full_path())
    given = list(unverified(plan, by, under=under)[:MOST])
    problems = list(problems_beneath(plan, by, under=under)[:MOST])
    topics, waiting = voices_beneath(plan, by, under=under)
    voices = list(waiting[:MOST])
    called = names({one.path for one in (*given, *problems, *voices)})
    targets = {one.code: f"{one.code} {one.label}" for one in plan.item.targets}
    return render(request, "desk/plans/matters.html", {
        **header("待办和意见", crumbs=[ROOM], lead=name_of(under)), "filters": place_bar(by, under), "most": MOST,
        "sheets": sheets, "confirmed": confirmed(plan, under, by), "doubted_columns": DOUBTED,
        "doubted": doubted(plan, by, under, targets), "odd_columns": ODD, "odd": odd(plan, by, under, clock.today()),
        "given_columns": GIVEN, "given": [_given(one, targets, called) for one in given],
        "change_columns": CHANGES, "changes": [_change(plan, one, targets) for one in changing(plan, by)[:MOST]],
        "problem_columns": PROBLEMS, "problems": [_problem(one, targets, called) for one in problems],
        "topic_columns": TOPIC, "topics": list(_topics(topics)),
        "voice_columns": VOICES, "voices": [_voice(one, called) for one in voices],
    }, status=status)  # fmt: skip


def _there(target: str, path: str) -> str:
    return f"/desk/plans/targets/{target}/?{urlencode({'under': path})}" if target else ""


def _given(one: Reported, targets: dict[str, str], called: dict[str, str]) -> Row:
    cells = [
        targets.get(one.target, one.target), called[one.path], f"{one.month:%Y-%m}", figure_words(one),
        one.reported_by_name,
    ]  # fmt: skip
    return Row(cells, url=_there(one.target, one.path))


def _change(plan: Plan, one: Adjustment, targets: dict[str, str]) -> Row:
    then = "厅党组集体决定" if one.minor and one.state == "reviewed" else _NEXT[one.state]
    unit = next((target.unit for target in plan.item.targets if target.code == one.target), "")
    words = f"{one.old_value} 改为 {one.new_value}（{unit}）" if not one.minor else "仅更正表述"
    cells = [targets.get(one.target, one.target), words, one.get_state_display(), then]
    return Row(cells, url=_there(one.target, "22/"))


def _problem(one: Problem, targets: dict[str, str], called: dict[str, str]) -> Row:
    words = f"{one.get_kind_display()}{'（重大）' if one.major else ''}：{one.text}"
    cells = [targets.get(one.target, one.target), called[one.path], words, one.due_on, _problem_state(one)]
    return Row(cells, url=_there(one.target, one.path))


def _problem_state(one: Problem) -> SafeString:
    to, told = escalated(one, clock.today()), "，迟报" if one.late else ""
    if one.due_on < clock.today():
        return badge("已过解决期限" + (f"，已报{to}" if to else "") + told, "bad")
    return badge(f"已报{to}{told}", "warn") if to else badge(f"处理中{told}", "info")


def _topics(found: Iterable[Voices]) -> Iterable[Row]:
    for one in found:
        yield Row(
            [
                TOPICS.get(one.topic, one.topic),
                one.received,
                one.received - one.waiting,
                one.waiting,
                one.late,
            ]
        )


def _voice(one: Opinion, called: dict[str, str]) -> Row:
    late = one.reply_due < clock.today()
    cells: list[Any] = [
        one.text, called[one.path], TOPICS.get(one.topic, one.topic), one.reply_due,
        badge("超期未答复", "bad") if late else badge("待答复", "info"),
    ]  # fmt: skip
    return Row(cells, url=_there(one.target, one.path))
