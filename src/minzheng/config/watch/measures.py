"""What each process counts while it works: requests by route, jobs by task, deeds by verb. No label names anybody.

Several processes add up where PROMETHEUS_MULTIPROC_DIR names a folder, which is empty when the platform starts.
"""

from __future__ import annotations

from typing import Any

from prometheus_client import Counter, Histogram

from minzheng.kernel.audit import appended

__all__ = ["DEEDS", "JOBS", "REQUESTS", "RESPONSES", "count_deeds"]

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
_WORK = (0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600)

REQUESTS = Histogram(
    "minzheng_request_seconds", "办理一次请求的时间，按路由", ["method", "route"], buckets=_SECONDS
)
RESPONSES = Counter("minzheng_responses", "应答次数，按状态类", ["status"])
JOBS = Histogram("minzheng_job_seconds", "后台任务的时间，按任务和结果", ["task", "outcome"], buckets=_WORK)
DEEDS = Counter(
    "minzheng_deeds", "审计行，按动作和结果（登录失败、查看明文、导出都在其中）", ["verb", "outcome"]
)


def count_deeds(sender: Any, *, verb: str, outcome: str, **_: Any) -> None:
    """One more row of the audit: a sign-in that failed, a number that was revealed, an export, a case decided."""
    DEEDS.labels(verb, outcome).inc()


appended.connect(count_deeds, dispatch_uid="minzheng.watch.deeds")
