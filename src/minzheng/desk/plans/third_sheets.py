"""What the third party fills in: what it found in a township, its opinion with the marks, and what it puts right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minzheng.desk.sheets import Sent, Sheet
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Field, Form, Number, Photo, Text
from minzheng.kernel.plans import correcting, sampled, scoring
from minzheng.kernel.plans.crosschecking import waiting
from minzheng.kernel.plans.duties import Plan
from minzheng.kernel.plans.models import Evaluation, Review
from minzheng.kernel.plans.sampled import Found, Looked

from .answered import decimal, paper
from .reviews import marks_in, respondents_in

__all__ = ["of_evaluation", "of_township"]

_FORM = Form("review", "第三方评估", (
    Text("organisation", "第三方机构", longest=80, help="依法采购确定，与被评估单位没有利害关系。"),
    Text("procurement", "采购文号", longest=60), Text("method", "评估方法", longest=1000, lines=3),
    Text("respondents", "各市州有效问卷", longest=2000, lines=4, help="每行一个：市州 份数，例如 长春市 412。"),
    Text(
        "marks", "处室和各县评分", longest=6000, lines=8,
        help="每行一个：单位 效果分 满意度分 过程分，例如 社会救助 16.5 12 13。完成情况由平台按快照计算。",
    ),
    Photo("report", "评估意见", paper=True),
    Photo("tables", "原始数据表", paper=True, help="表格请另存为 PDF 后上传。"),
))  # fmt: skip


def of_evaluation(
    plan: Plan, one: Evaluation, looked: list[Looked], found: Mapping[str, Any], by: Actor
) -> list[Sheet]:
    """Handed in once everything drawn was looked at; then, until it is published, marks may be put right."""
    if one.published_on is not None:
        return []
    if Review.objects.filter(evaluation=one).exists():
        return [_correcting(plan, one, by)]
    return [] if {row.path for row in looked} - set(found) or waiting(one) else [_handing_in(plan, one, by)]


def _handing_in(plan: Plan, one: Evaluation, by: Actor) -> Sheet:
    called, cities = scoring.units(plan, one), scoring.cities(one)

    def do(sent: Sent) -> str:
        given = _FORM.clean(sent.answers).plain
        scoring.enter(
            plan=plan, evaluation=one, organisation=given["organisation"], procurement=given["procurement"],
            method=given["method"], marks=marks_in(given["marks"], called),
            respondents=respondents_in(given["respondents"], cities), report=paper(given["report"], by),
            tables=paper(given["tables"], by), by=by, key=sent.key,
        )  # fmt: skip
        return "第三方评估已提交。"

    blank = {
        "organisation": by.name, "marks": "\n".join(called.values()), "respondents": "\n".join(cities.values())
    }  # fmt: skip
    return Sheet(
        "review", _FORM, do, submit="提交评估意见", title="评估意见和评分", values=blank,
        confirm="提交后不能重填，有误的只能更正，更正前后都保留。确定提交？",
    )  # fmt: skip


def _correcting(plan: Plan, one: Evaluation, by: Actor) -> Sheet:
    form = Form("mark", "更正评分", (
        Choice("unit", "单位", options={row["unit"]: row["name"] for row in correcting.points_of(one)}),
        Choice("part", "项目", options=scoring.PARTS), Text("value", "更正为", longest=10),
        Text("reason", "理由", longest=300, lines=2),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        correcting.correct_mark(
            plan=plan, evaluation=one, unit=given["unit"], part=given["part"],
            value=decimal(given["value"], field="value"), reason=given["reason"], by=by, key=sent.key,
        )  # fmt: skip
        return "评分已更正，更正前的评分仍保留。"

    return Sheet("mark", form, do, submit="更正", title="更正评分", quiet=True)


def of_township(one: Evaluation, looked: list[Looked], found: list[dict[str, Any]], by: Actor) -> list[Sheet]:
    """All figures of a township at once; afterwards one at a time is put right."""
    if one.published_on is not None:
        return []
    if found:
        return [_putting_right(one, looked, by)]
    form = Form("found", "核实", (
        *(field for row in looked for field in _asked(row)),
        Photo("evidence", "核实底稿", paper=True, required=False, help="有不一致的须上传。"),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        sampled.enter_finding(
            evaluation=one, path=looked[0].path, found={row.code: _answered(row, given) for row in looked},
            evidence=paper(given.get("evidence"), by), by=by, key=sent.key,
        )  # fmt: skip
        return f"{names([looked[0].path])[looked[0].path]}已核实。"

    return [Sheet("found", form, do, submit="登记核实结果", title="登记核实结果")]


def _putting_right(one: Evaluation, looked: list[Looked], by: Actor) -> Sheet:
    form = Form("right", "更正核实结果", (
        Choice("target", "目标", options={row.code: f"{row.code} {row.label}" for row in looked}),
        Number("above", "核实数（分子）", least=0), Number("below", "核实数（分母）", least=0, required=False),
        Text("note", "情况说明", longest=200, required=False, help="与快照不一致的须填写。"),
        Text("reason", "更正的理由", longest=300, lines=2),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        sampled.correct_finding(
            evaluation=one, path=looked[0].path, target=given["target"], reason=given["reason"],
            found=Found(given["above"], given.get("below"), given.get("note") or ""), by=by, key=sent.key,
        )  # fmt: skip
        return "核实结果已更正，更正前的仍保留。"

    return Sheet("right", form, do, submit="更正", title="更正核实结果", quiet=True)


def _asked(row: Looked) -> list[Field]:
    below = (
        [Number(f"below_{row.code}", f"{row.code} {row.below_label}", least=0)]
        if row.below is not None
        else []
    )
    return [
        Number(f"above_{row.code}", f"{row.code} {row.above_label}", least=0), *below,
        Text(f"reason_{row.code}", f"{row.code} 情况说明", longest=200, required=False, help="与快照不一致的须填写。"),
    ]  # fmt: skip


def _answered(row: Looked, given: Mapping[str, Any]) -> Found:
    return Found(
        given[f"above_{row.code}"], given.get(f"below_{row.code}"), given.get(f"reason_{row.code}") or ""
    )
