"""The monthly comparison (按月比对): county by county, each in one transaction, every fact warned of once.

Warnings of one household within the days of the place are one; a household that is being helped already gets no
second chain, only a mark that the warning went there (handbook 01 §10).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import connection

from minzheng.kernel import clock, declare
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.areas.queries import counties
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.audit.together import update_together
from minzheng.kernel.catalogue.terms import due_after, number
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.people.contents import sealed_content
from minzheng.kernel.visits.models import Lead

from . import sweepsql
from .duties import Declared, monitor_of, require_follower
from .models import Alert, Sweep

__all__ = ["settle", "sweep", "sweep_everywhere"]


def sweep_everywhere(code: str, *, by: Actor) -> int:
    """Every county that has not been compared this month, one transaction each; how many were."""
    now = Month.of(clock.today())
    done = set(
        Sweep.objects.filter(monitor=code, month=now.first, finished_at__isnull=False).values_list(
            "path", flat=True
        )
    )
    left = [one.path for one in counties() if one.path not in done]
    for path in left:
        sweep(monitor=code, path=path, by=by)
    return len(left)


@verb("monitoring.sweep", label="按月监测比对")
def sweep(*, monitor: str, path: str, by: Actor) -> Sweep:
    """Compare one county with what its offices, others and the bank have said; what is known already adds nothing."""
    declared = monitor_of(monitor)
    if by.kind is not Kind.SYSTEM:
        require_follower(declared, by, path=path)
    if county_of(path) != path:
        raise Refused("county_needed", "监测按县（市、区）比对。请选择一个县（市、区）。", field="path")
    month = Month.of(clock.today())
    run, _ = Sweep.objects.get_or_create(
        monitor=monitor, path=path, month=month.first, defaults={"begun_at": clock.now()}
    )
    run = Sweep.objects.select_for_update().get(pk=run.pk)
    counts = _compare(declared, path)
    for name, count in counts.items():
        setattr(run, name, getattr(run, name) + count)
    run.finished_at = clock.now()
    run.save()
    note(about=run, path=path, after=counts)
    return run


def _compare(declared: Declared, path: str) -> dict[str, int]:
    facts, month = _facts(declared, path), Month.of(clock.today())
    with connection.cursor() as cursor:
        cursor.execute(sweepsql.FOUND)
        for rule in declared.item.rules:
            window = _window(declared, rule, path, month)
            _find(cursor, rule, window, facts)
        cursor.execute(sweepsql.KEEP, facts)
        hits = _seal(cursor)
        counts = {"hits": hits, "alerts": 0, "merged": 0, "in_chain": 0}
        if hits:
            counts |= _put_down(cursor, facts)
        for table in ("monitoring_found", "monitoring_chain", "monitoring_matched"):
            cursor.execute(f"DROP TABLE IF EXISTS {table}")
    return counts


def _seal(cursor: Any) -> int:
    """What was found is said of people, and lies sealed from here on; gives how much was found."""
    cursor.execute("SELECT n, words FROM monitoring_found")
    rows = cursor.fetchall()
    sealed = [sealed_content(words) for _, words in rows]
    cursor.execute(sweepsql.SEAL, {"numbers": [n for n, _ in rows], "sealed": sealed})
    return len(rows)


def _put_down(cursor: Any, facts: Mapping[str, Any]) -> dict[str, int]:
    cursor.execute(sweepsql.CHAINS, facts)
    cursor.execute(sweepsql.MATCHED, facts)
    cursor.execute("SELECT count(DISTINCT alert_id) FROM monitoring_matched")
    (merged,) = cursor.fetchone()
    cursor.execute(sweepsql.ALERTS, facts)
    opened = [state for _, _, state in cursor.fetchall()]
    cursor.execute(sweepsql.HITS, facts)
    waiting = opened.count(Alert.State.OPEN)
    return {"alerts": waiting, "merged": merged, "in_chain": len(opened) - waiting}


def _facts(declared: Declared, path: str) -> dict[str, Any]:
    today, one = clock.today(), declared.item
    merge = number(one.merge_days, path=path, on=today)
    return {
        "monitor": declared.code, "domain": declared.domain.code, "path": path, "path_end": path[:-1] + "0",
        "services": [f"{declared.domain.code}.{each.code}" for each in declared.domain.services],
        "on": today, "now": clock.now(), "merge_since": today - timedelta(days=merge),
        "due": due_after(one.visit_term, path=path, since=today),
        "urgent_due": due_after(one.urgent_term, path=path, since=today),
    }  # fmt: skip


def _window(declared: Declared, rule: declare.Warned, path: str, month: Month) -> declare.Window:
    """From the month before on: what came in late is not lost, and what was found is not found twice."""
    today = clock.today()
    thresholds = {name: number(key, path=path, on=today) for name, key in rule.thresholds.items()}
    return declare.Window(path, month.previous.first, today, thresholds)


def _find(cursor: Any, rule: declare.Warned, window: declare.Window, facts: Mapping[str, Any]) -> None:
    given = {**facts, **window.thresholds, "since": window.since, "rule": rule.code, "urgent": rule.urgent}
    if isinstance(rule.find, str):
        cursor.execute(sweepsql.TAKE.format(find=rule.find), given)
        return
    columns = _columns(rule.find(window))
    find = "SELECT * FROM unnest(%(households)s::bigint[], %(refs)s::text[], %(texts)s::text[])"
    cursor.execute(sweepsql.TAKE.format(find=find), {**given, **columns})


def _columns(found: Iterable[declare.Found]) -> dict[str, list[Any]]:
    rows = list(found)
    return {
        "households": [one.household for one in rows], "refs": [one.ref for one in rows],
        "texts": [one.words for one in rows],
    }  # fmt: skip


@verb("monitoring.settle", label="预警随线索了结")
def settle(*, by: Actor) -> int:
    """Whoever was helped to apply, or whose lead was closed, is no longer waited for."""
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("by_itself", "预警随线索了结由平台自动办理，不能代办。")
    ended_leads = Lead.objects.exclude(state=Lead.State.OPEN)
    following = Alert.objects.select_for_update().filter(state=Alert.State.FOLLOWING)
    ended = list(following.filter(lead_id__in=ended_leads.values("pk")).order_by("id"))
    leads = ended_leads.in_bulk({row.lead_id for row in ended if row.lead_id})
    for row in ended:
        _ends_with(row, leads[row.lead_id or 0])
    update_together(ended, ["state", "closed_at", "closed_by_name", "version", "case_id", "words"])
    note(after={"ended": len(ended)})
    return len(ended)


def _ends_with(row: Alert, lead: Lead) -> None:
    """What was followed by way of a lead ends with the lead, in its words."""
    applied = lead.state == Lead.State.APPLIED
    row.state, row.closed_at, row.closed_by_name = Alert.State.CLOSED, clock.now(), "系统"
    row.version, row.case_id = row.version + 1, lead.case_id
    row.words = "已代办申请" if applied else f"线索了结：{lead.closed_reason}"[:300]
