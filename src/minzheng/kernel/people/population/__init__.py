"""A made-up population of the province's shape: seeded, reproducible, streamed, and nobody real."""

from .chunks import BLOCK, MOST, Chunk
from .load import Load, Sink, exists, populate
from .means import Circumstances, Work
from .numbers import free_number

__all__ = [
    "BLOCK",
    "MOST",
    "Chunk",
    "Circumstances",
    "Load",
    "Sink",
    "Work",
    "exists",
    "free_number",
    "populate",
]
