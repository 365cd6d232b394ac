"""How Chinese words, figures and conditions are set beside one another."""

from __future__ import annotations

__all__ = ["after_word", "before_word", "of", "of_them"]


def of(condition: str) -> str:
    """A condition before the members it holds for."""
    bare = condition.startswith("“") and condition.endswith("”") and condition.count("“") == 1
    return f"符合{condition}的" if bare else f"符合（{condition}）的"


def of_them(what: str) -> str:
    """What is added up over the members, in brackets where it is made of parts."""
    return f"（{what}）" if " " in what else what


def before_word(figure: str) -> str:
    """A figure before a Chinese word: a space after a digit, none after a unit."""
    return f"{figure} " if figure[-1:].isdigit() else figure


def after_word(said: str) -> str:
    """A figure after a Chinese word: a space before a digit."""
    return f" {said}" if said[:1].isdigit() or said.startswith("-") else said
