"""What waits and what runs, counted in the database when somebody asks: jobs, outbox, bank files, runs, audit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from minzheng.kernel.audit import viewing

from .checks import AUDIT_LAG, CHECKS, WORKER_SEEN, holds

__all__ = ["Waiting"]

# name, what it says, labels, statement: labels first, the value last. Each reads by an index, or a small table.
_COUNTS: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("jobs", "后台任务，按队列和状态", ("queue", "state"),
     "SELECT queue_name, status::text, count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
     " GROUP BY 1, 2"),
    ("job_wait_seconds", "最早一件到期任务已等待的时间", ("queue",),
     "SELECT j.queue_name, extract(epoch FROM now() - min(e.at)) FROM procrastinate_jobs j JOIN procrastinate_events e"
     " ON e.job_id = j.id WHERE j.status = 'todo' AND coalesce(j.scheduled_at, now()) <= now() GROUP BY 1"),
    ("jobs_failed_recently", "最近两千件任务中失败的", (),
     "SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'"
     " AND id > (SELECT coalesce(max(id), 0) - 2000 FROM procrastinate_jobs)"),
    ("outbox", "对外推送中待送的", ("channel",),
     "SELECT channel, count(*) FROM exchange_outgoing WHERE state = 'waiting' GROUP BY 1"),
    ("outbox_wait_seconds", "最早一件待推送已等待的时间", ("channel",),
     "SELECT channel, extract(epoch FROM now() - min(written_at)) FROM exchange_outgoing WHERE state = 'waiting'"
     " GROUP BY 1"),
    ("bank_files_waiting", "待送达银行的文件", ("channel",),
     "SELECT channel, count(*) FROM ledger_delivery WHERE state = 'waiting' GROUP BY 1"),
    ("bank_file_attempts", "待送达文件中试得最多的次数", (),
     "SELECT coalesce(max(attempts), 0) FROM ledger_delivery WHERE state = 'waiting'"),
    ("monthly_runs", "月度发放，按状态", ("state",), "SELECT state, count(*) FROM ledger_monthlyrun GROUP BY 1"),
    ("rechecks", "年度复核，按状态", ("state",), "SELECT state, count(*) FROM exchange_recheck GROUP BY 1"),
    ("exports", "导出，按状态", ("state",), "SELECT state, count(*) FROM registers_export GROUP BY 1"),
    ("simulations", "标准试算，按状态", ("state",), "SELECT state, count(*) FROM releases_simulation GROUP BY 1"),
    ("audit_waiting", "等待入链的审计行", (), "SELECT count(*) FROM audit_unlinked"),
    ("audit_lag_seconds", "最早一行等待入链的时间", (), AUDIT_LAG),
    ("audit_whole", "最近一次审计链核验是否完整", (),
     "SELECT (after->>'whole')::boolean::int FROM audit_entry WHERE actor = 'system:audit' AND verb = 'audit.prove'"
     " AND outcome = 'done' ORDER BY id DESC LIMIT 1"),
    ("worker_seen_seconds", "离最近一次看到后台进程的时间", (), WORKER_SEEN),
)  # fmt: skip


class Waiting(Collector):
    """Asked anew for each answer, through a door that gives numbers only."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One family for each count, and whether each check of readiness holds."""
        with viewing.door("watch"), connection.cursor() as cursor:
            for name, said, labels, statement in _COUNTS:
                cursor.execute(statement)
                yield _family(name, said, labels, cursor.fetchall())
        yield _family("ready", "就绪检查是否通过", ("check",), [(one, holds(one)) for one in CHECKS])


def _family(
    name: str, said: str, labels: tuple[str, ...], rows: Iterable[tuple[Any, ...]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"minzheng_{name}", said, labels=labels)
    for *given, value in rows:
        if value is not None:
            family.add_metric([str(one) for one in given], float(value))
    return family
