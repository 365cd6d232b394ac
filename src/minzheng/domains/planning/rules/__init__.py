"""How the plan's targets are judged: the worked examples of its monitoring, on the kernel's lights and paths."""

from __future__ import annotations

from .casebook import seed_parameters

__all__ = ["seed_parameters"]
