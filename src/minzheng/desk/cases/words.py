"""Names of services and steps as lists show them."""

from __future__ import annotations

from minzheng.kernel import catalogue
from minzheng.kernel.casework.models import Task

__all__ = ["service_label", "step_label"]


def service_label(code: str) -> str:
    """The name of a service, also of one that is no longer declared."""
    services = catalogue.current().services
    return services[code].item.label if code in services else code


def step_label(task: Task) -> str:
    """The name of a step, and whether it has been urged."""
    label = catalogue.current().step_of(task.case, task.step).label
    return f"{label}（已催办）" if task.urged_at else label
