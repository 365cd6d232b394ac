"""A job goes on under the number of the request that left it behind; the platform's timed work under its own."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from procrastinate.app import App
from procrastinate.jobs import Job
from procrastinate.manager import JobManager

from minzheng.kernel.audit import tracing

from .measures import JOBS

__all__ = ["follow", "followed"]

log = logging.getLogger("minzheng.jobs")
_KEY = "_request"


class Following(JobManager):
    """What is left to the worker bears the number of the request beside its arguments."""

    def batch_defer_jobs(self, jobs: list[Job], connection: Any | None = None) -> list[Job]:
        """As it was asked for, with the number."""
        return super().batch_defer_jobs(_numbered(jobs), connection)

    async def batch_defer_jobs_async(self, jobs: list[Job], connection: Any | None = None) -> list[Job]:
        """The same by a worker."""
        return await super().batch_defer_jobs_async(_numbered(jobs), connection)


def _numbered(jobs: list[Job]) -> list[Job]:
    number = tracing.current()
    return [one.evolve(task_kwargs={**one.task_kwargs, _KEY: number}) for one in jobs] if number else jobs


async def followed(call_next: Callable[[], Awaitable[Any]], context: Any, worker: Any) -> Any:
    """Around each job: its number, its time, one line when it ends."""
    job, begun, outcome = context.job, time.perf_counter(), "failed"
    number = str(job.task_kwargs.pop(_KEY, "") or f"job-{job.id}")
    with tracing.following(number):
        try:
            result = await call_next()
            outcome = "done"
            return result
        finally:
            seconds = time.perf_counter() - begun
            JOBS.labels(job.task_name, outcome).observe(seconds)
            told = {"job": job.id, "task": job.task_name, "outcome": outcome, "ms": round(seconds * 1000)}
            log.info("job", extra=told)


def follow(app: App) -> None:
    """The worker's app is set up so when it is ready (PROCRASTINATE_ON_APP_READY)."""
    app.job_manager = Following(app.connector)
    app.worker_defaults["worker_middleware"] = [followed]
