"""A public emergency: the province's order declares it for an area, its measures become tasks, lifting ends them.

Handbook 01 §6.3: a living subsidy for each protected person and month, investigation by remote means, extended
reviews, a check of the price linkage; every switch dated, under the number of the order.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.areas import queries as areas
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.standards.queries import calendar

from .drafting import give_up
from .duties import Subsidy, holds, require
from .models import Emergency, Measure, MeasureTask, SubsidyList

__all__ = ["declare_emergency", "do_measure", "lift_emergency", "subsidy_of"]

Code = Measure.Code


def subsidy_of(domain: str) -> Subsidy:
    """The subsidy that a domain pays in an emergency: it also says who declares one and who carries it out."""
    for one in catalogue.current().subsidies.values():
        if one.domain.code == domain and one.item.started_by == "emergency":
            return one
    raise NotFound("domain_without_emergency", "该业务领域没有应急措施。请从目录中选择。")


@verb("subsidies.declare_emergency", label="登记应急响应")
def declare_emergency(
    *,
    domain: str,
    path: str,
    grade: int,
    title: str,
    order_number: str,
    from_on: date,
    measures: Mapping[str, int],
    by: Actor,
    until_on: date | None = None,
) -> Emergency:
    """A level for an area from a day on, with its measures; each becomes a task of every county of the area."""
    found = subsidy_of(domain)
    require(found, found.item.declared_by, path=path, by=by, duty="应急响应登记")
    _check(grade, title, order_number, from_on, until_on, measures)
    if Emergency.objects.filter(order_number=order_number.strip(), path=path).exists():
        raise Refused("order_used", "该文号已在这个地区登记过应急响应。请核对文号。", field="order_number")
    row = Emergency.objects.create(
        domain=domain, path=path, grade=grade, title=title.strip()[:120], order_number=order_number.strip()[:60],
        from_on=from_on, until_on=until_on, declared_by=by.id, declared_by_name=by.name, declared_at=clock.now(),
    )  # fmt: skip
    _give_out(row, found.item, measures)
    note(about=row, path=path, after={"grade": grade, "order": order_number, "measures": dict(measures)})
    return row


@verb("subsidies.lift_emergency", label="终止应急响应")
def lift_emergency(*, emergency: Emergency, until_on: date, order_number: str, by: Actor) -> Emergency:
    """From a day on nothing of it holds: measures end, months after it are not paid, open drafts are given up."""
    row = _locked(emergency, by)
    found = subsidy_of(row.domain)
    require(found, found.item.declared_by, path=row.path, by=by, duty="应急响应登记")
    if row.lifted_at is not None:
        raise Stale("lifted_already", "该应急响应已终止。请刷新页面查看。")
    if not order_number.strip():
        raise Refused("order_missing", "请填写终止响应的文号。", field="order_number")
    if until_on <= row.from_on:
        raise Refused("until_before_from", "终止日期应晚于启动日期。请核对。", field="until_on")
    row.until_on, row.lift_order = until_on, order_number.strip()[:60]
    row.lifted_by_name, row.lifted_at, row.version = by.name, clock.now(), row.version + 1
    row.save()
    row.measures.update(until_on=until_on)
    after = Month.of(until_on - timedelta(days=1)).next
    for one in SubsidyList.objects.select_for_update(of=("self",)).filter(
        measure__emergency=row, month__gte=after.first, state__in=("draft", "first_signed")
    ):
        give_up(one, f"应急响应已按{row.lift_order}终止")
    note(about=row, path=row.path, after={"until": until_on.isoformat(), "order": row.lift_order})
    return row


@verb("subsidies.do_measure", label="登记应急措施办理情况")
def do_measure(*, task: MeasureTask, words: str, by: Actor) -> MeasureTask:
    """A county says what it has done for one measure."""
    row = MeasureTask.objects.select_for_update(of=("self",)).filter(pk=task.pk).first()
    if row is None or not by.covers(row.path):
        raise NotFound("measure_task_unknown", "没有这项应急任务，或不在您的管辖范围内。")
    found = subsidy_of(row.measure.emergency.domain)
    if not holds(found, found.item.carried_out_by, path=row.path, by=by):
        raise NotAllowed("subsidy_duty", "应急措施由县级经办岗位办理。您没有这一岗位。")
    if row.done_at is not None:
        raise Stale("done_already", f"该任务已由{row.done_by_name}办理登记。请刷新页面查看。")
    if not words.strip():
        raise Refused("words_missing", "请写明办理情况。", field="words")
    row.done_at, row.done_by, row.done_by_name, row.words = clock.now(), by.id, by.name, words.strip()[:300]
    row.save()
    note(about=row, path=row.path, reason=words, after={"measure": row.measure.code})
    return row


def _give_out(row: Emergency, subsidy: declare.Subsidy, measures: Mapping[str, int]) -> None:
    """The measures, each a task of every county of the area."""
    kept = [
        Measure.objects.create(
            emergency=row, code=code, value=value, from_on=row.from_on, until_on=row.until_on
        )
        for code, value in sorted(measures.items())
    ]
    counties = _counties(row.path)
    MeasureTask.objects.bulk_create(
        MeasureTask(measure=one, path=county, opened_at=clock.now(), due_on=_due(subsidy, county, row.from_on))
        for one in kept for county in counties
    )  # fmt: skip


def _locked(emergency: Emergency, by: Actor) -> Emergency:
    row = Emergency.objects.select_for_update(of=("self",)).filter(pk=emergency.pk).first()
    if row is None or not (by.covers(row.path) or any(post.path.startswith(row.path) for post in by.posts)):
        raise NotFound("emergency_unknown", "没有这次应急响应，或不在您的管辖范围内。")
    return row


def _counties(path: str) -> list[str]:
    listed = [one.path for one in areas.counties(path)]
    if not listed:
        raise Refused("place_unknown", "响应地区须为省、市（州）或县（市、区）。请重新选择。", field="path")
    return listed


def _check(
    grade: int, title: str, order: str, from_on: date, until_on: date | None, measures: Mapping[str, int]
) -> None:
    if grade not in Emergency.Grade.values:
        raise Refused("grade_unknown", "请选择响应级别。", field="grade")
    for code, text in (("title", title), ("order_number", order)):
        if not text.strip():
            raise Refused("missing", "必填，请填写。", field=code)
    if until_on is not None and until_on <= from_on:
        raise Refused("until_before_from", "终止日期应晚于启动日期。请核对。", field="until_on")
    if not measures or not set(measures) <= set(Code.values):
        raise Refused("no_measures", "请至少选择一项应急措施。", field="measures")
    for code in (Code.LIVING_SUBSIDY, Code.EXTENDED_REVIEWS):
        if code in measures and measures[code] <= 0:
            raise Refused("measure_value", "请填写该措施的金额或月数，须大于零。", field=code.value)


def _due(subsidy: declare.Subsidy, path: str, from_on: date) -> date:
    value = catalogue.current().parameters().get(subsidy.term, path=path, on=from_on)
    assert isinstance(value.value, int)
    term = clock.term_of(value.unit.replace("_", " "), value.value)
    assert not isinstance(term, clock.Hours)
    return clock.deadline(from_on, term, calendar()).on
