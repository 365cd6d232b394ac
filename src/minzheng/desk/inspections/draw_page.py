"""A draw: asked for by the county, shown with all that went in, and drawn again on the spot."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel import clock
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.declare.forms import Choice, Day, Form, Text
from minzheng.kernel.errors import NotAllowed, NotFound
from minzheng.kernel.inspections import actions
from minzheng.kernel.inspections.drawing import proves
from minzheng.kernel.inspections.duties import Declared, visible
from minzheng.kernel.inspections.models import Draw
from minzheng.ui.tables import Head, Row

from .lists import INSPECTIONS, overseen

__all__ = ["draw", "new"]

_COLUMNS = (Head("次序", "number"), Head("检查对象"), Head("信用等级"), Head("检查人员"))


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The county draws: the string was announced in public before."""
    by = staff(request)
    offered = overseen(by)
    if not offered:
        raise NotAllowed("draw_role", "双随机抽取由县级主管科室进行。您没有这个岗位。")
    form = _form(offered)
    made: list[Draw] = []

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        code, path = given["matter"].split("@")
        made.append(
            actions.draw(
                supervision=code, path=path, plan=given["plan"], announced=given["announced"], list_code=given["list"],
                due_on=date.fromisoformat(given["due_on"]), by=by, key=sent.key,
            )
        )  # fmt: skip
        return "已抽取。"

    first = f"{offered[0][0].code}@{offered[0][1]}"
    values = {"matter": first, "due_on": (clock.today() + timedelta(days=30)).isoformat()}
    sheet, status = Sheet("draw", form, do, submit="抽取", values=values), 200
    if request.method == "POST":
        done, status = receive(request, [sheet], by=by, path=offered[0][1])
        if done:
            return redirect(f"{INSPECTIONS[1]}draws/{made[0].pk}/" if made else INSPECTIONS[1])
    head = header("双随机抽取", crumbs=[INSPECTIONS], lead="抽取后不能更改或重抽；名录、种子和结果全部保存。")
    return render(request, "desk/inspections/new.html", head | {"sheet": sheet}, status=status)


def _form(offered: list[tuple[Declared, str]]) -> Form:
    places = names({path for _, path in offered})
    matters = {f"{one.code}@{path}": f"{places[path]}　{one.item.label}" for one, path in offered}
    lists = {sheet.code: sheet.label for one, _ in offered for sheet in one.item.lists}
    return Form(
        "draw", "双随机抽取",
        (
            Choice("matter", "监管事项", options=matters), Text("plan", "计划编号", longest=40),
            Text("announced", "公开随机数", longest=80, help="抽取前公开、事先无人知道的数字，如当期开奖号码。"),
            Choice("list", "检查表", options=lists), Day("due_on", "完成期限", future=True),
        ),
    )  # fmt: skip


@require_GET
def draw(request: HttpRequest, draw_id: int) -> HttpResponse:
    """Everything that went in, and the same lots drawn again while the page is made."""
    by = staff(request)
    found = visible(Draw.objects.all(), by).filter(pk=draw_id).first()
    if found is None:
        raise NotFound("draw_unknown", "没有这次抽取，或不在您的管辖范围内。")
    same, again = proves(found)
    grades = dict(found.inputs["subjects"])
    rows = [
        Row(
            [
                at,
                found.names.get(key, key),
                grades.get(key, ""),
                "、".join(found.names.get(who, who) for who in team),
            ]
        )
        for at, (key, team) in enumerate(found.result, 1)
    ]
    proof = [("名录摘要", again.input_sm3), ("种子", again.seed), ("结果", f"{len(again.result)} 个")]
    return render(request, "desk/inspections/draw.html", {
        **header(f"抽取 {found.plan}", crumbs=[INSPECTIONS], lead=name_of(found.path)),
        "facts": _facts(found), "columns": _COLUMNS, "rows": rows, "same": same, "proof": proof,
    })  # fmt: skip


def _facts(found: Draw) -> list[tuple[str, Any]]:
    grades = found.inputs["subjects"]
    return [
        ("计划编号", found.plan), ("公开随机数", found.announced), ("抽取日期", found.on), ("抽取人", found.by_name),
        ("抽查比例", found.inputs["share"]), ("检查对象",
        f"{len(grades)} 个，近期已查不抽 {len(found.inputs['left_out'])} 个"),
        ("检查人员", f"{len(found.inputs['inspectors'])} 名"), ("回避", f"{len(found.inputs['aside'])} 条"),
        ("名录摘要（SM3）", found.input_sm3), ("种子（SM3）", found.seed),
    ]  # fmt: skip
