"""How elder care goes about it: home visits and the assessment of ability; houses, supervision, measures."""

from .ability import ABILITY
from .visits import VISITS

__all__ = ["ABILITY", "VISITS"]
