"""The verbs of monitoring, gathered for callers."""

from .following import begin_review, close, visit
from .sweeping import settle, sweep, sweep_everywhere

__all__ = ["begin_review", "close", "settle", "sweep", "sweep_everywhere", "visit"]
