"""A link that needs no account: what it opens and its number, sealed by the platform, so that nobody makes one up.

Nothing of it is kept: it is written when a message leaves the house, and read by whoever opens it.  Which door a letter
opens, for how long and how often, is said by the room whose letter it is.
"""

from __future__ import annotations

from minzheng.kernel.signin.sealing import digest, same

__all__ = ["MARK", "address_of", "opened_by", "read", "token", "topic_of"]

# With what the topic of a message begins that carries a link.
MARK = "link:"
_DIGITS = "0123456789abcdefghijkmnpqrstuvwxyz"
# Sixty-four bits are guessed by nobody who may try thirty times a minute.
_BITS = 16


def token(what: str, number: int) -> str:
    """``what`` is one letter; the same each time it is asked for."""
    word = f"{what}{number:x}"
    return f"{word}-{_seal(word)}"


def read(typed: str) -> tuple[str, int] | None:
    """What a link opens, or nothing where it was made up or mistyped."""
    word, _, seal = typed.strip().lower().partition("-")
    if not 2 <= len(word) <= 16 or not word.isascii() or not word.isalnum() or not same(seal, _seal(word)):
        return None
    return word[0], int(word[1:], 16)


def topic_of(what: str, number: int) -> str:
    """The topic of a message that carries the link: told once, ever."""
    return f"{MARK}{what}{number:x}"


def address_of(topic: str | None) -> str:
    """The path that stands in a message of such a topic; nothing for every other."""
    found = opened_by(topic)
    return f"/r/{token(*found)}/" if found is not None else ""


def opened_by(topic: str | None) -> tuple[str, int] | None:
    """What the link in a message of such a topic opens."""
    if topic is None or not topic.startswith(MARK):
        return None
    word = topic.removeprefix(MARK)
    return word[0], int(word[1:], 16)


def _seal(word: str) -> str:
    left, written = int(digest("link", word)[:_BITS], 16), ""
    while left:
        left, digit = divmod(left, len(_DIGITS))
        written += _DIGITS[digit]
    return written
