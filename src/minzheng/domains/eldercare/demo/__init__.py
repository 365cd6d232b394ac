"""A demonstration of institutions: houses of every county with beds and residents 2020–2026, and one county's story."""

from .homes import populate

__all__ = ["populate"]
