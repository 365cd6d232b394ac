"""Finding a service: by life situation, by its name, by how people say it, by pinyin and initials; and the questions
that people ask, with their answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from minzheng.kernel import catalogue, declare
from minzheng.kernel.areas.spelling import spell

from .rooms import CARE, MINE, ROOMS, Room

__all__ = [
    "Asked", "found", "offered", "questions", "rooms", "screenings", "situation_called", "situations", "told",
    "unasked",
]  # fmt: skip

Service = catalogue.Declared[declare.Service]
MOST_QUESTIONS = 5
# So much of what was typed, in pairs of characters, has to stand in a question or its answer.
ENOUGH = (1, 2)


def offered() -> list[Service]:
    """What a resident may apply for."""
    return [one for one in catalogue.current().services.values() if one.item.offered == "public"]


def screenings(text: str = "") -> list[dict[str, str]]:
    """What anybody may ask of a family before applying; those that answer to what was typed."""
    wanted = _plain(text)
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


def _plain(text: str) -> str:
    return "".join(text.lower().split())[:40]


def _meant(said: Iterable[str], wanted: str) -> bool:
    return any(wanted in one or one in wanted for one in said) or _spelled(said, wanted)


def _leads_to(service: Service) -> tuple[declare.Situation, ...]:
    return (service.item.situation, *service.item.also)


def rooms(text: str, *, situation: str = "") -> list[Room]:
    """The pages of this door that answer to what was typed, or that help in a situation."""
    wanted = _plain(text)
    every = (MINE, *CARE, *ROOMS)
    if not wanted:
        return [one for one in every if situation and one.situation == situation]
    return [one for one in every if _meant([one.label, *one.words], wanted)]


def told(text: str) -> list[declare.Situation]:
    """The situations that answer to what was typed, in which it is said what to do and where to go."""
    wanted = _plain(text)
    return [one for one in _advised() if wanted and _meant([one.label, *one.words], wanted)]


def unasked(text: str) -> list[catalogue.Declared[declare.Subsidy]]:
    """What is paid without anybody applying, and answers to what was typed."""
    wanted = _plain(text)
    every = catalogue.current().subsidies.values()
    return [
        one for one in every if one.item.told and wanted and _meant([one.item.label, *one.item.words], wanted)
    ]


def _advised() -> list[declare.Situation]:
    known = vars(declare.Situation).values()
    return [one for one in known if isinstance(one, declare.Situation) and one.told]


def situations() -> list[dict[str, object]]:
    """The life situations in which something is offered, each with what it leads to; then those with advice alone."""
    leading: dict[declare.Situation, list[str]] = {}
    for one in offered():
        for situation in _leads_to(one):
            leading.setdefault(situation, []).append(one.item.label)
    for situation, labels in leading.items():
        labels += [one.label for one in CARE if one.situation == situation.code]
    for situation in _advised():
        leading.setdefault(situation, ["怎么办、到哪里办"])
    return [
        {
            "label": str(one), "icon": one.icon, "url": f"/services/?situation={one.code}",
            "text": "、".join(labels[:3]) + ("等" if len(labels) > 3 else ""),
        }
        for one, labels in leading.items()
    ]  # fmt: skip


def situation_called(code: str) -> declare.Situation | None:
    """The situation that stands in an address, if something is offered or told in it."""
    known = (*(situation for one in offered() for situation in _leads_to(one)), *_advised())
    return next((one for one in known if one.code == code), None)


def found(text: str, *, situation: str = "") -> list[Service]:
    """The services that answer to what was typed, nearest first; everything where nothing was typed."""
    among = [one for one in offered() if not situation or situation in {each.code for each in _leads_to(one)}]
    wanted = _plain(text)
    if not wanted:
        return among
    near = [(distance, place, one) for place, one in enumerate(among) if (distance := _distance(one, wanted))]
    return [one for _, _, one in sorted(near, key=lambda hit: hit[:2])]


def _distance(service: Service, wanted: str) -> int:
    """1 for the name itself or what everybody calls it, more for what only touches it, 0 for no match."""
    item = service.item
    names, said = [item.label.lower()], [*item.guide.words, str(item.situation)]
    if any(one in wanted for one in names) or wanted in said or _spelled([*names, *said], wanted, whole=True):
        return 1
    if any(wanted in one for one in names) or _spelled(names, wanted):
        return 2
    if _meant(said, wanted):
        return 3
    if any(_meant([str(one), *one.words], wanted) for one in _leads_to(service)):
        return 4
    return 5 if len(wanted) > 1 and wanted in item.guide.summary else 0


@dataclass(frozen=True)
class Asked:
    """A common question with its answer, and the guide it stands in."""

    question: str
    answer: str
    label: str
    url: str


def questions(text: str) -> list[Asked]:
    """The common questions of all services that answer to what was typed, the nearest first."""
    wanted = _plain(text)
    pairs = {wanted[at : at + 2] for at in range(len(wanted) - 1)}
    if not pairs:
        return []
    hits = []
    for one in offered():
        for question, answer in one.item.guide.questions:
            asked = _hits(pairs, question)
            score = 2 * asked + _hits(pairs, answer)
            enough = max(asked, _hits(pairs, question + answer)) * ENOUGH[1] >= len(pairs) * ENOUGH[0]
            if enough or (wanted.isascii() and _spelled([question], wanted)):
                hits.append(
                    (-score, len(hits), Asked(question, answer, one.item.label, f"/services/{one.code}/"))
                )
    return [hit for _, _, hit in sorted(hits, key=lambda one: one[:2])[:MOST_QUESTIONS]]


def _hits(pairs: set[str], text: str) -> int:
    return sum(pair in text for pair in pairs)


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
