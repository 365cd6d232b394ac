"""Who may look into files that were exchanged: those who handle them; and what the pages of files share."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from minzheng.kernel import catalogue
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.exchange.extracts import duties, entries
from minzheng.kernel.exchange.models import ExtractOut, Intake
from minzheng.kernel.exchange.standing import verifier_roles
from minzheng.ui.shown import badge

__all__ = ["FILES", "brought_by", "checker", "handled", "handler", "intake_badge", "out_badge", "where"]

FILES = ("数据交换", "/desk/exchange/files/")
_INTAKES = {"staged": "warn", "taken": "good", "aside": "neutral", "undone": "neutral"}
_OUTS = {"made": "info", "acknowledged": "good"}


def handler(by: Actor) -> Actor:
    """The actor with only those posts that handle files."""
    roles = {code for one in catalogue.current().extracts.values() for code in duties.roles_of(one)}
    held = tuple(post for post in by.posts if post.role in roles)
    if not held:
        labels = "、".join(
            dict.fromkeys(
                role.label for one in catalogue.current().extracts.values() for role in one.item.handled_by
            )
        )
        raise NotAllowed("extract_duty", f"数据交换由“{labels}”办理，您没有这一岗位。")
    return by.narrowed(held)


def checker(by: Actor) -> Actor:
    """The actor with only those posts that check with other departments: they look after what those are told, too."""
    roles = verifier_roles()
    held = tuple(post for post in by.posts if post.role in roles)
    if not held:
        raise NotAllowed("verifier_role", "这里由核对机构的工作人员办理，您没有这一岗位。")
    return by.narrowed(held)


def brought_by(by: Actor, register: str = "") -> QuerySet[Intake]:
    """The files that the actor handles, of one register or of all: each kind where its duty is held.

    Where readers of a register see less than their place, the files of others are not theirs either.
    """
    met = Q(pk__in=[])
    for code, one in catalogue.current().extracts.items():
        met |= _within(code, duties.places_of(one, by))
    for code, declared in catalogue.current().registers.items():
        deed = entries.by_file(declared)
        if deed is not None:
            mine = _within(code, entries.held(declared, deed.by, by))
            met |= mine & Q(by=by.id) if declared.item.within else mine
    return Intake.objects.filter(met, **({"extract": register} if register else {}))


def _within(code: str, places: list[str]) -> Q:
    met = Q(pk__in=[])
    for place in places:
        met |= Q(extract=code, path__startswith=place)
    return met


def where(by: Actor) -> dict[str, str]:
    """The places for which the actor brings files in and takes them out."""
    found = {path for one in catalogue.current().extracts.values() for path in duties.places_of(one, by)}
    return dict(sorted(names(found).items()))


def handled(by: Actor, way: str = "") -> dict[str, str]:
    """The kinds of file that the actor brings in and takes out, by code; of one ``way`` those that travel it."""
    every = catalogue.current().extracts.items()
    met = ("both", way) if way else ("both", "in", "out")
    return {code: one.item.label for code, one in every if one.item.ways in met and duties.places_of(one, by)}


def intake_badge(one: Intake) -> str:
    """Where a file that came in stands."""
    return badge(one.get_state_display(), _INTAKES[one.state])


def out_badge(one: ExtractOut) -> str:
    """Where a file that went out stands."""
    return badge(one.get_state_display(), _OUTS[one.state])
