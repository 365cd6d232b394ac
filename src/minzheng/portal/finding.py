"""Finding a service: by life situation, by its name, by how people say it, by pinyin and initials."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from minzheng.kernel import catalogue, declare
from minzheng.kernel.areas.spelling import spell

__all__ = ["ICONS", "found", "offered", "screenings", "situations", "slug_of"]

Service = catalogue.Declared[declare.Service]
Situation = declare.Situation
ICONS = {
    Situation.HARDSHIP: "home-heart", Situation.ELDERS: "heart-handshake", Situation.CHILDREN: "baby-carriage",
    Situation.DISABILITY: "wheelchair", Situation.DEATH: "flag", Situation.MARRIAGE: "heart",
    Situation.LOST: "alert-triangle", Situation.ORGANISATION: "building-community",
}  # fmt: skip


def offered() -> list[Service]:
    """What a resident may apply for."""
    return [one for one in catalogue.current().services.values() if one.item.offered == "public"]


def screenings(text: str = "") -> list[dict[str, str]]:
    """What anybody may ask of a family before applying; those that answer to what was typed."""
    wanted = "".join(text.lower().split())[:40]
    return [
        {
            "label": one.item.label,
            "text": one.item.lead,
            "icon": "list-check",
            "url": f"/self-check/{one.code}/",
        }
        for one in catalogue.current().screenings.values()
        if not wanted or _meant([one.item.label, *one.item.words], wanted)
    ]


def _meant(said: list[str], wanted: str) -> bool:
    return any(wanted in one or one in wanted for one in said) or _spelled(said, wanted)


def slug_of(situation: declare.Situation) -> str:
    """The situation as it stands in an address."""
    return situation.name.lower()


def situations() -> list[dict[str, object]]:
    """The life situations in which something is offered, each with what it leads to."""
    count = Counter(one.item.situation for one in offered())
    return [
        {
            "label": str(situation), "icon": ICONS[situation], "url": f"/services/?situation={slug_of(situation)}",
            "text": "、".join(_labels(situation)[:3]) + ("等" if count[situation] > 3 else ""),
        }
        for situation in Situation
        if count[situation]
    ]  # fmt: skip


def _labels(situation: declare.Situation) -> list[str]:
    return [one.item.label for one in offered() if one.item.situation == situation]


def found(text: str, *, situation: str = "") -> list[Service]:
    """The services that answer to what was typed, nearest first; everything where nothing was typed."""
    among = [one for one in offered() if not situation or slug_of(one.item.situation) == situation]
    wanted = "".join(text.lower().split())[:40]
    if not wanted:
        return among
    near = [(distance, place, one) for place, one in enumerate(among) if (distance := _distance(one, wanted))]
    return [one for _, _, one in sorted(near, key=lambda hit: hit[:2])]


def _distance(service: Service, wanted: str) -> int:
    """1 for the name itself, more for what only touches it, 0 for no match."""
    item = service.item
    names, said = [item.label.lower()], [*item.guide.words, str(item.situation)]
    if any(wanted == one or one in wanted for one in names) or _spelled(names, wanted, whole=True):
        return 1
    if any(wanted in one for one in names) or _spelled(names, wanted):
        return 2
    if any(wanted in one or one in wanted for one in said) or _spelled(said, wanted):
        return 3
    return 4 if len(wanted) > 1 and wanted in item.guide.summary else 0


def _spelled(texts: Iterable[str], wanted: str, *, whole: bool = False) -> bool:
    """Whether pinyin or initials were typed."""
    if not (wanted.isascii() and wanted.isalnum()):
        return False
    for text in texts:
        pinyin, initials = spell(text)
        if wanted in (pinyin, initials):
            return True
        if not whole and (wanted in pinyin or initials.startswith(wanted)):
            return True
    return False
