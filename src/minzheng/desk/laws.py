"""Under which law a room of the desk asks its questions, where a question names no article of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minzheng.kernel import catalogue, declare
from minzheng.kernel.audit import Actor

__all__ = ["law_of"]

# What the rooms of the platform itself follow: each beginning of an address with its instrument.
_WRITTEN: tuple[tuple[str, str], ...] = (
    ("/desk/accounts/", "GB/T 22239—2019《信息安全技术 网络安全等级保护基本要求》"),
    ("/account/", "GB/T 22239—2019《信息安全技术 网络安全等级保护基本要求》"),
    ("/desk/people/", "《个人信息保护法》第八条"),
    ("/desk/reveals/", "《个人信息保护法》第五十一条"),
    ("/desk/appeals/", "《行政复议法》"),
    ("/desk/feedback/", "《关于建立政务服务“好差评”制度提高政务服务水平的意见》（国办发〔2019〕51号）"),
)
# What the others do is declared: the room of the catalogue whose items say by what.
_DECLARED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("/desk/money/", ("schemes",)), ("/desk/funds/", ("reserves", "purchasings")), ("/desk/subsidies/", ("subsidies",)),
    ("/desk/facilities/", ("facilities",)), ("/desk/inspections/", ("supervisions",)),
    ("/desk/matching/", ("matchings",)), ("/desk/rounds/", ("rounds",)), ("/desk/assessments/", ("scored",)),
    ("/desk/visits/", ("visits", "services")), ("/desk/warnings/", ("monitors",)), ("/desk/events/", ("reactions",)),
    ("/desk/sampling/", ("samplings",)), ("/desk/exchange/files/", ("extracts",)), ("/desk/plans/", ("plans",)),
)  # fmt: skip


def law_of(at: str, by: Actor) -> object:
    """The instrument of the room in which a page lies, as the actor's domains declare it."""
    for start, text in _WRITTEN:
        if at.startswith(start):
            return text
    rooms = next((rooms for start, rooms in _DECLARED if at.startswith(start)), ())
    book, domains = catalogue.current(), {role.split(".")[0] for role in by.roles}
    if at.startswith("/desk/exchange/") and not at.startswith("/desk/exchange/files/"):
        return next(_checks(domains), None)
    every = (*rooms, "services", "registers", "plans")
    found = [one for room in every for one in getattr(book, room).values() if one.domain.code in domains]
    return next((law for one in found if (law := _named(one.item)) is not None), None)


def _named(item: Any) -> object:
    """What a declaration is based on; a plan is its own law."""
    return item.label if isinstance(item, declare.Plan) else getattr(item, "basis", None)


def _checks(domains: set[str]) -> Iterable[object]:
    """The article by which a household's means are checked."""
    for one in catalogue.current().services.values():
        if one.domain.code in domains:
            yield from (
                step.basis for step in one.item.steps if isinstance(step, declare.Verification) and step.basis
            )
