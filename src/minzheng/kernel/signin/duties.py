"""Three administrators, each apart (三员分立): one opens accounts, one gives rights, one reads the audit.

GB/T 22239-2019 level 3 asks for it (系统管理、安全管理、审计管理).  None of the three does what another
does, no account holds two of them, and none of them sees a case.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from minzheng.kernel.access.models import Posting, User
from minzheng.kernel.access.queries import CHARGES
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.errors import NotAllowed, Refused

__all__ = [
    "ADMINISTRATOR",
    "AUDITOR",
    "KEEPERS",
    "SECURITY",
    "apart",
    "charges",
    "places_of",
    "rights_in",
    "stands_over",
    "trail",
]

ADMINISTRATOR, SECURITY, AUDITOR = "access.administrator", "access.security", "access.auditor"
# Who looks at the list of accounts: one to open and close them, the other to give and take rights.
KEEPERS = (ADMINISTRATOR, SECURITY)
_REFUSED = {
    ADMINISTRATOR: ("account_role", "账号由县级以上系统管理员管理。您不是本地区的系统管理员。"),
    SECURITY: ("rights_role", "任职和接口权限由县级以上安全管理员授予。您不是本地区的安全管理员。"),
    AUDITOR: ("audit_role", "审计记录由县级以上安全审计员查看。您不是安全审计员。"),
}


def charges(by: Actor, *which: str) -> list[str]:
    """The places over which the actor holds one of these charges; held at the county or above."""
    wanted = which or (ADMINISTRATOR,)
    return [post.path for post in by.charges if post.role in wanted and post.level <= Level.COUNTY]


def stands_over(by: Actor, path: str | None, *which: str) -> None:
    """The actor holds one of these charges over the place, or anywhere where no place is named."""
    held = charges(by, *which)
    if not held or (path is not None and not any(path.startswith(place) for place in held)):
        raise NotAllowed(*_REFUSED[which[0] if which else ADMINISTRATOR])


def apart(user: User, role: str, on: date) -> None:
    """Whoever holds a charge, now or later, holds nothing else."""
    kept = Posting.objects.filter(Q(until_on=None) | Q(until_on__gt=on), user=user)
    others: Iterable[str] = set(kept.values_list("role", flat=True)) - {role}
    if any(role in CHARGES or one in CHARGES for one in others):
        raise Refused(
            "charge_apart",
            "系统管理、安全管理、审计与业务办理要分开：同一账号只能担任其中一项。请另开账号。",
        )


def rights_in(by: Actor) -> QuerySet[Posting]:
    """Who holds which post in the place of a security administrator."""
    stands_over(by, None, SECURITY)
    reach = Q(pk__in=[])
    for place in charges(by, SECURITY):
        reach |= Q(office__path__startswith=place)
    return Posting.objects.filter(reach).select_related("user", "office")


def trail(by: Actor, **asked: Any) -> QuerySet[Entry]:
    """The audit of an auditor's place; the province's auditor also reads what belongs to no place."""
    stands_over(by, None, AUDITOR)
    reach = Q(pk__in=[])
    for place in places_of(by):
        reach |= Q(path__startswith=place)
    return Entry.objects.filter(reach, **asked)


def places_of(by: Actor) -> tuple[str, ...]:
    """Where an auditor reads: everywhere for the province's."""
    held = [post for post in by.charges if post.role == AUDITOR and post.level <= Level.COUNTY]
    return tuple("" if post.level is Level.PROVINCE else post.path for post in held)
