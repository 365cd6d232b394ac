"""Money, days and states as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from minzheng.kernel.clock import SHANGHAI

__all__ = [
    "NOTHING", "article", "badge", "cn_date", "cn_datetime", "device", "iso_day", "light", "outcome", "yuan",
]  # fmt: skip

NOTHING = "—"

# Shapes differ as well as colours and words, so that no state is told by colour alone.
_SHAPES = {
    "good": '<circle cx="8" cy="8" r="7"/><path class="mz-cut" d="M4.8 8.2l2.2 2.2 4.3-4.6"/>',
    "warn": '<path d="M8 1.2 15.4 14.4H.6z"/><path class="mz-cut" d="M8 6v4M8 12v.4"/>',
    "bad": '<path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z"/><path class="mz-cut" d="M5.4 5.4l5.2 5.2m0-5.2-5.2 5.2"/>',
    "unknown": '<circle cx="8" cy="8" r="7"/>'
    '<path class="mz-cut" d="M5.9 6.2a2.1 2.1 0 1 1 2.9 2c-.5.2-.8.6-.8 1.2M8 12v.3"/>',
    "info": '<circle cx="8" cy="8" r="7"/><path class="mz-cut" d="M8 7.4v4M8 4.6v.3"/>',
    "neutral": '<rect x="2.5" y="2.5" width="11" height="11" rx="3"/>',
}
_KINDS = {"green": "good", "yellow": "warn", "red": "bad"}
# What browsers and systems call themselves, the more particular name before the one it is built on.
_BROWSERS = {
    "MicroMessenger": "微信", "Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome",
    "Safari": "Safari",
}  # fmt: skip
_SYSTEMS = {
    "iPhone": "iPhone", "iPad": "iPad", "Android": "安卓", "HarmonyOS": "鸿蒙", "Windows": "Windows", "Mac OS": "Mac",
    "Linux": "Linux",
}  # fmt: skip
_LIGHT_WORDS = {"green": "正常", "yellow": "临近到期", "red": "已超期"}
_OUTCOMES = {"met": ("good", "符合"), "not_met": ("bad", "不符合"), "unknown": ("unknown", "尚不能判断")}


def device(said: str) -> str:
    """What a browser says it is, in a word or two; as it was sent where it is none that is known."""
    found = [
        next((words for sign, words in known.items() if sign in said), "") for known in (_BROWSERS, _SYSTEMS)
    ]
    return " ".join(filter(None, found)) or said[:40]


def yuan(fen: Any) -> str:
    """Whole fen as yuan: 123400 is 1,234.00."""
    if not isinstance(fen, int) or isinstance(fen, bool):
        return NOTHING
    sign, whole = ("-" if fen < 0 else ""), abs(fen)
    return f"{sign}{whole // 100:,}.{whole % 100:02d}"


def _as_day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return _as_instant(value).date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _as_instant(value: datetime) -> datetime:
    return value.astimezone(SHANGHAI) if value.tzinfo else value


def cn_date(value: Any) -> str:
    """A day in the form of a letter: 2026年3月15日."""
    day = _as_day(value)
    return f"{day.year}年{day.month}月{day.day}日" if day else NOTHING


def iso_day(value: Any) -> str:
    """A day in the form of a list: 2026-03-15."""
    day = _as_day(value)
    return day.isoformat() if day else NOTHING


def cn_datetime(value: Any) -> str:
    """An instant by Beijing time: 2026年3月15日 14:03."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return NOTHING
    if not isinstance(value, datetime):
        return cn_date(value)
    instant = _as_instant(value)
    return f"{cn_date(instant)} {instant:%H:%M}"


def badge(text: str, kind: str = "neutral") -> SafeString:
    """A state as shape, word and colour; kinds: good, warn, bad, unknown, info, neutral."""
    known = kind if kind in _SHAPES else "neutral"
    shape = mark_safe(_SHAPES[known])
    return format_html(
        '<span class="mz-badge mz-{}"><svg viewBox="0 0 16 16" aria-hidden="true">{}</svg>{}</span>',
        known, shape, text,
    )  # fmt: skip


def light(state: Any, text: str = "") -> SafeString:
    """The light of a clock, from its code (green, yellow, red) or a reading; words of one's own if given."""
    code = str(getattr(state, "light", state))
    if code not in _KINDS:
        return badge(text or NOTHING)
    return badge(text or _LIGHT_WORDS[code], _KINDS[code])


def outcome(value: Any) -> SafeString:
    """Met, not met or unknown."""
    kind, word = _OUTCOMES.get(str(value), ("unknown", _OUTCOMES["unknown"][1]))
    return badge(word, kind)


def article(value: Any) -> str:
    """An article as it is cited, whether fresh from the law or read back from a stored decision."""
    if isinstance(value, Mapping):
        from minzheng.kernel.law.instruments import Article

        return str(Article(**value))
    if isinstance(value, tuple | list):
        return "；".join(article(one) for one in value)
    return "" if value is None else str(value)
