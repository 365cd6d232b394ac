"""The law of children (儿童福利) as pure functions: who may adopt whom, and the clocks of the protection hotline.

Allowances for children stand with the other benefits of a household, in social assistance.
"""

from __future__ import annotations

from .adoption import CONDITIONS, adoption, adoption_findings, may_adopt
from .casebook import seed_parameters
from .dates import case_clock, earliest_registration

__all__ = [
    "CONDITIONS",
    "adoption",
    "adoption_findings",
    "case_clock",
    "earliest_registration",
    "may_adopt",
    "seed_parameters",
]
