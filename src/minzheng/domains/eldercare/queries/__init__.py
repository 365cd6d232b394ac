"""What elder care reads: who is watched and why."""

from .visits import PEOPLE, benefits

__all__ = ["PEOPLE", "benefits"]
