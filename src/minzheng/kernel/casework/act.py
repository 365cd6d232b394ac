"""One step being taken: everything its handler may look at or add to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from minzheng.kernel import catalogue, declare
from minzheng.kernel.audit import Actor

from .models import Case, Task

__all__ = ["Act"]


@dataclass
class Act:
    """A task in the hands of an actor, with the outcome chosen."""

    case: Case
    task: Task
    declared: catalogue.Declared[declare.Service]
    step: declare.Step
    outcome: declare.Outcome
    by: Actor
    reason: str
    evidence: dict[str, Any] = field(default_factory=dict)
    partners: list[str] = field(default_factory=list)
