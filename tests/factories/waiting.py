"""What waits in the queue is done, as by the worker's process."""

from __future__ import annotations

import pytest
from django.db import connection
from procrastinate.contrib.django import app

__all__ = ["worked"]


def worked(*queues: str) -> None:
    """A job runs in a thread of its own, which would take its connection with it, open, when it ends.

    The worker's process keeps that connection for the next job; here it is closed with each job, so that none is left
    to whoever collects it later: one that a failed job's traceback holds on to lives as long as the record of it.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
        with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
            worker.run_worker(
                wait=False, queues=list(queues), install_signal_handlers=False, listen_notify=False
            )
