"""What stands in the way, and what people say: told and answered within days, escalated when nothing happens."""

from __future__ import annotations

import re
from datetime import date

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import NotFound, Refused, Stale

from .duties import Plan, require, require_words, target_of
from .models import Opinion, Problem
from .terms import number, working_day_after, working_days_since

__all__ = ["CHANNELS", "TOPICS", "close_problem", "escalated", "receive_opinion", "reply", "report_problem"]

TOPICS = {
    "assistance": "社会救助", "elder": "养老服务", "children": "儿童福利", "community": "社区治理",
    "funeral": "殡葬服务", "marriage": "婚姻登记", "other": "其他",
}  # fmt: skip
CHANNELS = {"hotline": "热线", "website": "网站", "media": "媒体", "letter": "来信来访"}
# Telephone and identity numbers say who somebody is; they are taken out before anything is kept.
_PERSONAL = re.compile(r"\d{15,18}[0-9Xx]?|1\d{10}|\d{3,4}-\d{7,8}")


@verb("plans.report_problem", label="报告规划问题")
def report_problem(
    *,
    plan: Plan,
    target: str,
    path: str,
    kind: str,
    major: bool,
    text: str,
    remedy: str,
    found_on: date,
    due_on: date,
    by: Actor,
    key: str | None = None,
) -> Problem:
    """Within days of being found, a major one sooner; a late report is kept as late."""
    duties = plan.item.duties
    require(plan, duties.reporter, duties.county, duties.planner, path=path, by=by)
    target_of(plan, target)
    made = Problem.objects.create(
        plan=plan.code, target=target, path=path, kind=kind, major=major, found_on=found_on, due_on=due_on,
        text=require_words(text, "问题", field="text")[:500],
        remedy=require_words(remedy, "措施", field="remedy")[:500],
        late=_is_late(found_on, due_on, path, major=major), reported_by_name=by.name, reported_at=clock.now(),
    )  # fmt: skip
    audit.note(
        about=made, path=path, after={"target": target, "kind": kind, "major": major, "late": made.late}
    )
    return made


def _is_late(found_on: date, due_on: date, path: str, *, major: bool) -> bool:
    """Whether it is told later than it may be."""
    today = clock.today()
    if found_on > today or due_on < found_on:
        raise Refused("problem_days", "发现日期不能晚于今天，解决期限不能早于发现日期。", field="found_on")
    days = number("problem.major_days" if major else "problem.days", path=path, on=found_on)
    return working_days_since(found_on, today) > days


@verb("plans.close_problem", label="问题销号")
def close_problem(
    *, plan: Plan, problem: Problem, closing: str, by: Actor, key: str | None = None
) -> Problem:
    """What was done about it."""
    row = Problem.objects.select_for_update(of=("self",)).filter(pk=problem.pk).first()
    if row is None or not by.covers(row.path):
        raise NotFound("problem_unknown", "没有这个问题，或不在您的管辖范围内。")
    duties = plan.item.duties
    require(plan, duties.reporter, duties.county, duties.planner, path=row.path, by=by)
    if row.closed_on is not None:
        raise Stale("problem_closed", "这个问题已经销号。请刷新页面。")
    row.closing, row.closed_on = require_words(closing, "解决情况", field="closing")[:500], clock.today()
    row.save()
    audit.note(about=row, path=row.path, after={"closed_on": str(row.closed_on)}, reason=row.closing)
    return row


def escalated(problem: Problem, on: date) -> str:
    """Who hears of a problem that nobody has solved: first the head of the division, then the department's leader."""
    if problem.closed_on is not None:
        return ""
    gone = working_days_since(problem.found_on, on)
    for level, key in (("厅领导", "problem.leader_days"), ("处室负责人", "problem.head_days")):
        if gone >= number(key, path=problem.path, on=problem.found_on):
            return level
    return ""


@verb("plans.receive_opinion", label="登记公众意见")
def receive_opinion(
    *,
    plan: Plan,
    path: str,
    topic: str,
    channel: str,
    text: str,
    received_on: date,
    target: str = "",
    by: Actor,
    key: str | None = None,
) -> Opinion:
    """By topic, without personal data, to be answered within days."""
    require(plan, plan.item.duties.planner, plan.item.duties.county, path=path, by=by)
    if topic not in TOPICS or channel not in CHANNELS:
        raise Refused("opinion_topic", "请选择主题和渠道。", field="topic")
    if received_on > clock.today():
        raise Refused("day_to_come", "收到日期不能晚于今天。", field="received_on")
    if target:
        target_of(plan, target)
    made = Opinion.objects.create(
        plan=plan.code, target=target, path=path, topic=topic, channel=channel, received_on=received_on,
        text=_PERSONAL.sub("〔已隐去〕", require_words(text, "意见", field="text"))[:500],
        reply_due=working_day_after(received_on, "opinion.days", path=path),
    )  # fmt: skip
    audit.note(about=made, path=path, after={"topic": topic, "channel": channel})
    return made


@verb("plans.reply", label="答复公众意见")
def reply(*, plan: Plan, opinion: Opinion, text: str, by: Actor, key: str | None = None) -> Opinion:
    """The answer, once."""
    row = Opinion.objects.select_for_update(of=("self",)).filter(pk=opinion.pk).first()
    if row is None or not by.covers(row.path):
        raise NotFound("opinion_unknown", "没有这条意见，或不在您的管辖范围内。")
    require(plan, plan.item.duties.planner, plan.item.duties.county, path=row.path, by=by)
    if row.replied_on is not None:
        raise Stale("opinion_replied", "这条意见已经答复。请刷新页面。")
    row.reply, row.replied_on = require_words(text, "答复", field="reply")[:500], clock.today()
    row.replied_by_name = by.name
    row.save()
    audit.note(about=row, path=row.path, after={"replied_on": str(row.replied_on)})
    return row
