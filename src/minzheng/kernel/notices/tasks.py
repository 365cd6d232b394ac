"""What the worker does for messages: sends what is due within a minute, and reads what became of it."""

from __future__ import annotations

from procrastinate.contrib.django import app

from minzheng.kernel.audit import system

from . import receipts, sending

__all__ = ["read_receipts", "send"]

OF_PLATFORM = system("notices")


@app.periodic(cron="* * * * *")
@app.task(queue="notices", queueing_lock="send_messages", pass_context=False)
def send(timestamp: int) -> None:
    """What a message has left to be sent."""
    if sending.left_behind():
        sending.recover(by=OF_PLATFORM)
    sending.send_waiting(by=OF_PLATFORM)


@app.periodic(cron="* * * * *")
@app.task(queue="notices", queueing_lock="read_message_receipts", pass_context=False)
def read_receipts(timestamp: int) -> None:
    """Which messages have arrived, and which have not."""
    receipts.read(by=OF_PLATFORM)
