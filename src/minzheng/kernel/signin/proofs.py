"""An auditor asks for a proof of the chain; the worker makes it."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.errors import Refused

from .duties import AUDITOR, charges, stands_over

__all__ = ["ask_proof"]

TASK = "minzheng.config.tasks.prove_audit"


@verb("access.ask_proof", label="要求核验审计链")
def ask_proof(*, by: Actor) -> None:
    """One at a time: whoever asks while one waits is told so."""
    stands_over(by, None, AUDITOR)
    try:
        with transaction.atomic():
            app.configure_task(TASK, queue="audit", queueing_lock="prove_audit").defer(timestamp=0)
    except AlreadyEnqueued:
        raise Refused("proof_asked", "已有一次核验在排队，请稍后刷新页面查看结果。") from None
    note(about=None, path=charges(by, AUDITOR)[0])
