"""Who hears people at the one door: whoever may apply for residents there; and who settles what is left lying."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.terms import term
from minzheng.kernel.errors import NotAllowed, NotFound
from minzheng.kernel.standards.queries import calendar

__all__ = [
    "coordinates", "departments", "due", "needs", "no_such_intake", "offered", "opened_for", "receives",
    "require_window", "services_of",
]  # fmt: skip

Service = catalogue.Declared[declare.Service]


def needs() -> dict[str, declare.Need]:
    """Every line of the need profile, in the order of sending on."""
    every = catalogue.current().counters.values()
    return {need.code: need for one in every for need in one.item.needs}


def services_of(code: str) -> list[str]:
    """The services that answer a need, by qualified code."""
    return [
        f"{one.domain.code}.{service}"
        for one in catalogue.current().counters.values()
        for need in one.item.needs
        if need.code == code
        for service in need.services
    ]


def departments() -> dict[str, declare.Department]:
    """Every department to which something may be passed on."""
    every = catalogue.current().counters.values()
    return {one.code: one for counter in every for one in counter.item.departments}


def offered(by: Actor, path: str) -> list[Service]:
    """What this actor may apply for on behalf of a resident of the place."""
    return [
        one
        for one in catalogue.current().services.values()
        if one.item.offered == "public"
        and any(by.post_for(one.role(role), path=path) for role in one.item.proxy)
    ]


def receives(by: Actor, path: str) -> bool:
    """Whether the actor sits at the window of this place."""
    return bool(offered(by, path))


def require_window(by: Actor, path: str) -> None:
    """Refuse whoever does not; to a stranger there is nothing."""
    if receives(by, path):
        return
    if not by.covers(path):
        raise no_such_intake()
    raise NotAllowed("not_the_window", "一门受理由乡镇（街道）窗口和村级协理员办理，您没有这样的岗位。")


def coordinates(by: Actor, path: str) -> bool:
    """Whether the actor settles here what a department leaves lying (一事一议)."""
    every = catalogue.current().counters.values()
    levels = {one.role(role): role.at for one in every for role in one.item.coordinated_by}
    return by.holds(levels, path=path)


def no_such_intake() -> NotFound:
    """One answer for what does not exist and for what lies out of scope."""
    return NotFound("intake_not_found", "没有这份受理回执，或不在您的管辖范围内。请返回列表重新选择。")


def due(key: str, *, path: str, since: date) -> date:
    """The last day of a limit of the place that runs from a day."""
    return clock.deadline(since, term(key, path=path, on=since), calendar()).on


def opened_for(needs: Iterable[str]) -> list[str]:
    """The registers in which an entry answers one of these needs, by qualified code."""
    found = [
        f"{one.domain.code}.{register}"
        for one in catalogue.current().counters.values()
        for need in one.item.needs
        if need.code in set(needs)
        for register in need.registers
    ]
    return list(dict.fromkeys(found))
