"""What is kept of a release: what it says, what it was tried on, who signed it, and what it brought about."""

from .brought import AmountChange, Arrears, Attention
from .drafts import Release, ReleaseValue, Signature
from .trials import Impact, Sample, Simulation

__all__ = [
    "AmountChange",
    "Arrears",
    "Attention",
    "Impact",
    "Release",
    "ReleaseValue",
    "Sample",
    "Signature",
    "Simulation",
]
