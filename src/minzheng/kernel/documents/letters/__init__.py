"""The letters the office writes: each names what it must contain, and the page that sets it."""

from .filling import as_json, build, printed
from .registry import LETTERS, Letter, find
from .shapes import (
    Correction,
    Finding,
    Missing,
    Reason,
    Shape,
    Signer,
    Waived,
    says,
)

__all__ = [
    "LETTERS",
    "Correction",
    "Finding",
    "Letter",
    "Missing",
    "Reason",
    "Shape",
    "Signer",
    "Waived",
    "as_json",
    "build",
    "find",
    "printed",
    "says",
]
