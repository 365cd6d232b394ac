"""manage worker: carries out the platform's timed work until it is told to stop."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app

from minzheng.kernel.audit import viewing


class Command(BaseCommand):
    """In the foreground; SIGTERM and Ctrl-C let the running job end first."""

    help = "运行后台任务（夜间统计、核对报告到期、清理未完成的文件），收到停止信号后退出"

    def handle(self, *_: Any, **__: Any) -> None:
        """Jobs come from PostgreSQL; a job that failed stays visible there."""
        connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
        with viewing.whole("worker"), app.replace_connector(connector) as worker:
            worker.run_worker(concurrency=1, delete_jobs="never", install_signal_handlers=True)
