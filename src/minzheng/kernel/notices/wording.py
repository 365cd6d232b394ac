"""What leaves the house by telephone and mail: declared texts, one for each kind of message and channel.

A short message may be read by whoever holds the telephone.  It names no sum, no reason, no outcome and no scheme; it
says where they stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

import yaml
from django.conf import settings

from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of, parent
from minzheng.kernel.areas.queries import names
from minzheng.kernel.errors import Mistake

from .models import Message, Sending

__all__ = [
    "Filled",
    "Wording",
    "fill",
    "kinds_of",
    "refusable_kinds",
    "segments",
    "sign",
    "urgent_kinds",
    "where_told",
    "wordings",
]

# As long as a link is that needs no account, for whoever looks at the texts.
SAMPLE = "/r/s1a2b-9xk2c7m4q0dzt/"
_WORDS = {"site", "office", "link"}
# GSM 03.38 and 03.40: in UCS-2 one message holds 70 characters, each part of a longer one 67.
_ONE, _PART = 70, 67


@dataclass(frozen=True)
class Wording:
    """The text of one kind of message on one channel."""

    channel: str
    kind: str
    label: str
    text: str
    subject: str = ""
    urgent: bool = False
    may_refuse: bool = False


@dataclass(frozen=True)
class Filled:
    """What is sent, word for word."""

    subject: str
    text: str


@cache
def _written() -> tuple[str, Mapping[tuple[str, str], Wording]]:
    said = yaml.safe_load(Path(__file__).with_name("wording.yaml").read_text(encoding="utf-8"))
    found = {
        (channel, kind): Wording(channel=channel, kind=kind, **given)
        for channel in Sending.Channel.values for kind, given in said[channel].items() if given
    }  # fmt: skip
    for key in ((channel, kind) for channel in Sending.Channel.values for kind in Message.Kind.values):
        if key in found or key[1] not in said[key[0]]:
            _check(key, found.get(key))
    return str(said["sign"]), found


def _check(key: tuple[str, str], one: Wording | None) -> None:
    """Every kind has its text on every channel, or stands there empty; no text asks for a word that it may not say."""
    if one is None:
        raise Mistake("wording_missing", f"消息模板缺少 {key[0]} 的“{key[1]}”。请在 wording.yaml 中补上。")
    asked = {name for _, name, _, _ in Formatter().parse(one.text + one.subject) if name}
    if strange := asked - _WORDS:
        words = "、".join(sorted(strange))
        raise Mistake(
            "wording_word", f"消息模板“{one.label}”用了不允许的内容：{words}。请改用办事网址、单位和链接。"
        )


def wordings() -> tuple[Wording, ...]:
    """Every text, channel by channel."""
    return tuple(_written()[1].values())


def sign() -> str:
    """Who a short message says it comes from."""
    return _written()[0]


def kinds_of(channel: str) -> list[str]:
    """The kinds of message that go out by a channel at all."""
    return [one.kind for one in wordings() if one.channel == channel]


def urgent_kinds(channel: str) -> list[str]:
    """The kinds of message that do not wait for the morning."""
    return [one.kind for one in wordings() if one.channel == channel and one.urgent]


def refusable_kinds() -> list[str]:
    """The kinds of message that somebody may decline to get by telephone."""
    return [one.kind for one in wordings() if one.channel == Sending.Channel.SMS and one.may_refuse]


def fill(channel: str, kind: str, *, office: str, link: str = SAMPLE) -> Filled:
    """The text with the address of the portal, the office of the place, and where a link leads."""
    one = _written()[1][channel, kind]
    site = settings.MINZHENG_ADDRESS.rstrip("/")
    words = {"site": site, "office": office, "link": f"{site}{link}"}
    text = one.text.format(**words).strip()
    return Filled(
        one.subject.format(**words), f"【{sign()}】{text}" if channel == Sending.Channel.SMS else text
    )


def where_told(paths: set[str]) -> dict[str, str]:
    """The township of each place, by whose name somebody is told whom to ask."""
    towns = {path: _town(path) for path in paths}
    called = names(towns.values())
    return {path: called[town] for path, town in towns.items()}


def _town(path: str) -> str:
    above = parent(path)
    return above if above and level_of(path) is Level.VILLAGE else path


def segments(text: str) -> int:
    """As how many short messages a text is charged."""
    return 1 if len(text) <= _ONE else -(-len(text) // _PART)
