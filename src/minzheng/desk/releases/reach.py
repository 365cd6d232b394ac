"""Who drafts and who signs, where the rooms lie, and the words that every page of a release shares."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.utils.safestring import SafeString

from minzheng.desk.sheets import Sent
from minzheng.kernel import catalogue, declare
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.audit.outcomes import Outcome
from minzheng.kernel.errors import Refused, Stale
from minzheng.kernel.law.parameters import parse
from minzheng.kernel.law.units import UNITS, Kind, Scalar, cut, in_words
from minzheng.kernel.people.models import Household, Membership
from minzheng.kernel.releases import values
from minzheng.kernel.releases.models import Release, Simulation
from minzheng.ui.shown import badge

__all__ = [
    "RELEASES", "ROOM", "SIMULATIONS", "change", "drafting_places", "heads", "label_of", "read_value",
    "release_badge", "rooms", "seen", "simulation_badge", "value_in_words",
]  # fmt: skip

ROOM = ("标准与参数", "/desk/standards/")
RELEASES = ("标准发布", "/desk/standards/releases/")
SIMULATIONS = "/desk/standards/simulations/"
_STATES = {
    "draft": "neutral", "simulated": "info", "signed": "info", "published": "good", "backed_out": "bad",
    "withdrawn": "neutral",
}  # fmt: skip
_RUNS = {"waiting": "neutral", "running": "info", "finished": "good", "failed": "bad"}
_HEADS = ("01", "02")


def rooms(by: Actor, *, at: str) -> list[dict[str, Any]]:
    """The ways from one of these pages to the others, and to a new draft for whoever drafts."""
    listed = {
        "standards": ("各地标准", ROOM[1], "coin-yuan"),
        "values": ("全部参数", f"{ROOM[1]}values/", "adjustments"),
        "releases": ("标准发布", RELEASES[1], "file-certificate"),
    }
    found = [
        {"url": url, "label": label, "icon": icon}
        for code, (label, url, icon) in listed.items()
        if code != at and (code != "releases" or any(post.level <= Level.COUNTY for post in by.posts))
    ]
    if drafting_places(by):
        found.append({"url": f"{RELEASES[1]}new/", "label": "拟订发布", "icon": "plus", "kind": "primary"})
    return found


def drafting_places(by: Actor) -> dict[str, list[str]]:
    """The places for which the actor drafts, by domain."""
    found: dict[str, list[str]] = {}
    for code, one in catalogue.current().simulated.items():
        levels = {one.role(role): role.at for role in one.item.drafted_by}
        places = {post.path for post in by.posts if levels.get(post.role) == post.level}
        if places:
            found[code] = sorted(places)
    return found


def release_badge(of: Release) -> SafeString:
    """Where a release stands, as shape, word and colour."""
    return badge(of.get_state_display(), _STATES[of.state])


def simulation_badge(of: Simulation) -> SafeString:
    """How far a run is, and whether it still stands for the draft."""
    if of.voided_at is not None:
        return badge("草稿已改，仅供查看", "neutral")
    return badge(of.get_state_display(), _RUNS[of.state])


def label_of(domain: str, reckoned: str) -> str:
    """The word for what is reckoned, also for one that is no longer declared; arrears name it with its domain."""
    code = reckoned.removeprefix(f"{domain}.")
    found = catalogue.current().simulated.get(domain)
    items: tuple[declare.Reckoned, ...] = found.item.reckoned if found else ()
    return next((one.label for one in items if one.code == code), code)


def read_value(text: str, unit: str) -> Scalar | None:
    """A value as a release keeps it, in text; nothing where there was none."""
    if not text:
        return None
    known = {"True": "true", "False": "false"}
    return parse(known.get(text, text), unit=unit, where="参数")


def value_in_words(key: str, text: str, unit: str) -> str:
    """The same as it is read."""
    value = read_value(text, unit)
    return in_words(value, UNITS[unit], values.before().words(key)) if value is not None else "没有登记"


def seen(of: Release, sent: Sent, by: Actor) -> bool:
    """The deed is about the release as it stood on the page; false if this very press was answered already."""
    if sent.version is None or sent.version == of.version:
        return True
    # A press that saves several values keeps each under a key of its own.
    keys = (sent.key, f"{sent.key}-0")
    if Entry.objects.filter(actor=by.id, key__in=keys, outcome=Outcome.DONE).exists():
        return False
    raise Stale("release_changed", "这次发布在您打开之后有变化。请返回页面，重新核对后再办理。")


def change(before: str, after: str, unit: str) -> str:
    """How much more or less, in percent cut to one decimal; empty where there is nothing to compare."""
    try:
        old, new = read_value(before, unit), read_value(after, unit)
    except Refused:
        return ""
    if not isinstance(old, int | Fraction) or not isinstance(new, int | Fraction):
        return ""
    if UNITS[unit].kind is Kind.BOOLEAN or isinstance(old, bool) or not old:
        return ""
    share = Fraction(new - old, 1) / Fraction(old) * 100
    if share == 0:
        return "不变"
    sign = "+" if share > 0 else "−"
    return f"{sign}{cut(abs(share.numerator), share.denominator, 1)}%"


def heads(households: set[int]) -> Mapping[int, str]:
    """The name at the head of each household, in one query; those who left are not named."""
    rows = Membership.objects.filter(household__in=households, relation__in=_HEADS, until_on=None)
    found = dict(Household.objects.filter(pk__in=households).values_list("pk", "number"))
    return found | dict(rows.values_list("household_id", "person__name"))
