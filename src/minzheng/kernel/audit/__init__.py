"""Who did or read what, to whom, by which article: one row for each verb, appended and never changed."""

from .actor import Actor, Post, system
from .deed import Deed, announced, appended, aside, current, note, part, read, verb

__all__ = [
    "Actor",
    "Deed",
    "Post",
    "announced",
    "appended",
    "aside",
    "current",
    "note",
    "part",
    "read",
    "system",
    "verb",
]
