"""Every procedure of the office, step by step, by service; services are made of these."""

from __future__ import annotations

from . import dibao, emergency, tekun, temporary
from .watching import SAMPLINGS, VISITS

__all__ = ["SAMPLINGS", "VISITS", "dibao", "emergency", "tekun", "temporary"]
