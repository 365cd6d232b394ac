"""The sentence with which the one command stops."""

from __future__ import annotations

import re

import pytest

from launch.say import Stop

__all__ = ["says"]


def says(stop: pytest.ExceptionInfo[Stop], *words: str) -> None:
    """The sentence is there in both languages and names what the person needs."""
    text = str(stop.value)
    assert re.search("[\u4e00-\u9fff]", stop.value.chinese)
    assert stop.value.english.isascii()
    assert all(word in text for word in words), text
