"""What may be done about a target now: figures given and verified, problems, opinions, projects, another value."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from minzheng.desk.sheets import Sent, Sheet
from minzheng.kernel import clock, declare
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Day, Form, Number, Photo, Text
from minzheng.kernel.plans import concerns, queries, reporting
from minzheng.kernel.plans.duties import Plan, holds
from minzheng.kernel.plans.models import Opinion, Problem, Reported
from minzheng.kernel.plans.standing import measure_of
from minzheng.ui.tables import Row

from .adjustments import adjustment_sheets
from .answered import decimal, paper
from .checks import dispute_sheets
from .projects import project_sheets
from .words import figure_words

__all__ = ["given_rows", "sheets_of"]

_OPINION = Form("opinion", "核实意见", (Text("opinion", "核实意见", longest=300, lines=2),))
_PROBLEM = Form(
    "problem", "报告问题",
    (
        Choice("kind", "类别", options=dict(Problem.Kind.choices)),
        Choice("major", "是否重大", options={"no": "一般", "yes": "重大"}),
        Day("found_on", "发现日期"), Day("due_on", "解决期限", future=True),
        Text("text", "问题", longest=500, lines=3), Text("remedy", "措施", longest=500, lines=2),
    ),
)  # fmt: skip
_VOICE = Form(
    "voice", "登记公众意见",
    (
        Choice("topic", "主题", options=concerns.TOPICS), Choice("channel", "渠道", options=concerns.CHANNELS),
        Day("received_on", "收到日期"),
        Text("text", "意见", longest=500, lines=3, help="不要写姓名；电话和证件号码会自动隐去。"),
    ),
)  # fmt: skip


def sheets_of(plan: Plan, target: declare.Target, under: str, by: Actor) -> list[Sheet]:
    """The sheets that the actor's posts open, the pressing ones first."""
    duties = plan.item.duties
    found = [*_verifying(plan, target, under, by), *dispute_sheets(plan, target, under, by)]
    found += adjustment_sheets(plan, target, by) + project_sheets(plan, target, under, by)
    found += _closing(plan, target, under, by) + _apportioning(plan, target, under, by)
    if (
        holds(plan, duties.reporter, duties.county, path=under, by=by)
        and target.is_target
        and not measure_of(target.code)
    ):
        found.append(_reporting(plan, target, under, by))
    if holds(plan, duties.reporter, duties.county, duties.planner, path=under, by=by) and target.is_target:
        found.append(Sheet(
            "problem", _PROBLEM, lambda sent: _problem(plan, target, under, sent, by), title="报告问题", quiet=True,
        ))  # fmt: skip
    if holds(plan, duties.county, duties.planner, path=under, by=by) and target.is_target:
        found.append(Sheet(
            "voice", _VOICE, lambda sent: _voice(plan, target, under, sent, by), title="登记公众意见", quiet=True,
        ))  # fmt: skip
    return found


def given_rows(plan: Plan, target: declare.Target, under: str, by: Actor) -> list[Row]:
    """Figures given, with who gave and who verified them."""
    found = queries.given_of(plan, target.code, by, under=under)[:30]
    return [
        Row(
            [
                f"{one.month:%Y-%m}",
                name_of(one.path),
                figure_words(one),
                one.get_state_display(),
                _who(one),
                _paper_of(one),
            ]
        )
        for one in found
    ]


def _paper_of(one: Reported) -> SafeString:
    """The paper that the figure rests on, to be opened by the second person."""
    return format_html('<a href="/desk/papers/{}/">{}</a>', one.evidence_id, one.evidence.number)


def _who(one: Reported) -> str:
    """Two persons, and what the second found."""
    second = f"，{one.verified_by_name}：{one.opinion}" if one.verified_by_name else ""
    return f"{one.reported_by_name} 填报{second}"


def _reporting(plan: Plan, target: declare.Target, under: str, by: Actor) -> Sheet:
    below = [Number("denominator", target.denominator, least=1)] if target.denominator else []
    form = Form("report", "填报数值", (
        Text("month", "所属月份", longest=7, example="2025-06", help="已经过去的月份，例如 2025-06。"),
        Number("numerator", target.numerator or "数值", least=-(10**9) if target.kind == "Y" else 0), *below,
        Photo("evidence", "依据材料", paper=True, help="盖章的统计表等扫描件或照片。"),
        Text("reason", "说明", required=False, longest=300,
             help="更正该月已核实的数值，或者比上期变动很大时，写明原因。"),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        reporting.report(
            plan=plan, target=target.code, path=under, month=clock.Month.parse(given["month"]),
            numerator=given["numerator"], denominator=given.get("denominator"), reason=given.get("reason") or "",
            evidence=paper(given["evidence"], by), by=by, key=sent.key,
        )  # fmt: skip
        return "已填报，等待另一人核实。"

    return Sheet("report", form, do, submit="提交核实", title="填报数值")


def _verifying(plan: Plan, target: declare.Target, under: str, by: Actor) -> Iterator[Sheet]:
    """Each figure that waits, for whoever verifies and did not give it."""
    for one in queries.given_of(plan, target.code, by, under=under).filter(state="draft"):
        if not holds(plan, plan.item.duties.verifier, path=one.path, by=by) or one.reported_by == by.id:
            continue
        title = f"核实 {name_of(one.path)} {one.month:%Y-%m}：{figure_words(one)}（{one.evidence.number}）"
        for code, deed, words in (
            ("verify", reporting.verify, "核实无误"),
            ("reject", reporting.reject, "退回"),
        ):
            yield Sheet(
                f"{code}{one.pk}", _OPINION,
                partial(_settle, plan, one, deed, words, by),
                submit=words, title=title if code == "verify" else "", quiet=code == "reject",
            )  # fmt: skip


def _settle(plan: Plan, one: Reported, deed: Any, words: str, by: Actor, sent: Sent) -> str:
    opinion = _OPINION.clean(sent.answers).plain["opinion"]
    deed(reported=one, opinion=opinion, plan=plan, by=by, key=sent.key)
    return f"已{words}。"


def _apportioning(plan: Plan, target: declare.Target, under: str, by: Actor) -> list[Sheet]:
    """What a county is to bring, said by the planning office."""
    total = target.is_target and target.value is not None and not target.denominator
    if (
        not total
        or level_of(under) != Level.COUNTY
        or not holds(plan, plan.item.duties.planner, path=under, by=by)
    ):
        return []
    years = range(plan.item.begins.year + 1, plan.item.ends.year + 1)
    form = Form("apportion", "分解到县", (
        Choice("year", "年度", options={str(year): f"{year} 年末" for year in years}),
        Text("value", f"本县应完成（{target.unit}）", longest=20),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        reporting.apportion(
            plan=plan, target=target.code, path=under, year=int(given["year"]),
            value=decimal(given["value"], field="value"), by=by, key=sent.key,
        )  # fmt: skip
        return "已分解到县。"

    return [Sheet("apportion", form, do, title="分解到县", quiet=True)]


def _closing(plan: Plan, target: declare.Target, under: str, by: Actor) -> list[Sheet]:
    """Open problems and unanswered opinions of the place."""
    mine = {"plan": plan.code, "target": target.code, "path__startswith": under}
    duties, found = plan.item.duties, []
    close = Form("close", "销号", (Text("closing", "解决情况", longest=500, lines=2),))
    answer = Form("reply", "答复", (Text("reply", "答复", longest=500, lines=2),))
    for one in Problem.objects.filter(closed_on=None, **mine):
        if by.covers(one.path) and holds(
            plan, duties.reporter, duties.county, duties.planner, path=one.path, by=by
        ):
            found.append(Sheet(
                f"close{one.pk}", close, partial(_close, plan, one, close, by), submit="销号",
                title=f"问题：{one.text[:40]}", quiet=True,
            ))  # fmt: skip
    for voice in Opinion.objects.filter(replied_on=None, **mine):
        if by.covers(voice.path) and holds(plan, duties.county, duties.planner, path=voice.path, by=by):
            found.append(Sheet(
                f"reply{voice.pk}", answer, partial(_reply, plan, voice, answer, by), submit="答复",
                title=f"意见：{voice.text[:40]}", quiet=True,
            ))  # fmt: skip
    return found


def _close(plan: Plan, one: Problem, form: Form, by: Actor, sent: Sent) -> str:
    concerns.close_problem(
        plan=plan, problem=one, closing=form.clean(sent.answers).plain["closing"], by=by, key=sent.key
    )
    return "已销号。"


def _reply(plan: Plan, one: Opinion, form: Form, by: Actor, sent: Sent) -> str:
    concerns.reply(plan=plan, opinion=one, text=form.clean(sent.answers).plain["reply"], by=by, key=sent.key)
    return "已答复。"


def _problem(plan: Plan, target: declare.Target, under: str, sent: Sent, by: Actor) -> str:
    given = _PROBLEM.clean(sent.answers).plain
    made = concerns.report_problem(
        plan=plan, target=target.code, path=under, kind=given["kind"], major=given["major"] == "yes",
        text=given["text"],
        remedy=given["remedy"], found_on=date.fromisoformat(given["found_on"]),
        due_on=date.fromisoformat(given["due_on"]), by=by, key=sent.key,
    )  # fmt: skip
    return "问题已报告" + ("，已超过报告期限，记为迟报。" if made.late else "。")


def _voice(plan: Plan, target: declare.Target, under: str, sent: Sent, by: Actor) -> str:
    given = _VOICE.clean(sent.answers).plain
    made = concerns.receive_opinion(
        plan=plan, path=under, topic=given["topic"], channel=given["channel"], text=given["text"],
        received_on=date.fromisoformat(given["received_on"]), target=target.code, by=by, key=sent.key,
    )  # fmt: skip
    return f"已登记，请在 {made.reply_due} 前答复。"
