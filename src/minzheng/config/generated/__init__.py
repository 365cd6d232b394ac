"""The pages of ``docs/generated``: what is declared, valued and ruled, written out of the declarations themselves.

They depend on the repository alone, never on a database or on the day they are written.
"""

from __future__ import annotations

from .book import pages

__all__ = ["pages"]
