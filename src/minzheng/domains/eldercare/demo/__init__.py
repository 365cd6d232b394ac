"""A demonstration: a county's elders on the ledger, their visits, assessments, an allowance that goes by itself."""

from .elders import populate

__all__ = ["populate"]
