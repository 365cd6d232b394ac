"""What a deed is, and what somebody who tries it may expect.

A deed brings the ground into the state in which it can be done, and knows two ways to do it: by its verb and
over HTTP.  Who may is told by roles (held here, at their level) and by part (applicant, maker, anybody).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from minzheng.kernel import catalogue, declare
from minzheng.kernel.audit import Actor
from tests.factories.company import Someone
from tests.factories.ground import Ground

__all__ = ["OWN", "RESIDENTS", "Cell", "Deed", "Ids", "cell", "everyone", "having_cases", "of_the_county"]

Cell = Literal["yes", "no", "none"]
Ids = Mapping[str, Any]
RESIDENTS = frozenset({"applicant", "household member", "maker", "other resident"})
OWN = frozenset({"applicant", "maker"})


@dataclass(frozen=True)
class Deed:
    """One thing that can be done.

    ``hidden``: to those in place who may not, the thing does not exist either (a draft; a case of other offices).
    ``anyhow``: the level at which a post is held does not matter (reading).  ``told``: the verb says no where the
    address says nothing.
    ``anywhere``: the deed is not about this place; each does it for the own.
    """

    code: str
    ready: Callable[[Ground], Ids]
    verb: Callable[[Ground, Ids, Actor], Any]
    roles: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()
    method: str = ""
    path: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    hidden: bool = False
    anyhow: bool = False
    told: bool = False
    anywhere: bool = False
    apart: frozenset[str] = frozenset()


def cell(deed: Deed, who: Someone) -> Cell:
    """What somebody may expect: yes, a no that is told, or that there is nothing."""
    if who.name in deed.parts or "anybody" in deed.parts:
        return "yes"
    if not who.role:
        # The maker is a coordinator of the village.
        if who.name == "maker" and (deed.anyhow or not deed.hidden):
            return cell(deed, Someone("", who.actor, "assistance.coordinator", "here"))
        return "none"
    if who.where == "elsewhere":
        return "yes" if deed.anywhere and who.role in deed.roles else "none"
    if who.role in deed.roles and (who.where == "here" or deed.anyhow):
        return "yes"
    return "none" if deed.hidden else "no"


def of_the_county() -> frozenset[str]:
    roles = catalogue.current().roles
    return frozenset(code for code, role in roles.items() if role.item.at <= declare.COUNTY)


def everyone(of: declare.Domain | None = None) -> frozenset[str]:
    """Every post there is, or every post of one domain."""
    return frozenset(
        code for code, one in catalogue.current().roles.items() if of is None or one.domain == of
    )


def having_cases() -> frozenset[str]:
    """The posts of the domains that have services."""
    return frozenset().union(*(everyone(one) for one in catalogue.current().domains if one.services))
