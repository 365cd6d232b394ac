"""All declarations, checked once and frozen: what every door, case and document reads."""

from .book import Catalogue, Declared, current
from .checks import mistakes

__all__ = ["Catalogue", "Declared", "current", "mistakes"]
