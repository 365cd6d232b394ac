"""What the worker does for orders: sends back those nobody answered in time."""

from __future__ import annotations

from procrastinate.contrib.django import app

from minzheng.kernel.areas.queries import counties
from minzheng.kernel.audit import system

from . import serving
from .models import Order

__all__ = ["lapse"]

OF_PLATFORM = system("matching")


@app.periodic(cron="*/30 * * * *")
@app.task(queue="nightly", queueing_lock="matching_lapse", pass_context=False)
def lapse(timestamp: int) -> None:
    """County by county, only where something waits."""
    for one in counties():
        if Order.objects.filter(path__startswith=one.path, state=Order.State.OFFERED).exists():
            serving.lapse(path=one.path, by=OF_PLATFORM)
